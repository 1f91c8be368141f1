"""Tells every candidate of a run what the other files have to do with it.

What one alone does, it says by itself. The others say which names are logged and which stages are used, who reads what, and what the
modules offer that they import from each other. Files that never name MLflow may still get it from another one: they become candidates.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Concatenate, ParamSpec, TypeVar

from codemod import dependencies
from codemod.analysis.doubles import offers_doubles
from codemod.analysis.handed import ENDS
from codemod.disk.reading import read_regular
from codemod.documents import sizes
from codemod.findings import Outcome, State
from codemod.names.imported_files import ImportedFiles
from codemod.names.modules import Modules, Summary
from codemod.names.reads import names_read, sets_store_when_called, shared_names
from codemod.project import merge, modules_of, summarise, survey, survey_of_doubles
from codemod.running import limits
from codemod.running.discovery import Target
from codemod.running.jobs import Job
from codemod.settings import Project, Settings
from codemod.triggers import Triggers, names_mlflow

_P = ParamSpec("_P")
_T = TypeVar("_T")

# Of the modules that candidates may import and that are none themselves, so many are looked into, and so large ones of those that
# have nothing of MLflow: all of them go to each worker.
_MODULES, _MODULE_BYTES, _HOPS = 400, 1 << 18, 3
_CODE = (".py", ".ipynb")
_HANDED_TO = tuple(name.encode() for name in ENDS if name != "log")


@dataclass(frozen=True, slots=True)
class Others:
    """The code of a run in which no rule can find anything by itself.

    Attributes:
        targets: All of it: the candidates may import it, or it may import them.
        doubling: The paths and bytes of what may stand in for MLflow in tests without naming it.
    """

    targets: list[Target] = field(default_factory=list)
    doubling: list[tuple[str, bytes]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """How the files beside the candidates are asked.

    Attributes:
        settings: Returns the settings for one absolute path.
        triggers: What the rules look for.
        record: Called with the outcome of each file that is done.
        timeout: Seconds that one file may take; None lets it take its time.
        late: The paths of the files that took longer.
        given_up: Why those are not analysed that are imported, or may stand in for MLflow, and are no candidates; by path.
    """

    settings: Callable[[str], Settings]
    triggers: Triggers
    record: Callable[[Outcome], None]
    timeout: float | None = None
    late: set[str] = field(default_factory=set)
    given_up: dict[str, str] = field(default_factory=dict)

    def with_project(self, jobs: Iterable[Job], beside: Others) -> Iterator[Job]:
        """Return the candidates with what is known of the project, and the other files that turn out to be some.

        Args:
            jobs: The candidates.
            beside: The other code. What is no candidate after all is recorded as unchanged.
        """
        known, others = list(jobs), beside.targets
        if len(known) + len(others) < 2 or not known:
            self.done(others)
            return iter(known)
        imports = ImportedFiles(target.path for target in chain((job.target for job in known), others))
        reached = self._reached(known, others, imports)
        imported = self._imported(known, others, reached, imports)
        giving = {path: data for path, data in imported.items() if path in reached or _may_give(data)}
        later = {path: data for path, data in imported.items() if path not in giving and len(data) <= _MODULE_BYTES}
        summaries = [self._summary(path, data) for path, data in giving.items()]
        summaries += [
            Summary(path, problem=sizes.reason(len(data), _MODULE_BYTES))
            for path, data in imported.items()
            if path not in giving and path not in later
        ]
        modules = modules_of(summaries, later, imports.namesakes(imported) - imported.keys())
        more = self._found(reached, modules)
        facts, kept = [], []
        for job in (*known, *more.values()):
            found = self._look(survey, job.target.path, job.data, job.settings)
            if found is None:
                self.record(Outcome(job.target.path, State.FAILED, reason=self._is_late()))
            else:
                facts.append(found)
                kept.append(job)
        # Without code that names MLflow there is no call that a double could stand for.
        beside_calls = beside.doubling if any(names_mlflow(job.data) for job in kept) else []
        tested = {job.target.path for job in known} | reached.keys()
        doubling = (
            (path, data, self.settings(os.path.abspath(path)))
            for path, data in beside_calls
            if path not in more and (offers_doubles(data) or not tested.isdisjoint(imports.of(path, data)))
        )
        facts += filter(None, (self._look(survey_of_doubles, *each) for each in doubling))
        self.done(target for target in others if target.path not in more)
        project = merge(facts)
        readers = self._readers(kept, others)
        reads = project.reads.union(readers)
        reaching = frozenset(job.target.path for job in known if job.target.path.endswith(_CODE))
        reaching |= frozenset(more)
        project = replace(
            project,
            modules=modules,
            reads=reads,
            readers=tuple(sorted(readers.items())),
            reaching=reaching,
            setting_stores=frozenset(path for path, data in imported.items() if sets_store_when_called(data)),
        )
        return (replace(job, settings=replace(job.settings, project=project)) for job in kept)

    def done(self, others: Iterable[Target]) -> None:
        """Record files in which nothing can be found, even by what other files bring to them; those that were given up fail."""
        for target in others:
            reason = self._is_late() if target.path in self.late else self.given_up.get(target.path, "")
            self.record(Outcome(target.path, State.FAILED if reason else State.UNCHANGED, reason=reason))

    def _is_late(self) -> str:
        return limits.reason(self.timeout or 0)

    def _summary(self, path: str, data: bytes) -> Summary:
        """Return what a module offers that may have something of MLflow."""
        found = self._look(summarise, path, data)
        if found is None:
            return Summary(path, problem=self._is_late())
        if found.problem:
            self.given_up[path] = found.problem
        return found

    def _look(
        self, look: Callable[Concatenate[str, _P], _T], path: str, *given: _P.args, **named: _P.kwargs
    ) -> _T | None:
        """Look at one file; None when that takes, or took before, longer than a file may."""
        if path in self.late:
            return None
        try:
            return limits.within(self.timeout, functools.partial(look, path, *given, **named))
        except limits.TimedOutError:
            self.late.add(path)
            return None

    def _reached(
        self, known: Sequence[Job], others: Sequence[Target], imports: ImportedFiles
    ) -> dict[str, tuple[Target, bytes]]:
        """Return those of the other files that import a candidate that may give them something of MLflow, directly or not."""
        giving = {job.target.path for job in known if job.target.path.endswith(_CODE) and _may_give(job.data)}
        found: dict[str, tuple[Target, bytes]] = {}
        imported = {target.path: imports.of(target.path, _read(target)) for target in others if giving}
        for _ in range(_HOPS):
            new: set[str] = set()
            for target in others if giving else ():
                if target.path not in found and not giving.isdisjoint(imported[target.path]):
                    found[target.path] = (target, _read(target))
                    new.add(target.path)
            giving = new
        return found

    def _found(self, reached: Mapping[str, tuple[Target, bytes]], modules: Modules) -> dict[str, Job]:
        """Return those of the files that import candidates in which a rule may find something."""
        project = Project(modules=modules, reaching=frozenset(reached))
        return {
            path: Job(target, data, self.settings(os.path.abspath(path)))
            for path, (target, data) in reached.items()
            if self.triggers.search(data + project.brought(path, data))
        }

    def _imported(
        self,
        known: Sequence[Job],
        others: Sequence[Target],
        reached: Mapping[str, tuple[Target, bytes]],
        imports: ImportedFiles,
    ) -> dict[str, bytes]:
        """Return the files that candidates and those that may be some import, directly or not."""
        code = {job.target.path: job.data for job in known if not dependencies.is_dependency_file(job.target.path)}
        code |= {path: data for path, (_, data) in reached.items()}
        targets = {target.path: target for target in others}
        found: dict[str, bytes] = {}
        left = _MODULES
        waiting = deque(code.items())
        while waiting:
            for path in sorted(imports.of(*waiting.popleft()) - found.keys()):
                if path in code:
                    found[path] = code[path]
                elif left and path in targets:
                    left -= 1
                    found[path] = _read(targets[path])
                    waiting.append((path, found[path]))
        return found

    def _readers(self, known: Sequence[Job], others: Sequence[Target]) -> dict[str, str]:
        """Return the names that files take from candidates, of those whose keys a fix may rename, each with the first such place."""
        shared = frozenset[bytes]().union(*(shared_names(job.data) for job in known))
        if not shared:
            return {}
        at_risk = {name.decode("ascii", "ignore") for name in shared}
        found: dict[str, str] = {}
        beside = ((each.path, _read(each)) for each in others)
        for path, data in chain(((job.target.path, job.data) for job in known), beside):
            if any(name in data for name in shared):
                for name in names_read(data) & at_risk:
                    found.setdefault(name, f"{path}:{_line_of(name, data)}")
        return found


def _read(target: Target) -> bytes:
    """Read a file that was read before; one that is not there any more is taken for empty."""
    with contextlib.suppress(OSError, MemoryError):
        return read_regular(target.real)
    return b""


def _line_of(name: str, data: bytes) -> int:
    found = re.search(rb"\b%s\b" % re.escape(name.encode("ascii")), data)
    return data.count(b"\n", 0, found.start() if found is not None else 0) + 1


def _may_give(data: bytes) -> bool:
    """Return whether a file may have something of MLflow for others, if only a function that calls what it is given."""
    return names_mlflow(data) or any(name in data for name in _HANDED_TO)
