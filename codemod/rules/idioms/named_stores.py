"""What the URI of a store is as the code writes it, also where that is only a default: of an option, a parameter, a setting."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.declared_defaults import declared_defaults
from codemod.analysis.origins import origins
from codemod.analysis.texts import text_of

_DATABRICKS = "databricks"


def store_texts(uri: ast.expr, context: Context) -> frozenset[str]:
    """Return how the URIs begin that a store may be given, as far as that is seen."""
    found = (text_of(each, context.names).start for each in (uri, *_sources(uri, context)))
    return frozenset(text for text in found if text)


def may_be_databricks(uri: ast.expr, context: Context) -> bool:
    """Return whether the URI may be that of Databricks, or of its Unity Catalog."""
    return any(text.startswith(_DATABRICKS) for text in store_texts(uri, context))


def may_be_workspace(uri: ast.expr, context: Context) -> bool:
    """Return whether the URI may be that of a workspace of Databricks, with or without the name of a profile."""
    return any(text == _DATABRICKS or text.startswith(f"{_DATABRICKS}:") for text in store_texts(uri, context))


def is_always_given(uri: ast.expr, context: Context) -> bool:
    """Return whether the code gives some text for a value, and nowhere an empty one or None: also where that is only a default."""
    sources = list(_sources(uri, context))
    is_empty = any(isinstance(each, ast.Constant) and not each.value for each in sources)
    return not is_empty and any(text_of(each, context.names).start for each in (uri, *sources))


def _sources(uri: ast.expr, context: Context) -> Iterator[ast.expr]:
    for source in origins(uri, context):
        yield source
        default = context.names.default(source) if isinstance(source, ast.Name) else None
        if default is not None:
            yield default
        yield from declared_defaults(source, context)
