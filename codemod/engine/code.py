"""Looks at code: what do the rules find in it, and what do they want to become of it?"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from codemod.analysis import suppressions
from codemod.analysis.context import Context
from codemod.analysis.parsing import Problem, Reading, read_document, unreadable
from codemod.documents.base import TextEdit
from codemod.documents.kinds import is_notebook
from codemod.engine.dispatch import matches
from codemod.engine.project import alone
from codemod.engine.triggers import concerned, names_mlflow, triggers
from codemod.findings import Finding, Outcome, Safety, State
from codemod.rewriting.branches import with_both_forms
from codemod.rewriting.changes import text_edits
from codemod.rewriting.edits import CallChange, Change, Operation, Replace, RequireImport, UneditableError
from codemod.rewriting.fstrings import check_edit, check_place
from codemod.rewriting.looks import LocatedMatch, Look, Span
from codemod.rewriting.needed_release import needed, needed_by_code, newest
from codemod.rewriting.texts import rewrite_call
from codemod.rewriting.widths import fitted
from codemod.rules.base import Match, Rule
from codemod.rules.idioms.name_settings import keys_of_names
from codemod.settings import Project, Settings


@dataclass(frozen=True, slots=True)
class CodeLooker:
    """Looks at one input that is code; see `codemod.rewriting.looks.Looker`."""

    path: str
    settings: Settings
    rules: tuple[Rule, ...]
    #: Whether all fixes are made: where a person declines some, what is said of the code changes with it.
    makes_all: bool = True
    # What each namespace said of itself before anything was edited: a later round must not forget which name a model had.
    _said_first: dict[int, Project] = field(default_factory=dict, compare=False)

    def at_once(self, data: bytes) -> Outcome | None:
        """Return the outcome of bytes in which no rule can find anything, if they can be read; None where one may."""
        path, seen = self.path, data + self._brought(data)
        # A notebook is looked at without its outputs: what the whole of it holds is not asked again, and one hit is enough.
        if triggers(self.rules).search(seen) if is_notebook(path) else concerned(self.rules, seen):
            return None
        if not names_mlflow(data):
            return Outcome(path, State.UNCHANGED, old=data, new=data)
        document, problems, parsed = unreadable(path, data)
        if problems and any(suppressions.skips_file(cell.text) for cell in document.cells):
            return Outcome(path, State.SKIPPED, old=data, new=data, reason=suppressions.SKIPS_FILE)
        lines = _of_concern(problems, self.rules)
        if lines and not parsed:
            return Outcome(path, State.FAILED, old=data, new=data, reason=lines[0])
        return Outcome(path, State.UNCHANGED, (), data, data, problems=lines)

    def read(self, data: bytes) -> Reading:
        """Read the bytes; see `codemod.analysis.parsing.read_document`."""
        return read_document(self.path, data)

    def parsed(self, data: bytes) -> int:
        """Return how many cells can be parsed."""
        return self.read(data).count

    def look(self, reading: Reading) -> Look:
        """Look at a document with those of the rules that its code concerns: a notebook is mostly other things."""
        document = reading.document
        data = "\n".join(cell.text for cell in document.cells).encode("utf-8", "surrogatepass")
        here = concerned(self.rules, data + self._brought(data))
        places: list[LocatedMatch] = []
        needs: list[str] = []
        keys: frozenset[tuple[str, ...]] = frozenset()
        for index, namespace in enumerate(reading.namespaces):
            context = Context(
                namespace.names,
                document.cells,
                namespace.trees,
                self.settings,
                document.kind,
                self.path,
                alone=functools.partial(self._alone, index),
            )
            places += [
                _place(rule, match, context)
                for rule, match in with_both_forms(matches(self.rules, here, context), context)
            ]
            needs.append(needed_by_code(context))
            keys |= keys_of_names(context)
        places.sort(key=lambda place: (place.finding.location.cell, place.finding.location.start, place.finding.code))
        problems = _of_concern(reading.problems, self.rules)
        return Look(document, places, problems, reading.count, "Python", newest(needs), keys)

    def _alone(self, index: int, context: Context) -> Project:
        """Return what is known when the run knows no other file, from one of its namespaces as it was read first."""
        if not self.makes_all:
            return alone(context)
        if index not in self._said_first:
            self._said_first[index] = alone(context)
        return self._said_first[index]

    def _brought(self, data: bytes) -> bytes:
        project = self.settings.project
        return project.brought(self.path, data) if project is not None else b""


def _comes_later(change: Change) -> bool:
    return not isinstance(change, RequireImport)


def _joined(edits: Iterable[TextEdit]) -> tuple[TextEdit, ...]:
    """Make one edit of the insertions that one place wants at the same point, such as two imports."""
    joined: dict[tuple[int, int, int], TextEdit] = {}
    for edit in dict.fromkeys(edits):
        place = (edit.cell, edit.start, edit.end)
        is_insertion = edit.start == edit.end and place in joined
        joined[place] = replace(edit, text=joined[place].text + edit.text) if is_insertion else edit
    return tuple(joined.values())


def _of_concern(problems: Iterable[Problem], rules: tuple[Rule, ...]) -> tuple[str, ...]:
    """Return those that may hide a finding: with a part that speaks of nothing that concerns the rules nothing is lost."""
    concerns = triggers(rules).concerns
    return tuple(problem.line for problem in problems if concerns(problem.text.encode("utf-8", "surrogatepass")))


def _place(rule: Rule, match: Match, context: Context) -> LocatedMatch:
    cell = context.cell(match.node)
    lines = context.lines(cell)
    start, end = lines.span(match.node)  # type: ignore[arg-type]
    location = lines.at(start, max(end, match.end), cell)
    calls: dict[Span, tuple[Operation, ...]] = {}
    texts: list[TextEdit] = []
    edits: list[TextEdit] = []
    safety, message = match.safety, match.message
    try:
        if match.changes:
            check_place(match.node, context)
        for change in sorted(match.changes, key=_comes_later):  # what is inserted beside an import may need it
            if isinstance(change, CallChange):
                check_edit(change.call, context)
                where = context.cell(change.call)
                span = Span(where, *context.lines(where).span(change.call))
                calls[span] = (*calls.get(span, ()), *fitted(change, context))
            else:
                texts += text_edits(change, context)
                if isinstance(change, Replace):
                    check_edit(change.node, context, change.text)
        for span, operations in calls.items():
            text = context.lines(span.cell).text[span.start : span.end]
            edits.append(TextEdit(span.cell, span.start, span.end, rewrite_call(text, operations)))
    except UneditableError as error:
        calls, texts, edits, safety = {}, [], [], Safety.MANUAL
        message = f"{message} (not edited: {error})"
    texts = list(_joined(texts))
    suppressed = suppressions.silences(lines.of(location), rule.code)
    fixable = bool(calls or texts) and not suppressed
    unsafe = safety is Safety.UNSAFE and context.settings.takes_unsafe(rule.code)
    applies = fixable and (safety is Safety.SAFE or unsafe)
    finding = Finding(
        rule.code, message, location, safety, tuple(sorted([*edits, *texts])), applies, suppressed,
        lines.line(location.line), severity=match.severity or rule.severity_on(context.target),
        needs=needed(match.changes, context) if applies else "",
        caution=match.caution if applies else "",
    )  # fmt: skip
    return LocatedMatch(finding, calls, tuple(texts), applies, match.for_3)
