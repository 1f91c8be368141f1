"""Where a project says which packages it needs: requirement files, pyproject.toml, and what its lock file chose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import ParseError

from codemod.errors import WrongUseError

_PLAIN = ("requirements.txt", "requirements.in")
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")
_MLFLOW = re.compile(r"(?im)^\s*[\"']?(mlflow(?:-skinny|-tracing)?)\s*(?:\[([^\]]*)\])?(?![\w.-])")
_MLFLOW_QUOTED = re.compile(r"(?i)[\"'](mlflow(?:-skinny|-tracing)?)\s*(?:\[([^\]]*)\])?(?![\w.-])")


@dataclass(frozen=True, slots=True)
class Sources:
    """What a resolver is given.

    Attributes:
        files: Files that uv takes, relative to the project.
        lines: Requirements that stand nowhere in such a file.
        preferences: Versions that a lock file chose, by name: kept where nothing forces another.
    """

    files: tuple[str, ...]
    lines: tuple[str, ...]
    preferences: Mapping[str, str]


def requirement_sources(project: Path, named: tuple[str, ...] = (), more: tuple[str, ...] = ()) -> Sources:
    """Find the requirements of a project.

    Args:
        project: The project, or a copy.
        named: Files to take instead of those that are found, relative to the project.
        more: Requirements besides; they are enough where the project names none.

    Raises:
        WrongUseError: If there are none, or a file is not there.
    """
    preferences = _preferences(project)
    if named:
        for name in named:
            if not (project / name).is_file():
                raise WrongUseError(
                    f"--requirements {name}: is not in the project, or Git ignores it (--include {name})"
                )
        return Sources(named, more, preferences)
    if _declares_dependencies(project / "pyproject.toml"):
        return Sources(("pyproject.toml",), more, preferences)
    for names in (_PLAIN, ("setup.py", "setup.cfg")):
        found = next((name for name in names if (project / name).is_file()), None)
        if found:
            return Sources((found,), more, preferences)
    if (project / "Pipfile").is_file():
        return Sources((), (*_pipfile(project / "Pipfile"), *more), preferences)
    if more:
        return Sources((), more, preferences)
    conda = next(
        (name for name in ("environment.yml", "environment.yaml", "conda.yaml") if (project / name).is_file()), None
    )
    hint = f" ({conda} is conda's: make an environment of it for each MLflow, and name those)" if conda else ""
    raise WrongUseError(
        f"no requirements in {project}: name a file by --requirements, packages by --with, or interpreters by --python2 and --python3{hint}"
    )


def is_package(project: Path) -> bool:
    """Return whether a project can be installed: it has a build system, or a setup file."""
    if (project / "setup.py").is_file():
        return True
    table = _toml(project / "pyproject.toml")
    return "build-system" in table or "project" in table or _is_setup_cfg(project / "setup.cfg")


def mlflow_names(project: Path, sources: Sources) -> dict[str, set[str]]:
    """Return the distributions of MLflow that the sources name, each with its extras."""
    found: dict[str, set[str]] = {}
    texts = [(project / name).read_text("utf-8", "replace") for name in sources.files]
    texts.append("\n".join(sources.lines))
    for text in texts:
        for match in (*_MLFLOW.finditer(text), *_MLFLOW_QUOTED.finditer(text)):
            extras = {part.strip() for part in (match[2] or "").split(",") if part.strip()}
            found.setdefault(match[1].lower(), set()).update(extras)
    return found


def _declares_dependencies(file: Path) -> bool:
    table = _toml(file)
    project = table.get("project", {})
    has_own = bool(
        project.get("dependencies")
        or project.get("optional-dependencies")
        or "dependencies" in project.get("dynamic", ())
    )
    return has_own or "dependencies" in table.get("tool", {}).get("poetry", {})


def _toml(file: Path) -> Mapping[str, Any]:
    if not file.is_file():
        return {}
    try:
        return tomlkit.parse(file.read_text("utf-8")).unwrap()
    except (ParseError, UnicodeDecodeError) as error:
        raise WrongUseError(f"{file.name}: is not valid TOML: {' '.join(str(error).split())}") from error


def _is_setup_cfg(file: Path) -> bool:
    return file.is_file() and "[metadata]" in file.read_text("utf-8", "replace")


def _pipfile(file: Path) -> Iterator[str]:
    for name, value in _toml(file).get("packages", {}).items():
        version = value if isinstance(value, str) else value.get("version", "*") if isinstance(value, Mapping) else "*"
        extras = value.get("extras", ()) if isinstance(value, Mapping) else ()
        yield f"{name}{'[' + ','.join(extras) + ']' if extras else ''}{'' if version == '*' else version}"


def _preferences(project: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in _LOCKS:
        file = project / name
        if not file.is_file():
            continue
        if name == "Pipfile.lock":
            try:
                content = json.loads(file.read_text("utf-8"))
            except ValueError as error:
                raise WrongUseError(f"{name}: is not valid JSON: {error}") from error
            for section in ("default", "develop"):
                for package, entry in content.get(section, {}).items():
                    if str(entry.get("version", "")).startswith("=="):
                        found[package] = entry["version"][2:]
        else:
            table = _toml(file)
            for entry in (*table.get("package", ()), *table.get("packages", ())):
                if "version" in entry:
                    found[str(entry["name"])] = str(entry["version"])
        break
    return found
