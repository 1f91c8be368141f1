"""What names of other modules of the project hold or give, beside what they are: texts, and MLflow's version."""

from __future__ import annotations

import ast

from codemod.names import Names, OwnFunction, OwnInstance, OwnModule
from codemod.names.forms import REST, Form, expression
from codemod.names.members import kept_by_instance


def name_asks_version(node: ast.Name | ast.Attribute, names: Names) -> bool | None:
    """Return whether a name of another module tells which MLflow is installed; None when that module is not of this run."""
    if isinstance(node, ast.Name):
        modules = names.imports(node)
        return names.elsewhere.asks(modules[0]) if len(modules) == 1 else None
    value = names.resolve(node.value)
    return names.elsewhere.modules.asks_in(value.path, node.attr) if isinstance(value, OwnModule) else None


def item_text(node: ast.Subscript, names: Names) -> ast.expr | None:
    """Return an expression for the text that an item of a dict of another module holds: ``CONFIG["path"]``."""
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if not names.elsewhere.modules.by_name or not isinstance(key, str):
        return None
    text: Form | None = None
    if isinstance(node.value, ast.Name):
        modules = names.imports(node.value)
        text = names.elsewhere.text(f"{modules[0]}[{key}]") if len(modules) == 1 else None
    elif isinstance(node.value, ast.Attribute):
        owner = names.resolve(node.value.value)
        if isinstance(owner, OwnModule):
            text = names.elsewhere.modules.text_in(owner.path, f"{node.value.attr}[{key}]")
    return expression(text) if text is not None else None


def item_texts(node: ast.Name, names: Names) -> list[ast.expr]:
    """Return expressions for the texts of all items of a dict that another module holds: of ``CONFIG`` in ``CONFIG.items()``."""
    return [expression(text) for _, text in _items(node, names)]


def item_keys(node: ast.Name, names: Names) -> list[str]:
    """Return the keys of the items of a dict that another module holds, as far as their texts are seen."""
    return [key for key, _ in _items(node, names)]


def _items(node: ast.Name, names: Names) -> list[tuple[str, Form]]:
    imports, modules = names.imports(node), names.elsewhere.modules
    module, _, name = imports[0].rpartition(".") if len(imports) == 1 and modules.by_name else ("", "", "")
    found = modules.module(names.elsewhere.path, module) if module.strip(".") else None
    texts = modules.summary(found.path).by(name).texts if found is not None else {}
    begins = f"{name}["
    return [(key[len(begins) : -1], text) for key, text in texts.items() if key.startswith(begins) and "[@" not in key]


def texts_given(node: ast.Call, function: OwnFunction, names: Names) -> list[ast.expr]:
    """Return expressions for the texts that a call of a function of another module may give."""
    if not function.texts:
        return []
    given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg is not None}
    for parameter, value in zip(function.parameters, node.args, strict=False):
        if isinstance(value, ast.Starred):
            break
        given[parameter] = value
    rest = node.args[len(function.parameters) :]
    if rest and not any(isinstance(value, ast.Starred) for value in node.args):
        given[REST] = ast.Tuple(rest, ast.Load())
    if isinstance(node.func, ast.Attribute):
        owner = names.resolve(node.func.value)
        if isinstance(owner, OwnInstance):
            given |= kept_by_instance(owner.kind, node.func.value, names)
    return [expression(text, given) for text in function.texts]


def fixture_texts(name: str, names: Names) -> list[ast.expr]:
    """Return expressions for the texts that a test gets from a fixture of a conftest.py."""
    fixture = names.elsewhere.modules.fixture_itself(names.elsewhere.path, name)
    return [expression(text) for text in fixture.texts] if isinstance(fixture, OwnFunction) else []
