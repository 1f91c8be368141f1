"""Cells of shell scripts and of files that are written."""

from __future__ import annotations

import ast

import pytest

from codemod.documents.ipython import read_cell
from codemod.documents.scripts import masked, script_of


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("%%bash\npip install x\n", "shell", "\npip install x\n"),
        ("# install\n\n%%sh -e\nls", "shell", "\nls"),
        ("%%script bash\nls", "shell", "\nls"),
        ("%%!\nls", "shell", "\nls"),
        ("%sh ls -l", "shell", "ls -l"),
        ("%%writefile requirements.txt\nmlflow", "requirements", "\nmlflow"),
        ("%%writefile -a 'conf/Dockerfile'\nRUN x", "shell", "\nRUN x"),
        ("%%file conda.yaml\nname: x", "conda", "\nname: x"),
    ],
)
def test_the_magic_says_what_a_cell_holds(text: str, kind: str, rest: str) -> None:
    script = script_of(text)
    assert script is not None
    assert (script.kind, text[script.start :]) == (kind, rest)


@pytest.mark.parametrize(
    "text",
    [
        "x = 1", "", "%pip install mlflow", "!mlflow ui", "%%sql\nSELECT 1", "%%script perl\nx", "%%writefile a.txt\nx",
        "%%writefile\nx", "%%writefile a b\nx", "%%time\nx", "%shell", "x\n%%bash\nls",
    ],
)  # fmt: skip
def test_other_cells_hold_no_script(text: str) -> None:
    assert script_of(text) is None


def test_each_command_becomes_a_statement() -> None:
    text = "%%bash\r\npip install \\\r\n  mlflow==2.9\r\n\r\n  ls\r\n"
    code = masked(text)
    assert code is not None
    assert len(code) == len(text)
    assert [node.lineno for node in ast.parse(code).body] == [1, 2, 5]
    assert read_cell(text).code == code


@pytest.mark.parametrize("text", ["%%bash\nls", "%%bash\npython -c 'import mlflow; mlflow.autolog()'\necho mlflow.org"])
def test_scripts_that_install_and_start_nothing_are_no_cells(text: str) -> None:
    assert masked(text) is None or "import mlflow;" in text
