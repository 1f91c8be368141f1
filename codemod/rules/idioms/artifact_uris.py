"""URIs that lead to a model through the artifacts of its run, where MLflow 2 put it and MLflow 3 does not."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from codemod.analysis.column_values import column_of_value, is_in_order
from codemod.analysis.context import Context
from codemod.analysis.handed_names import handed_names
from codemod.analysis.origins import origins
from codemod.analysis.run_tables import is_info_dict, is_runs_row, keeps_run_id
from codemod.analysis.runs import active_run_id, has_run, run_around
from codemod.analysis.stores import UNTOLD, FoundRun, found_at
from codemod.analysis.texts import Hole, Text, concatenated, text_of
from codemod.analysis.texts_here import text_here
from codemod.analysis.uris import Origin, Uri, root_of_uri, uri_of
from codemod.names import Instance, OwnClass, OwnFunction, OwnInstance, OwnModule
from codemod.names.forms import There

GET_URI = "mlflow.get_artifact_uri"
GET_URI_OF_RUN = "mlflow.tracking.artifact_utils.get_artifact_uri"
_KEY = re.compile(r"""(?P<quote>["'])artifact_uri(?P=quote)|\.artifact_uri\b""")
_RUN_INFO = "mlflow.entities.RunInfo"


@dataclass(frozen=True, slots=True)
class ArtifactUri:
    """An expression that gives the place of something below a run's artifacts.

    Attributes:
        node: The whole expression.
        run_id: Source of an expression for the run's id; None when none is in reach, or none may take its place.
        path: The path below the artifacts; None when it is known only at run time.
        path_source: Source of the path to put into an f-string, such as ``"model"`` or ``"{name}"``.
        sure: Whether the run is known to be MLflow's.
        by_name: Whether only names say that this is the place of a run's artifacts.
        store: Where the run was found.
    """

    node: ast.expr
    run_id: str | None
    path: str | None
    path_source: str | None
    sure: bool = True
    by_name: bool = False
    store: FoundRun = UNTOLD

    @property
    def runs_uri(self) -> str | None:
        """Source of the same place as a ``runs:/`` URI, which both MLflow 2 and 3 resolve."""
        if self.run_id is None or self.path_source is None or '"' in self.run_id:
            return None
        return f'f"runs:/{{{self.run_id}}}/{self.path_source}"'


def artifact_uri(node: ast.expr, context: Context) -> ArtifactUri | None:
    """Read an expression as the URI of something below a run's artifacts; None when it is something else."""
    if isinstance(node, ast.Call):
        called = _called(node, context)
        if called is not None:
            return called
    uri = uri_of(node, context)
    if uri.root is None or not _is_artifact(uri):
        return None
    first = text_here(node, context.names).holes[:1]
    run = run_of_artifacts(first[0].node, context) if first and not (uri.root.by_name or uri.is_local) else None
    run_id, sure, store = run if run is not None else (None, False, UNTOLD)
    return ArtifactUri(node, run_id, uri.path, _source_of_rest(node, context), sure, uri.root.by_name, store)


def composed_uri(node: ast.expr, context: Context) -> ArtifactUri | None:
    """Read a value that other code of the file put together, as ``place(run)``, ``self.uri`` and ``options["uri"]`` give it.

    Returns:
        None where that code is told of itself, because it names a model that is logged here, and where it makes something else.
    """
    uri = uri_of(node, context)
    if isinstance(node, (ast.Attribute, ast.Subscript)) and _is_artifact(uri):
        by_name = uri.root is not None and uri.root.by_name
        return None if in_logged(uri.path, context) else ArtifactUri(node, None, uri.path, None, False, by_name)
    if uri.root is not None:
        return _of_other_file(node, context)
    first = uri.text.parts[0] if uri.text.parts else None
    if not isinstance(first, Hole) or first.form not in ("", "!s"):
        return None
    for source in origins(first.node, context):
        if source is first.node:
            continue
        made = uri_of(source, context) if isinstance(source, (ast.JoinedStr, ast.BinOp, ast.Call)) else None
        if made is not None and made.root is not None and _is_artifact(made):
            if in_logged(made.path, context):
                return None
            path = Text((*made.rest.parts, *uri.text.parts[1:])).known
            return ArtifactUri(node, None, path, None, sure=False, by_name=made.root.by_name)
    return None


def _of_other_file(node: ast.expr, context: Context) -> ArtifactUri | None:
    """Read a place that code of another file put together, which may know the path only from what it is given here."""
    for source in origins(node, context):
        if isinstance(source, ast.Call):
            is_own, given = isinstance(context.resolve(source.func), OwnFunction), bool(source.args or source.keywords)
        else:
            owner = context.resolve(source.value) if isinstance(source, ast.Attribute) else None
            is_own, given = isinstance(owner, (OwnModule, OwnClass, OwnInstance)), False
        uri = uri_of(source, context) if is_own else None
        if uri is not None and uri.root is not None and _is_artifact(uri):
            told = in_logged(uri.path, context) and isinstance(uri.root.node, There) and not given
            return None if told else ArtifactUri(node, None, uri.path, None, False, uri.root.by_name)
    return None


def _is_artifact(uri: Uri) -> bool:
    return uri.root is not None and uri.root.origin is Origin.RUN_ARTIFACTS and uri.is_below and bool(uri.rest.parts)


def _called(node: ast.Call, context: Context) -> ArtifactUri | None:
    """Read ``mlflow.get_artifact_uri("model")`` and its sister that takes a run's id."""
    call = context.call(node)
    if call is None or call.path not in (GET_URI, GET_URI_OF_RUN):
        return None
    argument, run = call.get("artifact_path"), call.get("run_id")
    if argument is None or (isinstance(argument.value, ast.Constant) and not argument.value.value):
        return None
    run_id = _plain(run.value, context) if run is not None else active_run_id(node, context)
    path = text_of(argument.value, context.names).known
    # Without an active run, `get_artifact_uri` starts one.
    sure = run is not None or has_run(node, context)
    source = _source(text_here(argument.value, context.names), context)
    if call.get("tracking_uri") is not None:  # the store that `runs:/` asks may be another one
        return ArtifactUri(node, None, path, source, sure=False)
    return ArtifactUri(node, run_id, path, source, sure, store=FoundRun(node))


def _plain(node: ast.expr, context: Context) -> str | None:
    """Return the source of a name or attribute, which can stand in an f-string on any Python."""
    source = context.source(node)
    return source if isinstance(node, (ast.Name, ast.Attribute)) and "\n" not in source else None


def _source_of_rest(node: ast.expr, context: Context) -> str | None:
    """Return the source of what stands behind the root, for an f-string."""
    parts = text_here(node, context.names).parts[1:]
    if not parts or not isinstance(parts[0], str):
        return None
    return _source(concatenated((parts[0].lstrip("/"), *parts[1:])), context)


def _source(text: Text, context: Context) -> str | None:
    parts: list[str] = []
    for part in text.parts:
        if isinstance(part, str):
            if set(part) & set("{}\"'\\\n\r"):
                return None
            parts.append(part)
            continue
        source = _plain(part.node, context)
        if source is None or part.form:
            return None
        parts.append(f"{{{source}}}")
    return "".join(parts)


def run_of_artifacts(node: ast.expr, context: Context) -> tuple[str | None, bool, FoundRun] | None:
    """Say whose artifacts an expression is the root of.

    Returns:
        Source of the run's id (None when it is out of reach), whether the run is known to be MLflow's, and where it was found; None
        when the expression is not the artifact root of a run.
    """
    if isinstance(node, ast.Name):
        definition = context.names.definition(node)
        found = run_of_artifacts(definition, context) if definition is not None and definition is not node else None
        if found is None or definition is None or _means_the_same(definition, node, context):
            return found
        return None, False, UNTOLD  # the run's variable, or the active run, may be another one by now
    if isinstance(node, ast.Call):
        call = context.call(node)
        if call is not None and call.path == GET_URI and call.get("artifact_path") is None:
            return active_run_id(node, context), has_run(node, context), FoundRun(node)
        return None
    root = root_of_uri(node, context)
    if root is None or root.origin is not Origin.RUN_ARTIFACTS or root.by_name:
        return None
    if isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and is_runs_row(node.value, context)):
        column = column_of_value(node, context)
        of_row = is_runs_row(node.value, context) and keeps_run_id(node.value, context)
        of_row = of_row and (column is None or is_in_order(node, column))
        has_id = of_row or is_info_dict(node.value, context)  # what a tag or a file keeps has none
        return _id_beside(context.source(node)) if has_id else None, False, UNTOLD
    if isinstance(node, ast.Attribute) and node.attr == "artifact_uri":
        owner = context.resolve(node.value)
        source = f"{context.source(node.value)}.run_id"
        if "\n" in source:
            return None
        if isinstance(owner, Instance) and owner.path == _RUN_INFO:
            store = found_at(node.value, context)
            return (None if store.elsewhere else source), store.place is not None, store
        return source, False, UNTOLD
    return None


def _id_beside(source: str) -> str | None:
    """Return source for the run's id that stands beside the artifact root in a row, a table or a dict."""
    changed, count = _KEY.subn(lambda found: ".run_id" if found[0].startswith(".") else "'run_id'", source)
    return changed if count == 1 and not set(changed) & set('"\n\\') else None


def _means_the_same(definition: ast.expr, use: ast.expr, context: Context) -> bool:
    """Return whether an expression about a run means at a use the run that it meant where a variable got its value."""
    if isinstance(definition, ast.Call):
        around = run_around(definition, context)
        return around is not None and around is run_around(use, context) and not context.project.opens_runs
    return all(
        context.names.same_value(item, use)
        for item in ast.walk(definition)
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Load)
    )


def in_logged(path: str | None, context: Context) -> bool:
    """Return whether a path is that of a logged model, or of a file in one."""
    if path is None:
        return False
    return any(
        path == name or path.startswith(f"{name}/") for name in (*context.project.logged, *handed_names(context))
    )
