"""Names of logged models that reach MLflow through other functions than `log_model` of a flavor."""

from __future__ import annotations

from codemod.analysis.context import Context
from codemod.analysis.handed import handed_calls
from codemod.analysis.once import once
from codemod.analysis.texts import text_of

_LOG = "mlflow.models.Model.log"
_LOGGING = (".log_model", ".log_explainer", _LOG)


@once
def handed_names(context: Context) -> frozenset[str]:
    """Return the names of models that `Model.log` gets, as own flavors call it, and those that the project's own functions hand on."""
    values = [
        argument.value
        for call in context.facts.named("log")
        for parameter in ("artifact_path", "name")
        if call.path == _LOG and (argument := call.get(parameter)) is not None
    ]
    values += [
        each.value
        for arguments in handed_calls(context).values()
        for each in arguments
        if each.handed.argument in ("artifact_path", "name") and each.handed.to.endswith(_LOGGING)
    ]
    return frozenset(known for value in values if (known := text_of(value, context.names).known))
