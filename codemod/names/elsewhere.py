"""The other files of a run, as one file sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from codemod.names.forms import Form
from codemod.names.modules import Modules, dotted_path
from codemod.names.values import OwnModule, Unknown, Value


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The other files of the run, as one file sees them.

    Attributes:
        path: The file.
        modules: The modules of the run.
        includes: The files that it takes in with ``%run``, as it names them.
        given: Of which classes of MLflow calls in other files give an instance, or several, for the parameters of its functions.
        overrides: The attributes that classes of the run give a value of their own, each behind the class that they are made of.
        taken: The names of its top level that may be taken by other files; None where these are not known.
    """

    path: str = ""
    modules: Modules = field(default_factory=Modules)
    includes: tuple[str, ...] = ()
    given: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    overrides: frozenset[tuple[str, str]] = frozenset()
    taken: frozenset[str] | None = None

    @property
    def told(self) -> tuple[object, ...]:
        """Which file this is, and what others say of it."""
        return self.path, self.given, self.overrides, self.taken

    def given_for(self, function: str, parameter: str) -> tuple[str, ...]:
        """Return of which classes of MLflow other files give something for a parameter of a function."""
        return self.given.get((function, parameter), ()) if self.given else ()

    def value(self, module: str) -> Value | None:
        """Return what an import binds; None when it is not of this run."""
        return self.modules.value(self.path, module) if self.modules.by_name else None

    def beside(self, module: str) -> Value | None:
        """Return what an import takes of a module beside the file that has the name of one of Python's own; None where none has what it takes.

        A program finds what lies in its own folder first; in a package, it finds Python's.
        """
        if not self.modules.by_name or self.modules.module(self.path, ".") is not None:
            return None
        value = self.modules.value(self.path, f".{module}")
        return None if isinstance(value, (Unknown, OwnModule)) else value

    def starred(self, stars: list[str], name: str) -> Value | None:
        """Return what a name is that comes by ``from module import *`` or ``%run``; None when none of them brings it."""
        for module in self._all(stars):
            value = self.value(dotted_path(module, name)) if self._gives(module, name) else None
            if value is not None and not isinstance(value, Unknown):
                return value
        return None

    def _gives(self, module: str, name: str) -> bool:
        """Return whether a star brings a name; ``%run`` brings every one."""
        found = self.modules.module(self.path, module) if module not in self.includes else None
        public = found.public if found is not None else None
        return public is None or name in public

    def text(self, module: str) -> Form | None:
        """Return the text that an imported name holds for good."""
        return self.modules.text(self.path, module) if self.modules.by_name else None

    def starred_text(self, stars: list[str], name: str) -> Form | None:
        """Return the text of a name that comes by a star or ``%run``."""
        texts = (self.text(dotted_path(module, name)) for module in self._all(stars))
        return next((text for text in texts if text is not None), None)

    def asks(self, module: str) -> bool | None:
        """Return whether an imported name tells which MLflow is installed; None when its module is not of this run."""
        return self.modules.asks(self.path, module) if self.modules.by_name else None

    def _all(self, stars: list[str]) -> list[str]:
        return [*reversed(stars), *self.includes] if self.modules.by_name else []


#: What a file sees of which no other one is known.
NOWHERE = Elsewhere()
