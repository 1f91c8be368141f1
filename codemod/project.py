"""What a first pass over all inputs knows, so that one file can be changed in step with another."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from codemod.dependencies import is_dependency_file
from codemod.dependencies.stage_uris import is_computed
from codemod.documents.base import DocumentError
from codemod.names.reads import names_read, opens_runs, stores_named
from codemod.settings import Project, Settings

if TYPE_CHECKING:
    from codemod.analysis.context import Context

# Files without one of these words log nothing and use no stages.
SURVEYED = re.compile(
    rb"log_model|log_explainer|autolog|transition_model_version_stage|current_stage|get_latest_versions|version_tag"
    rb"|models:/[^\r\n]{0,200}(?i:stage)"
)

_STAGES = re.compile(
    r"model_version_stage|current_stage|get_latest_versions|version_tag|models:/[^\r\n]{0,200}?stage", re.IGNORECASE
)
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


@dataclass(frozen=True, slots=True)
class Survey:
    """What one file contributes to the project.

    Attributes:
        logged: Artifact paths and names that its calls of ``log_model`` and ``autolog`` give, as far as they are known before it
            runs.
        renamed: Old and new names of models whose name the rules change with the settings of this run.
        computed: Whether some path or name is known only at run time.
        stages: How it uses the registry's stages.
        functions: Functions that its module defines under the name of one of MLflow's, as ``module.function``.
        reads: Names that it takes from modules that are not MLflow's.
        stores: The tracking stores that it names.
        opens_runs: Whether it starts or ends runs otherwise than by ``with``.
    """

    logged: frozenset[str] = frozenset()
    renamed: tuple[tuple[str, str], ...] = ()
    computed: bool = False
    stages: tuple[frozenset[str], bool] = (frozenset(), False)
    functions: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    stores: frozenset[str] = frozenset()
    opens_runs: bool = False


def survey(path: str, data: bytes, settings: Settings) -> Survey:
    """Read what a file logs; of one that cannot be read, and fails in the main pass, the worst is assumed."""
    if not is_dependency_file(path):
        return replace(
            _survey(path, data, settings),
            reads=names_read(data),
            stores=stores_named(data),
            opens_runs=opens_runs(data),
        )
    return _survey(path, data, settings)


def _survey(path: str, data: bytes, settings: Settings) -> Survey:
    if is_dependency_file(path):
        computed = b"models:/" in data and is_computed(data.decode("utf-8", "replace"))
        return Survey(stages=(frozenset(), computed))
    if not SURVEYED.search(data):
        return Survey()
    # Imported late: most files end above.
    from codemod.analysis.context import Context
    from codemod.analysis.parsing import read

    try:
        reading = read(path, data)
        contexts = [
            Context(n.names, reading.document.cells, n.trees, settings, reading.document.kind)
            for n in reading.namespaces
        ]
        surveys = [survey_namespace(context) for context in contexts]
    except DocumentError:
        return _unread(data.decode("utf-8", "replace"))
    except Exception:  # too deep, too large, or a fault of ours: the main pass fails this file and says why
        return Survey(computed=True, stages=(frozenset(), True))
    surveys += [_unread(problem.text) for problem in reading.problems]
    return Survey(
        frozenset().union(*(item.logged for item in surveys)),
        tuple(pair for item in surveys for pair in item.renamed),
        any(item.computed for item in surveys),
        (frozenset().union(*(item.stages[0] for item in surveys)), any(item.stages[1] for item in surveys)),
        frozenset(f"{module_name(path)}.{name}" for context in contexts for name in _defined(context)),
    )


def _unread(text: str) -> Survey:
    """Assume the worst of code that cannot be read: who knows what it logs, and how it uses stages."""
    return Survey(computed="log_model" in text, stages=(frozenset(), _STAGES.search(text) is not None))


def module_name(path: str) -> str:
    """Return the last part of the name by which a file is imported."""
    folder, _, file = path.replace("\\", "/").rpartition("/")
    stem = file.rpartition(".")[0]
    return folder.rpartition("/")[2] if stem == "__init__" else stem


def _defined(context: Context) -> list[str]:
    """Return the functions that the top level defines under the name of one of MLflow's."""
    bindings = context.names.scopes.module.bindings
    return [name for name in _OWN if any(binding.kind == "definition" for binding in bindings.get(name, ()))]


def survey_alone(context: Context) -> Survey:
    """Read what one namespace contributes when the run knows no other file."""
    data = context.text.encode("utf-8", "surrogatepass")
    return replace(survey_namespace(context), stores=stores_named(data), opens_runs=opens_runs(data))


def survey_namespace(context: Context) -> Survey:
    """Read what the code of one namespace logs."""
    from codemod.analysis.texts import text_of
    from codemod.rules.idioms.arguments import takes_name
    from codemod.rules.idioms.model_names import new_name
    from codemod.rules.idioms.stages import stage_uses

    logged: set[str] = set()
    renamed: set[tuple[str, str]] = set()
    computed = False
    for node in context.names.scopes.nodes():
        call = context.call(node) if isinstance(node, ast.Call) else None
        if call is not None and call.path in _AUTOLOGS:
            asked = call.get("log_models")
            if asked is None or not (isinstance(asked.value, ast.Constant) and asked.value.value is False):
                logged.add(_AUTOLOGGED)
        if call is None or not takes_name(call.path, context.target.release):
            continue
        argument = call.get("artifact_path", "name")
        known = text_of(argument.value, context.names).known if argument is not None else None
        if known is None:
            computed = True
            continue
        logged.add(known)
        new = new_name(call, context)
        if new is not None and new != known:
            renamed.add((known, new))
    uses = stage_uses(context)
    return Survey(frozenset(logged), tuple(sorted(renamed)), computed, (uses.moved, uses.obstacles))


def merge(surveys: Iterable[Survey]) -> Project:
    """Put together what all files contribute.

    A name that becomes two different ones is not renamed elsewhere, and one use of stages that cannot move keeps them all.
    """
    logged: set[str] = set()
    new_names: dict[str, set[str]] = {}
    stages: set[str] = set()
    functions: set[str] = set()
    reads: set[str] = set()
    stores: set[str] = set()
    computed = obstacles = opens = False
    for item in surveys:
        logged |= item.logged
        stages |= item.stages[0]
        functions |= item.functions
        reads |= item.reads
        stores |= item.stores
        obstacles = obstacles or item.stages[1]
        computed = computed or item.computed
        opens = opens or item.opens_runs
        for old, new in item.renamed:
            new_names.setdefault(old, set()).add(new)
    renamed = tuple(sorted((old, new.pop()) for old, new in new_names.items() if len(new) == 1))
    movable = frozenset[str]() if obstacles else frozenset(stages)
    return Project(
        frozenset(logged), renamed, computed, movable, frozenset(functions), frozenset(reads), frozenset(stores), opens
    )
