"""Tells every candidate of a run what the other files have to do with it.

What one alone does, it says by itself. The others say which names are logged and which stages are used, who reads what, and what the
modules offer that they import from each other. Files that never name MLflow may still get it from another one: they become candidates.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import TypeVar

from codemod import dependencies
from codemod.analysis.conftests import is_plugin
from codemod.analysis.double_words import offers_doubles
from codemod.analysis.stand_ins import stood_for
from codemod.documents import sizes
from codemod.engine.project import given, survey_file, survey_of_doubles
from codemod.engine.stage_values import stage_values
from codemod.engine.surveys import Survey, merge
from codemod.engine.triggers import Triggers, names_mlflow
from codemod.findings import Outcome, State
from codemod.names.imported_files import ImportedFiles
from codemod.names.modules import Modules, Summary
from codemod.names.reads import (
    names_read,
    sets_store_when_called,
    shared_names,
)
from codemod.running import reach
from codemod.running.beside import Others
from codemod.running.discovery import Input
from codemod.running.first_look import first_look
from codemod.running.handing import may_hand
from codemod.running.jobs import Job, Work
from codemod.running.kept_stages import with_kept_stages
from codemod.running.modules import module_summary, modules_of, packages_of_namesakes, summarise
from codemod.running.pools import Pool
from codemod.running.program_stores import code_of, files_asking, unnamed_stores_of, with_takers
from codemod.running.tested import Tested
from codemod.settings import Given, Project, Settings

_T = TypeVar("_T")

# Of the modules that candidates may import and that are none themselves, so many are looked into, and so large ones of those that
# have nothing of MLflow: all of them go to each worker.
_MODULES, _MODULE_BYTES = 400, 1 << 18


@dataclass(frozen=True, slots=True)
class Neighbours:
    """How the files beside the candidates are asked.

    Attributes:
        settings: Returns the settings for one absolute path.
        triggers: What the rules look for.
        record: Called with the outcome of each file that is done.
        pool: Where files are looked at that nothing has to be known of before.
        timeout: Seconds that one file may take; None lets it take its time.
        failed: Why nobody looks at these files any more, such as for the time that it took, by path.
        given_up: Why those are not analysed that are imported, or may stand in for MLflow, and are no candidates; by path.
    """

    settings: Callable[[str], Settings]
    triggers: Triggers
    record: Callable[[Outcome], None]
    pool: Pool
    timeout: float | None = None
    failed: dict[str, str] = field(default_factory=dict)
    given_up: dict[str, str] = field(default_factory=dict)

    def with_project(self, jobs: Iterable[Job], beside: Others) -> Iterator[Job]:
        """Return the candidates with what is known of the project, and the other files that turn out to be some.

        Args:
            jobs: The candidates.
            beside: The other code. What is no candidate after all is recorded as unchanged.
        """
        known, others = list(jobs), beside.targets
        if len(known) + len(others) + len(beside.environments) + len(beside.registries) < 2 or not known:
            self.done(others)
            if beside.settings:
                names = merge(self._each(known, survey_file).values())
                beside.alone.append(Project(renamed=names.renamed, plain=names.plain, folders=names.folders))
            return iter(known)
        self.pool.expect(len(known))
        imports = ImportedFiles(target.path for target in chain((job.target for job in known), others))
        importing, starting = reach.reached(known, others, imports, self.pool)
        reached = {**importing, **starting}
        imported = self._imported(known, others, reached, imports)
        giving = reach.giving(imported, importing.keys(), imports)
        inputs = {target.path: target for target in chain((job.target for job in known), others)}
        modules = self._modules(imported, giving, imports, inputs)
        project = Project(modules=modules, reaching=frozenset(reached) | {job.target.path for job in known})
        handed, facts = self._first_looks(known, inputs, importing, imported, project, imports)
        more = self._found({**self._targeted(handed, others), **reached}, replace(project, given=handed))
        candidates = (*known, *more.values())
        facts |= self._each((job for path, job in more.items() if path not in facts), survey_file)
        facts = {job.target.path: facts[job.target.path] for job in candidates if job.target.path in facts}
        kept = [job for job in candidates if job.target.path in facts]
        for job in candidates:
            if job.target.path not in facts:
                self.record(Outcome(job.target.path, State.FAILED, reason=self.failed[job.target.path]))
        # Without code that names MLflow there is no call that a double could stand for.
        beside_calls = beside.doubling if any(names_mlflow(job.data) for job in kept) else []
        asked = reached.keys() | {job.target.path for job in known}
        doubling = [
            self._job(target, data)
            for target, data in beside_calls
            if target.path not in more
            and (
                offers_doubles(data)
                or stood_for(target.path)
                or not asked.isdisjoint(_means(target.path, data, imports))
            )
        ]
        doubles = self._each(doubling, survey_of_doubles)
        self.done(target for target in others if target.path not in more)
        held = {**imported, **{job.target.path: job.data for job in (*candidates, *doubling)}}

        def read(path: str) -> bytes | None:
            if path in held:
                return held[path]
            return reach.read_again(inputs[path]) if path in inputs else None

        surveys = {**facts, **doubles}
        plugins = {job.target.path for job in known if is_plugin(job.data)}
        tested = Tested.of(imports, inputs.keys(), imported, plugins.union(beside.plugins), surveys, read)
        project = merge([tested.with_reach(path, each) for path, each in surveys.items()])
        reaching = frozenset({job.target.path for job in known if reach.is_run(job.target.path)} | more.keys())
        readers = self._readers(kept, others)
        project = replace(
            project,
            modules=modules,
            reads=project.reads.union(readers),
            asking=files_asking(project.asking, kept, imports),
            unnamed_stores=unnamed_stores_of(facts, {**imported, **code_of(kept)}, imports),
            readers=tuple(sorted(readers.items())),
            reaching=reaching,
            starting=frozenset(starting.keys() - {each.path for each in handed}),
            given=handed,
            environments=frozenset(beside.environments),
            databricks=frozenset(beside.databricks),
            registries=project.registries.union(beside.registries),
            setting_stores=frozenset(path for path, data in imported.items() if sets_store_when_called(data)),
        )
        project = with_takers(project, facts, code_of(kept))
        further = (self._job(inputs[path], data) for path, data in imported.items() if path not in facts)
        return _knowing(kept, with_kept_stages(project, [*kept, *further], partial(self._each, look=stage_values)))

    def done(self, others: Iterable[Input]) -> None:
        """Record files in which nothing can be found, even by what other files bring to them; those that were given up fail."""
        for target in others:
            reason = self.failed.get(target.path) or self.given_up.get(target.path, "")
            self.record(Outcome(target.path, State.FAILED if reason else State.UNCHANGED, reason=reason))

    def _each(self, jobs: Iterable[Job], look: Work[_T]) -> dict[str, _T]:
        """Look at files, and return what each said by its path, in their order; those that fail, or failed before, say nothing."""
        jobs = [job for job in jobs if job.target.path not in self.failed]
        found: dict[str, _T] = {}
        with closing(self.pool.results(iter(jobs), look, self.timeout)) as results:
            for job, answer in results:
                if isinstance(answer, Outcome):
                    self.failed[job.target.path] = answer.reason
                else:
                    found[job.target.path] = answer
        return {job.target.path: found[job.target.path] for job in jobs if job.target.path in found}

    def _modules(
        self,
        imported: Mapping[str, bytes],
        giving: Mapping[str, bytes],
        imports: ImportedFiles,
        inputs: Mapping[str, Input],
    ) -> Modules:
        """Say what the modules of the run offer to each other; each is read with those that it imports.

        Args:
            imported: All files that some import may mean.
            giving: Those of them that may have something of MLflow for others.
            imports: Which files each of them imports.
            inputs: All files of code, by path.
        """
        later = {path: data for path, data in imported.items() if path not in giving and len(data) <= _MODULE_BYTES}
        namesakes = (imports.namesakes(imported) | packages_of_namesakes(imported, inputs)) - imported.keys()
        left = [
            Summary(path, problem=sizes.size_reason(len(data), _MODULE_BYTES))
            for path, data in imported.items()
            if path not in giving and path not in later
        ]
        every = replace(
            modules_of(left, {**giving, **later}, namesakes),
            summarise=partial(summarise, whole=frozenset(giving)),
        )
        jobs = [self._job(inputs[path], giving[path]) for path in reach.imported_first(giving, imports)]
        summaries = self._summaries(jobs, every)
        for item in summaries:
            if item.problem and item.path not in self.failed:
                self.given_up[item.path] = item.problem
        return modules_of([*left, *summaries], later, namesakes)

    def _summaries(self, jobs: Sequence[Job], every: Modules) -> list[Summary]:
        """Return what some modules offer; nothing, with the reason, of those that nobody can read."""
        found = self._each(_knowing(jobs, Project(modules=every)), module_summary)
        lost = [job for job in jobs if job.target.path not in found]
        if lost:
            # One that nobody can read ends those, too, that import it. So each of these is asked once more, and the others are not read.
            reasons = {job.target.path: self.failed.pop(job.target.path) for job in lost}
            by_name = {
                last: tuple(
                    Summary(item.path, problem=reasons[item.path]) if item.path in reasons else item for item in items
                )
                for last, items in every.by_name.items()
            }
            unread = {path: data for path, data in every.unread.items() if path not in reasons}
            alone = replace(every, by_name=by_name, unread=unread)
            found |= self._each(_knowing(lost, Project(modules=alone)), module_summary)
        return [
            found.get(job.target.path) or Summary(job.target.path, problem=self.failed[job.target.path]) for job in jobs
        ]

    def _first_looks(
        self,
        known: Sequence[Job],
        inputs: Mapping[str, Input],
        importing: Mapping[str, tuple[Input, bytes]],
        imported: Mapping[str, bytes],
        project: Project,
        imports: ImportedFiles,
    ) -> tuple[frozenset[Given], dict[str, Survey]]:
        """Return what calls give for the parameters of functions of other files, and what the candidates log.

        Args:
            known: The candidates.
            inputs: All files of code, by path.
            importing: Those of them that import a candidate.
            imported: Those that some import may mean, with what they hold.
            project: The modules of the run.
            imports: Which files each of them imports.
        """
        code = {job.target.path: job for job in known if reach.is_run(job.target.path)}
        code |= {path: self._job(target, data) for path, (target, data) in importing.items()}
        wrappers = [name.encode() for name in project.modules.wrappers] if project.modules is not None else []
        asked = {path: job for path, job in code.items() if may_hand(job, project, imported, imports, wrappers)}
        others = [job for job in known if job.target.path not in asked]
        looks = self._each([*_knowing(asked.values(), project), *others], first_look)
        facts = {path: survey for path, (survey, _) in looks.items()}
        new = frozenset[Given]().union(*(given for _, given in looks.values()))
        found = frozenset[Given]()
        for _ in range(reach.HOPS):
            telling = {(each.path, each.function, each.parameter) for each in new | found if each.what}
            more = {each for each in new if (each.path, each.function, each.parameter) in telling} - found
            if not more:
                break
            found |= more
            # What gets something may hand it on.
            paths = sorted({each.path for each in more} & imported.keys())
            jobs = [code.get(path) or self._job(inputs[path], imported[path]) for path in paths]
            new = frozenset[Given]().union(*self._each(_knowing(jobs, replace(project, given=found)), given).values())
        return found, facts

    def _job(self, target: Input, data: bytes) -> Job:
        return Job(target, data, self.settings(os.path.abspath(target.path)))

    def _targeted(self, handed: frozenset[Given], others: Sequence[Input]) -> dict[str, tuple[Input, bytes]]:
        """Return those of the other files whose functions are given something of MLflow."""
        paths = {each.path for each in handed}
        return {target.path: (target, reach.read_again(target)) for target in others if target.path in paths}

    def _found(self, reached: Mapping[str, tuple[Input, bytes]], known: Project) -> dict[str, Job]:
        """Return those of the files that candidates give something, or that import some, in which a rule may find something."""
        project = replace(known, reaching=frozenset(reached))
        return {
            path: self._job(target, data)
            for path, (target, data) in reached.items()
            if self.triggers.search(data + project.brought(path, data))
        }

    def _imported(
        self,
        known: Sequence[Job],
        others: Sequence[Input],
        reached: Mapping[str, tuple[Input, bytes]],
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
                    found[path] = reach.read_again(targets[path])
                    waiting.append((path, found[path]))
        return found

    def _readers(self, known: Sequence[Job], others: Sequence[Input]) -> dict[str, str]:
        """Return the names that files take from candidates, of those whose keys a fix may rename, each with the first such place."""
        shared = frozenset[bytes]().union(*(shared_names(job.data) for job in known))
        if not shared:
            return {}
        found: dict[str, str] = {}
        code = {job.target.path: job.data for job in known}
        look = partial(_reads, shared=shared)
        targets = (*(job.target for job in known), *others)
        said = self.pool.asked(targets, look)
        for target in targets:
            path, names = target.path, said.get(target.path)
            if names is None or names:
                data = code[path] if path in code else reach.read_again(target)
                for name in names or look(path, data):
                    found.setdefault(name, f"{path}:{_line_of(name, data)}")
        return found


def _knowing(jobs: Iterable[Job], project: Project) -> Iterator[Job]:
    """Return files with what is known of the project."""
    return (replace(job, settings=replace(job.settings, project=project)) for job in jobs)


def _reads(_path: str, data: bytes, *, shared: frozenset[bytes]) -> frozenset[str]:
    """Return those of some names that a file takes from modules."""
    # Fixed strings are found fastest, and most files have none of them.
    return names_read(data, shared) if any(name in data for name in shared) else frozenset()


def _line_of(name: str, data: bytes) -> int:
    found = re.search(rb"\b%s\b" % re.escape(name.encode("ascii")), data)
    return data.count(b"\n", 0, found.start() if found is not None else 0) + 1


def _means(path: str, data: bytes, imports: ImportedFiles) -> frozenset[str]:
    """Return the files that a test imports, or names in its strings: ``patch("app.train.flavor")``."""
    return imports.of(path, data) | (imports.named(path, data) if b"patch(" in data else frozenset())
