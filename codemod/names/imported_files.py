"""Tells which files of a run import which others, by their paths and without a tree of any of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from codemod.names.module_ends import CONFTEST, ModuleEnds
from codemod.names.modules import Modules, Summary, module_parts
from codemod.names.reads import imports_read, modules_bound, uses_fixtures

_DOTTED = re.compile(rb"""["']([A-Za-z_]\w{0,80}(?:\.\w{1,80}){0,12})["']""")


class ImportedFiles:
    """The files of a run, to be asked for those that one of them imports."""

    def __init__(self, paths: Iterable[str]) -> None:
        """Keep the paths of all files that may be imported."""
        nothing: dict[str, Any] = {}  # one for all: there can be a hundred thousand of them
        self._every = Modules.of([Summary(path, nothing, nothing, nothing) for path in paths])
        self._conftests: dict[tuple[str, ...], list[str]] = {}
        for item in self._every.by_name.get(CONFTEST, ()):
            self._conftests.setdefault(item.parts[:-1], []).append(item.path)
        self._of: dict[str, frozenset[str]] = {}

    def of(self, importer: str, data: bytes) -> frozenset[str]:
        """Return the paths of the files that one may take something from, and remember them.

        Rather more than fewer, and only one for each import.

        Args:
            importer: The path of the file that imports.
            data: Its bytes.
        """
        if importer not in self._of:
            found = self._meant(importer, _modules_read(data))
            if uses_fixtures(data):
                folder = module_parts(importer)[:-1]
                for count in range(len(folder) + 1):
                    found.update(self._conftests.get(folder[:count], ()))
            self._of[importer] = frozenset(found)
        return self._of[importer]

    @property
    def ends(self) -> ModuleEnds:
        """How the names of all files end."""
        return ModuleEnds.of(item.parts for items in self._every.by_name.values() for item in items)

    def named(self, importer: str, data: bytes) -> frozenset[str]:
        """Return the paths of the files that strings name by their modules, as `patch("train.mlflow.log_model")` does."""
        return frozenset(self._meant(importer, _beginnings(data)))

    def file_of(self, importer: str, dotted: str) -> tuple[str, str]:
        """Return the file of which a dotted path names something, and the name in it; "" twice where it is none of the run."""
        dots = dotted[: len(dotted) - len(dotted.lstrip("."))]
        parts = dotted[len(dots) :].split(".")
        for count in range(len(parts), 0, -1):
            found = self._meant(importer, [dots + ".".join(parts[:count])])
            if found:
                return found.pop(), ".".join(parts[count:])
        return "", ""

    def whole(self, importer: str, data: bytes) -> set[str]:
        """Return those of `look` that a file imports as a whole (``import pkg.a``, ``from pkg import a``), not names of them alone."""
        return self._meant(importer, modules_bound(data))

    def _meant(self, importer: str, modules: Iterable[str]) -> set[str]:
        """Return the paths of modules."""
        every, found = self._every, set[str]()
        for module in modules:
            last = module.rpartition(".")[2]
            # Most imports are of packages that are no files of the run: nothing has their name.
            item = every.module(importer, module) if not last or last in every.by_name else None
            if item is not None:
                found.add(item.path)
        return found

    def namesakes(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the paths of all files whose names end as those of some, these too: which of them an import means must be told again."""
        last = {parts[-1] for path in paths if (parts := module_parts(path))}
        return frozenset(item.path for name in last for item in self._every.by_name.get(name, ()))


def _modules_read(data: bytes) -> set[str]:
    return {module for dotted in imports_read(data) for module in (dotted, _owner(dotted))}


def _owner(dotted: str) -> str:
    """Return the module that the last part of an import may be a name of."""
    module, _, name = dotted.rpartition(".")
    return dotted[: len(dotted) - len(name)] if dotted.startswith(".") and not module.strip(".") else module


def _beginnings(data: bytes) -> set[str]:
    """Return the dotted names in the strings of a file, and those that they begin with."""
    every = (text.decode("ascii").split(".") for text in _DOTTED.findall(data))
    return {".".join(parts[:count]) for parts in every for count in range(1, len(parts) + 1)}
