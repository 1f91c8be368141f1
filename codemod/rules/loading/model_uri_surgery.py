"""MLF203: the URI of a logged model is not a path of its run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.loops import loop_values
from codemod.analysis.origins import origins
from codemod.analysis.uris import MODEL, MODEL_INFO, Origin, classes_of
from codemod.findings import Safety, Severity
from codemod.names import Instance, Unknown
from codemod.rewriting.edits import Change, RenameAttribute
from codemod.rules.base import Match, Rule
from codemod.rules.idioms.arguments import takes_name
from codemod.rules.idioms.joined_model_uri import downloaded_first
from codemod.rules.idioms.model_metadata import WORDS, is_model_metadata
from codemod.rules.idioms.uri_uses import OF_COLUMNS, OPENERS, PARSERS, UriUse, old_use
from codemod.rules.loading.model_uri_surgery_examples import EXAMPLES
from codemod.rules.loading.model_uri_surgery_file_examples import EXAMPLES as OF_FILES
from codemod.rules.loading.model_uri_surgery_flow_examples import EXAMPLES as OF_FLOWS
from codemod.rules.loading.model_uri_surgery_known_examples import EXAMPLES as KNOWN
from codemod.rules.selectors import LIBRARY, attributes, calls_named, constructions

_LOGS = {"mlflow", "log_model"}
_URIS = {"model_uri", ".source", "_source", "source=", '"source"', "'source'"}
_IS_NOW = {
    Origin.LOGGED_MODEL: "`model_uri` of a logged model is `models:/m-…` in MLflow 3, not `runs:/…/…`",
    Origin.VERSION_SOURCE: "`source` of a version made of a logged model is `models:/m-…` in MLflow 3, not the place of its files",
}
_ADVICE = {
    "taken apart": "take the run from `info.run_id`",
    "joined": 'a path below it leads nowhere; `f"runs:/{info.run_id}/{info.name}/…"` leads to the file',
    "compared": "compare `info.run_id` and `info.name`",
    "opened": "`mlflow.artifacts.download_artifacts` gives a folder",
}
_LOADED = "mlflow.pyfunc.PyFuncModel"
_OF_METADATA = (
    "`artifact_path` of a model's metadata is the place of its files in MLflow 3, not the path that was logged; "
    "`mlflow.models.get_model_info(uri).name` has it"
)
_PLACE = "`client.get_model_version_download_uri(name, version)` gives the place on 2 and 3"


def _check_use(node: ast.AST, context: Context) -> Iterator[Match]:
    use = old_use(node, context)
    if use is None:
        return
    changes = _changes(use, context)
    advice = _PLACE if use.root.origin is Origin.VERSION_SOURCE else _ADVICE[use.way]
    if changes:
        advice = "a path below it leads nowhere; the fix downloads the folder and joins the path to it"
    whose = f"if this is MLflow's, {_IS_NOW[use.root.origin]}" if use.root.by_name else _IS_NOW[use.root.origin]
    severity = Severity.CHANGES if use.is_test else Severity.BREAKS
    yield Match(
        use.value, f"{whose}; {advice}", Safety.UNSAFE if changes else Safety.MANUAL, changes, severity=severity
    )


def _changes(use: UriUse, context: Context) -> tuple[Change, ...]:
    if use.whole is None or use.root.origin is not Origin.LOGGED_MODEL or use.root.by_name:
        return ()
    return downloaded_first(use.value, use.whole, context)


def _check_path(node: ast.Attribute, context: Context) -> Iterator[Match]:
    """Judge ``artifact_path`` of what `log_model` gave, or of a loaded model's metadata."""
    owner = context.resolve(node.value)
    if not isinstance(node.ctx, ast.Load):
        return
    if isinstance(owner, Unknown) and MODEL_INFO in classes_of(node.value, context):
        message = "if this is MLflow's, `artifact_path` of a logged model is the place of its files in MLflow 3, not the path that was logged"
        yield Match(node, f"{message}; `name` has it", Safety.MANUAL, severity=Severity.CHANGES)
    if isinstance(owner, Unknown) and getattr(node.value, "attr", "") == "metadata":
        assert isinstance(node.value, ast.Attribute)
        if _LOADED in classes_of(node.value.value, context):
            yield Match(node, f"if this is MLflow's, {_OF_METADATA}", Safety.MANUAL, severity=Severity.CHANGES)
    if not isinstance(owner, Instance):
        return
    if owner.path == MODEL_INFO:
        message = (
            "`artifact_path` of a logged model is the place of its files in MLflow 3, not the path that was logged"
        )
        if context.target.both:
            yield Match(node, f"{message}; on 3 `info.name` has it", Safety.MANUAL, severity=Severity.CHANGES)
        else:
            yield _renamed(node, message, context)
    elif owner.path == MODEL and not _is_made_here(node.value, context):
        yield Match(node, _OF_METADATA, Safety.MANUAL, severity=Severity.CHANGES)


