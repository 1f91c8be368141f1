"""Environments are made once, again after a failure, and nothing leaks into them."""

from __future__ import annotations

import itertools
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from compat_tests import environments
from compat_tests.environments import PROJECT, RECIPES, Environment, UvError, environment


@pytest.fixture
def uv_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The calls of uv, which is not run: an install needs the network."""
    calls: list[tuple[str, ...]] = []

    def record(*arguments: str) -> None:
        calls.append(arguments)
        if arguments[0] == "venv":
            Path(arguments[-1]).mkdir(parents=True, exist_ok=True)

    monkeypatch.setenv("COMPAT_ENVIRONMENTS", str(tmp_path))
    monkeypatch.setattr(environments, "uv", record)
    return calls


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_is_complete(name: str) -> None:
    recipe = RECIPES[name]
    assert recipe.resolved()
    if recipe.constraints:
        text = recipe.constraints.read_text(encoding="utf-8")
        assert any(line.startswith("mlflow") for line in text.splitlines()), (
            "the line's file says which release is meant"
        )


def test_each_constraint_has_its_reason() -> None:
    for file in environments.CONSTRAINTS.glob("*.txt"):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# "), file.name
        for above, line in itertools.pairwise(lines):
            # A reason may cover two packages that are released together.
            assert line.startswith("#") or not above.startswith("mlflow") or not line, (
                f"{file.name}: {line} has no reason"
            )


def test_it_is_made_once(uv_calls: list[tuple[str, ...]]) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: environment("server-2"), range(4)))
    assert len(set(made)) == 1
    assert [call[:2] for call in uv_calls] == [("venv", "--clear"), ("pip", "install")]
    assert uv_calls[1][-2:] == ("--constraints", str(environments.CONSTRAINTS / "mlflow-2.txt"))


def test_a_half_made_one_is_made_again(uv_calls: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    working = environments.uv

    def fail(*arguments: str) -> None:
        if arguments[0] == "pip":
            raise UvError("no network")
        working(*arguments)

    monkeypatch.setattr(environments, "uv", fail)
    with pytest.raises(UvError, match="no network"):
        environment("tiled")
    monkeypatch.setattr(environments, "uv", working)
    environment("tiled")
    assert uv_calls[-1][:2] == ("pip", "install")


def test_new_constraints_mean_a_new_environment(
    uv_calls: list[tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = environment("server-2")
    changed = tmp_path / "constraints"
    changed.mkdir()
    (changed / "mlflow-2.txt").write_text("mlflow>=2.22,<3\n", encoding="utf-8")
    monkeypatch.setattr(environments, "CONSTRAINTS", changed)
    assert environment("server-2") != before


def test_nothing_of_the_caller_steers_mlflow(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_PASSWORD", "PYTHONPATH", "TILED_PROFILE", "HTTP_PROXY"):
        monkeypatch.setenv(name, "leaked")
    variables = Environment("client-3", Path("/env/bin/python")).variables(
        {"MLFLOW_TRACKING_URI": "http://127.0.0.1:1"}
    )
    assert "leaked" not in variables.values()
    assert variables["MLFLOW_TRACKING_URI"] == "http://127.0.0.1:1"
    assert variables["PATH"].split(":")[0] == "/env/bin"


def test_uv_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(UvError, match=r"uv venv --python failed:(.|\n)*2\.0"):
        environments.uv("venv", "--python", "2.0", str(tmp_path / "x"))


def test_threads_may_ask_for_uv_at_once() -> None:
    """In a process that has not asked `sysconfig` yet, whose first answer takes its time."""
    program = """
import sysconfig, time
from concurrent.futures import ThreadPoolExecutor
from compat_tests.environments import uv_program

read = sysconfig._init_posix
def slowly(variables):
    time.sleep(0.2)
    read(variables)
sysconfig._init_posix, sysconfig._CONFIG_VARS = slowly, None
sysconfig._CONFIG_VARS_INITIALIZED = False
with ThreadPoolExecutor(4) as pool:
    print(*set(pool.map(lambda _: uv_program(), range(4))), sep="\\n")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=PROJECT)
    assert done.stdout.splitlines() == [environments.uv_program()], done.stderr


def test_a_client_that_somebody_made_is_taken_if_it_has_the_line(
    uv_calls: list[tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 2.22.5\n")
    python.chmod(0o755)
    for line in "23":
        monkeypatch.setenv(f"COMPAT_CLIENT_{line}", str(python))
    assert environments.client("2") == Environment("client-2", python)
    assert not uv_calls
    assert environments.client("3").python != python
    assert [call[0] for call in uv_calls] == ["venv", "pip"]


@pytest.mark.parametrize("named", ["missing", "broken"])
def test_a_client_is_made_where_the_named_one_cannot_be_asked(
    uv_calls: list[tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    (tmp_path / "broken").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "broken").chmod(0o755)
    monkeypatch.setenv("COMPAT_CLIENT_2", str(tmp_path / named))
    assert environments.client("2") == environments.environment("client-2")
    assert uv_calls
