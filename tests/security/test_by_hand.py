"""What cannot be edited is left to a person, and the rest of the file goes on."""

from __future__ import annotations

import json

import pytest

from codemod.engine import migrate
from codemod.findings import Safety, State
from codemod.settings import Settings

LAST = 'mlflow.sklearn.log_model(model, artifact_path="last")\n'
CALLS = {
    "mixed line ends": 'mlflow.sklearn.log_model(model,\r\n  artifact_path="m",\n  registered_model_name="r")\n',
    "three kinds of line ends": 'mlflow.sklearn.log_model(\r\n  model,\n  "m",\r  registered_model_name="r")\n',
    "in an f-string with the other quotes": "print(f\"x {mlflow.sklearn.log_model(model, artifact_path='m')} y\")\n",
    "in an f-string over lines": 'print(f"""x\n {mlflow.sklearn.log_model(model,\n artifact_path=\'m\')!r:>{w}} ä""")\n',
    "twice in an f-string": "print(f\"ä{mlflow.log_artifact(a)} {mlflow.xgboost.log_model(model, artifact_path='m')}\")\n",
}
SETTINGS = {
    "plain": Settings(unsafe=True),
    "with improvements": Settings(unsafe=True, add=("signature", "autolog", "alias=champion"), sample="x"),
    "both": Settings(unsafe=True, target="both"),
}


@pytest.mark.parametrize("chosen", SETTINGS)
@pytest.mark.parametrize("name", CALLS)
def test_the_rest_of_the_file_goes_on(name: str, chosen: str) -> None:
    code = f"import mlflow\nmodel.fit(x, y)\n{CALLS[name]}{LAST}"
    outcome = migrate("a.py", code.encode(), SETTINGS[chosen])
    assert outcome.state is not State.FAILED, outcome.reason
    assert outcome.new is not None
    new = outcome.new.decode()
    compile(new, "a.py", "exec")
    assert 'name="last"' in new
    assert ('artifact_path="last"' in new) == (chosen == "both")
    last = 3 + CALLS[name].count("\n") + CALLS[name].count("\r") - CALLS[name].count("\r\n")
    assert [each.fixed for each in outcome.findings if (each.code, each.location.line) == ("MLF101", last)] == [True]
    for finding in outcome.findings:
        if "not edited" in finding.message:
            assert finding.safety is Safety.MANUAL
            assert not finding.fixed
    first = 4 if name == "in an f-string over lines" else 3  # where the call stands
    of_call = [each for each in outcome.findings if (each.code, each.location.line) == ("MLF101", first)]
    assert [each.fixed for each in of_call] == [False]


def test_half_of_a_surrogate_pair() -> None:
    """JSON can hold what no encoding of Python code can."""
    sources = [f"import mlflow\nmlflow.xgboost.log_model(b, artifact_path='{text}')\n" for text in ("\ud800", "last")]
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for source in sources
    ]
    book = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()
    outcome = migrate("a.ipynb", book, Settings())
    assert outcome.state is State.CHANGED
    assert outcome.new == book.replace(b"artifact_path='last'", b"name='last'")
    by_hand, fixed = outcome.findings
    assert by_hand.safety is Safety.MANUAL
    assert fixed.fixed


def test_a_place_that_breaks_the_code_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    from codemod.rewriting import looks

    real = looks.rewrite_call

    def wrong(text: str, operations: object) -> str:
        return "(" if '"m"' in text else real(text, operations)  # type: ignore[arg-type]

    monkeypatch.setattr(looks, "rewrite_call", wrong)
    code = f'import mlflow\nmlflow.xgboost.log_model(model, artifact_path="m")\n{LAST}'
    outcome = migrate("a.py", code.encode(), Settings())
    assert outcome.state is State.CHANGED
    assert outcome.new is not None
    assert b'artifact_path="m"' in outcome.new
    assert b'name="last"' in outcome.new
    (finding,) = (finding for finding in outcome.findings if finding.location.line == 2)
    assert "not edited: the result would not be Python" in finding.message
    assert (finding.fixed, finding.edits) == (False, ())
