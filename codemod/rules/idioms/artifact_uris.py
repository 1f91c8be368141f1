"""URIs that lead to a model through the artifacts of its run, where MLflow 2 put it and MLflow 3 does not."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemod.analysis.context import Context
from codemod.analysis.runs import active_run_id, run_around, store_of
from codemod.analysis.texts import text_of
from codemod.names import Foreign, Instance

GET_URI = "mlflow.get_artifact_uri"
_RUN_INFO = "mlflow.entities.RunInfo"


@dataclass(frozen=True, slots=True)
class ArtifactUri:
    """An expression that gives the place of something below a run's artifacts.

    Attributes:
        node: The whole expression.
        run_id: Source of an expression for the run's id; None when none is in reach.
        path: The path below the artifacts; None when it is known only at run time.
        path_source: Source of the path to put into an f-string, such as ``"model"`` or ``"{name}"``.
        sure: Whether the run is known to be MLflow's.
    """

    node: ast.expr
    run_id: str | None
    path: str | None
    path_source: str | None
    sure: bool = True

    @property
    def runs_uri(self) -> str | None:
        """Source of the same place as a ``runs:/`` URI, which both MLflow 2 and 3 resolve."""
        if self.run_id is None or self.path_source is None or '"' in self.run_id:
            return None
        return f'f"runs:/{{{self.run_id}}}/{self.path_source}"'


def artifact_uri(node: ast.expr, context: Context) -> ArtifactUri | None:
    """Read an expression as the URI of something below a run's artifacts; None when it is something else."""
    if isinstance(node, ast.Call):
        return _called(node, context) or _joined(node, context) or _templated(node, context)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _templated(node, context)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Div)):
        return _built(node, node.left, node.right, context)
    if isinstance(node, ast.JoinedStr) and len(node.values) >= 2 and isinstance(node.values[0], ast.FormattedValue):
        run_id = run_of_artifacts(node.values[0].value, context)
        rest = text_of(ast.JoinedStr(node.values[1:]), context.names)
        if run_id is not None and rest.fixed.startswith("/"):
            path = rest.known
            source = path[1:] if path is not None else _rest_of_fstring(node, context)
            return ArtifactUri(node, run_id[0], path[1:] if path else None, source, run_id[1])
    return None


def _rest_of_fstring(node: ast.JoinedStr, context: Context) -> str | None:
    """Return what follows ``{run.info.artifact_uri}/`` in an f-string with plain quotes."""
    text = context.source(node)
    if not text.startswith(('f"{', "f'{")) or text.count("}/") < 1 or "\\" in text:
        return None
    return text[text.index("}/") + 2 : -1].replace('"', "'")


def _called(node: ast.Call, context: Context) -> ArtifactUri | None:
    call = context.call(node)
    if call is None or call.path != GET_URI:
        return None
    argument = call.get("artifact_path")
    if argument is None:
        return None
    text = text_of(argument.value, context.names)
    return ArtifactUri(
        node, active_run_id(node, context), text.known, _path_source(argument.value, text.known, context)
    )


def _joined(node: ast.Call, context: Context) -> ArtifactUri | None:
    """Read ``os.path.join(run.info.artifact_uri, "model")``."""
    function = node.func
    is_join = isinstance(function, ast.Attribute) and function.attr == "join" and len(node.args) == 2
    if not is_join or node.keywords or not isinstance(context.resolve(function), Foreign):
        return None
    return _built(node, node.args[0], node.args[1], context)


def _templated(node: ast.Call | ast.BinOp, context: Context) -> ArtifactUri | None:
    """Read ``"{}/model".format(run.info.artifact_uri)`` and ``"%s/model" % run.info.artifact_uri``."""
    if isinstance(node, ast.BinOp):
        template, hole = node.left, "%s"
        values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
    elif isinstance(node.func, ast.Attribute) and node.func.attr == "format" and not node.keywords:
        template, hole, values = node.func.value, "{}", node.args
    else:
        return None
    if not (isinstance(template, ast.Constant) and isinstance(template.value, str)) or not values:
        return None
    root, slash, rest = template.value.partition("/")
    if root != hole or not slash or len(values) > 2 or rest.count(hole) != len(values) - 1:
        return None
    if len(values) == 1:
        return _built(node, values[0], ast.copy_location(ast.Constant(rest), template), context)
    return _built(node, values[0], values[1], context) if rest == hole else None


def _built(node: ast.expr, left: ast.expr, right: ast.expr, context: Context) -> ArtifactUri | None:
    run = run_of_artifacts(left, context)
    if run is None:
        return None
    text = text_of(right, context.names)
    known = text.known.lstrip("/") if text.known is not None else None
    return ArtifactUri(node, run[0], known, _path_source(right, known, context), run[1])


def _path_source(node: ast.expr, known: str | None, context: Context) -> str | None:
    if isinstance(node, ast.Constant) and known is not None:
        return known if not set(known) & set("{}\"'\\") else None
    source = context.source(node)
    simple = isinstance(node, (ast.Name, ast.Attribute)) and "\n" not in source
    return f"{{{source}}}" if simple else None


def run_of_artifacts(node: ast.expr, context: Context) -> tuple[str | None, bool] | None:
    """Say whose artifacts an expression is the root of.

    Returns:
        Source of the run's id (None when it is out of reach) and whether the run is known to be MLflow's; None when the
        expression is not the artifact root of a run.
    """
    if isinstance(node, ast.Name):
        definition = context.names.definition(node)
        found = run_of_artifacts(definition, context) if definition is not None and definition is not node else None
        if found is None or definition is None or _means_the_same(definition, node, context):
            return found
        return None, False  # the run's variable, or the active run, may be another one by now
    if isinstance(node, ast.Call):
        call = context.call(node)
        if call is not None and call.path == GET_URI and not call.arguments:
            return active_run_id(node, context), True
        return None
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value == "artifact_uri":
        # A row of `mlflow.search_runs`, or a run as a dict: the id stands beside it.
        source = context.source(node.value)
        return (f"{source}['run_id']" if "\n" not in source and "'" not in source else None), False
    if isinstance(node, ast.Attribute) and node.attr == "artifact_uri":
        owner = context.resolve(node.value)
        source = f"{context.source(node.value)}.run_id"
        if "\n" in source:
            return None
        if isinstance(owner, Instance) and owner.path == _RUN_INFO:
            store = store_of(node.value, context)
            return (source if store.kind != "other" else None), store.kind == "current"
        is_info = isinstance(node.value, ast.Attribute) and node.value.attr == "info"
        if is_info and not isinstance(owner, Foreign):
            return source, False
    return None


def _means_the_same(definition: ast.expr, use: ast.expr, context: Context) -> bool:
    """Whether an expression about a run means at a use the run that it meant where a variable got its value."""
    if isinstance(definition, ast.Call):
        around = run_around(definition, context)
        return around is not None and around is run_around(use, context) and not context.project.opens_runs
    return all(
        context.names.same_value(item, use)
        for item in ast.walk(definition)
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Load)
    )


def in_logged(path: str | None, context: Context) -> bool:
    """Whether a path is that of a logged model, or of a file in one."""
    return path is not None and any(path == name or path.startswith(f"{name}/") for name in context.project.logged)
