"""The code and the pin belong together: the floor follows from the fixes, and the run says what is to be typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codemod.cli import cli
from codemod.mlflow_api.releases import RELEASES
from codemod.rewriting.needed_release import newest

TORCH = 'import mlflow\n\nwith mlflow.start_run():\n    mlflow.pytorch.log_model(net, "model")\n'
SKLEARN = 'import mlflow\n\nwith mlflow.start_run():\n    mlflow.sklearn.log_model(model, "model")\n'
LIGHTGBM = 'import mlflow\n\nwith mlflow.start_run():\n    mlflow.lightgbm.log_model(model, "model")\n'
NONE = 'import mlflow\n\nmlflow.log_metric("a", 1)\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(code: str, pin: str, *arguments: str) -> tuple[Result, str]:
    Path("train.py").write_text(code, encoding="utf-8")
    Path("requirements.txt").write_text(f"{pin}\n", encoding="utf-8")
    result = CliRunner().invoke(cli, [*arguments, "."])
    return result, Path("requirements.txt").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        (TORCH, "mlflow>=2,<3", "mlflow>=3.11,<4"),
        (TORCH, "mlflow>=3,<4", "mlflow>=3.11,<4"),
        (TORCH, "mlflow>=2.17.2", "mlflow>=3.11"),
        (TORCH, "mlflow==2.20.2", f"mlflow=={RELEASES[-1]}"),
        (TORCH, "mlflow>=3.12", "mlflow>=3.12"),
        (LIGHTGBM, "mlflow~=2.9", "mlflow>=3.9,<4"),
        (SKLEARN, "mlflow>=2.17.2", "mlflow>=3.0"),
        (SKLEARN, "mlflow>=3", "mlflow>=3"),
        (NONE, "mlflow>=2.17.2", "mlflow>=2.17.2"),
        (NONE, "mlflow~=2.9", "mlflow>=3,<4"),
    ],
)
def test_the_floor_is_what_the_fixes_need(code: str, before: str, after: str) -> None:
    assert run(code, before, "apply", "--with-pins")[1] == after


def test_a_pin_of_both_lines_stays() -> None:
    assert run(SKLEARN, "mlflow>=2.22", "apply", "--with-pins", "--target", "both")[1] == "mlflow>=2.22"


def test_with_pins_takes_no_other_unsafe_fix() -> None:
    code = 'import mlflow\nversions = client.get_latest_versions("m")\nmlflow.set_tracking_uri("file:///tmp/x")\n'
    run(code, "mlflow~=2.9", "apply", "--with-pins")
    assert Path("train.py").read_text(encoding="utf-8") == code


@pytest.mark.parametrize("command", ["apply", "check"])
def test_the_run_ends_with_what_to_type(command: str) -> None:
    result, pin = run(TORCH, "mlflow>=2.17.2", command)
    assert pin == "mlflow>=2.17.2"
    assert "MLflow 3.11 or later" in result.output
    assert "apply --with-pins" in result.output


@pytest.mark.parametrize(("code", "pin"), [(TORCH, "mlflow>=3.11"), (NONE, "mlflow>=2"), (TORCH, "mlflow")])
def test_nothing_is_said_where_pins_and_code_agree(code: str, pin: str) -> None:
    assert "--with-pins` raises" not in run(code, pin, "apply")[0].output


def test_the_newest_of_releases_is_no_matter_of_letters() -> None:
    assert newest(["3.9", "", "3.11", "3.2"]) == "3.11"
    assert newest(["", ""]) == ""
