"""The interpreters of the worlds: the project's own packages, with MLflow and what it forces in the wanted line.

What MLflow 2 resolved to is the first choice of MLflow 3, so that only what MLflow 3 forces differs between the worlds.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from codemod.errors import WrongUseError
from compat_tests import environments
from compat_tests.environments import Environment, UvError
from compat_tests.processes import indented
from compat_tests.verify import requirement_files
from compat_tests.verify.request import Request, Requirements, WorldError

NEWEST: Mapping[str, str] = {"2": ">=2.22,<3", "3": ">=3,<4"}
_RESOLVED_INPUTS = ("*.txt", "*.in", "*.toml", "*.lock", "*.cfg", "setup.py", "Pipfile*", "requirements/*", "*.json")
# What uv says was asked for: "you require a==1 and b<2"; what stands after "and" may as well begin "a==1 depends on …".
_REQUIREMENT = r"[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?(?:[<>=!~][^\s;]*[^\s;,.])?"
_REQUIRED = re.compile(rf"you require ({_REQUIREMENT})(?: and ({_REQUIREMENT})(?=[,.]? )(?! depends ))?")

_PYTHON = re.compile(r"the (?:current|requested) Python version \(([^)]+)\) does not satisfy Python([<>=!~][^ ]*)")


@dataclass(frozen=True, slots=True)
class Client:
    """An interpreter with the packages of a project.

    Attributes:
        environment: The interpreter.
        lock: What was resolved, one pin a line; empty for an interpreter that existed already.
        release: Release of MLflow.
        notes: What a person should know of how it was made.
    """

    environment: Environment
    lock: str
    release: str
    notes: tuple[str, ...] = ()


def existing(line: str, python: str) -> Client:
    """Return an interpreter that somebody made.

    Raises:
        WrongUseError: If it does not run, has no MLflow, or one of another line.
    """
    environment = Environment(
        f"client-{line}", Path.cwd() / python
    )  # not resolved: a link is what makes a virtual environment
    option = f"--python{line} {python}"
    try:
        release = environment.release("mlflow")
    except OSError as error:
        raise WrongUseError(f"{option}: does not run: {error.strerror}") from error
    except subprocess.CalledProcessError:
        try:
            release = environment.release("mlflow-skinny")
        except subprocess.CalledProcessError as error:
            raise WrongUseError(f"{option}: has no MLflow") from error
    if release.split(".")[0] != line:
        raise WrongUseError(f"{option}: has MLflow {release}, not {line}")
    return Client(environment, "", release)


def client_of(line: str, copy: Path, request: Request, first: Client | None = None) -> Client:
    """Return an interpreter with the packages of a project and a line of MLflow; it is made if it is not there.

    Args:
        line: ``2`` or ``3``.
        copy: The project, as this world has it.
        request: Where its packages are named, and where environments are kept.
        first: The interpreter whose versions are kept where nothing forces others.

    Raises:
        WorldError: The packages do not go together, or cannot be installed; in the resolver's own words.
    """
    wanted = request.requirements
    sources = requirement_files.requirement_sources(copy, wanted.files, wanted.more)
    lock, notes = _resolve(line, copy, wanted, sources, request.cache, first)
    lines = [each for each in lock.splitlines() if each and not each.startswith("#")]
    python = wanted.python or sys.executable
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        file = Path(folder) / "lock.txt"
        file.write_text(lock, encoding="utf-8")
        try:
            environment = environments.make(
                f"project-{line}",
                json.dumps([lines, _tag(python)]),
                ["--no-deps", "-r", str(file)],
                python,
                request.environments,
            )
        except UvError as error:
            raise WorldError(f"the packages of world {line} cannot be installed", indented(str(error))) from error
    release = next((each.split("==")[1].split(" ")[0] for each in lines if re.match(r"mlflow(-skinny)?==", each)), "")
    return Client(environment, lock, release, tuple(notes))


def library(name: str, client: Client, cache: Path) -> Path:
    """Return a folder with a package for an interpreter, apart from all that the interpreter has.

    An interpreter that somebody made may stand where nothing can be installed: the package is its own if it has it.

    Args:
        name: The requirement, such as ``coverage>=7.10``.
        client: Whose Python it must fit.
        cache: Where it is kept.

    Raises:
        WorldError: It cannot be installed.
    """
    environment = client.environment
    held = None if client.lock else _held(Requirement(name), environment)
    if held is not None:
        return held
    folder = cache / "libraries" / f"{re.split('[<>=]', name)[0]}-{_tag(str(environment.python))}"
    if not (folder / "complete").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="new-") as beside:
            made = Path(beside) / "library"
            try:
                environments.uv("pip", "install", "--python", str(environment.python), "--target", str(made), name)
            except UvError as error:
                raise WorldError(f"{name} cannot be installed", indented(str(error))) from error
            (made / "complete").touch()
            if not folder.exists():
                made.rename(folder)
    return folder


def _held(wanted: Requirement, environment: Environment) -> Path | None:
    """Return the folder in which an interpreter has a package itself, or None if it has no release that will do."""
    code = f"import importlib.metadata as m; d = m.distribution({wanted.name!r}); print(d.version, d.locate_file(''), sep='\\n')"
    done = subprocess.run(environment.command("-I", "-c", code), capture_output=True, text=True)
    version, _, folder = done.stdout.strip().partition("\n")
    return Path(folder) if version and wanted.specifier.contains(version) else None


def install_project(copy: Path, environment: Environment, target: Path) -> None:
    """Install the project of a copy, without its dependencies, into a folder that only this run uses.

    Raises:
        WorldError: It cannot be built.
    """
    try:
        environments.uv(
            *(
                "pip",
                "install",
                "--python",
                str(environment.python),
                "--no-deps",
                "--target",
                str(target),
                "--editable",
                str(copy),
            )
        )
    except UvError as error:
        message = "the project itself cannot be installed (--no-install leaves that out)"
        raise WorldError(message + _python_wanted(str(error)), indented(str(error))) from error


def _python_wanted(said: str) -> str:
    """Return what to do where uv says that a package is not made for this Python, or ""."""
    found = _PYTHON.search(" ".join(said.split()))
    return f"; Python {found[1]} is not {found[2]}: --python names another" if found else ""


def _resolve(
    line: str, copy: Path, wanted: Requirements, sources: requirement_files.Sources, cache: Path, first: Client | None
) -> tuple[str, list[str]]:
    named = requirement_files.mlflow_names(copy, sources)
    specifier = wanted.mlflow.get(line, NEWEST[line])
    notes = []
    # Extras stay: an override takes the place of the whole requirement.
    overrides = [
        f"{name}[{','.join(sorted(extras))}]{specifier}" if extras else f"{name}{specifier}"
        for name, extras in named.items()
    ]
    lines = list(sources.lines)
    if not named:
        notes.append("the project's requirements do not name MLflow; it was added")
        lines.append(f"mlflow{specifier}")
        overrides.append(f"mlflow{specifier}")
    # Releases of MLflow 3 before the newest are broken by the same packages as its first one.
    held = "3.0" if line == "3" and specifier != NEWEST["3"] else line
    constraints = environments.held_back(held)
    kept = "\n".join(
        f"{name}=={version}" for name, version in sources.preferences.items() if not name.lower().startswith("mlflow")
    )
    if first is not None and first.lock:
        kept = "\n".join(each for each in first.lock.splitlines() if not each.startswith("mlflow"))
    python = wanted.python or sys.executable
    key = hashlib.sha256(
        json.dumps(
            [
                line,
                _inputs(copy, sources),
                overrides,
                lines,
                constraints,
                kept,
                wanted.extras,
                wanted.groups,
                _tag(python),
            ]
        ).encode()
    ).hexdigest()[:16]
    file = cache / "resolutions" / f"{key}.txt"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix="new-") as folder:
            place = Path(folder)
            for name, text in (
                ("overrides", overrides),
                ("lines", lines),
                ("constraints", constraints),
                ("lock", [kept]),
            ):
                (place / f"{name}.txt").write_text("\n".join(text) + "\n", encoding="utf-8")
            arguments = [*sources.files, str(place / "lines.txt")]
            extras = [argument for extra in wanted.extras for argument in ("--extra", extra)]
            groups = [argument for group in wanted.groups for argument in ("--group", group)]
            try:
                environments.uv(
                    *(
                        "pip",
                        "compile",
                        *arguments,
                        "--output-file",
                        str(place / "lock.txt"),
                        "--no-header",
                        "--no-annotate",
                    ),
                    *("--override", str(place / "overrides.txt"), "--constraints", str(place / "constraints.txt")),
                    *("--python", python, *extras, *groups),
                    folder=copy,
                )
            except UvError as error:
                raise _conflict(line, copy, str(error), environments.reasons(held)) from error
            lock = "\n".join(_without_the_project((place / "lock.txt").read_text(encoding="utf-8"), copy)) + "\n"
            (place / "lock.txt").write_text(lock, encoding="utf-8")
            (place / "lock.txt").replace(file)
    return file.read_text(encoding="utf-8"), notes


def _inputs(copy: Path, sources: requirement_files.Sources) -> list[str]:
    """Return digests of all files that a resolver may read."""
    paths = {path for pattern in _RESOLVED_INPUTS for path in copy.glob(pattern) if path.is_file()}
    paths |= {copy / name for name in sources.files}
    names = {path: path.relative_to(copy) if path.is_relative_to(copy) else path.name for path in sorted(paths)}
    return [f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path, name in names.items()]


def _without_the_project(lock: str, copy: Path) -> list[str]:
    """Leave out the project itself, which each run installs from its own copy."""
    own = ("-e", "--editable", ".", "file:")
    return [line for line in lock.splitlines() if not line.startswith(own) and str(copy) not in line]


def _conflict(line: str, copy: Path, said: str, reasons: Mapping[str, str]) -> WorldError:
    """Make an error of the resolver's words: which requirement holds the conflict, and why MLflow cannot do with it."""
    said = said.replace(f"{copy}/", "")
    found = _REQUIRED.findall(" ".join(said.split()) + " ")
    required = dict.fromkeys(each.rstrip(".") for pair in found for each in pair if each)
    ours = [each for each in required if each in reasons]
    own = [each for each in required if each not in reasons and not each.startswith("mlflow")]
    holder = f"; held by {', '.join(own)}" if own else ""
    why = [f"{each} is a constraint of MLflow {line}: {reasons[each]}" for each in ours]
    is_ours = ours or "mlflow" in said.lower()  # otherwise they contradict each other, whatever MLflow wants
    message = f"the project's requirements do not go together{f' with MLflow {line}' if is_ours else ''}{holder}"
    message += _python_wanted(said)
    return WorldError(message, indented("\n".join([said, *why])))


def _tag(python: str) -> str:
    """Return what distinguishes interpreters that need different builds."""
    if not Path(python).exists():
        return python
    code = "import sys, sysconfig; print(sys.implementation.cache_tag, sysconfig.get_platform())"
    done = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True)
    return "-".join(done.stdout.split()) or python


def packages_that_differ(first: Client, second: Client) -> list[str]:
    """Return what was replaced between two worlds, one ``name old → new`` each, but for packages that only came along."""
    old, new = _pins(first.lock.splitlines()), _pins(second.lock.splitlines())
    return [f"{name} {old[name]} → {new[name]}" for name in sorted(old.keys() & new.keys()) if old[name] != new[name]]


def _pins(lines: Sequence[str]) -> dict[str, str]:
    pins = (line.split(";")[0].strip().partition("==") for line in lines)
    return {name: version for name, _, version in pins if version}
