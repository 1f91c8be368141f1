import json

from benchmarks.programs.environments import Installation
from benchmarks.programs.execution import Ending, SourceLine
from benchmarks.programs.manifest import Program
from benchmarks.programs.measuring import Measurement, ProgramRun
from benchmarks.programs.report import as_json, as_markdown
from benchmarks.programs.variants import APPLIED, UNCHANGED, Left, Migration

OLD, NEW = (Installation(None, version, ()) for version in ("2.22.5", "3.17.2"))  # type: ignore[arg-type]
FINE = Ending("runs", 1.0)
FAILED = Ending("fails", 1.0, "MlflowException: no", (SourceLine("a.py", 4, 0, "log()"),), "a.py")


def measurement(path: str, left: tuple[Left, ...], ending: Ending = FAILED) -> Measurement:
    program = Program("owner/name", "0" * 40, path)
    return Measurement(
        program, FINE, {UNCHANGED: ProgramRun(FAILED), APPLIED: ProgramRun(ending, Migration(("MLF101",), left, ()))}
    )


MEASURED = [
    measurement("fixed.py", (), FINE),
    measurement("named.py", (Left("a.py", "MLF201", 3, 5, 0, "why"),)),
    measurement("elsewhere.py", (Left("a.py", "MLF501", 1, 1, 0, "why"),)),
    measurement("silent.py", ()),
    Measurement(Program("owner/name", "0" * 40, "old.py"), FAILED, {}),
]


def test_the_summary_counts_who_names_a_failure() -> None:
    table = as_markdown(MEASURED, OLD, NEW, [UNCHANGED, APPLIED])
    assert "# 4 public programs that run on MLflow 2.22.5" in table
    assert "| unchanged | 0 | 4 | 0% | – | – | – |" in table
    assert "| apply | 1 | 4 | 25% | 1 | 1 | 1 |" in table
    assert "| owner/name:named.py | **fails** | **fails** (MLF201) |" in table
    assert "| owner/name:silent.py | **fails** | **fails** (in silence) |" in table
    assert "Not counted: 1" in table


def test_a_finding_names_only_its_own_lines_and_cell() -> None:
    left = Left("a.ipynb", "MLF201", 3, 5, 2, "why")
    assert left.names(SourceLine("a.ipynb", 5, 2, ""))
    assert not left.names(SourceLine("a.ipynb", 6, 2, ""))
    assert not left.names(SourceLine("a.ipynb", 4, 3, ""))
    assert not left.names(SourceLine("b.ipynb", 4, 2, ""))


def test_the_document_holds_every_ending() -> None:
    document = json.loads(as_json(MEASURED, OLD, NEW))
    assert document["mlflow"] == {"before": "2.22.5", "after": "3.17.2"}
    assert document["programs"][1]["after"]["apply"]["named_by"] == ["MLF201"]
    assert document["programs"][4]["after"] == {}
