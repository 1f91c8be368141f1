"""Tests that read the text of the code: ``assert "artifact_path" in inspect.getsource(train)``. An edit changes that text, whatever it does."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.names import Names
from codemod.names.nodes import function_name
from codemod.settings import Double

#: What is said of code whose text is read. Its path is the dotted one of the import, and once the file is known, the name in it.
TEXT = "text"
_SOURCES = ("getsource", "getsourcelines")
# What reads a file, and what takes code apart.
_READS = ("read_text", "read_bytes", "read", "readlines", "open")
_PARSES = ("parse", "compile", "tokenize", "generate_tokens", "parse_module")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SUFFIX = ".py"
# Shorter texts stand in any code; of more than so many, a test looks at everything.
_SHORT, _MANY = 3, 100


def sources_read(names: Names) -> Iterator[tuple[Double, ast.AST]]:
    """Return the code whose text a test reads, each with the texts that it may look for there."""
    scopes = names.scopes
    for call in scopes.of(ast.Call):
        if function_name(call.func) in _SOURCES and call.args:
            yield from _read(_dotted(call.args[0], names), call, names)
    for node in scopes.of(ast.Attribute):
        if node.attr == "__file__":
            yield from _read(_dotted(node.value, names), node, names)
    reads = any(function_name(call.func) in _READS for call in scopes.of(ast.Call))
    for text in scopes.of(ast.Constant) if reads else ():
        value = text.value
        if isinstance(value, str) and value.endswith(_SUFFIX):
            yield from _read(_module(text, value.removesuffix(_SUFFIX), names), text, names)


def _read(dotted: str, node: ast.AST, names: Names) -> Iterator[tuple[Double, ast.AST]]:
    if dotted:
        yield Double(dotted, TEXT, words=_looked_for(node, names)), node


def _dotted(node: ast.expr, names: Names) -> str:
    """Return the dotted path of something that is imported; "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    found = names.imports(node) if isinstance(node, ast.Name) else []
    return ".".join((found[0], *parts)) if len(found) == 1 else ""


def _module(text: ast.Constant, path: str, names: Names) -> str:
    """Return the module that the path of a file names: ``app.job`` for ``ROOT / "app" / "job.py"``."""
    parts = path.replace("\\", "/").split("/")
    node: ast.expr = text
    parent = names.scopes.parent(text)
    while isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Div) and parent.right is node:
        before = parent.left
        last = before.right if isinstance(before, ast.BinOp) and isinstance(before.op, ast.Div) else before
        if not isinstance(last, ast.Constant) or not isinstance(last.value, str):
            break
        parts = [*last.value.split("/"), *parts]
        if not isinstance(before, ast.BinOp):
            break
        node, parent = last, before
    named = [part for part in parts if part not in (".", "..", "")]
    return ".".join(named) if all(part.isidentifier() for part in named) else ""


def _looked_for(node: ast.AST, names: Names) -> tuple[str, ...]:
    """Return the texts that stand in a test and at the top of its file; none where it may look for anything."""
    around = next((each for each in names.scopes.ancestors(node) if isinstance(each, _FUNCTIONS)), None)
    every = [*ast.walk(around)] if around is not None and around.name.startswith("test") else names.scopes.nodes()
    if any(isinstance(each, ast.Call) and function_name(each.func) in _PARSES for each in every):
        return ()
    outside = (each for each in names.scopes.of(ast.Constant) if names.scopes.scope(each) is names.scopes.module)
    texts = {each.value for each in (*every, *outside) if isinstance(each, ast.Constant)}
    found = sorted(text for text in texts if isinstance(text, str) and len(text) >= _SHORT)
    return tuple(found) if len(found) <= _MANY else ()
