"""In which files of the project is defined what a test puts in the place of something? These are made for tests, wherever they lie."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.names import Foreign, LocalFunction, Mlflow, Names
from codemod.names.nodes import dotted_text
from codemod.settings import Double

#: What is said of such a file. It is known by the dotted path of the import until it is found.
FILE = "file"
# What only has the form of something, or is called itself.
_LIKE = ("spec", "spec_set", "autospec", "wraps")
# So many functions of the test may stand between.
_STEPS = 3


def files_put(value: ast.expr, names: Names) -> Iterator[Double]:
    """Return the files in which something is defined that is put in the place of another thing, or is given back there.

    Args:
        value: What is put there: ``FakeClient``, ``lambda: make_run("a")``, ``Mock(return_value=RUN)``, or a function that returns it.
        names: The test's namespace.
    """
    yield from (Double(path, FILE) for path in dict.fromkeys(_paths(value, names, _STEPS)))


def _paths(node: ast.AST, names: Names, steps: int) -> Iterator[str]:
    if isinstance(node, ast.keyword) and node.arg in _LIKE:
        return
    if isinstance(node, (ast.Name, ast.Attribute)):
        yield from _behind(node, names, steps)
        return
    for child in ast.iter_child_nodes(node):
        yield from _paths(child, names, steps)


def _behind(node: ast.Name | ast.Attribute, names: Names, steps: int) -> Iterator[str]:
    """Return the dotted path by which something is imported, or those of what a function or variable of the test gives."""
    found = names.resolve(node)
    if isinstance(found, (Foreign, Mlflow)):
        return
    if isinstance(found, LocalFunction):
        yield from _paths(found.node, names, steps - 1) if steps else ()
        return
    root: ast.expr = node
    while isinstance(root, ast.Attribute):
        root = root.value
    imported = names.imports(root) if isinstance(root, ast.Name) else []
    if imported:
        behind = dotted_text(node).partition(".")[2]
        yield from (f"{path}.{behind}" if behind else path for path in imported)
    elif isinstance(node, ast.Name) and steps:
        source = names.source_of(node)
        yield from _paths(source, names, steps - 1) if source is not None else ()
