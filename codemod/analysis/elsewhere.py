"""What names of other modules of the project hold, beside what they are: texts in dicts, and MLflow's version."""

from __future__ import annotations

import ast

from codemod.names import Names, OwnModule


def asks_version(node: ast.Name | ast.Attribute, names: Names) -> bool | None:
    """Return whether a name of another module tells which MLflow is installed; None when that module is not of this run."""
    if isinstance(node, ast.Name):
        modules = names.imports(node)
        return names.elsewhere.asks(modules[0]) if len(modules) == 1 else None
    value = names.resolve(node.value)
    return names.elsewhere.modules.asks_in(value.path, node.attr) if isinstance(value, OwnModule) else None


def item_text(node: ast.Subscript, names: Names) -> ast.expr | None:
    """Return the text that an item of a dict of another module holds: ``CONFIG["path"]``."""
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if not names.elsewhere.modules.by_name or not isinstance(key, str):
        return None
    text: str | None = None
    if isinstance(node.value, ast.Name):
        modules = names.imports(node.value)
        text = names.elsewhere.text(f"{modules[0]}[{key}]") if len(modules) == 1 else None
    elif isinstance(node.value, ast.Attribute):
        owner = names.resolve(node.value.value)
        if isinstance(owner, OwnModule):
            text = names.elsewhere.modules.text_in(owner.path, f"{node.value.attr}[{key}]")
    return ast.Constant(text) if text is not None else None
