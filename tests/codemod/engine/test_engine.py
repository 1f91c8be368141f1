"""The promises of the engine, whatever the code."""

import ast
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemod.dependencies import looking
from codemod.dependencies.places import Choices, Place
from codemod.documents.kinds import Kind
from codemod.engine import migrate
from codemod.findings import Safety, State
from codemod.settings import Project, Settings

EVERY = Settings(unsafe=True)

statements = st.sampled_from(
    [
        "import mlflow",
        "import mlflow as mf",
        "from mlflow.sklearn import log_model",
        "from mlflow import MlflowClient",
        "import wandb",
        "mlflow.sklearn.log_model(model, 'model')",
        "mf.xgboost.log_model(model, artifact_path='model')  # keep",
        "log_model(model, 'a/b')",
        "mlflow.pytorch.log_model(\n    net,  # the net\n    'net',\n)",
        "mlflow.pyfunc.log_model('m', python_model=mlflow.pyfunc.load_model(f'runs:/{r}/a/b'), code_path=['x'])",
        "mlflow.sklearn.log_model(mlflow.sklearn.log_model(a, 'a'), 'b')",
        "wandb.log_model(model, artifact_path='x')",
        "with mlflow.start_run() as run:\n    print(run.info.run_uuid)",
        "def f(mlflow):\n    mlflow.sklearn.log_model(m, 'x')",
        "x = 'é'; mlflow.onnx.log_model(x, 'ü')",
        "options = {'artifact_path': 'm'}\nmlflow.onnx.log_model(x, **options)",
        "mlflow.log_artifacts('d', artifact_path='d')",
        "for i in range(3):\n\tmlflow.onnx.log_model(m,\n\t\tf'm{i}')",
        "'''text\nmlflow.sklearn.log_model(model, \"model\")\n'''",
        "mlflow.sklearn.log_model(model, 'model')  # noqa: MLF101, MLF103",
        "if x: mlflow.onnx.log_model(m, 'm')",
    ]
)
programs = st.lists(statements, max_size=8)
newlines = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def sources(draw) -> bytes:
    """Return a program as bytes in some encoding and with some line ends."""
    text = "\n".join(draw(programs)) + draw(st.sampled_from(["", "\n", "\n\n", "\n# end"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "latin-1"]))
    if encoding == "latin-1":
        text = "# -*- coding: latin-1 -*-\n" + text
    return text.replace("\n", draw(newlines)).encode(encoding)


@given(sources(), st.sampled_from([Settings(), EVERY, Settings(target="both"), Settings(target="3.5")]))
@settings(max_examples=150, deadline=None)
def test_a_second_run_changes_nothing_and_finds_no_more(data: bytes, choice: Settings) -> None:
    first = migrate("a.py", data, choice)
    assert first.state is not State.FAILED, first.reason
    second = migrate("a.py", first.new, choice)
    assert second.new == first.new
    assert not any(finding.fixed for finding in second.findings)
    left = [finding for finding in first.findings if not finding.fixed and not finding.suppressed]
    assert len([f for f in second.findings if not f.suppressed]) == len(left)


@given(sources())
@settings(max_examples=150, deadline=None)
def test_nothing_outside_the_spans_changes(data: bytes) -> None:
    outcome = migrate("a.py", data, EVERY)
    encoding = "latin-1" if b"latin-1" in data[:40] else "utf-8-sig"
    old, new = data.decode(encoding), outcome.new.decode(encoding)
    assert outcome.new.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")
    spans = sorted((edit.start, edit.end) for finding in outcome.findings if finding.fixed for edit in finding.edits)
    kept, position = [], 0
    for start, end in spans:
        if start >= position:
            kept.append(old[position:start])
        position = max(position, end)
    kept.append(old[position:])
    # What stands between the edits stands in the new text too, whole and in this order, from its start to its end.
    assert new.startswith(kept[0])
    assert new.endswith(kept[-1])
    found = 0
    for text in kept[:-1]:
        found = new.index(text, found) + len(text)
    assert found <= len(new) - len(kept[-1])
    assert spans or new == old
    ast.parse(new)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_end_in_one_state(data: bytes) -> None:
    for name in ("a.py", "a.ipynb"):
        outcome = migrate(name, b"log_model " + data, Settings())
        assert outcome.state in State
        assert outcome.new is not None
        assert outcome.reason or outcome.state is not State.FAILED


