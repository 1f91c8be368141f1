"""Programs in Python that scripts hold are found, with the places of their characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.documents.shell_programs import shell_programs
from codemod.engine import migrate
from codemod.findings import Safety, State
from codemod.settings import Settings

_PROGRAM = "import mlflow\nprint(mlflow.active_run().info.run_uuid)\n"


@pytest.mark.parametrize(
    "script",
    [
        f"python - <<EOF\n{_PROGRAM}EOF\n",
        f"cd x && uv run python3.11 -u <<'PY' > log.txt\n{_PROGRAM}PY\n",
        f'python3 - << "END"\n{_PROGRAM}\nEND\necho\n',
        "run: |\n  python - <<-EOF\n  import mlflow\n  print(mlflow.active_run().info.run_uuid)\n  EOF\n",
        "python -c 'import mlflow\nprint(mlflow.active_run().info.run_uuid)'\n",
    ],
)
def test_a_program_is_found(script: str) -> None:
    (program,) = shell_programs(script)
    assert program.code.strip() == _PROGRAM.strip()
    at = program.code.index("run_uuid")
    assert script[program.place.in_file(at) :].startswith("run_uuid")


@pytest.mark.parametrize(
    "script",
    [
        "cat <<EOF\nimport mlflow\nEOF\n",
        "python train.py --mlflow\n",
        "python - <<EOF\nimport other\nEOF\n# mlflow\n",
        'python -c "print(\\"mlflow\\")"\n',
        "python - <<EOF\nimport mlflow\n",
    ],
)
def test_other_text_is_none(script: str) -> None:
    assert shell_programs(script) == []


def test_what_it_does_is_told_where_it_stands() -> None:
    script = f"#!/bin/sh\npip install 'mlflow<3'\npython - <<EOF\n{_PROGRAM}mlflow.pytorch.log_model(m, 'model')\nEOF\n"
    outcome = migrate("run.sh", script.encode(), Settings(unsafe=True, select=("MLF101", "MLF403", "MLF502")))
    assert [(finding.code, finding.location.line) for finding in outcome.findings if not finding.fixed] == [
        ("MLF403", 5),
        ("MLF101", 6),
    ]
    assert all(finding.safety is Safety.MANUAL for finding in outcome.findings if not finding.fixed)
    assert outcome.new == script.replace("<3", ">=3,<4").encode()


def test_what_the_shell_puts_in_is_not_known() -> None:
    body = "import mlflow\nmlflow.set_tracking_uri(\"$URI\")\nn = $N + ${#}\nmlflow.onnx.log_model(m, 'net-${KIND}')\nprint('a{b}', \"$\")\n"
    (program,) = shell_programs(f"python - <<EOF\n{body}EOF\n")
    assert program.code.splitlines()[1:] == [
        'mlflow.set_tracking_uri(f"{SHELL_URI}")',
        "n = SHELL_N + SHELL",
        "mlflow.onnx.log_model(m, f'net-{SHELL_KIND}')",
        "print('a{b}', f\"$\")",
    ]
    script = f"python - <<EOF\n{body}EOF\n"
    assert script[program.place.in_file(program.code.index("mlflow.onnx")) :].startswith("mlflow.onnx")
    (quoted,) = shell_programs(f"python - <<'EOF'\n{body}EOF\n")
    assert quoted.code == body.rstrip("\n")
    found = migrate("run.sh", script.replace("n = $N + ${#}\n", "").encode(), Settings()).findings
    assert [(finding.code, finding.location.line) for finding in found] == [("MLF101", 4)]


def test_one_that_is_no_python_is_told() -> None:
    script = "echo\npython - <<EOF\nimport mlflow\nprint(mlflow.active_run().info.run_uuid\nEOF\n"
    outcome = migrate("run.sh", script.encode(), Settings())
    assert outcome.problems == ("line 3: a program in Python starts here that cannot be read as such",)
    assert outcome.findings == ()


@pytest.mark.parametrize(
    ("select", "body"),
    [("MLF101", _PROGRAM), ("MLF403", "import mlflow\nprint(mlflow.__version__)\n")],
)
def test_what_no_rule_concerns_is_unchanged(select: str, body: str) -> None:
    outcome = migrate("run.sh", f"python - <<EOF\n{body}EOF\n".encode(), Settings(select=(select,)))
    assert outcome.state is State.UNCHANGED
    assert outcome.problems == ()


@given(st.text(alphabet="ab \n\t'\"$", max_size=40), st.sampled_from(["", "  ", "\t"]))
def test_a_place_of_it_is_that_of_the_script(body: str, indent: str) -> None:
    lines = "".join(f"{indent}{line}\n" for line in ("import mlflow", *body.split("\n")))
    script = f"python - <<EOF\n{lines}{indent}EOF\n"
    for program in shell_programs(script):
        at = program.code.index("mlflow")
        assert script[program.place.in_file(at) :].startswith("mlflow")
