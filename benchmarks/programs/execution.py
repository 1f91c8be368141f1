"""Runs one program in a fresh place and says how it ended, and at which line of its own code."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.programs.environments import Installation
from benchmarks.programs.manifest import Program
from benchmarks.programs.notebooks import NotebookScript, to_script

OFFLINE = Path(__file__).with_name("offline")
_TRACEBACK = "Traceback (most recent call last):"
_FRAME = re.compile(r'^\s*File "(?P<path>[^"]+)", line (?P<line>\d+)', re.MULTILINE)
_ERROR_LINE = re.compile(r"^[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning|NotFound|NotSupported)\b")
_ERROR = 300  # characters of an error's line that are kept
_KEPT = 20_000  # characters of the output that are kept
_STORES = ("mlruns", "mlartifacts", "mlflow.db")
_SERVER_PATIENCE = 90.0
_PORTS: dict[int, threading.Lock] = defaultdict(threading.Lock)  # programs cannot be told to use another port


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of the program's own code.

    Attributes:
        path: Relative to the repository.
        line: 1-based line in the file, or in the cell of a notebook.
        cell: For a notebook, the 1-based number of the cell, all kinds counted; 0 for a plain file.
        text: The line.
    """

    path: str
    line: int
    cell: int
    text: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How a program ended.

    Attributes:
        status: ``"runs"``, ``"fails"`` or ``"times out"``.
        seconds: Wall time of the program and what runs before it.
        error: The last line of the error, or "".
        places: Lines of the program's own code that the last traceback names, innermost first.
        command: The command line that failed, or "".
        output: The end of what it printed.
    """

    status: str
    seconds: float
    error: str = ""
    places: tuple[SourceLine, ...] = ()
    command: str = ""
    output: str = ""

    @property
    def runs(self) -> bool:
        """Whether the program ended normally."""
        return self.status == "runs"

    @property
    def swallowed(self) -> str:
        """The error that a program printed although it ended normally, such as one that it caught; "" for none."""
        if not self.runs or _TRACEBACK not in self.output:
            return ""
        return _error_line(self.output[self.output.rfind(_TRACEBACK) :])


def forget_stores(tree: Path) -> None:
    """Remove tracking data that a repository keeps: a run starts with an empty store."""
    import shutil

    for name in _STORES:
        for path in tree.rglob(name):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def fingerprint(tree: Path) -> str:
    """Return a digest of the names and contents of all files below a folder."""
    digest = hashlib.sha256()
    for path in sorted(tree.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(tree)).encode(errors="surrogateescape"))
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def run(program: Program, tree: Path, environment: Installation, scratch: Path, limit: float) -> Ending:
    """Run a program, with what must run before it and the server that it expects.

    Args:
        program: The program.
        tree: The repository's top; the run writes into it.
        environment: The Python and MLflow to run it with.
        scratch: A folder for the home directory and the server's store.
        limit: Seconds that each command may take.

    Returns:
        The ending of the first command that does not run, or of the program itself.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    variables = _variables(program, tree, environment, scratch)
    _write_stand_ins(program, tree, environment, variables)
    commands = [*program.before, (program.path, *program.arguments)]
    ending = Ending("runs", 0.0)
    started = time.monotonic()
    with _server(program.server, environment, scratch, variables):
        for command in commands:
            ending = _run_command(command, program, tree, environment, variables, scratch, limit)
            if not ending.runs:
                break
    return Ending(
        ending.status, round(time.monotonic() - started, 1), ending.error, ending.places, ending.command, ending.output
    )


def _variables(program: Program, tree: Path, environment: Installation, scratch: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MLFLOW_", "PIP_", "UV_", "PYTHON", "VIRTUAL_ENV"))
    }
    home = scratch / "home"
    home.mkdir(exist_ok=True)
    cache = scratch.parent / "matplotlib"
    python_path = [str(OFFLINE), *(str(tree / folder) for folder in program.python_path)]
    return kept | {
        "HOME": str(home),
        "PATH": os.pathsep.join([str(environment.python.parent), kept.get("PATH", "")]),
        "PYTHONPATH": os.pathsep.join(python_path),
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(cache),
        "SCIKIT_LEARN_DATA": str(scratch.parent / "scikit_learn_data"),
        "HF_HUB_OFFLINE": "1",
        "PIP_NO_INDEX": "1",
        "GIT_PYTHON_REFRESH": "quiet",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "OMP_NUM_THREADS": "2",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        # Which packages a model needs is found out by loading it in a new process: half a minute that decides nothing here.
        "MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT": "1",
        **dict(program.environment),
    }


def _write_stand_ins(program: Program, tree: Path, environment: Installation, variables: dict[str, str]) -> None:
    folder = Path(variables["SCIKIT_LEARN_DATA"])
    wanted = [f"{name}={tree / path}" for path, name in program.data]
    if wanted or not folder.is_dir():
        command = [str(environment.python), str(OFFLINE / "stand_ins.py"), str(folder), *wanted]
        subprocess.run(command, check=True, env=variables, capture_output=True)


