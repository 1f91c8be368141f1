"""Where code logs plain files among the artifacts of a run."""

from __future__ import annotations

from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.analysis.texts import text_of

#: The functions of `mlflow` and of its client that log files, with the argument that says where.
PLACES = {
    "log_artifact": "artifact_path",
    "log_artifacts": "artifact_path",
    "log_text": "artifact_file",
    "log_dict": "artifact_file",
    "log_figure": "artifact_file",
    "log_image": "artifact_file",
    "log_table": "artifact_file",
}


@once
def plain_paths(context: Context) -> frozenset[str]:
    """Return the paths, as far as they are known, at which the code of a namespace logs plain files."""
    found = (
        (call, call.get(PLACES[call.path.rpartition(".")[2]]))
        for call in context.facts.named(*PLACES)
        if call.path.rpartition(".")[0] in ("mlflow", "mlflow.MlflowClient")
    )
    known = (text_of(argument.value, context.names).known for _, argument in found if argument is not None)
    return frozenset(path.strip("/") for path in known if path)
