"""Values that code keeps outside of the program and reads again: tags and parameters of runs, files, what notebooks hand to each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemod.analysis.kept_files import is_loaded, key_in_files, written_in_files
from codemod.analysis.once import once
from codemod.names.forms import There
from codemod.names.nodes import dotted_text, function_name
from codemod.settings import IN_FILES

if TYPE_CHECKING:
    from codemod.analysis.context import Context

#: How the value is known with which a notebook of Databricks ends, which `dbutils.notebook.run` gives.
NOTEBOOK = "notebook.run"
# What writes one value under a key, and what writes a dict of them: `set_tag(key, value)`, `client.set_tag(run_id, key, value)`.
_ONE = ("set_tag", "log_param", "set_model_version_tag", "set_registered_model_tag")
_MANY = ("set_tags", "log_params", "start_run", "create_run", "create_model_version", "register_model")
_HOLDERS = ("tags", "params")
_PREFIXES = ("tags.", "params.")
_LOOK_UPS = ("get", "pop")


@once
def written(context: Context) -> dict[str, list[ast.expr]]:
    """Return what the code of a namespace writes, by its key."""
    found: dict[str, list[ast.expr]] = {}
    for call in context.names.scopes.of(ast.Call):
        for key, value in _written_by(call, context):
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and not isinstance(value, ast.Constant):
                found.setdefault(key.value, []).append(value)
        for kept, value in written_in_files(call, context):
            if not isinstance(value, ast.Constant):
                found.setdefault(kept, []).append(value)
    return found


def _written_by(call: ast.Call, context: Context) -> Iterator[tuple[ast.expr | None, ast.expr]]:
    name, named = function_name(call.func), {keyword.arg: keyword.value for keyword in call.keywords}
    if name in _ONE or (name == "set" and dotted_text(call.func).endswith("taskValues.set")):
        value = named.get("value") or (call.args[-1] if len(call.args) > 1 else None)
        key = named.get("key") or (call.args[-2] if len(call.args) > 1 else call.args[0] if call.args else None)
        if value is not None:
            yield key, value
    elif name in _MANY:
        for given in (*call.args, named.get("tags"), named.get("params")):
            made = context.names.definition(given) if isinstance(given, ast.Name) else given
            if isinstance(made, ast.Dict):
                yield from zip(made.keys, made.values, strict=True)
    elif name == "exit" and dotted_text(call.func).endswith("notebook.exit") and call.args:
        yield ast.Constant(NOTEBOOK), call.args[0]


def recorded(node: ast.Subscript | ast.Call, context: Context) -> Iterator[ast.expr]:
    """Return what a value may be that is read again: what the same code writes under its key, or a stand-in for what another file does."""
    if not context.recorded and not written(context):
        return
    key = _key_read(node, context) or key_in_files(node, context)
    if key is not None:
        yield from written(context).get(key, ())
        yield from (There(what) for each, what in sorted(context.recorded) if each == key)


def _key_read(node: ast.Subscript | ast.Call, context: Context) -> str | None:
    """Return the key of ``run.data.tags["uri"]``, ``params.get("uri")`` or ``row["tags.uri"]``; None for anything else."""
    if isinstance(node, ast.Call):
        path = dotted_text(node.func)
        if path.endswith("dbutils.notebook.run"):
            return NOTEBOOK
        if path.endswith("taskValues.get"):
            named = {keyword.arg: keyword.value for keyword in node.keywords}
            return _text(named.get("key") or (node.args[1] if len(node.args) > 1 else None))
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in _LOOK_UPS or not node.args:
            return None
        owner, key = node.func.value, _text(node.args[0])
        if key is not None and is_loaded(owner, context):
            return f"{IN_FILES}{key}"
    else:
        owner, key = node.value, _text(node.slice)
    if key is None:
        return None
    prefix = next((each for each in _PREFIXES if key.startswith(each)), "")
    return key[len(prefix) :] if prefix else key if _holds_records(owner, context) else None


def _holds_records(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is, by its name, the tags or parameters of a run or a version."""
    source = context.names.definition(node) if isinstance(node, ast.Name) else node
    return isinstance(source, ast.Attribute) and source.attr in _HOLDERS


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
