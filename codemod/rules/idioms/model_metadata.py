"""The metadata of a model as a dict: of its `MLmodel` file, or of `Model.to_dict`."""

from __future__ import annotations

import ast

from codemod.analysis.context import Context
from codemod.analysis.kept_files import file_loaded
from codemod.analysis.origins import origins
from codemod.analysis.uris import MODEL
from codemod.names import Instance
from codemod.names.nodes import function_name

#: Without one of these in it, a file has no such dict.
WORDS = ("MLmodel", "to_dict", "to_json", "to_yaml")
_READS = ("loads", "safe_load", "load", "full_load")


def is_model_metadata(node: ast.expr, context: Context) -> bool:
    """Return whether an expression may be the metadata of a logged model, as a dict."""
    return any(isinstance(source, ast.Call) and _gives_metadata(source, context) for source in origins(node, context))


def _gives_metadata(call: ast.Call, context: Context) -> bool:
    if function_name(call.func) in _READS and call.args:
        # `yaml.safe_load(model.to_yaml())`
        made = [source for source in origins(call.args[0], context) if isinstance(source, ast.Call)]
        if any(_is_written(source, ("to_json", "to_yaml"), context) for source in made):
            return True
    return _is_written(call, ("to_dict",), context) or file_loaded(call, context) == "MLmodel"


def _is_written(call: ast.Call, methods: tuple[str, ...], context: Context) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in methods:
        return False
    owner = context.resolve(call.func.value)
    return isinstance(owner, Instance) and owner.path == MODEL
