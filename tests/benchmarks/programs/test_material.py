import subprocess

import pytest

from benchmarks.programs.manifest import Program
from benchmarks.programs.material import MaterialError, clone_of, extract


@pytest.fixture
def clones(tmp_path):
    work = tmp_path / "clones" / "owner" / "name"
    (work / "sub").mkdir(parents=True)
    (work / "sub" / "a.py").write_text("old = True\n")
    (work / "other.py").write_text("")

    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        done = subprocess.run(["git", *identity, *arguments], cwd=work, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    first = git("rev-parse", "HEAD")
    (work / "sub" / "a.py").write_text("new = True\n")
    git("commit", "--quiet", "-am", "two")
    return tmp_path / "clones", first


def test_the_files_are_those_of_the_commit(clones, tmp_path) -> None:
    folder, commit = clones
    extract(Program("owner/name", commit, "sub/a.py", root="sub"), folder, tmp_path / "out")
    assert (tmp_path / "out" / "sub" / "a.py").read_text() == "old = True\n"
    assert not (tmp_path / "out" / "other.py").exists()


def test_a_missing_clone_is_told_with_the_command(tmp_path) -> None:
    with pytest.raises(MaterialError, match=r"git clone .*owner/other"):
        clone_of("owner/other", tmp_path)


def test_a_missing_commit_or_file_is_told(clones, tmp_path) -> None:
    folder, commit = clones
    with pytest.raises(MaterialError, match="0000000"):
        extract(Program("owner/name", "0" * 40, "sub/a.py"), folder, tmp_path / "a")
    with pytest.raises(MaterialError, match=r"has no sub/b\.py"):
        extract(Program("owner/name", commit, "sub/b.py"), folder, tmp_path / "b")
