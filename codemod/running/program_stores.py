"""Which programs of a run keep their runs in a store that no code or environment names?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from codemod.analysis.conftests import is_test
from codemod.engine.surveys import Survey
from codemod.names.imported_files import ImportedFiles
from codemod.rules.idioms.environments import may_set_for
from codemod.running import reach
from codemod.running.jobs import Job
from codemod.settings import Project

# A notebook there keeps its runs in its workspace.
_DATABRICKS = b"# Databricks notebook source"


def files_asking(asking: frozenset[str], jobs: Iterable[Job], imports: ImportedFiles) -> frozenset[str]:
    """Return the files that ask the tracking store, and those that import one of them and may call it."""
    code = (job for job in jobs if reach.is_run(job.target.path))
    return asking.union(job.target.path for job in code if not asking.isdisjoint(imports.of(job.target.path, job.data)))


def code_of(jobs: Iterable[Job]) -> dict[str, bytes]:
    """Return the bytes of those of some files that are code, by path."""
    return {job.target.path: job.data for job in jobs if reach.is_run(job.target.path)}


def unnamed_stores_of(facts: Mapping[str, Survey], code: Mapping[str, bytes], imports: ImportedFiles) -> frozenset[str]:
    """Return the files whose programs name no store, where some other program names one."""
    naming = {path for path, survey in facts.items() if survey.stores}
    is_asked = any(survey.asking for survey in facts.values())
    return reach.without_store(naming, code, imports) if naming and is_asked else frozenset()


def with_takers(project: Project, facts: Mapping[str, Survey], code: Mapping[str, bytes]) -> Project:
    """Return what is known of the run, with the programs that keep runs in the store that MLflow takes by itself, and those that name one.

    Args:
        project: What is known of the run, with the stores that it names.
        facts: What each file contributes.
        code: The code of the run.
    """
    writing = project.asking.union(path for path, survey in facts.items() if survey.autologs)
    takers = frozenset(
        path
        for path in writing
        if not is_test(path)
        and not code.get(path, b"").startswith(_DATABRICKS)
        and (not project.stores or path in project.unnamed_stores)
        and not any(may_set_for(each, path, project.asking) for each in project.environments)
    )
    naming = frozenset(path for path, survey in facts.items() if survey.stores and not is_test(path))
    return replace(project, default_takers=takers, store_takers=naming)
