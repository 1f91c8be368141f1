"""Which settings become the names of models: what other files say of them, MLflow 3 may refuse."""

from __future__ import annotations

from codemod.analysis.context import Context
from codemod.analysis.handed import handed_calls
from codemod.analysis.setting_keys import Keys, keys_of_settings
from codemod.rules.idioms.arguments import takes_name

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
    # What is called so is read in any file, by `codemod.dependencies.model_uris.names`.
    return frozenset(keys for keys in every if not keys[-1].lower().endswith("artifact_path"))
