"""Which programs of a run keep their runs in a store that no code or environment names?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from codemod.names.imported_files import ImportedFiles
from codemod.project import Survey
from codemod.running import reach
from codemod.running.jobs import Job


def files_asking(asking: frozenset[str], jobs: Iterable[Job], imports: ImportedFiles) -> frozenset[str]:
    """Return the files that ask the tracking store, and those that import one of them and may call it."""
    code = (job for job in jobs if job.target.path.endswith(reach.CODE))
    return asking.union(job.target.path for job in code if not asking.isdisjoint(imports.of(job.target.path, job.data)))


def code_of(jobs: Iterable[Job]) -> dict[str, bytes]:
    """Return the bytes of those of some files that are code, by path."""
    return {job.target.path: job.data for job in jobs if job.target.path.endswith(reach.CODE)}


def unnamed_stores_of(facts: Mapping[str, Survey], code: Mapping[str, bytes], imports: ImportedFiles) -> frozenset[str]:
    """Return the files whose programs name no store, where some other program names one."""
    naming = {path for path, survey in facts.items() if survey.stores}
    is_asked = any(survey.asking for survey in facts.values())
    return reach.without_store(naming, code, imports) if naming and is_asked else frozenset()
