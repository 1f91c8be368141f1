"""Both forms of a statement under a branch on MLflow's version."""

from __future__ import annotations

import textwrap

import pytest

from codemod.engine import migrate
from codemod.findings import Safety
from codemod.settings import Settings

BOTH = Settings(target="both", unsafe=True)


def applied(code: str, settings: Settings = BOTH) -> str:
    outcome = migrate("a.py", textwrap.dedent(code).encode(), settings)
    assert outcome.new is not None
    again = migrate("a.py", outcome.new, settings)
    assert again.new == outcome.new
    assert not any(finding.edits for finding in again.findings if not finding.suppressed)
    return outcome.new.decode()


def test_what_several_rules_want_of_a_statement_makes_one_branch() -> None:
    assert applied('import mlflow\nmlflow.pytorch.log_model(net, "net")\n') == textwrap.dedent("""\
        import mlflow
        from packaging.version import Version
        if Version(mlflow.__version__).major >= 3:
            mlflow.pytorch.log_model(net, name="net", serialization_format="pickle")
        else:
            mlflow.pytorch.log_model(net, "net")
    """)


def test_what_runs_on_both_is_changed_before_and_stands_in_both_forms() -> None:
    new = applied('import mlflow\nmlflow.sklearn.log_model(forest, "forest")\n')
    assert new.count('serialization_format="cloudpickle"') == 2


@pytest.mark.parametrize("imported", ["from mlflow import pytorch as mp", "import mlflow.pytorch as mp"])
@pytest.mark.parametrize("name", ["m", "a-longer_name"])
def test_the_form_of_3_is_branched_once(imported: str, name: str) -> None:
    call = f'mp.log_model(net, name="{name}")'
    new = applied(f"{imported}\n{call}\n")
    assert new.count("if Version(") == 1
    assert new.endswith(f"else:\n    {call}\n")


@pytest.mark.parametrize(
    ("condition", "is_first"),
    [("major >= 3", False), ("major > 2", False), ("major < 3", True), ("major <= 2", True), ("release < (3,)", True)],
)
def test_what_is_plainly_for_2_is_left(condition: str, is_first: bool) -> None:
    calls = [
        'mlflow.pytorch.log_model(net, name="m", serialization_format="pickle")',
        'mlflow.pytorch.log_model(net, name="m")',
    ]
    first, second = reversed(calls) if is_first else calls
    code = f"""\
        import mlflow
        from packaging.version import Version
        if Version(mlflow.__version__).{condition}:
            {first}
        else:
            {second}
    """
    assert applied(code) == textwrap.dedent(code)


def test_a_later_border_says_nothing_of_2() -> None:
    code = """\
        import mlflow
        from packaging.version import Version
        if Version(mlflow.__version__) >= Version("3.5"):
            pass
        else:
            mlflow.pytorch.log_model(net, name="m")
    """
    assert 'serialization_format="pickle"' in applied(code, Settings())


def test_lines_and_comments_of_the_statement_stay() -> None:
    code = """\
        import mlflow


        def log(booster):
        \tinfo = mlflow.xgboost.log_model(
        \t\tbooster,  # trained above

        \t\t"model",
        \t)  # logged
        \treturn info
    """
    expected = """\
        import mlflow
        from packaging.version import Version


        def log(booster):
        \tif Version(mlflow.__version__).major >= 3:
        \t\tinfo = mlflow.xgboost.log_model(
        \t\t\tbooster,  # trained above

        \t\t\tname="model",
        \t\t)
        \telse:
        \t\tinfo = mlflow.xgboost.log_model(
        \t\t\tbooster,  # trained above

        \t\t\t"model",
        \t\t)  # logged
        \treturn info
    """
    assert applied(code) == textwrap.dedent(expected)


def test_line_ends_stay() -> None:
    new = applied('import mlflow\r\nmlflow.xgboost.log_model(booster, "model")\r\n')
    assert "\n" not in new.replace("\r\n", "")


def test_mlflow_is_imported_where_only_a_part_of_it_is() -> None:
    new = applied('from mlflow.xgboost import log_model\nlog_model(booster, "model")\n')
    assert "import mlflow\n" in new
    assert '    log_model(booster, name="model")\n' in new


@pytest.mark.parametrize(
    "statement",
    [
        'a = 1; mlflow.xgboost.log_model(booster, "model")',
        'mlflow.xgboost.log_model(booster, "model"); a = 1',
        'if mlflow.xgboost.log_model(booster, "model"):\n    pass',
        'with mlflow.xgboost.log_model(booster, "model"):\n    pass',
        'mlflow.xgboost.log_model(booster, "model", metadata={"text": """a\n  b"""})',
        'Version = 3\nmlflow.xgboost.log_model(booster, "model")',
        "print(f\"{mlflow.xgboost.log_model(booster, 'model')}\")",
    ],
)
def test_where_no_branch_can_stand_a_person_is_told_what_to_ask(statement: str) -> None:
    code = f"import mlflow\n{statement}\n".encode()
    outcome = migrate("a.py", code, BOTH)
    assert outcome.new == code
    (finding,) = outcome.findings
    assert finding.safety is Safety.MANUAL
    assert "Version(mlflow.__version__).major >= 3" in finding.message


def test_nothing_is_written_without_unsafe() -> None:
    code = b'import mlflow\nmlflow.xgboost.log_model(booster, "model")\n'
    outcome = migrate("a.py", code, Settings(target="both"))
    assert outcome.new == code
    (finding,) = outcome.findings
    assert finding.safety is Safety.UNSAFE
    assert any("if Version(" in edit.text for edit in finding.edits)


def test_what_is_silenced_makes_no_branch() -> None:
    code = b'import mlflow\nmlflow.xgboost.log_model(booster, "model")  # noqa: MLF101\n'
    assert migrate("a.py", code, BOTH).new == code


@pytest.mark.parametrize("target", ["3", "3.5"])
def test_other_targets_get_one_form(target: str) -> None:
    new = applied('import mlflow\nmlflow.xgboost.log_model(booster, "model")\n', Settings(target=target, unsafe=True))
    assert new == 'import mlflow\nmlflow.xgboost.log_model(booster, name="model")\n'
