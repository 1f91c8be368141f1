"""Keeps what a function finds out about a whole namespace, so that a check of every node may ask for it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from codemod.analysis.context import Context

_T = TypeVar("_T")


def once(function: Callable[[Context], _T]) -> Callable[[Context], _T]:
    """Make a function of a namespace that is worked out on the first question and kept as long as the namespace."""

    @functools.wraps(function)
    def kept(context: Context) -> _T:
        if function not in context.kept:
            context.kept[function] = function(context)
        return cast("_T", context.kept[function])

    return kept
