"""What a first pass over all inputs knows, so that one file can be changed in step with another."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from codemod.analysis.conftests import is_conftest, is_test
from codemod.analysis.context import Context
from codemod.analysis.double_words import hides_doubles, speaks_of_doubles
from codemod.analysis.doubles import where
from codemod.analysis.handed_names import handed_names
from codemod.analysis.modelless_runs import takes_up_runs
from codemod.analysis.parsing import Reading, read_document
from codemod.analysis.stand_ins import stood_for
from codemod.analysis.texts import text_of
from codemod.analysis.uris import HOLE
from codemod.dependencies import is_dependency_file, stage_words
from codemod.dependencies.stage_uris import is_computed
from codemod.documents import DocumentError, open_document, sizes
from codemod.documents.kinds import is_notebook
from codemod.engine.survey_words import is_surveyed
from codemod.engine.surveys import Survey, merge, union_of
from codemod.engine.triggers import names_mlflow
from codemod.names.modules import module_parts
from codemod.names.overrides import overrides_in
from codemod.names.reads import (
    gives_clients_stores,
    names_read,
    names_registry,
    new_files,
    opens_runs,
    stores_named,
)
from codemod.rules.idioms.arguments import takes_name
from codemod.rules.idioms.file_stores import ASKING, allows_files, first_file_uri, keeps_default_folder
from codemod.rules.idioms.git_tags import is_written, may_name_tag, names_tag
from codemod.rules.idioms.given import given_by_calls, recorded_by
from codemod.rules.idioms.local_models import local_models
from codemod.rules.idioms.model_names import invalid_name, new_name, template_of
from codemod.rules.idioms.plain_files import folders, logged_folders, plain_paths
from codemod.rules.idioms.stages import stage_uses
from codemod.settings import Given, Project, Settings

_T = TypeVar("_T")

_STAGES = re.compile(
    r"model_version_stage|current_stage|latest_versions|version_tag|transition-stage|get-latest-versions|models:/[^\r\n]{0,200}?stage",
    re.IGNORECASE,
)
# What stands in every test that sets a store, or allows one.
_STORES = re.compile(rb"(?i)tracking_uri|registry_uri|FileStore|MLFLOW_ALLOW")
# A call of one of these asks the tracking store for something.
_ASKS = re.compile(rb"\b(?:%s)[ \t]*\(" % "|".join(ASKING).encode())
_OWN = ("log_model", "save_model", "log_explainer")

# Autologging of these logs what was trained under `model`, in MLflow 2 as in 3.
_AUTOLOGGED = "model"
_AUTOLOGS = frozenset(
    {"mlflow.autolog"}
    | {
        f"mlflow.{flavor}.autolog"
        for flavor in "sklearn xgboost lightgbm tensorflow keras pytorch statsmodels fastai paddle pyspark.ml".split()
    }
)


def survey_file(path: str, data: bytes, settings: Settings) -> Survey:
    """Read what a file logs; of one that cannot be read, and fails in the main pass, the worst is assumed."""
    if is_dependency_file(path):
        return _survey_of_values(path, data, settings)
    code = _code(path, data)
    stores = stores_named(code)
    asks = not stores and names_mlflow(code) and _ASKS.search(code) is not None
    return replace(
        _survey_of_code(path, data, code, settings),
        reads=names_read(code),
        stores=stores,
        asking=frozenset({path} if asks else ()),
        registries=frozenset({path} if names_registry(code) else ()),
        opens_runs=opens_runs(code),
        client_stores=gives_clients_stores(code),
        new_files=new_files(code),
        overrides=frozenset(overrides_in(code)) if b"class " in code else frozenset(),
    )


def _code(path: str, data: bytes) -> bytes:
    """Return the cells of a notebook without their outputs, which are most of its bytes; of another file, everything."""
    if not is_notebook(path):
        return data
    try:
        document = open_document(path, data)
    except (DocumentError, RecursionError, MemoryError):
        return data
    texts = [*(cell.text for cell in document.cells), *(part.text for part in document.unread)]
    return "\n".join(texts).encode("utf-8", "surrogatepass")


def _survey_of_values(path: str, data: bytes, settings: Settings) -> Survey:
    """Read which uses of stages a file that is no code holds."""
    if len(data) > sizes.OTHER:
        return Survey(stages=(frozenset(), True), keeping=frozenset({f"{path} is too large to be read"}))
    line = stage_words.obstacle(path, data, runs=settings.runs("MLF302"))
    kept = set[str]()
    if line is not None:
        kept.add(f"{path}:{line} holds a stage, and nobody can tell who reads it")
    elif b"models:/" in data and is_computed(data.decode("utf-8", "replace")):
        kept.add(f"{path} computes the stage of a `models:/` URI")
    return Survey(stages=(frozenset(), bool(kept)), keeping=frozenset(kept), sets_git_tags=names_tag(data))


def _survey_of_code(path: str, data: bytes, code: bytes, settings: Settings) -> Survey:
    speaks = names_mlflow(code)
    doubled = stood_for(path) != "" or (speaks_of_doubles(code) if speaks else hides_doubles(code))
    tests = speaks and is_test(path) and (is_conftest(path) or _STORES.search(code) is not None)
    may_keep = speaks and b"mlruns" in code
    tags = speaks and may_name_tag(code.decode("utf-8", "replace"))
    if not doubled and not tests and not may_keep and not tags and not is_surveyed(code):
        return Survey()
    try:
        reading, contexts = _contexts(path, data, settings)
        surveys = [survey_namespace(context) for context in contexts]
        module = (module_parts(path) or ("",))[-1]
        surveys += [_unread(problem.text) for problem in reading.problems]
        known = Survey(
            logged=union_of(item.logged for item in surveys),
            renamed=tuple(pair for item in surveys for pair in item.renamed),
            kept=union_of(item.kept for item in surveys),
            computed=union_of(item.computed for item in surveys),
            plain=union_of(item.plain for item in surveys),
            folders=union_of(item.folders for item in surveys),
            resumes_runs=any(item.resumes_runs for item in surveys),
            logged_folders=union_of(item.logged_folders for item in surveys),
            autologs=any(item.autologs for item in surveys),
            local_models=union_of(item.local_models for item in surveys),
            recorded=union_of(item.recorded for item in surveys),
            by_path=any(item.by_path for item in surveys),
            stages=(union_of(item.stages[0] for item in surveys), any(item.stages[1] for item in surveys)),
            keeping=frozenset(f"{path}{each}" for item in surveys for each in item.keeping),
            functions=frozenset(f"{module}.{name}" for context in contexts for name in _defined(context)),
            doubles=frozenset(where(place, path) for context in contexts for place in context.possible_doubles),
            sets_git_tags=tags and any(map(is_written, contexts)),
            default_stores=frozenset({path} if may_keep and any(map(keeps_default_folder, contexts)) else ()),
        )
        return _of_tests(known, path, contexts) if tests else known
    except DocumentError:
        unread = _unread(data.decode("utf-8", "replace"))
        return replace(unread, keeping=frozenset(f"{path}{each}" for each in unread.keeping))
    except Exception:  # too deep, too large, or a fault of ours: the main pass fails this file and says why
        keeping = frozenset({f"{path} cannot be read"})
        return Survey(computed=frozenset({HOLE}), stages=(frozenset(), True), keeping=keeping)


def _contexts(path: str, data: bytes, settings: Settings) -> tuple[Reading, list[Context]]:
    reading = read_document(path, data)
    cells, kind, spaces = reading.document.cells, reading.document.kind, reading.namespaces
    return reading, [Context(n.names, cells, n.trees, settings, kind, path, alone=alone) for n in spaces]


def survey_of_doubles(path: str, data: bytes, settings: Settings) -> Survey:
    """Read what a file that has nothing else to say of MLflow puts in its place; one that cannot be read says nothing."""
    try:
        contexts = _contexts(path, data, settings)[1]
        return Survey(
            doubles=frozenset(where(place, path) for context in contexts for place in context.possible_doubles)
        )
    except (DocumentError, RecursionError, MemoryError):
        return Survey()


def given(path: str, data: bytes, settings: Settings) -> frozenset[Given]:
    """Read what the calls of a file give to functions of other files; of one that cannot be read, nothing is known.

    Args:
        path: The file.
        data: Its bytes.
        settings: Those of the run, with the modules of the run.
    """
    try:
        contexts = _contexts(path, data, settings)[1]
        return frozenset(each for context in contexts for each in given_by_calls(context))
    except (DocumentError, RecursionError, MemoryError):
        return frozenset()


def _of_tests(known: Survey, path: str, contexts: Iterable[Context]) -> Survey:
    """Add to what is known of tests whether they set a store of files, or allow one."""
    here, nothing = frozenset({path}), frozenset[str]()
    allows = any(map(allows_files, contexts))
    sets = not allows and any(first_file_uri(context) is not None for context in contexts)
    conftests = here if is_conftest(path) else nothing
    return replace(
        known,
        conftests=conftests,
        allowing=conftests if allows else nothing,
        file_stores=here if sets else nothing,
    )


def _unread(text: str) -> Survey:
    """Assume the worst of code that cannot be read: who knows what it logs, and how it uses stages."""
    uses_stages = _STAGES.search(text) is not None
    keeping = frozenset({" uses stages in code that cannot be read"} if uses_stages else ())
    return Survey(
        computed=frozenset({HOLE} if "log_model" in text else ()), stages=(frozenset(), uses_stages), keeping=keeping
    )


def _defined(context: Context) -> list[str]:
    """Return the functions that the top level defines under the name of one of MLflow's."""
    bindings = context.names.scopes.module.bindings
    return [name for name in _OWN if any(binding.kind == "definition" for binding in bindings.get(name, ()))]


