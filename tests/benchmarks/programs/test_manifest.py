import re

import pytest

from benchmarks.programs.manifest import ManifestError, load

REPOSITORY = '[[repository]]\nname = "owner/name"\ncommit = "abc"\n'


def test_the_list_of_the_project_is_usable() -> None:
    programs = load()
    assert len({program.repository for program in programs}) > 5
    assert all(re.fullmatch(r"[0-9a-f]{40}", program.commit) for program in programs)
    assert all(program.path.startswith(program.root) for program in programs)


def test_a_program_has_what_the_table_says(tmp_path) -> None:
    path = tmp_path / "list.toml"
    path.write_text(
        REPOSITORY + "[[repository.program]]\n"
        'path = "a/b.py::main"\narguments = ["--x", "1"]\nbefore = [["a/c.py", "2"]]\nenvironment = { A = "1" }\nserver = 5000\n'
    )
    (program,) = load(path)
    assert program.name == "owner/name:a/b.py::main --x 1"
    assert program.file == "a/b.py"
    assert program.before == (("a/c.py", "2"),)
    assert program.environment == (("A", "1"),)
    assert program.server == 5000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (REPOSITORY + '[[repository.program]]\npath = "a.py"\nroots = "b"\n', "unknown key 'roots'"),
        (REPOSITORY + '[[repository.program]]\nroot = "b"\n', "lacks 'path'"),
        ('[[repository]]\nname = "o/n"\n[[repository.program]]\npath = "a.py"\n', "lacks 'commit'"),
        (REPOSITORY + '[[repository.program]]\npath = "a.py"\n' * 2, "listed twice"),
    ],
)
def test_a_wrong_list_is_refused(tmp_path, text: str, message: str) -> None:
    path = tmp_path / "list.toml"
    path.write_text(text)
    with pytest.raises(ManifestError, match=message):
        load(path)
