"""What code puts among a run's artifacts that is no model that MLflow logs: files, and folders that may hold a saved model."""

from __future__ import annotations

from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.analysis.texts import text_of

_FOLDER, _FILE, _STATE = "log_artifacts", "log_artifact", "log_state_dict"
#: The functions of `mlflow` and of its client that log files, with the argument that says where.
PLACES = {
    _FILE: "artifact_path",
    _FOLDER: "artifact_path",
    **dict.fromkeys(("log_text", "log_dict", "log_figure", "log_image", "log_table"), "artifact_file"),
}
#: What stands for a path that is known only at run time.
UNKNOWN = "*"


@once
def every_path(context: Context) -> frozenset[str]:
    """Return the paths, as far as they are known, at which the code of a namespace logs files, whatever they hold."""
    found = (
        call.get(PLACES[call.path.rpartition(".")[2]])
        for call in context.facts.named(*PLACES)
        if call.path.rpartition(".")[0] in ("mlflow", "mlflow.MlflowClient")
    )
    known = (text_of(argument.value, context.names).known for argument in found if argument is not None)
    return frozenset(path.strip("/") for path in known if path)


@once
def plain_paths(context: Context) -> frozenset[str]:
    """Return the paths, as far as they are known, at which the code puts files that are certainly no model."""
    found: set[str] = set()
    for call in context.facts.named(*(name for name in PLACES if name != _FOLDER), _STATE):
        name = call.path.rpartition(".")[2]
        path = call.get(PLACES.get(name, "artifact_path"))
        known = text_of(path.value, context.names).known if path is not None else None
        if known and not (name == _FILE and _is_model_file(call.get("local_path"), context)):
            found.add(known.strip("/"))
    return frozenset(found)


@once
def folders(context: Context) -> frozenset[str]:
    """Return the paths of runs in which the code puts whole folders; "" for the root."""
    found: set[str] = set()
    for call in context.facts.named(_FOLDER):
        path = call.get("artifact_path")
        known = text_of(path.value, context.names).known if path is not None else ""
        found.add(UNKNOWN if known is None else known.strip("/"))
    return frozenset(found)


@once
def logged_folders(context: Context) -> frozenset[str]:
    """Return the folders of this machine that the code puts into runs as a whole, as far as they are known before it runs."""
    found: set[str] = set()
    for call in context.facts.named(_FOLDER):
        given = call.get("local_dir")
        known = text_of(given.value, context.names).known if given is not None else None
        found.add(UNKNOWN if known is None else known.replace("\\", "/").removeprefix("./").rstrip("/"))
    return frozenset(found)


def _is_model_file(argument: object, context: Context) -> bool:
    """Return whether a file that is logged is, or may be, the one that makes a folder a model."""
    value = getattr(argument, "value", None)
    if value is None:
        return True
    text = text_of(value, context.names)
    return (text.known is None and not text.fixed) or text.fixed.endswith("MLmodel")
