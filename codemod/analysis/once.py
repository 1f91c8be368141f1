"""Keeps what a function finds out about a whole namespace, so that a check of every node may ask for it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from codemod.analysis.context import Context
    from codemod.names import Names

_T = TypeVar("_T")


def once(function: Callable[[Context], _T]) -> Callable[[Context], _T]:
    """Make a function of a namespace that is worked out on the first question and kept as long as the namespace."""

    @functools.wraps(function)
    def kept(context: Context) -> _T:
        if function not in context.kept:
            context.kept[function] = function(context)
        return cast("_T", context.kept[function])

    return kept


def once_in_names(function: Callable[[Names], _T]) -> Callable[[Names], _T]:
    """Do the same for a function that is asked where no context is; kept as long as the names, until more is known of other files."""
    known: WeakKeyDictionary[Names, tuple[object, _T]] = WeakKeyDictionary()

    @functools.wraps(function)
    def kept(names: Names) -> _T:
        found = known.get(names)
        if found is None or found[0] is not names.elsewhere:
            found = known[names] = (names.elsewhere, function(names))
        return found[1]

    return kept
