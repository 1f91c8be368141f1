"""What one Python file declares, as far as the packed data needs it."""

from __future__ import annotations

from dataclasses import dataclass, field

from codemod.mlflow_api.signatures import Parameter


@dataclass(frozen=True, slots=True)
class Imported:
    """A name bound by an import or by MLflow's `LazyLoader`; `name` is None when the module itself is meant."""

    module: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class DeclaredValue:
    """A name bound to something else: a constant, an instance, or (`refers`) another name in reach."""

    annotation: str | None = None
    refers: str | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method; `parameters` still hold `self` or `cls`, `form` tells whether to drop it."""

    parameters: tuple[Parameter, ...]
    returns: str | None = None
    deprecated: str | None = None
    form: str = "function"  # or "staticmethod", "classmethod", "property"
    wraps: str | None = None  # argument of `@functools.wraps`, whose parameters it shows
    forwards: tuple[str, ...] = ()  # what it calls in its `return` statements, if they all return calls


@dataclass(frozen=True, slots=True)
class Field:
    """An annotated class variable, which dataclasses, pydantic models and named tuples turn into a parameter."""

    name: str
    annotation: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Class:
    """A class: bases and decorators as written, members by name, annotated variables in order."""

    bases: tuple[str, ...]
    decorators: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    members: dict[str, Function | Class | DeclaredValue]
    fields: tuple[Field, ...]
    deprecated: str | None = None
    allows_extra: bool = False  # a pydantic model that takes keywords beyond its fields


Declaration = Imported | DeclaredValue | Function | Class


@dataclass(slots=True)
class Module:
    """What a module binds at its top level."""

    name: str
    is_package: bool
    bindings: dict[str, Declaration] = field(default_factory=dict)
    alternatives: dict[str, Declaration] = field(default_factory=dict)  # what another branch of an `if` binds instead
    exports: set[str] = field(default_factory=set)  # what `__all__` names
    declares_exports: bool = False
    stars: list[str] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)  # arguments of `….register(x)` and `….register_constructor(x)`
