"""Parameters of a callable as MLflow's source declares them."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class ParameterKind(enum.IntEnum):
    """How an argument may be passed; the numbers are those of `inspect.Parameter.kind`."""

    POSITIONAL_ONLY = 0
    POSITIONAL_OR_KEYWORD = 1
    VAR_POSITIONAL = 2
    KEYWORD_ONLY = 3
    VAR_KEYWORD = 4


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter.

    Attributes:
        name: Its name, without stars.
        kind: How an argument for it may be passed.
        default: Source text of its default, such as `"None"` or `"DEFAULT_AWAIT_MAX_SLEEP_SECONDS"`; None when it has
            none.
    """

    name: str
    kind: ParameterKind
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Parameters in order, without the `self` or `cls` that a call does not pass."""

    parameters: tuple[Parameter, ...] = ()

    def position(self, name: str) -> int | None:
        """Return the zero-based place of `name` among the positional parameters; None when it cannot be passed by position."""
        for index, parameter in enumerate(self.parameters):
            if parameter.kind > ParameterKind.POSITIONAL_OR_KEYWORD:
                return None
            if parameter.name == name:
                return index
        return None

    def parameter_at(self, index: int) -> str | None:
        """Name of the parameter that takes the positional argument `index`; None beyond the last, also with `*args`."""
        if 0 <= index < len(self.parameters) and self.parameters[index].kind <= ParameterKind.POSITIONAL_OR_KEYWORD:
            return self.parameters[index].name
        return None

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter called `name`, `*args` and `**kwargs` included."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def accepts(self, keyword: str) -> bool:
        """Return whether `keyword=` binds to a parameter of its own; what `**kwargs` would swallow does not count."""
        found = self.parameter(keyword)
        return found is not None and found.kind in (ParameterKind.POSITIONAL_OR_KEYWORD, ParameterKind.KEYWORD_ONLY)

    @property
    def has_var_keyword(self) -> bool:
        """Whether there is `**kwargs`."""
        return any(parameter.kind is ParameterKind.VAR_KEYWORD for parameter in self.parameters)
