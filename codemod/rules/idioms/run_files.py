"""What code puts among a run's artifacts that is no model that MLflow logs: files, and folders that may hold a saved model."""

from __future__ import annotations

from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.analysis.texts import text_of

_FOLDER = "log_artifacts"
_FILE = "log_artifact"
# The last names of what puts one file, with the argument that names its path; that of a folder is in `_FILE`.
_CONTENT = dict.fromkeys(("log_dict", "log_text", "log_figure", "log_table", "log_image"), "artifact_file")
_STATE = "log_state_dict"
#: What stands for a path that is known only at run time.
UNKNOWN = "*"


@once
def plain_paths(context: Context) -> frozenset[str]:
    """Return the paths of runs in which the code puts files that are no models, as far as they are known."""
    found: set[str] = set()
    for call in context.facts.named(_FILE, _STATE, *_CONTENT):
        name = call.path.rpartition(".")[2]
        path = call.get(_CONTENT.get(name, "artifact_path"))
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


def _is_model_file(argument: object, context: Context) -> bool:
    """Return whether a file that is logged is, or may be, the one that makes a folder a model."""
    value = getattr(argument, "value", None)
    if value is None:
        return True
    text = text_of(value, context.names)
    return (text.known is None and not text.fixed) or text.fixed.endswith("MLmodel")
