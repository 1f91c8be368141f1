"""What of MLflow the names of modules bring to the files that use them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from codemod.names.values import Alias, Export, Mlflow, OwnClass, OwnFunction, OwnInstance, Partial, Unknown

if TYPE_CHECKING:
    from codemod.names.modules import Summary

# A name may be renamed so often.
_HOPS = 2


def behind(summaries: Iterable[Summary]) -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    """Return `Modules.wrappers` and `Modules.brings`."""
    wrappers: set[str] = set()
    brings: dict[str, frozenset[str]] = {}
    every = list(summaries)
    pending: list[tuple[str, Export]] = [pair for item in every for pair in item.exports.items()]
    texts = [pair for item in every for pair in item.texts.items()]
    while pending:
        name, value = pending.pop()
        named = {name, value.name} if isinstance(value, (OwnFunction, OwnClass)) else {name}
        if isinstance(value, (OwnClass, OwnInstance)):
            kind = value if isinstance(value, OwnClass) else value.kind
            pending += kind.members
            texts += kind.texts
        if isinstance(value, Unknown):
            pending += [(name, each) for each in value.functions]
        if isinstance(value, (OwnFunction, OwnClass)) and (value.hands or getattr(value, "traces", False)):
            wrappers |= named
        words = frozenset(_words_behind(value))
        for each in named if words else ():
            brings[each] = brings.get(each, frozenset()) | words
    for name, text in texts:
        if text.words:
            plain = name.partition("[")[0]
            brings[plain] = brings.get(plain, frozenset()) | text.words
    _add_renamed(every, wrappers, brings)
    return frozenset(wrappers), brings


def _add_renamed(every: Iterable[Summary], wrappers: set[str], brings: dict[str, frozenset[str]]) -> None:
    """Add the names that modules give to what they import of each other: ``from .io import save_model as save``."""
    pairs = ((name, value) for item in every for name, value in item.exports.items() if isinstance(value, Alias))
    renamed = [(name, last) for name, value in pairs if name != (last := value.module.rpartition(".")[2])]
    for _ in range(_HOPS):
        for name, last in renamed:
            if last in wrappers:
                wrappers.add(name)
            if last in brings:
                brings[name] = brings.get(name, frozenset()) | brings[last]


def _words_behind(value: Export) -> Iterator[str]:
    """Return the last names of what of MLflow a value is, may be, gives or hands arguments to."""
    if isinstance(value, (OwnFunction, OwnClass)):
        yield from (handed.to.rpartition(".")[2] or handed.argument for handed in value.hands)
    if isinstance(value, OwnClass):
        yield from (base.rpartition(".")[2] for base in value.bases)
    if isinstance(value, OwnFunction):
        for given in (value.returns, *(item for _, item in value.items)):
            yield from _words_behind(given)
        yield from (word for text in (*value.texts, *(form for _, form in value.keeps)) for word in text.words)
    elif isinstance(value, Partial):
        yield from _words_behind(value.function)
    elif isinstance(value, Mlflow):
        yield value.path.rpartition(".")[2]
    elif isinstance(value, Unknown):
        yield from (path.rpartition(".")[2] for path in (*value.among, value.made_by) if path)
        yield from (part for part in value.like.split(".") if part not in ("", "*", "mlflow"))
