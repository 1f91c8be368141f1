"""What one file contributes to what is known of a project, and what all contribute together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from codemod.analysis.conftests import nearest_of
from codemod.names.overrides import overrides_that_count
from codemod.rules.idioms.model_names import may_be_computed
from codemod.settings import Double, Project

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Survey:
    """What one file contributes to the project.

    Attributes:
        logged: Artifact paths and names that its calls of ``log_model`` and ``autolog`` give, as far as they are known before it
            runs.
        renamed: Old and new names of models whose name the rules change with the settings of this run.
        kept: Artifact paths and names that stay as they are.
        computed: The paths and names that are known only at run time, with `HOLE` for what is not known of them.
        plain: Paths of runs where it puts files that are no models.
        folders: Paths of runs where it puts whole folders.
        autologs: Whether it lets MLflow log models by itself.
        local_models: The folders of this machine in which it saves models, or to which it downloads artifacts.
        recorded: The keys under which it keeps the URI of a model, or the place of a run's artifacts, each with what it is.
        by_path: Whether it names models by the argument of MLflow 2, or by its place.
        stages: How it uses the registry's stages.
        keeping: The places in it that keep all stages as they are, and what each does.
        functions: Functions that its module defines under the name of one of MLflow's, as ``module.function``.
        resumes_runs: Whether it takes up runs that were there before, by their ids.
        logged_folders: The folders of this machine that it puts into runs as a whole; ``*`` for one that is known only at run time.
        reads: Names that it takes from modules that are not MLflow's.
        stores: The tracking stores that it names.
        new_files: The files of models in MLflow 3's own formats of which it speaks.
        sets_git_tags: Whether it sets one of the old tags of a Git repository.
        client_stores: Whether it makes a client of a store that may be another one than the current.
        opens_runs: Whether it starts or ends runs otherwise than by ``with``.
        doubles: What its tests put in the place of MLflow.
        conftests: Its path, if it is a conftest.py that names MLflow.
        default_stores: Its path, if it keeps its runs in `./mlruns`.
        allowing: Its path, if it is one that allows stores of files.
        registries: Its path, if it speaks of the URI of a registry.
        asking: Its path, if it asks the tracking store for something and names none.
        file_stores: Its path, if it is a test that sets a store of files.
        overrides: The attributes that its classes give a value of their own, and their methods, each behind the class that they are made of.
    """

    logged: frozenset[str] = frozenset()
    renamed: tuple[tuple[str, str], ...] = ()
    kept: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()
    by_path: bool = False
    stages: tuple[frozenset[str], bool] = (frozenset(), False)
    keeping: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    resumes_runs: bool = False
    logged_folders: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    stores: frozenset[str] = frozenset()
    new_files: frozenset[str] = frozenset()
    sets_git_tags: bool = False
    client_stores: bool = False
    opens_runs: bool = False
    doubles: frozenset[Double] = frozenset()
    conftests: frozenset[str] = frozenset()
    allowing: frozenset[str] = frozenset()
    file_stores: frozenset[str] = frozenset()
    default_stores: frozenset[str] = frozenset()
    registries: frozenset[str] = frozenset()
    asking: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    autologs: bool = False
    local_models: frozenset[str] = frozenset()
    recorded: frozenset[tuple[str, str]] = frozenset()
    overrides: frozenset[tuple[str, str]] = frozenset()


def merge(surveys: Iterable[Survey]) -> Project:
    """Put together what all files contribute.

    A name that becomes two different ones, that some call keeps or may give, too, or that would take the name of another model, is not
    renamed at all; and one use of stages that cannot move keeps them all.
    """
    every = list(surveys)
    new_names: dict[str, set[str]] = {}
    for old, new in (pair for item in every for pair in item.renamed):
        new_names.setdefault(old, set()).add(new)
    kept = union_of(item.kept for item in every)
    taken = Counter(new for news in new_names.values() for new in news)
    taken.update(kept)
    computed = union_of(item.computed for item in every)
    kept |= {old for old in new_names if may_be_computed(old, computed)}
    conftests = union_of(item.conftests for item in every)
    return Project(
        conftests=conftests,
        allowing=union_of(item.allowing for item in every),
        default_stores=union_of(item.default_stores for item in every),
        asking=union_of(item.asking for item in every),
        registries=union_of(item.registries for item in every),
        stores_below=nearest_of(union_of(item.file_stores for item in every), conftests),
        logged=union_of(item.logged for item in every),
        renamed=tuple(
            sorted(
                (old, min(new))
                for old, new in new_names.items()
                if len(new) == 1 and old not in kept and taken[min(new)] == 1
            )
        ),
        computed=bool(computed),
        by_path=any(item.by_path for item in every),
        plain=union_of(item.plain for item in every),
        folders=union_of(item.folders for item in every),
        autologs=any(item.autologs for item in every),
        local_models=union_of(item.local_models for item in every),
        recorded=union_of(item.recorded for item in every),
        stages=frozenset() if any(item.stages[1] for item in every) else union_of(item.stages[0] for item in every),
        stages_kept_by=min(union_of(item.keeping for item in every), default=""),
        functions=union_of(item.functions for item in every),
        resumes_runs=any(item.resumes_runs for item in every),
        logged_folders=union_of(item.logged_folders for item in every),
        reads=union_of(item.reads for item in every),
        stores=union_of(item.stores for item in every),
        new_files=union_of(item.new_files for item in every),
        sets_git_tags=any(item.sets_git_tags for item in every),
        client_stores=any(item.client_stores for item in every),
        opens_runs=any(item.opens_runs for item in every),
        doubles=union_of(item.doubles for item in every),
        overrides=overrides_that_count(union_of(item.overrides for item in every)),
    )


def union_of(sets: Iterable[frozenset[_T]]) -> frozenset[_T]:
    """Return all that is in some sets."""
    return frozenset().union(*sets)