@given(programs)
@settings(max_examples=60, deadline=None)
def test_a_notebook_changes_as_the_script_does(lines: list[str]) -> None:
    script = migrate("a.py", "\n".join(lines).encode(), EVERY)
    cells = [{"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [],
              "source": text.splitlines(keepends=True)} for text in lines]  # fmt: skip
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    outcome = migrate("a.ipynb", json.dumps(notebook, indent=1).encode(), EVERY)
    joined = "\n".join("".join(cell["source"]) for cell in json.loads(outcome.new)["cells"])
    # An import that a fix needs stands in the cell of the fix, which may be run alone, and at the top of a script.
    assert ("import mlflow" in joined.splitlines()) == ("import mlflow" in script.new.decode().splitlines())
    assert _without_import(joined) == _without_import(script.new.decode())


def _without_import(text: str) -> list[str]:
    return [line for line in text.splitlines() if line not in ("", "import mlflow")]


def test_several_rules_change_one_call_together() -> None:
    code = "import mlflow\nmlflow.pyfunc.log_model('a/b', code_path=['src'], python_model=p)\n"
    outcome = migrate("a.py", code.encode(), EVERY)
    assert outcome.new.decode() == (
        "import mlflow\nmlflow.pyfunc.log_model(name='a-b', code_paths=['src'], python_model=p)\n"
    )


def test_nested_calls_settle_from_the_inside() -> None:
    code = "import mlflow\nmlflow.onnx.log_model(mlflow.onnx.log_model(mlflow.onnx.log_model(a, 'a'), 'b'), 'c')\n"
    outcome = migrate("a.py", code.encode(), Settings())
    assert outcome.new.decode().count("name=") == 3
    assert len(outcome.findings) == 3
    assert all(finding.fixed for finding in outcome.findings)


def test_noqa_names_a_code_and_silences_that_one_only() -> None:
    code = "import mlflow\nmlflow.sklearn.log_model(m, 'm')  # noqa: MLF103\n"
    outcome = migrate("a.py", code.encode(), Settings())
    assert outcome.new.decode() == "import mlflow\nmlflow.sklearn.log_model(m, name='m')  # noqa: MLF103\n"
    assert [(f.code, f.suppressed) for f in outcome.findings] == [("MLF101", False), ("MLF103", True)]


def test_a_bare_noqa_of_other_tools_hides_nothing() -> None:
    outcome = migrate("a.py", b"import mlflow\nmlflow.onnx.log_model(m, 'm')  # noqa\n", Settings())
    assert outcome.state is State.CHANGED


def test_noqa_counts_on_every_line_of_the_call() -> None:
    code = b"import mlflow\nmlflow.onnx.log_model(\n    m,\n    'm',  # noqa: MLF101\n)\n"
    assert migrate("a.py", code, Settings()).state is State.SUPPRESSED


def test_skip_file() -> None:
    outcome = migrate("a.py", b"# codemod: skip-file\nimport mlflow\nmlflow.onnx.log_model(m, 'm')\n", Settings())
    assert outcome.state is State.SKIPPED
    assert outcome.new == outcome.old


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.py", b"log_model(", "line 1"),
        ("a.py", b"print 'log_model'\n", "line 1"),
        ("a.py", b"log_model\x00", "NUL"),
        ("a.py", b"# coding: utf-8\nlog_model = '\xff'\n", "utf-8"),
        ("a.py", b"log_model = " + b"(" * 250 + b")" * 250, "nested"),
        ("a.ipynb", b'{"cells": [{"cell_type": "code", "source": "log_model', ""),
        ("a.ipynb", b'["log_model"]', ""),
    ],
)
def test_bad_input_fails_with_a_reason(name: str, data: bytes, reason: str) -> None:
    outcome = migrate(name, data, Settings())
    assert outcome.state is State.FAILED
    assert outcome.new == data
    assert reason.lower() in outcome.reason.lower()
    assert "\n" not in outcome.reason


def test_a_broken_cell_does_not_hide_the_others() -> None:
    cells = ["import mlflow\n", "mlflow.onnx.log_model(m, 'm'\n", "mlflow.onnx.log_model(m, 'm')\n"]
    notebook = {"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": [text]}
                          for text in cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}  # fmt: skip
    outcome = migrate("a.ipynb", json.dumps(notebook).encode(), Settings())
    assert "name='m'" in outcome.new.decode()
    assert len(outcome.problems) == 1
    assert "cell 2" in outcome.problems[0]


