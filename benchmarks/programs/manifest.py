"""Reads the list of programs: which file of which commit of which public repository, and how it is started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import tomlkit

MANIFEST = Path(__file__).with_name("programs.toml")


@dataclass(frozen=True, slots=True)
class Program:
    """One public program.

    Attributes:
        repository: ``owner/name`` on the forge.
        commit: The commit that is measured, in full.
        path: The script, notebook or MLproject file, relative to the repository. ``x.py::main`` calls a function of the
            module, ``x.py::__main__`` runs it with ``python -m``; its name is relative to the first of `python_path`.
        root: The folder that makes up the project; it is copied whole and given to the codemod whole. "" is the repository.
        directory: The working directory, relative to the repository; by default that of the program.
        arguments: Command line arguments.
        before: Command lines (path, arguments) that must have run in the same place, such as the training before a
            prediction. They are migrated like the program.
        python_path: Folders put on ``PYTHONPATH``, relative to the repository.
        environment: Further environment variables, as (name, value).
        data: Files that a program expects but the repository lacks, as (path, name of a set in `offline/stand_ins.py`).
        server: Port on which the program expects an MLflow server, or 0 for none.
        shows: What the program adds to the set, for people.
    """

    repository: str
    commit: str
    path: str
    root: str = ""
    directory: str | None = None
    arguments: tuple[str, ...] = ()
    before: tuple[tuple[str, ...], ...] = ()
    python_path: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    data: tuple[tuple[str, str], ...] = ()
    server: int = 0
    shows: str = ""

    @property
    def name(self) -> str:
        """A name that tells this program from all others."""
        return " ".join([f"{self.repository}:{self.path}", *self.arguments])

    @property
    def file(self) -> str:
        """The file of the program, without the function that is called."""
        return self.path.partition("::")[0]


class ManifestError(ValueError):
    """The list of programs cannot be used; the message says what to change."""


def load(path: Path = MANIFEST) -> list[Program]:
    """Read a list of programs.

    Args:
        path: A TOML file with ``[[repository]]`` tables (``name``, ``commit``), each with ``[[repository.program]]`` tables
            whose keys are the attributes of `Program`.

    Returns:
        The programs, in the order of the file.

    Raises:
        ManifestError: If a table lacks a key, has an unknown one, or names a program twice.
    """
    document = tomlkit.parse(path.read_text(encoding="utf-8")).unwrap()
    programs = [
        _program(repository, entry, path)
        for repository in document.get("repository", [])
        for entry in repository.get("program", [])
    ]
    seen: set[str] = set()
    for program in programs:
        if program.name in seen:
            raise ManifestError(f"{path}: {program.name} is listed twice")
        seen.add(program.name)
    return programs


def _program(repository: Mapping[str, Any], entry: Mapping[str, Any], manifest: Path) -> Program:
    known = {field.name for field in fields(Program)} - {"repository", "commit"}
    for key in entry:
        if key not in known:
            raise ManifestError(f"{manifest}: unknown key {key!r} in a program of {repository.get('name')}")
    for table, key in ((repository, "name"), (repository, "commit"), (entry, "path")):
        if not isinstance(table.get(key), str):
            raise ManifestError(f"{manifest}: a table lacks {key!r}: {dict(table)}")
    values = dict(entry)
    values["arguments"] = tuple(values.get("arguments", ()))
    values["before"] = tuple(tuple(command) for command in values.get("before", ()))
    values["python_path"] = tuple(values.get("python_path", ()))
    for key in ("environment", "data"):
        values[key] = tuple(sorted(values.get(key, {}).items()))
    return Program(repository=repository["name"], commit=repository["commit"], **values)
