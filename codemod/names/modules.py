"""What a name means that comes from another file of the run.

A first pass makes a small summary of each module that some file imports: values without their code, so that it travels to every
worker. `Modules` finds, for an import as it is written in one file, the file that it means. A module that is not in the run is not
read, and then nobody can tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Union

from codemod.names.values import OwnClass, OwnModule, Unknown, Value

_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Alias:
    """A name that a module has from another module of the project.

    Attributes:
        module: The dotted path of the import, as it is written there.
    """

    module: str


Export = Union[Value, Alias]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a module of the project offers.

    Attributes:
        path: Its file, as it was discovered.
        exports: The names of its top level, with what they are.
        texts: The texts that names of its top level, and attributes of its classes (``Settings.path``), hold for good.
        fixtures: What its pytest fixtures give.
        stars: The modules of which it imports everything.
    """

    path: str
    exports: dict[str, Export] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    fixtures: dict[str, Value] = field(default_factory=dict)
    stars: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The dotted name that its path gives, from the folder of the run on."""
        return module_parts(self.path)


def module_parts(path: str) -> tuple[str, ...]:
    """Return the parts of the name by which a file could be imported."""
    folder, _, file = path.replace("\\", "/").rpartition("/")
    stem = file.rpartition(".")[0]
    parts = [part for part in folder.split("/") if part not in ("", ".")]
    return tuple(parts if stem == "__init__" else [*parts, stem])


@dataclass(frozen=True, slots=True)
class Modules:
    """The modules of a run, by the last part of their names."""

    by_name: dict[str, tuple[Summary, ...]] = field(default_factory=dict)

    @staticmethod
    def of(summaries: list[Summary]) -> Modules:
        """Sort summaries by the last part of their names."""
        found: dict[str, tuple[Summary, ...]] = {}
        for item in summaries:
            last = item.parts[-1] if item.parts else ""
            found[last] = (*found.get(last, ()), item)
        return Modules(found)

    def module(self, importer: str, dotted: str) -> Summary | None:
        """Return the file that an import means; None when no file of the run, or none certainly, is it.

        Args:
            importer: The file in which the import stands.
            dotted: The module; relative ones begin with dots.
        """
        level = len(dotted) - len(dotted.lstrip("."))
        wanted = tuple(part for part in dotted.lstrip(".").split(".") if part)
        here = module_parts(importer)
        folder = here if importer.endswith("__init__.py") else here[:-1]
        if level:
            wanted = (*folder[: len(folder) - level + 1], *wanted)
            return next((item for item in self._named(wanted) if item.parts == wanted), None)
        found = [item for item in self._named(wanted) if item.parts[-len(wanted) :] == wanted]
        if len(found) < 2:
            return found[0] if found else None
        near = [(_common(item.parts, folder), -len(item.parts)) for item in found]
        best = max(near)
        return found[near.index(best)] if near.count(best) == 1 else None

    def _named(self, parts: tuple[str, ...]) -> tuple[Summary, ...]:
        return self.by_name.get(parts[-1], ()) if parts else ()

    def value(self, importer: str, dotted: str, depth: int = 0) -> Value | None:
        """Return what an import binds; None when it is not of this run."""
        whole = self.module(importer, dotted)
        if whole is not None:
            return OwnModule(whole.path)
        module, _, name = dotted.rpartition(".")
        if dotted.startswith(".") and not module.strip("."):
            module = dotted[: len(dotted) - len(name)]
        found = self.module(importer, module) if module else None
        return self.member(found.path, name, depth) if found is not None else None

    def member(self, path: str, name: str, depth: int = 0) -> Value:
        """Return what a name of a module's top level is."""
        found = self._at(path)
        if found is None or depth > _DEPTH:
            return Unknown(f"`{name}` is handed on through too many modules")
        export = found.exports.get(name)
        if isinstance(export, Alias):
            value = self.value(path, export.module, depth + 1)
            return value if value is not None else Unknown(f"it is imported from `{export.module}`, which is not read")
        if export is not None:
            return export
        child = self.module(f"{path.rpartition('/')[0]}/x.py" if "/" in path else "x.py", f".{name}")
        if child is not None and path.endswith("__init__.py"):
            return OwnModule(child.path)
        for star in found.stars:
            value = self.value(path, f"{star}{'' if star.endswith('.') else '.'}{name}", depth + 1)
            if value is not None and not isinstance(value, Unknown):
                return value
        return Unknown(f"`{path}` does not define `{name}` where it can be seen")

    def text(self, importer: str, dotted: str, depth: int = 0) -> str | None:
        """Return the text that an imported name holds for good; None when it is another thing, or nobody can tell."""
        module, _, name = dotted.rpartition(".")
        if dotted.startswith(".") and not module.strip("."):
            module = dotted[: len(dotted) - len(name)]
        found = self.module(importer, module) if module else None
        return self.text_in(found.path, name, depth) if found is not None else None

    def text_in(self, path: str, name: str, depth: int = 0) -> str | None:
        """Return the text that a name in a module, or an attribute of one of its classes, holds for good."""
        found = self._at(path)
        if found is None or depth > _DEPTH:
            return None
        if name in found.texts:
            return found.texts[name]
        export = found.exports.get(name.partition(".")[0])
        if isinstance(export, Alias):
            return self.text(path, export.module, depth + 1) if "." not in name else None
        if export is None:
            stars = (
                self.text(path, f"{star}{'' if star.endswith('.') else '.'}{name}", depth + 1) for star in found.stars
            )
            return next((text for text in stars if text is not None), None)
        return None

    def fixture(self, test: str, name: str) -> Value | None:
        """Return what a fixture gives that a test gets from the nearest conftest.py."""
        folder = module_parts(test)[:-1]
        above = [item for item in self.by_name.get("conftest", ()) if folder[: len(item.parts) - 1] == item.parts[:-1]]
        for item in sorted(above, key=lambda item: -len(item.parts)):
            if name in item.fixtures:
                return item.fixtures[name]
        return None

    def _at(self, path: str) -> Summary | None:
        parts = module_parts(path)
        return next((item for item in self._named(parts) if item.path == path), None)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The other files of the run, as one file sees them.

    Attributes:
        path: The file.
        modules: The modules of the run.
        includes: The files that it takes in with ``%run``, as it names them.
    """

    path: str = ""
    modules: Modules = field(default_factory=Modules)
    includes: tuple[str, ...] = ()

    def value(self, module: str) -> Value | None:
        """Return what an import binds; None when it is not of this run."""
        return self.modules.value(self.path, module) if self.modules.by_name else None

    def starred(self, stars: list[str], name: str) -> Value | None:
        """Return what a name is that comes by ``from module import *`` or ``%run``; None when none of them brings it."""
        for module in self._all(stars):
            value = self.value(_joined(module, name))
            if value is not None and not isinstance(value, Unknown):
                return value
        return None

    def text(self, module: str) -> str | None:
        """Return the text that an imported name holds for good."""
        return self.modules.text(self.path, module) if self.modules.by_name else None

    def starred_text(self, stars: list[str], name: str) -> str | None:
        """Return the text of a name that comes by a star or ``%run``."""
        texts = (self.text(_joined(module, name)) for module in self._all(stars))
        return next((text for text in texts if text is not None), None)

    def _all(self, stars: list[str]) -> list[str]:
        return [*reversed(stars), *self.includes] if self.modules.by_name else []


def _joined(module: str, name: str) -> str:
    return f"{module}{'' if module.endswith('.') else '.'}{name}"


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def member_of(owner: OwnClass, name: str) -> Value | None:
    """Return an attribute or method of a class of another module."""
    return next((value for known, value in owner.members if known == name), None)
