"""Programs in strings that a file runs are read as code of their own, where their lines are those of the file."""

from __future__ import annotations

import ast
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.documents import open_document
from codemod.documents.base import TextEdit
from codemod.documents.string_programs import LABEL
from codemod.engine import migrate
from codemod.settings import Settings

_PROGRAM = "import mlflow\n\nmlflow.pytorch.log_model(model, 'model')\n"


def programs(text: str) -> list[tuple[str, int]]:
    document = open_document("a.py", text.encode())
    return [(cell.text, cell.first_line) for cell in document.cells if cell.label == LABEL]


def unread(text: str) -> list[int]:
    return [item.first_line for item in open_document("a.py", text.encode()).unread]


@pytest.mark.parametrize(
    "code",
    [
        'exec("""\n%s""")\n',
        "exec(compile('''\n%s''', 'train.py', 'exec'))\n",
        'CODE = """\n%s"""\nexec(CODE)\n',
        'CODE = r"""\n%s"""\nsubprocess.run([sys.executable, "-c", CODE])\n',
        'CODE = """\\\n%s"""\nsubprocess.run(["python", "-c", CODE.strip()])\n',
        'os.execl("/usr/bin/python3", "python3", "-c", """\n%s""")\n',
        'DockerOperator(command=["-c", """\n%s    """])\n',
    ],
)
def test_a_program_that_is_run_is_read(code: str) -> None:
    text = "import sys\n" + code % _PROGRAM
    ((found, line),) = programs(text)
    assert found.strip() == _PROGRAM.strip()
    assert "import mlflow" in [*text.splitlines()[line - 1 : line + 1]]
    assert unread(text) == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_indent_of_all_lines_is_none_of_the_program(end: str) -> None:
    text = 'def f():\n    code = dedent("""\n        é = 1\n        import mlflow\n\n        if é:\n            mlflow.x()\n    """)\n    exec(code)\n'
    ((found, line),) = programs(text.replace("\n", end))
    assert found.replace("\r\n", "\n").split("\n") == ["", "é = 1", "import mlflow", "", "if é:", "    mlflow.x()", ""]
    assert line == 2


@pytest.mark.parametrize(
    "code",
    [
        'exec(f"""\nimport mlflow\nmlflow.log_param({name!r}, 1)\n""")\n',
        'exec("import mlflow\\nmlflow.x()")\n',
        'exec("""import mlflow; mlflow.x()""")\n',
        'exec("""\nimport mlflow\n""" + rest)\n',
        'exec("""\nimport mlflow\nprint("%s")\n""".format(1))\n',
        'subprocess.run([sys.executable, "-c", "import mlflow; mlflow.x()"])\n',
        'exec("""\nimport mlflow\nx = "\\n"\n""")\n',
        'exec("""\nimport mlflow\nx = = 1\n""")\n',
    ],
)
def test_a_program_that_is_put_together_is_told(code: str) -> None:
    assert programs(code) == []
    assert unread(code) == [1]


@pytest.mark.parametrize(
    "code",
    [
        'TEXT = """\nimport mlflow\n"""\nprint(TEXT)\n',
        'exec("""\nimport other\n""")\n',
        'subprocess.run(["bash", "-c", """\npip install mlflow\n"""])\n',
        "def f(mlflow):\n    exec(source)\n",
        'x = "exec("\n"""\nimport mlflow\n"""\n',
        'model.exec("""\nimport mlflow\n""")\n',
    ],
)
def test_other_strings_are_left_alone(code: str) -> None:
    assert (programs(code), unread(code)) == ([], [])


def test_it_is_migrated_where_it_stands() -> None:
    text = 'import subprocess, sys\n\nCODE = """\n' + textwrap.indent(_PROGRAM, "    ") + '"""\n'
    text += 'subprocess.run([sys.executable, "-c", textwrap.dedent(CODE)])\n'
    outcome = migrate("train.py", text.encode(), Settings(select=("MLF101",)))
    (finding,) = outcome.findings
    assert finding.location.line == 6
    assert outcome.new == text.replace("(model, 'model')", "(model, name='model')").encode()


def test_quotes_of_a_fix_do_not_end_the_string() -> None:
    text = 'exec("""\nimport mlflow\nmlflow.pytorch.log_model(model, "model")\n""")\n'
    outcome = migrate("train.py", text.encode(), Settings(select=("MLF101",)))
    assert outcome.new is not None
    assert ast.literal_eval(ast.unparse(ast.parse(outcome.new).body[0].value.args[0])).count('name="model"') == 1  # type: ignore[attr-defined]


def test_what_it_defines_is_not_the_module_s() -> None:
    text = 'exec("""\nimport mlflow\nrun = mlflow.start_run()\n""")\nrun = None\n'
    outcome = migrate("train.py", (text + "run.info.run_uuid\n").encode(), Settings())
    assert [finding.code for finding in outcome.findings if finding.location.line > 4] == []


@given(st.text(alphabet="ab \n\r\té'\"\\#{}", max_size=60), st.sampled_from(['"""', "'''"]))
def test_a_place_of_it_is_that_of_the_file(body: str, quotes: str) -> None:
    text = f"exec({quotes}\nimport mlflow\n{body}\n{quotes})\n"
    document = open_document("a.py", text.encode())
    for index, cell in enumerate(document.cells):
        if cell.label != LABEL:
            continue
        at = cell.text.index("mlflow")
        new = document.render([TextEdit(index, at, at + len("mlflow"), "MARK")]).decode()
        assert new == text.replace("mlflow", "MARK", 1)