def _check_item(node: ast.Subscript | ast.Call, context: Context) -> Iterator[Match]:
    """Judge ``metadata["artifact_path"]`` and ``metadata.get("artifact_path")`` of the dict that an `MLmodel` file holds."""
    owner: ast.expr | None
    key: ast.expr | None
    if isinstance(node, ast.Subscript):
        owner, key = node.value, node.slice if isinstance(node.ctx, ast.Load) else None
    else:
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        key = node.args[0] if node.args else None
    keys = [*loop_values(key, context.names)] if isinstance(key, ast.Name) else [key]
    if owner is None or all(getattr(each, "value", None) != "artifact_path" for each in keys):
        return
    if is_model_metadata(owner, context):
        message = "`artifact_path` in the metadata of a logged model is the place of its files in MLflow 3, not the path that was logged"
        advice = "`mlflow.models.get_model_info(uri).name` has it"
        yield Match(node, f"{message}; {advice}", Safety.MANUAL, severity=Severity.CHANGES)


def _renamed(node: ast.Attribute, message: str, context: Context) -> Match:
    """Return the match with `name`, but for a person where the model is logged as only MLflow 3 does: the place may be meant."""
    found = [source for source in origins(node.value, context) if isinstance(source, ast.Call)]
    known = [call for source in found if (call := context.call(source)) is not None]
    if any(call.get("name") is not None for call in known):
        by_hand = f"{message}; `name` has it, if the place is not what this code wants"
        return Match(node, by_hand, Safety.MANUAL, severity=Severity.CHANGES)
    is_safe = bool(known) and all(takes_name(call.path, context.target.release) for call in known)
    change = RenameAttribute(node, "name")
    safety = Safety.SAFE if is_safe else Safety.UNSAFE
    return Match(node, f"{message}; `name` has it", safety, (change,), severity=Severity.CHANGES)


def _is_made_here(node: ast.expr, context: Context) -> bool:
    """Return whether the code makes the metadata itself, with a path of its own."""
    known = [context.call(source) for source in origins(node, context) if isinstance(source, ast.Call)]
    return any(call is not None and call.path == MODEL for call in known)


RULE = Rule(
    code="MLF203",
    name="model-uri-surgery",
    summary="`info.model_uri` is `models:/m-…`, so code that takes it apart breaks.",
    why="""\
`ModelInfo.model_uri` was `runs:/<run id>/<path>`; MLflow 3.0 gives `models:/m-<id>` (`Model.log` in
`mlflow/models/model.py`). The URI still
loads, registers and serves. What breaks is code that splits it for the run's id, tests it for `runs:/`, replaces a part, or joins a
path to it: `models:/m-<id>/requirements.txt` is read as a name and a version of the registry, and not found.
What to write depends on what the code wants (`info.run_id` and, on 3, `info.name` say both parts), so a person decides.

`info.artifact_path` was the path that was logged and is the absolute place of the files now; it becomes `info.name` where the code runs on 3
alone. `loaded.metadata.artifact_path` is that place, too, and has no other name for it, as
`artifact_path` in the `MLmodel` file is.

`ModelVersion.source` was the place of the files; for a version of a logged model it is `models:/m-<id>` now (`_register_model` in
`mlflow/tracking/_model_registry/fluent.py`), which loads but is no path. `get_model_version_download_uri` gives the place on both
lines.

One form is rewritten (unsafe): `download_artifacts` of a path below the URI downloads the model instead, and the path is joined to its
folder. That holds for every URI of a folder on 2 and 3, but brings the whole model where one file was wanted.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    on=(
        attributes("artifact_path", check=_check_path, needs=(LIBRARY,)),
        constructions(ast.Subscript, check=_check_item, needs=({"artifact_path"}, frozenset(WORDS))),
        calls_named("get", check=_check_item, needs=({"artifact_path"}, frozenset(WORDS))),
        calls_named(*OF_COLUMNS, *PARSERS, *OPENERS, "join", check=_check_use, needs=(_URIS, _LOGS)),
        constructions(ast.Compare, ast.Subscript, check=_check_use, needs=(_URIS, _LOGS)),
        constructions(ast.BinOp, ast.JoinedStr, check=_check_use, needs=(_URIS, _LOGS)),
        constructions(ast.AugAssign, check=_check_use, needs=(_URIS, _LOGS)),
    ),
    examples=(*EXAMPLES, *OF_FILES, *OF_FLOWS, *KNOWN),
)
