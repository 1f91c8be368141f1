"""One way of running a project: its copy, the interpreter of its client, its tracking server, and what it left behind."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codemod.errors import WrongUseError
from compat_tests.processes import Service, indented
from compat_tests.verify.children import Ended, Redactor, run
from compat_tests.verify.clients import Client
from compat_tests.verify.measuring import Startup
from compat_tests.verify.request import WorldError
from compat_tests.verify.snapshots import Snapshot, snapshot
from compat_tests.verify.stores import stores_in

_INSIDE = Path(__file__).with_name("inside")
_TEXT_LIMIT = 1_000_000
READ_SECONDS = 600.0
"""How long a reader may take at least; it gets as long as the command, if that is more."""
WorldTick = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class World:
    """A copy of a project with a client and a server.

    Attributes:
        label: What people call it: ``2``, ``3``, or ``client:server``.
        client: The interpreter with the project's packages.
        copy: The project.
        folder: Everything else of this world.
        startup: What its interpreters do first.
        service: The tracking server; None for stores by path.
        handed: Variables that the caller hands on.
        redact: Takes their values out of a string.
    """

    label: str
    client: Client
    copy: Path
    folder: Path
    startup: Startup
    service: Service | None
    handed: Mapping[str, str]
    redact: Redactor
    patience: float = READ_SECONDS

    def variables(self) -> dict[str, str]:
        """Return the whole environment of the command."""
        temporary = self.folder / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        own = {"TMPDIR": str(temporary), **self.handed, **self.startup.variables}
        if self.service is not None:
            own["MLFLOW_TRACKING_URI"] = self.service.uri
        variables = self.client.environment.variables(own)
        site = self.startup.variables.get("MLFLOW_CODEMOD_SITE")
        if site:
            variables["PATH"] = os.pathsep.join((str(Path(site) / "bin"), variables["PATH"]))
        return variables

    def check_command(self, command: Sequence[str]) -> None:
        """Find out whether a program is there before minutes are spent.

        Raises:
            WrongUseError: If it is not.
        """
        program = command[0]
        found = (
            os.access(self.copy / program, os.X_OK)
            if "/" in program
            else shutil.which(program, path=self.variables()["PATH"])
        )
        if not found:
            raise WrongUseError(f"command not found: {program}{self._hint(program)}")

    def _hint(self, program: str) -> str:
        """Return what a person may have meant by a program that is not there."""
        if (self.copy / program).is_file():
            runs = "python " if program.endswith(".py") else "" if "/" in program else "./"
            return f"; it is a file of the project that nothing runs: write {runs}{program}, or make it executable"
        return "" if "/" in program else f"; world {self.label} has no such program (--with adds packages)"

    def run(self, command: Sequence[str], limit: float, tick: WorldTick) -> Ended:
        """Run a command in the copy; see `children.run`."""
        log = self.folder / "output.log"
        return run(command, self.copy, self.variables(), limit, log=log, redact=self.redact, tick=tick)

    def begin_to_read(self) -> RunningScript:
        """Start to read all that the world recorded; `snapshot` makes sense of the answer."""
        by_path = [store for place in (self.copy, self.folder / "tmp") for store in stores_in(place)]
        stores = [*([self.service.uri] if self.service else []), *by_path]
        request = {"stores": stores, "models": str(self.folder / "models"), "text_limit": _TEXT_LIMIT}
        return self._ask("reader.py", request)

    def snapshot(self, asked: RunningScript) -> Snapshot:
        """Return what the world recorded.

        Raises:
            WorldError: It could not be read.
        """
        status, answer, end = asked.wait(self.patience)
        if status is None:
            message = f"what world {self.label} recorded could not be read within {self.patience:.0f} s"
            raise WorldError(message, indented(self.redact(end)))
        if status or answer is None:
            raise WorldError(f"what world {self.label} recorded cannot be read", indented(self.redact(end)))
        places = {
            str(self.copy): "<project>",
            str(self.folder): "<folder>",
            self.client.release: "<release of MLflow>",  # projects write it down as a tag
        }
        if self.service is not None:
            places |= {self.service.uri: "<server>", self.service.uri.removeprefix("http://"): "<server>"}
        return snapshot(self._redacted(answer), places)

    def begin_to_predict(self, models: Mapping[str, str], sample: Path | None, command: Sequence[str]) -> RunningScript:
        """Start to ask models for predictions, in this world's interpreter.

        Args:
            models: Folder of each model, by a key.
            sample: A file with inputs; None for each model's own example.
            command: What trained them: the folder of its script is where their code may lie.
        """
        request = {
            "models": [{"key": key, "folder": folder} for key, folder in models.items()],
            "sample": str(sample.resolve()) if sample else None,
            "paths": [str(path) for path in self.code_folders(command)],
        }
        return self._ask("predictor.py", request)

    def predictions(self, asked: RunningScript, keys: Iterable[str]) -> dict[str, Any]:
        """Return the answers of models. One that takes the whole process with it leaves the answers of those before it."""
        status, answer, end = asked.wait(self.patience)
        known = self._redacted(answer or {})
        why = f"no answer within {self.patience:.0f} s" if status is None else f"the process died with status {status}"
        lost = {"error": f"{why}: {' '.join(self.redact(end).split())[-300:]}"}
        return {key: known.get(key, lost) for key in keys}

    def code_folders(self, command: Sequence[str]) -> list[Path]:
        """Return where the modules of the project may lie."""
        scripts = [
            self.copy / part for part in command if part.endswith((".py", ".ipynb")) and (self.copy / part).is_file()
        ]
        return list(dict.fromkeys([*(script.parent for script in scripts), self.copy, self.copy / "src"]))

    def _redacted(self, value: Any) -> Any:
        """Return JSON without the values that the caller handed on; folders stay, as files are found by them."""
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, list):
            return [self._redacted(each) for each in value]
        if isinstance(value, dict):
            return {key: each if key == "folder" else self._redacted(each) for key, each in value.items()}
        return value

    def _ask(self, script: str, request: Mapping[str, Any]) -> RunningScript:
        variables = self.variables()
        # Readers are not the command: they are not measured, and a store of files may be read.
        for name in ("MLFLOW_CODEMOD_COVERAGE", "COVERAGE_PROCESS_START"):
            variables.pop(name, None)
        variables["MLFLOW_ALLOW_FILE_STORE"] = "true"
        folder = Path(tempfile.mkdtemp(dir=self.folder, prefix="asked-"))
        (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
        command = self.client.environment.command(str(_INSIDE / script), str(folder / "answer.json"))
        with (folder / "request.json").open("rb") as requests, (folder / "errors.log").open("wb") as errors:
            process = subprocess.Popen(
                command, stdin=requests, stdout=errors, stderr=errors, cwd=self.copy, env=variables
            )
        return RunningScript(process, folder)


class RunningScript:
    """A script that runs in a world's interpreter and writes an answer."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self._process = process
        self._folder = folder

    def wait(self, patience: float) -> tuple[int | None, Any, str]:
        """Wait for the end, but no longer than some seconds.

        Returns:
            The exit status, or None if it had to be stopped; the answer, or None without one; and the end of what was said.
        """
        status: int | None
        try:
            status = self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self.stop()
            status = None
        answer = self._folder / "answer.json"
        said = (self._folder / "errors.log").read_text("utf-8", "replace").splitlines()[-20:]
        return status, json.loads(answer.read_text("utf-8")) if answer.exists() else None, "\n".join(said)

    def stop(self) -> None:
        """End it, if it has not ended."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def shell_words(text: str) -> list[str]:
    """Return the command that a person wrote in one string.

    Raises:
        WrongUseError: If its quotes do not match.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise WrongUseError(f"--setup {text!r}: {error}") from error
    if not words:
        raise WrongUseError("--setup is empty")
    return words
