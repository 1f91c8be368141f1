import json

import pytest

from benchmarks.programs.notebooks import to_script


def notebook(*cells: str, kind: str = "code") -> bytes:
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": kind, "source": cell} for cell in cells]}).encode()


def test_code_cells_follow_one_another() -> None:
    assert to_script(notebook("a = 1", "b = a\nc = b")).text == "a = 1\n\nb = a\nc = b\n\n"


def test_a_line_is_traced_to_its_cell() -> None:
    document = {
        "cells": [
            {"cell_type": "markdown", "source": "# title"},
            {"cell_type": "code", "source": ["x = 1\n", "y = 2"]},
        ]
    }
    script = to_script(json.dumps(document).encode())
    lines = script.text.splitlines()
    assert script.origins[lines.index("y = 2")] == (1, 2)
    assert len(script.origins) == len(lines)


@pytest.mark.parametrize("line", ["%matplotlib inline", "!pip install mlflow", "mlflow.log_model?", "?mlflow"])
def test_a_line_for_the_page_does_nothing(line: str) -> None:
    script = to_script(notebook(f"if True:\n    {line}\nx = 1"))
    names: dict[str, object] = {}
    exec(script.text, names)
    assert names["x"] == 1


def test_the_output_of_a_shell_command_is_empty() -> None:
    names: dict[str, object] = {}
    exec(to_script(notebook("files = !ls")).text, names)
    assert names["files"] == []


def test_a_modulo_at_the_start_of_no_line_stays() -> None:
    assert "x = 7 % 4" in to_script(notebook("x = 7 % 4")).text


def test_a_timed_cell_runs_and_other_languages_do_not() -> None:
    script = to_script(notebook("%%time\nx = 1", "%%bash\nexit 1", "%%sql\nselect 1"))
    names: dict[str, object] = {}
    exec(script.text, names)
    assert names["x"] == 1


def test_a_written_file_is_written(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(to_script(notebook("%%writefile model.py\nx = 1\n")).text, {})
    assert (tmp_path / "model.py").read_text() == "x = 1\n"


def test_the_old_form_of_notebooks_is_read() -> None:
    document = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1"}]}]}
    assert "x = 1" in to_script(json.dumps(document).encode()).text


def test_what_is_no_notebook_is_refused() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        to_script(b"not a notebook")
