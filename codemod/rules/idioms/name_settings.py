"""Which settings become the names of models: what other files say of them, MLflow 3 may refuse."""

from __future__ import annotations

import ast

from codemod.analysis.context import Context
from codemod.analysis.handed import handed_calls
from codemod.analysis.origins import origins
from codemod.analysis.setting_files import files_behind
from codemod.analysis.setting_keys import OF_ARGUMENTS, Keys, keys_of_settings
from codemod.rules.idioms.arguments import removed_in, takes_name, writes_model
from codemod.rules.removed.removals import MODEL_ARGUMENTS, Fate

_WRITES = ("log_model", "save_model")
_LOGS = ("log_model", "log_explainer")
_NAMES = ("artifact_path", "name")


def keys_of_names(context: Context) -> frozenset[Keys]:
    """Return the keys by which the code of a namespace reads the names under which it logs models."""
    release = context.target.release
    values = [
        value
        for call in context.facts.named(*_LOGS)
        if takes_name(call.path, release) and (argument := call.get(*_NAMES)) is not None
        for value in argument.values
    ]
    if context.facts.names_mlflow or context.project.modules is not None:
        values += [
            each.value
            for arguments in handed_calls(context).values()
            for each in arguments
            if each.handed.argument in _NAMES and takes_name(each.handed.to, release)
        ]
    every = (keys for value in values for keys in keys_of_settings(value, context))
    arguments = gone_arguments_in_files(context)
    # What is called so is read in any file, by `codemod.dependencies.model_uris.names`.
    return arguments | frozenset(keys for keys in every if not keys[-1].lower().endswith("artifact_path"))


def gone_arguments_in_files(context: Context) -> frozenset[Keys]:
    """Return the arguments that MLflow 3 does not take, where a file may hold them that ``log_model(model, **options)`` gets."""
    found: set[Keys] = set()
    for call in context.facts.named(*_WRITES):
        if call.open_kwargs is None or not writes_model(call.path) or not context.settings.runs("MLF106"):
            continue
        gone = [name for name in MODEL_ARGUMENTS if removed_in(call.path, name, context.target.release)]
        for source in origins(call.open_kwargs, context) if gone else ():
            section, holder = _section(source)
            for file in files_behind(holder, context):
                found |= {(f"{OF_ARGUMENTS}{file}", section, _said(name, call.path), name) for name in gone}
    return frozenset(found)


def _section(source: ast.expr) -> tuple[str, ast.expr]:
    """Return the key of a section of settings, and what holds it; "" for all of them."""
    key: ast.expr | None = None
    holder = source
    if isinstance(source, ast.Subscript):
        key, holder = source.slice, source.value
    elif isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute) and source.func.attr == "get":
        key, holder = next(iter(source.args), None), source.func.value
    elif isinstance(source, ast.Attribute):
        return source.attr, source.value
    is_known = isinstance(key, ast.Constant) and isinstance(key.value, str)
    return (str(key.value), holder) if isinstance(key, ast.Constant) and is_known else ("", source)


def _said(name: str, path: str) -> str:
    removal = MODEL_ARGUMENTS[name]
    advice = f"it is `{removal.to}` now" if removal.fate is Fate.ARGUMENT_RENAMED else removal.advice
    return f"`{name}` goes on to `{path}`, which does not take it in MLflow 3: {advice}"
