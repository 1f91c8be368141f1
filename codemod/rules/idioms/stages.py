"""Where a namespace uses registry stages, and whether all of them can become aliases together.

A stage that one place sets and another reads must move in both or in none: a reader by alias fails as long as nobody sets the
alias. So the project pass asks every file, and one use that cannot be moved keeps all of them.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.origins import origins
from codemod.analysis.rest import rest_of
from codemod.analysis.texts import text_of
from codemod.names import Instance, Unknown
from codemod.names.nodes import assigned_name
from codemod.rules.idioms.arguments import untold
from codemod.rules.idioms.environments import may_set_for
from codemod.rules.idioms.named_stores import may_be_workspace
from codemod.rules.idioms.parted_stages import parted_stage
from codemod.rules.idioms.provisions import expects
from codemod.rules.idioms.stage_segments import (
    SERVING_STAGES,
    STAGES,
    computed_stage,
    is_part,
    is_version,
    literal_stage,
    segment,
    with_alias,
)

TRANSITION = "mlflow.MlflowClient.transition_model_version_stage"
LATEST = "mlflow.MlflowClient.get_latest_versions"
# One of these stands in all code that uses stages.
_NEEDED = (
    "current_stage", "transition_model_version_stage", "latest_versions", "model_version_tag", "models:/", 'models:"', "models:'",
    "transition-stage", "get-latest-versions",
)  # fmt: skip
# What texts hold that ask the registry's tables or its REST API for stages.
_ASKING = re.compile(r"\bcurrent_stage\b|/(?:transition-stage|get-latest-versions)\b")
_MANY = 20
_STAGE_PARAMETER = ("mlflow.MlflowClient.set_model_version_tag", "mlflow.MlflowClient.delete_model_version_tag")
#: What `[0]` raises where no version is in the stage; an alias that nobody has set is an `MlflowException`.
NO_VERSION = frozenset({"IndexError", "LookupError"})
#: What stages are on MLflow 3.
STILL = "stages have been deprecated since 2.9 and still work on MLflow 3"
_READS_STAGE = "reads `current_stage`"
_PARTS = "takes the URI of a stage apart"
# `_get_default_registry_uri_for_tracking_uri` in mlflow/tracking/_model_registry/utils.py, 3.0 and later;
# `UcModelRegistryStore` in mlflow/store/_unity_catalog/registry/rest_store.py refuses stages.
REFUSED = (
    "with Databricks as tracking server and no registry URI, MLflow 3 takes the registry of the Unity Catalog, which refuses stages and "
    'names of one level; `mlflow.set_registry_uri("databricks")` keeps the registry of the workspace'
)


def still(context: Context) -> str:
    """Say what becomes of stages on MLflow 3, for the registry that the code uses."""
    return REFUSED if is_refused(context) else STILL


def is_refused(context: Context) -> bool:
    """Return whether the code tracks on Databricks and names no registry, so that MLflow 3 takes one that refuses stages."""
    facts = context.facts
    clients = facts.called("mlflow.MlflowClient")
    if facts.called("mlflow.set_registry_uri") or facts.sets("MLFLOW_REGISTRY_URI"):
        return False
    if any(client.get("registry_uri") is not None for client in clients):
        return False
    # Not `context.project`: that is made, where the run knows no other file, by asking this.
    others = context.settings.project
    if others is not None and others.registries - {context.path}:
        return False
    values = [call.get("uri", "tracking_uri") for call in (*facts.called("mlflow.set_tracking_uri"), *clients)]
    given = [argument.value for argument in values if argument is not None]
    given += [value for value in facts.environment.get("MLFLOW_TRACKING_URI", ()) if value is not None]
    if not given:
        by_environment = others.databricks if others is not None else frozenset()
        asking = others.asking if others is not None else frozenset()
        return context.kind == "databricks" or any(may_set_for(each, context.path, asking) for each in by_environment)
    return all(may_be_workspace(value, context) for value in given)


def keeper_of_stages(context: Context) -> str:
    """Say which place keeps all stages as they are; "" when none does."""
    place = context.project.stages_kept_by
    if place.startswith(":"):  # of this file, where it is looked at alone
        place = place[2:] if place.startswith(": ") else f"line {place[1:]}"
    return f"kept: {place}" if place else ""


@dataclass(frozen=True, slots=True)
class StageUses:
    """How one namespace uses stages.

    Attributes:
        moved: Stages that versions are put in by calls that can become aliases.
        obstacle: The first place that uses stages in a way that has no alias form here; None for none.
        does: What that place does, as a verb with its object; "" for none.
    """

    moved: frozenset[str] = frozenset()
    obstacle: ast.AST | None = None
    does: str = ""


def may_use_stages(text: str) -> bool:
    """Return whether code holds a word without which none uses stages."""
    return any(word in text for word in _NEEDED)


def stage_uses(context: Context) -> StageUses:
    """Read how the namespace uses stages."""
    if not may_use_stages(context.text):
        return StageUses()
    nodes = list(context.names.scopes.nodes())
    calls = [context.call(node) for node in nodes if isinstance(node, ast.Call)]
    transitions = [call for call in calls if call is not None and call.path == TRANSITION]
    moved = {stage for call in transitions if (stage := alias_stage(call, context)) is not None}
    for node in nodes:
        does = _obstacle(node, context)
        if does:
            return StageUses(frozenset(moved), node, does)
    parting = parted_stage(context)
    return StageUses(frozenset(moved), parting, _PARTS if parting is not None else "")


def _obstacle(node: ast.AST, context: Context) -> str:
    """Say what a place does with stages that has no alias form here, or that this run keeps; "" for nothing."""
    if isinstance(node, ast.expr) and computed_stage(node, context):
        return "computes the stage of a `models:/` URI"
    if isinstance(node, (ast.Constant, ast.JoinedStr)) and _is_in_pieces(node, context):
        return "reads a stage by a string of several pieces"
    if isinstance(node, ast.expr) and _is_kept(node, context):
        return "uses a stage, and this run does not change it"
    if isinstance(node, ast.Attribute) and node.attr == "current_stage":
        is_version = isinstance(context.resolve(node.value), Instance) or context.facts.names_mlflow
        return _READS_STAGE if is_version else ""
    if isinstance(node, ast.Attribute) and node.attr == "latest_versions":
        owner = context.resolve(node.value)
        return "reads the versions of all stages" if isinstance(owner, (Instance, Unknown)) else ""
    if isinstance(node, ast.Constant):
        return _obstacle_text(node, context) if isinstance(node.value, str) else ""
    return _obstacle_call(node, context) if isinstance(node, ast.Call) else ""


def _obstacle_text(node: ast.Constant, context: Context) -> str:
    """Say which use of stages a string is: a column or key, a question to the registry, or a stage of which nobody knows who gets it."""
    if literal_stage(node, context) in ("Archived", "None"):
        return f"reads `{node.value!s}`"
    asks = _ASKING.search(str(node.value))
    if asks and not isinstance(context.names.scopes.parent(node), ast.Expr):
        return _READS_STAGE if asks[0] == "current_stage" else f"asks the registry by `{asks[0].strip('/')}`"
    if node.value in SERVING_STAGES and not _is_understood(node, context):
        return "holds a stage, and nobody can tell who reads it"
    return ""


def _is_understood(node: ast.expr, context: Context) -> bool:
    """Return whether a stage, or a variable that holds it, is only given to the functions of MLflow that set and read stages."""
    parent = context.names.scopes.parent(node)
    while isinstance(parent, (ast.List, ast.Tuple, ast.keyword, ast.Starred)):
        parent = context.names.scopes.parent(parent)
    if isinstance(parent, ast.Call):
        call = context.call(parent)
        return call is not None and call.path in (TRANSITION, LATEST)
    if (assigned := assigned_name(parent)) is not None:
        uses = [use for use in context.names.uses(assigned) if isinstance(use.ctx, ast.Load)]
        return bool(uses) and all(_is_understood(use, context) for use in uses)
    return False


def _is_made(node: ast.Call, context: Context) -> bool:
    """Return whether a call makes a URI that ends in a stage, or may: ``path("models:", name, "Production")``."""
    texts = [
        text_of(each, context.names) for each in node.args[:_MANY] if isinstance(each, (ast.Constant, ast.JoinedStr))
    ]
    if any(text.start.startswith("models:") for text in texts[:-1]):
        last_word = texts[-1].filled("").rpartition("/")[2]
        if last_word.capitalize() in SERVING_STAGES:
            return True  # the first pass does not see what functions of other files make of it
    every = [node, *origins(node, context)] if rest_of(node, context.names) is not None else [node]
    return any(_may_end_in_stage(each, context) for each in every)


def _may_end_in_stage(node: ast.expr, context: Context) -> bool:
    found = segment(node, context)
    if found is None or len(found) != 1:
        return False
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return False  # the template is looked at by itself, and what it is given by `computed_stage`
    return found[0].capitalize() in STAGES if isinstance(found[0], str) else not is_version(found[0], context)


def _obstacle_call(node: ast.Call, context: Context) -> str:
    if _is_made(node, context):
        return "reads a stage by a URI that a function makes"
    call = context.call(node)
    if call is None:
        methods = (TRANSITION.rpartition(".")[2], LATEST.rpartition(".")[2])
        name = next((method for method in methods if untold(node, method, context) is not None), "")
        return f"calls `{name}` of an object that nobody can tell" if name else ""
    if call.path == TRANSITION:
        # Also "Archived": an alias stays until somebody takes it away.
        return "" if alias_stage(call, context) is not None else "sets a stage that no alias can replace"
    if call.path == LATEST:
        return "" if _reads_one(call, context) else "asks for the versions of several stages"
    if call.path in _STAGE_PARAMETER and call.get("stage") is not None:
        return "names a version by its stage"
    return ""


def _is_kept(node: ast.expr, context: Context) -> bool:
    """Return whether a place that uses a stage is not changed by this run: it is silenced, or its rule does not run."""
    call = context.call(node) if isinstance(node, ast.Call) else None
    if call is not None and call.path == TRANSITION:
        return not context.changes(node, "MLF301")
    if call is not None and call.path == LATEST and call.get("stages") is not None:
        return not context.changes(node, "MLF303")
    if literal_stage(node, context) in SERVING_STAGES:
        return not context.changes(node, "MLF302")
    return False


def _is_in_pieces(node: ast.Constant | ast.JoinedStr, context: Context) -> bool:
    """Return whether a string reads a stage, and its source does not show it as one: ``f"models:/m/" f"Staging"``."""
    is_reader = literal_stage(node, context) in SERVING_STAGES and not is_part(node, context)
    return is_reader and with_alias(node, context) is None


def _reads_one(call: BoundCall, context: Context) -> bool:
    """Return whether `get_latest_versions` asks for no stage, or for the first version of one that can become an alias."""
    stages = call.get("stages")
    wanted = listed_stages(stages.value, context) if stages is not None else ()
    if wanted is None:
        return False
    if wanted in ((), ("None",)):
        return True
    if expects(call.node, NO_VERSION, context):
        return False
    parent = context.names.scopes.parent(call.node)
    first = isinstance(parent, ast.Subscript) and isinstance(parent.slice, ast.Constant) and parent.slice.value == 0
    return first and len(wanted) == 1 and wanted[0] in SERVING_STAGES and isinstance(call.node.func, ast.Attribute)


def known_stage(call: BoundCall, context: Context) -> str | None:
    """Return the stage of a transition when it is known, as MLflow spells it."""
    argument = call.get("stage")
    known = text_of(argument.value, context.names).known if argument is not None else None
    return known.capitalize() if known is not None else None


def alias_stage(call: BoundCall, context: Context) -> str | None:
    """Return the stage of a transition that can become an alias: a literal stage, all arguments seen, the result unused."""
    if is_refused(context):
        return None
    argument = call.get("stage")
    parent = context.names.scopes.parent(call.node)
    if argument is None or not isinstance(argument.value, ast.Constant) or not isinstance(parent, ast.Expr):
        return None
    if call.star is not None or call.open_kwargs is not None or call.makes_partial or argument.keys:
        return None
    archive = call.get("archive_existing_versions")
    if call.get("name") is None or call.get("version") is None or (archive is not None and archive.keyword is None):
        return None
    stage = known_stage(call, context)
    return stage if stage in SERVING_STAGES else None


def listed_stages(node: ast.expr, context: Context) -> tuple[str, ...] | None:
    """Return the stages of ``stages=[...]``; None when they are not all known."""
    if isinstance(node, ast.Constant) and node.value is None:
        return ()
    if isinstance(node, ast.Name):
        definition = context.names.definition(node)
        return listed_stages(definition, context) if definition is not None else None
    if not isinstance(node, (ast.List, ast.Tuple)):
        return None
    known = [text_of(item, context.names).known for item in node.elts]
    return tuple(stage.capitalize() for stage in known if stage is not None) if None not in known else None
