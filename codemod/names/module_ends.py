"""Tells from a file's bytes how the names end of the modules that it may import: most files of a tree import none of a few that matter.

To tell which file an import means takes five times as long, so that only those files are asked whose imports end as one that matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass

from codemod.names.modules import module_parts
from codemod.names.reads import import_statements, modules_named_otherwise, uses_fixtures

#: Where pytest looks for fixtures.
CONFTEST = "conftest"
_WORD = re.compile(r"\w+")
# `a.b as c, d`
_PLAIN = re.compile(r"([\w.]+)(?:[ \t]+as[ \t]+\w+)?[ \t]*,?[ \t]*")


@dataclass(frozen=True, slots=True)
class ModuleEnds:
    """How the names of the files of a run end; this travels to other processes where the files do not.

    Attributes:
        ends: What `ends_of` returns for each of them.
        parents: The names of the folders that hold some.
        has_conftests: Whether files with fixtures are among them.
    """

    ends: frozenset[str]
    parents: frozenset[str]
    has_conftests: bool

    @staticmethod
    def of(modules: Iterable[tuple[str, ...]]) -> ModuleEnds:
        """Put together how the names of some modules end, of which the parts are given."""
        every = set(modules)
        ends = frozenset(end for parts in every for end in _ends(parts))
        return ModuleEnds(
            ends,
            frozenset(parts[-2] for parts in every if len(parts) > 1),
            any(parts[-1:] == (CONFTEST,) for parts in every),
        )

    def read(self, importer: str, data: bytes) -> Set[str]:
        """Return the ends of what a file may import, as far as files of the run have them; rather more than fewer.

        `ends_of` has one of these for each file that `ImportedFiles.of` returns.
        """
        here = module_parts(importer)
        folder = here if importer.endswith("__init__.py") else here[:-1]
        found: set[str] = set()
        for module, names in import_statements(data):
            if module is None:
                found.update(_plain(_text(names)))
            else:
                self._add(found, folder, _text(module), names)
        for item in modules_named_otherwise(data):
            self._add(found, folder, item.decode("ascii", "ignore"))
        if self.has_conftests and uses_fixtures(data):
            found.add(CONFTEST)
        return found & self.ends

    def _add(self, found: set[str], folder: tuple[str, ...], module: str, names: bytes = b"") -> None:
        """Take in a module, what holds it, and what it may hold."""
        whole = _whole(folder, module)
        found.add(_end(whole))
        if len(whole) > 1 or module.startswith("."):
            found.add(_end(whole[:-1]))
        if not whole:
            found.update(_WORD.findall(_text(names)))
        elif whole[-1] in self.parents:
            found.update(f"{whole[-1]}.{name}" for name in _WORD.findall(_text(names)))


def _text(data: bytes) -> str:
    """Return bytes as text in which nothing but letters of ASCII is a letter, as it is in bytes."""
    return data.decode("ascii", "replace")


def ends_of(path: str) -> tuple[str, ...]:
    """Return how the names of imports end that may mean a file: its name alone, and with the folder in front of it."""
    return _ends(module_parts(path))


def _ends(parts: tuple[str, ...]) -> tuple[str, ...]:
    return (parts[-1], _end(parts)) if len(parts) > 1 else parts or ("",)


def _end(parts: tuple[str, ...]) -> str:
    return ".".join(parts[-2:])


def _whole(folder: tuple[str, ...], module: str) -> tuple[str, ...]:
    """Return the parts of a module's name, from the folder of the run on where it is relative to its importer."""
    named = module.lstrip(".")
    level = len(module) - len(named)
    wanted = tuple(part for part in named.split(".") if part)
    return (*folder[: len(folder) - level + 1], *wanted) if level else wanted


def _plain(names: str) -> Set[str]:
    """Return the ends of what stands behind an ``import`` without a ``from``, and of what holds these."""
    if "." not in names:
        return set(_WORD.findall(names))
    modules = (found[1].split(".") for found in _PLAIN.finditer(names))
    return {".".join(parts[max(0, count - 2) : count]) for parts in modules for count in range(1, len(parts) + 1)}
