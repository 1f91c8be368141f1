"""Commands of other packages are found by their entry points; what is missing is said in one line."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import tomlkit
from click.testing import CliRunner

from codemod.cli import cli

ROOT = Path(__file__).resolve().parents[3]


def declared() -> dict[str, str]:
    project = tomlkit.parse((ROOT / "pyproject.toml").read_text(encoding="utf-8")).unwrap()["project"]
    found: dict[str, str] = project["entry-points"]["mlflow_codemod.commands"]
    return found


def points(**values: str) -> Callable[..., list[importlib.metadata.EntryPoint]]:
    return lambda group: [importlib.metadata.EntryPoint(name, value, group) for name, value in values.items()]


def test_verify_is_declared_and_can_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "entry_points", points(**declared()))
    shown = CliRunner().invoke(cli, ["verify", "--help"])
    assert shown.exit_code == 0
    assert "COMMAND" in shown.output
    # Every option of `apply` is taken.
    assert {"--select", "--ignore", "--target", "--no-unsafe", "--apply-sample"} <= set(
        shown.output.replace(",", " ").replace("/", " ").split()
    )


@pytest.mark.parametrize(
    ("given", "reason"),
    [({}, "not installed"), ({"verify": "codemod.nothing_of_this_name:verify"}, "nothing_of_this_name")],
)
def test_what_is_missing_is_said_in_one_line(
    given: dict[str, str], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.metadata, "entry_points", points(**given))
    result = CliRunner().invoke(cli, ["verify", "--timeout", "3", ".", "--", "python", "train.py"])
    message = str(result.exception)
    assert message.startswith('verify needs more packages: install mlflow-codemod with its extra "verify"')
    assert reason in message
    assert "\n" not in message


def test_help_loads_nothing_that_only_runs_need() -> None:
    program = "import sys; from codemod.cli import cli; cli(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "\n  verify    Run a project on MLflow 2 and, migrated, on 3; compare.\n" in done.stdout
    assert {"psutil", "filelock", "uv", "tomlkit", "concurrent.futures"}.isdisjoint(done.stdout.split())