def _run_command(
    command: Sequence[str],
    program: Program,
    tree: Path,
    environment: Installation,
    variables: dict[str, str],
    scratch: Path,
    limit: float,
) -> Ending:
    path, _, function = command[0].partition("::")
    directory = tree / (program.directory if program.directory is not None else str(Path(path).parent))
    line, script = _command_line(tree / path, function, tree, program)
    log = scratch / "output.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(environment.python), *line, *command[1:]],
            cwd=directory,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code: int | None = process.wait(limit)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # its whole group: a program may have started servers
            process.wait()
    text = log.read_text(encoding="utf-8", errors="replace")
    shown = " ".join(command)
    if code == 0:
        return Ending("runs", 0.0, output=text[-_KEPT:])
    if code is None:
        return Ending("times out", 0.0, f"not done after {limit:g} s", (), shown, text[-_KEPT:])
    scripts = {line[0]: (path, script)} if script else {}
    error, places = read_failure(text, tree, scripts)
    return Ending("fails", 0.0, error or f"exit code {code}", places, shown, text[-_KEPT:])


def _command_line(file: Path, function: str, tree: Path, program: Program) -> tuple[list[str], NotebookScript | None]:
    """Return what follows the interpreter: a script, a module, a function of a module, or an MLflow project."""
    if file.name == "MLproject":
        return ["-m", "mlflow", "run", str(file.parent), "--env-manager", "local"], None
    if file.suffix == ".ipynb":
        script = to_script(file.read_bytes())
        converted = file.with_name(file.stem + "_as_script.py")
        converted.write_text(script.text, encoding="utf-8")
        return [str(converted)], script
    if not function:
        return [str(file)], None
    top = tree / (program.python_path[0] if program.python_path else "")
    module = ".".join(file.relative_to(top).with_suffix("").parts)
    if function == "__main__":
        return ["-m", module], None
    return ["-c", f"import importlib; importlib.import_module({module!r}).{function}()"], None


def read_failure(
    text: str, tree: Path, scripts: dict[str, tuple[str, NotebookScript]]
) -> tuple[str, tuple[SourceLine, ...]]:
    """Find the error and the program's own lines in what a failed program printed.

    Args:
        text: Its output.
        tree: The repository's top.
        scripts: For scripts made from notebooks: their path, the notebook's path and the script.

    Returns:
        The last line of the error, and the lines of the traceback that lie in the tree, innermost first. Of several
        tracebacks the last one with such lines counts: the one behind it is that of MLflow, which started the program.
    """
    blocks = [_TRACEBACK + block for block in text.split(_TRACEBACK)[1:]]
    for block in reversed(blocks):
        if places := tuple(_places(block, tree, scripts)):
            return _error_line(block), places
    if blocks:
        return _error_line(blocks[-1]), ()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines[-1][:_ERROR] if lines else ""), ()


def _error_line(block: str) -> str:
    lines = [line.strip() for line in block.splitlines()[1:] if line.strip()]
    named = (line for line in lines if _ERROR_LINE.match(line))
    return next(named, lines[-1] if lines else "")[:_ERROR]


def _places(block: str, tree: Path, scripts: dict[str, tuple[str, NotebookScript]]) -> Iterator[SourceLine]:
    top = tree.resolve()
    for match in reversed(list(_FRAME.finditer(block))):
        path = Path(match["path"])
        line = int(match["line"])
        if not path.is_absolute() or not path.resolve().is_relative_to(top) or not path.is_file():
            continue
        source = path.read_text(encoding="utf-8", errors="replace").splitlines()
        content = source[line - 1].strip() if 0 < line <= len(source) else ""
        if str(path) in scripts:
            name, script = scripts[str(path)]
            cell, number = script.origins[line - 1] if line <= len(script.origins) else (-1, 0)
            yield SourceLine(name, number, cell + 1, content)
        else:
            yield SourceLine(str(path.resolve().relative_to(top)), line, 0, content)


@contextlib.contextmanager
def _server(port: int, environment: Installation, scratch: Path, variables: dict[str, str]) -> Iterator[None]:
    if not port:
        yield
        return
    with _PORTS[port]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))  # an OSError here says that the port is taken: no run would mean anything
        with _running_server(port, environment, scratch, variables):
            yield


@contextlib.contextmanager
def _running_server(port: int, environment: Installation, scratch: Path, variables: dict[str, str]) -> Iterator[None]:
    store = scratch / "server"
    store.mkdir()
    command = [str(environment.python), "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--backend-store-uri", f"sqlite:///{store}/mlflow.db"]
    command += ["--artifacts-destination", str(store / "artifacts")]
    with (store / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, cwd=store, env=variables, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait_until_ready(port, process, store / "log.txt")
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_until_ready(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _SERVER_PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
            return
        time.sleep(0.3)
    sys.stderr.write(log.read_text(encoding="utf-8", errors="replace")[-2000:])
    raise RuntimeError(f"the MLflow server on port {port} did not come up")
