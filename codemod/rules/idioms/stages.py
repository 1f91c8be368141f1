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
from codemod.analysis.texts import text_of
from codemod.names import Instance
from codemod.rules.idioms.arguments import untold

TRANSITION = "mlflow.MlflowClient.transition_model_version_stage"
LATEST = "mlflow.MlflowClient.get_latest_versions"
SERVING_STAGES = ("Production", "Staging")
_STAGE_PARAMETER = ("mlflow.MlflowClient.set_model_version_tag", "mlflow.MlflowClient.delete_model_version_tag")


@dataclass(frozen=True, slots=True)
class StageUses:
    """How one namespace uses stages.

    Attributes:
        moved: Stages that versions are put in by calls that can become aliases.
        obstacles: Whether something uses stages in a way that has no alias form here.
    """

    moved: frozenset[str] = frozenset()
    obstacles: bool = False


def stage_uses(context: Context) -> StageUses:
    """Read how the namespace uses stages."""
    moved: set[str] = set()
    obstacles = False
    for node in context.names.scopes.nodes():
        if isinstance(node, ast.expr) and computed_stage(node, context):
            obstacles = True
        if isinstance(node, ast.Attribute) and node.attr == "current_stage":
            obstacles = obstacles or isinstance(context.resolve(node.value), Instance) or context.facts.names_mlflow
        if isinstance(node, ast.Constant) and node.value == "current_stage":
            obstacles = True  # the key of a version as a dict, or a column
        if not isinstance(node, ast.Call):
            continue
        call = context.call(node)
        if call is None:
            methods = (TRANSITION.rpartition(".")[2], LATEST.rpartition(".")[2])
            obstacles = obstacles or any(untold(node, method, context) is not None for method in methods)
            continue
        if call.path == TRANSITION:
            stage = alias_stage(call, context)
            if stage is not None:
                moved.add(stage)
            elif known_stage(call, context) not in ("Archived", "None"):
                obstacles = True
        elif call.path == LATEST:
            stages = call.get("stages")
            obstacles = obstacles or (stages is not None and listed_stages(stages.value, context) is None)
        elif call.path in _STAGE_PARAMETER and call.get("stage") is not None:
            obstacles = True
    return StageUses(frozenset(moved), obstacles)


def computed_stage(node: ast.expr, context: Context) -> bool:
    """Whether this is a ``models:/`` URI whose last part is a stage that a variable holds."""
    last: ast.expr | None = None
    if isinstance(node, ast.JoinedStr) and len(node.values) >= 2:
        first, before, value = node.values[0], node.values[-2], node.values[-1]
        text = str(before.value) if isinstance(before, ast.Constant) else ""
        is_uri = _starts(first) and text.endswith("/") and text != "models:/"
        last = value.value if is_uri and isinstance(value, ast.FormattedValue) else None
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        template = node.func.value
        is_uri = (
            isinstance(template, ast.Constant) and re.fullmatch(r"models:/.*/\{\w*\}", str(template.value)) is not None
        )
        last = node.args[-1] if is_uri and node.args else None
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        is_uri = text_of(node, context.names).start.startswith("models:/")
        last = node.right if is_uri and not isinstance(context.names.scopes.parent(node), ast.BinOp) else None
    if last is None:
        return False
    known = text_of(last, context.names).known
    if known is not None:
        return known.capitalize() in (*SERVING_STAGES, "Archived", "None")
    return "stage" in context.source(last).lower()


def _starts(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and str(node.value).startswith("models:/")


def known_stage(call: BoundCall, context: Context) -> str | None:
    """Return the stage of a transition when it is known, as MLflow spells it."""
    argument = call.get("stage")
    known = text_of(argument.value, context.names).known if argument is not None else None
    return known.capitalize() if known is not None else None


def alias_stage(call: BoundCall, context: Context) -> str | None:
    """Return the stage of a transition that can become an alias: a literal stage, all arguments seen, the result unused."""
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