def test_unsafe_fixes_wait_to_be_asked_for() -> None:
    code = b"import mlflow\nmlflow.onnx.log_model(m, 'a/b')\n"
    outcome = migrate("a.py", code, Settings())
    assert outcome.new == code
    assert outcome.state is State.NOT_FIXED
    assert outcome.findings[0].safety is Safety.UNSAFE


def test_locations_are_those_of_the_file() -> None:
    code = "# é\nimport mlflow\nif True:\n    é = mlflow.onnx.log_model(m, 'm')\n"
    location = migrate("a.py", code.encode(), Settings()).findings[0].location
    assert (location.line, location.column, location.end_line) == (4, 9, 4)
    assert code[location.start : location.end] == "mlflow.onnx.log_model(m, 'm')"


def test_what_another_fix_settles_is_not_left() -> None:
    code = """\
import joblib
import mlflow


def save(model):
    with mlflow.start_run() as run:
        mlflow.lightgbm.log_model(model, artifact_path="model")
    return joblib.load(mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/model/model.pkl"))
"""
    outcome = migrate("main.py", code.encode(), Settings())
    assert [(one.code, one.fixed) for one in outcome.findings] == [("MLF101", True), ("MLF105", True), ("MLF207", True)]
    assert outcome.state is State.CHANGED
    assert migrate("main.py", outcome.new, Settings()).findings == ()


TOML = '[project]\nname = "a"\ndependencies = ["mlflow==2.9.2"]\n'
YAML = "dependencies:\n  - pip:\n      - mlflow==2.9.2\n"


@pytest.mark.parametrize(
    ("path", "text", "new"), [("pyproject.toml", TOML, '"]["'), ("conda.yaml", YAML, "[")], ids=["TOML", "YAML"]
)
def test_a_fix_that_breaks_the_format_of_a_file_is_left_to_a_person(
    monkeypatch, path: str, text: str, new: str
) -> None:
    good, bad = text.index("=="), text.index("mlflow")

    places = looking.places

    def found(kind: Kind, now: str, choices: Choices) -> list[Place]:
        places(kind, now, choices)  # raises for what is no TOML
        edits = [("MLF502", good, good + 2, ">="), ("MLF503", bad, bad, new)]
        return [
            Place(code, start, end, "say", Safety.SAFE, ((start, end, put),))
            for code, start, end, put in edits
            if not now.startswith(put, start)
        ]

    monkeypatch.setattr(looking, "places", found)
    outcome = migrate(path, text.encode(), Settings())
    assert outcome.new == text.replace("==", ">=").encode()
    by_code = {finding.code: finding for finding in outcome.findings}
    assert by_code["MLF502"].fixed
    assert not by_code["MLF503"].fixed
    kind = "TOML" if path.endswith("toml") else "YAML"
    assert by_code["MLF503"].message == f"say (not edited: the result would not be {kind})"


def test_fixes_of_one_stretch_of_a_file_that_is_no_code_are_made_one_after_the_other(monkeypatch) -> None:
    def found(_kind: object, text: str, _choices: object) -> list[Place]:
        made = ((0, 6, text[:6].upper()), (0, 13, text[:13] + "0"))
        return [
            Place(code, start, end, "say", Safety.SAFE, ((start, end, new),))
            for code, (start, end, new), is_done in zip(
                ("MLF502", "MLF503"), made, (text[0] == "M", "0" in text), strict=True
            )
            if not is_done
        ]

    monkeypatch.setattr(looking, "places", found)
    outcome = migrate("requirements.txt", b"mlflow==2.9.2\n", Settings())
    assert outcome.new == b"MLFLOW==2.9.20\n"
    assert [(finding.code, finding.fixed) for finding in outcome.findings] == [("MLF502", True), ("MLF503", True)]


def test_what_another_run_knew_of_other_files_does_not_count() -> None:
    code = b"import mlflow\ndef train(m, log=mlflow.sklearn.log_model):\n    log(m, 'model')\ntrain(m)\n"
    known = Settings(project=Project(reads=frozenset({"train"})))
    alone = migrate("other_run.py", code, Settings())
    beside = migrate("other_run.py", code, known)
    assert (alone.state, beside.state) == (State.CHANGED, State.BY_HAND)
    assert migrate("other_run.py", code, Settings()).new == alone.new