def survey_alone(context: Context) -> Survey:
    """Read what one namespace contributes when the run knows no other file."""
    data = context.text.encode("utf-8", "surrogatepass")
    return replace(
        survey_namespace(context),
        stores=stores_named(data),
        opens_runs=opens_runs(data),
        client_stores=gives_clients_stores(data),
        new_files=new_files(data),
        sets_git_tags=is_written(context),
        doubles=frozenset(place.double for place in context.doubles),
    )


def alone(context: Context) -> Project:
    """Return what is known when the run knows no file but one, from one of its namespaces."""
    return merge([survey_alone(context)])


def survey_namespace(context: Context) -> Survey:
    """Read what the code of one namespace logs."""
    logged: set[str] = set()
    renamed: set[tuple[str, str]] = set()
    kept: set[str] = set()
    computed: set[str] = set()
    for call in context.facts.named("log_model", "log_explainer", "autolog"):
        if call.path in _AUTOLOGS:
            asked = call.get("log_models")
            if asked is None or not (isinstance(asked.value, ast.Constant) and asked.value.value is False):
                logged.add(_AUTOLOGGED)
                kept.add(_AUTOLOGGED)
        if not takes_name(call.path, context.target.release):
            continue
        argument = call.get("artifact_path", "name")
        for value in argument.values if argument is not None else ():
            known = text_of(value, context.names).known
            if known is None:
                computed.add(text_of(value, context.names).filled(HOLE))
                template = template_of(value, context) if invalid_name(value, context) is not None else None
                if template is not None and context.changes(value, "MLF102"):
                    renamed.add((template.old, template.new))
                elif template is not None:
                    kept.add(template.old)
                continue
            logged.add(known)
            new = new_name(call, context)
            rule = "MLF101" if invalid_name(value, context) is None else "MLF102"
            if new is None or new == known or not context.changes(value, rule):
                kept.add(known)
            else:
                renamed.add((known, new))
        computed |= {HOLE} if argument is None else set()
    named = (call.get("artifact_path", "name") for call in context.facts.named("log_model"))
    uses = stage_uses(context)
    keeping = frozenset[str]() if uses.obstacle is None else frozenset({f"{context.place(uses.obstacle)} {uses.does}"})
    stages = uses.moved, bool(keeping)
    return Survey(
        frozenset(logged) | handed_names(context),
        tuple(sorted(renamed)),
        frozenset(kept) | handed_names(context),
        frozenset(computed),
        any(argument is not None and argument.keyword != "name" for argument in named),
        stages,
        keeping,
        plain=plain_paths(context),
        folders=folders(context),
        logged_folders=logged_folders(context),
        resumes_runs=takes_up_runs(context),
        autologs=context.facts.autologs,
        local_models=local_models(context),
        recorded=recorded_by(context),
    )
