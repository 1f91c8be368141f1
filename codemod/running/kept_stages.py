"""Stages that cannot move, because of files that use none themselves: one holds a stage that another reads, or takes its URI apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from codemod.engine.stage_values import StageValues, is_asked
from codemod.running.jobs import Job
from codemod.settings import Project

# A value is handed on so often; real code does it once.
_HOPS = 3


def with_kept_stages(
    project: Project, jobs: Iterable[Job], look: Callable[[Iterable[Job]], Mapping[str, StageValues]]
) -> Project:
    """Return what is known of the project, without its stages where a file keeps them as they are.

    Args:
        project: What is known.
        jobs: The candidates, and all that they import.
        look: Reads what files do with stages, in workers, by path.
    """
    if not project.stages:
        return project
    by_path = {job.target.path: job for job in jobs}
    every = [job.joined(project) for job in by_path.values()]
    found = {**look(job for job in every if is_asked(job.data))}
    for _ in range(_HOPS):
        names = _files_of(found).keys()
        further = [job for job in every if job.target.path not in found and _may_have(job, names)]
        if not further:
            break
        found |= look(further)
    keeping = min(_keepers(found), default="")
    return replace(project, stages=frozenset(), stages_kept_by=keeping) if keeping else project


def _may_have(job: Job, names: Iterable[str]) -> bool:
    """Return whether a file has one of some functions, which are told behind the paths of their files, or speaks of one of all names."""
    for name in names:
        path, _, function = name.rpartition(":")
        word = function.removesuffix(".__init__").rpartition(".")[2]
        if path == job.target.path or word.encode() in job.data:
            return True
    return False


def _keepers(found: Mapping[str, StageValues]) -> Iterator[str]:
    for path, values in found.items():
        if values.held:
            yield f"{path}{values.held} holds a stage, and nobody can tell who reads it"
    files = _files_of(found)
    for path, values in found.items():
        for name, place in values.parted:
            if files.get(name, set()) - {path}:
                yield f"{path}{place} takes the URI of a stage apart"


def _files_of(found: Mapping[str, StageValues]) -> dict[str, set[str]]:
    """Return the names, keys and functions that have URIs of stages, each with the files that give them."""
    files: dict[str, set[str]] = {}
    for path, values in found.items():
        for name in values.uris:
            files.setdefault(name, set()).add(path)
    for _ in range(_HOPS):
        for path, values in found.items():
            for name, function in values.given:
                if name in files:
                    files.setdefault(function, set()).add(path)
    return files
