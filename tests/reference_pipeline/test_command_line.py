from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

import reference_pipeline
from reference_pipeline.__main__ import main
from reference_pipeline.errors import ServiceError
from reference_pipeline.local_servers import LocalServer, _started, mlflow_server

ROOT = Path(reference_pipeline.__file__).parents[1]


def run(arguments: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reference_pipeline", *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True,
    )  # fmt: skip


def written(path: Path, sections: dict[str, Any]) -> str:
    plain = {name: {key: str(v) if isinstance(v, Path) else v for key, v in section.items()}
             for name, section in sections.items()}  # fmt: skip
    path.write_text(yaml.safe_dump(plain))
    return str(path)


def test_a_wrong_configuration_is_told_at_once_and_without_pytorch(tmp_path: Path) -> None:
    path = written(
        tmp_path / "train.yaml", {"io_parameters": {"root_uri": "http://x"}, "train_parameters": {"depht": 1}}
    )
    script = (
        "import sys; from reference_pipeline.__main__ import main\n"
        "code = main(['train', sys.argv[1]]); print('torch' in sys.modules); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script, path], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == "False\n"
    first, *more = done.stderr.splitlines()
    assert first.startswith(f"error: {path}: io_parameters.data_uris: field required")
    assert any("train_parameters.depht: unknown key, did you mean depth?" in line for line in more)
    assert "Traceback" not in done.stderr


def test_a_failure_is_one_line(tiled: LocalServer, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["seed", tiled.uri]) == 1
    assert (
        capsys.readouterr().err
        == f"error: {tiled.uri}: Tiled asks for an API key: give one in io_parameters or TILED_API_KEY\n"
    )


def test_two_processes_train_one_model_and_record_one_run(
    tiled: LocalServer, training_sections: dict[str, Any], tmp_path: Path
) -> None:
    """Lightning's own flags: the same command line, two processes that share each batch, one of which records."""
    sections = {
        **training_sections,
        "io_parameters": training_sections["io_parameters"] | {"models_dir": tmp_path, "uid_save": "distributed"},
        "train_parameters": training_sections["train_parameters"] | {"num_workers": 0},
        "trainer_parameters": {"accelerator": "cpu", "devices": 2, "strategy": "ddp"},
    }
    from mlflow import MlflowClient  # no other test here needs MLflow in this process

    store = f"sqlite:///{tmp_path / 'mlflow.db'}"
    done = run(["train", written(tmp_path / "train.yaml", sections)], tmp_path, MLFLOW_TRACKING_URI=store)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("distributed version 1") == 1
    assert "2 process(es)" in done.stderr
    client = MlflowClient(store)
    (experiment,) = client.search_experiments()
    (recorded,) = client.search_runs([experiment.experiment_id])
    assert recorded.info.status == "FINISHED"
    losses = [point.value for point in client.get_metric_history(recorded.info.run_id, "val_loss")]
    assert len(losses) == 2
    assert losses[1] < losses[0]


def test_a_server_that_cannot_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    start = time.monotonic()
    command = ["http.server", "--no-such-flag"]
    with pytest.raises(ServiceError, match=r"(?s)Test ended while starting, exit 2.*usage: server\.py"):  # noqa: SIM117
        with _started("Test", command, "/", tmp_path, {}) as server:
            server.wait()
    assert time.monotonic() - start < 30


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_no_server_survives_a_demonstration_that_is_stopped(tmp_path: Path, ending: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "reference_pipeline", "demo", "--output", str(tmp_path)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert "starting a Tiled server" in process.stdout.readline()
    while len(servers := descendants(process.pid)) < 2:
        time.sleep(0.05)
    process.send_signal(ending)
    # Python ends by SIGINT itself, whatever the exit code is, if the interrupt fell into the `exec` of a string, as
    # dataclasses do when a library is imported (CPython 3.10 to 3.13, pythonrun.c, unhandled_keyboard_interrupt).
    # A shell shows both as 130.
    assert process.wait(timeout=60) in (128 + ending, -ending)
    assert not alive(servers)


def test_no_worker_survives_its_server(tmp_path: Path) -> None:
    with mlflow_server(tmp_path) as server:
        server.wait()
        processes = {server.process.pid, *descendants(server.process.pid)}
        # The master that was started, and the worker that it started.
        assert len(processes) >= 2
    assert not alive(processes)


def descendants(root: int) -> set[int]:
    table = subprocess.run(["ps", "-eo", "pid=,ppid="], check=True, capture_output=True, text=True).stdout
    parents = {int(pid): int(parent) for pid, parent in (line.split() for line in table.splitlines())}
    found: set[int] = set()
    while more := {pid for pid, parent in parents.items() if parent in found | {root}} - found:
        found |= more
    return found


def alive(processes: set[int]) -> set[int]:
    """What is left of them, after a moment for the kernel to remove what was killed."""
    give_up = time.monotonic() + 10
    while True:
        table = subprocess.run(["ps", "-eo", "pid=,stat="], check=True, capture_output=True, text=True).stdout
        running = {int(pid) for pid, state in map(str.split, table.splitlines()) if not state.startswith("Z")}
        if not running & processes or time.monotonic() > give_up:
            return running & processes
        time.sleep(0.1)
