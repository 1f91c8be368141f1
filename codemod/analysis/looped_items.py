"""Of which class of MLflow a loop variable is an instance, where the collection comes from somewhere else: a parameter, for one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.analysis.loops import loop_places
from codemod.analysis.origins import origins
from codemod.names import Elements
from codemod.names.nodes import function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

# What gives the items of a collection in another order, or some of them.
_SAME_ITEMS = ("enumerate", "iter", "list", "reversed", "set", "sorted", "tqdm", "tuple")


def classes_of_item(node: ast.expr, context: Context) -> set[str]:
    """Return the classes of the items of all collections over which a loop may give a name its value; none for what is no such name."""
    found = set[str]()
    for looped, path in loop_places(node, context.names) if isinstance(node, ast.Name) else ():
        collection, place = looped, path
        while isinstance(collection, ast.Call) and function_name(collection.func) in _SAME_ITEMS and collection.args:
            place = place[1:] if function_name(collection.func) == "enumerate" else place
            collection = collection.args[0]
        values = (context.resolve(source) for source in origins(collection, context)) if not place else ()
        found |= {value.path for value in values if isinstance(value, Elements)}
    return found
