"""Takes one document through the rules until nothing changes, and checks the result. Pure: bytes in, outcome out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from codemod.analysis import suppressions
from codemod.analysis.context import Context, Target
from codemod.analysis.parsing import Problem, Reading, read, unreadable
from codemod.dependencies import is_dependency_file, may_hold, migration
from codemod.dispatch import matches
from codemod.documents.base import Document, DocumentError, TextEdit
from codemod.findings import Finding, Outcome, Safety, State, state_of
from codemod.project import alone
from codemod.rewriting import history
from codemod.rewriting.branches import with_both_forms
from codemod.rewriting.changes import text_edits
from codemod.rewriting.collisions import TakenEdits, apart, length
from codemod.rewriting.edits import CallChange, Change, Operation, Replace, RequireImport, UneditableError
from codemod.rewriting.fstrings import check_edit, check_place
from codemod.rewriting.needed_release import needed, needed_by_code, newest
from codemod.rewriting.texts import rewrite_call
from codemod.rewriting.widths import fitted
from codemod.rules import selected
from codemod.rules.base import Match, Rule
from codemod.settings import Settings
from codemod.triggers import concerned, names_mlflow, triggers

if TYPE_CHECKING:
    from codemod.rewriting.decisions import Choose

# Each round settles at least the innermost calls; deeper nesting than this of calls that all change is not real code.
_ROUNDS = 12
_LINE_NUMBER = re.compile(r"\bline [0-9]+\b")


def migrate(path: str, data: bytes, settings: Settings, choose: Choose | None = None) -> Outcome:
    """Take one input through the rules.

    Args:
        path: Its path as discovered; the suffix says what kind of document it is.
        data: Its bytes.
        settings: What the run was asked to do.
        choose: Decides in each round which of the fixes are made; None makes all.

    Returns:
        The outcome. Bad input ends in `State.FAILED` with the reason, never in an exception.
    """
    if is_dependency_file(path):
        return _migrate_dependency_file(path, data, settings, choose)
    try:
        return _migrate(path, data, settings, choose)
    except (DocumentError, EncodingError) as error:
        return Outcome(path, State.FAILED, old=data, new=data, reason=str(error))
    except (RecursionError, MemoryError):
        return Outcome(path, State.FAILED, old=data, new=data, reason="the code is nested too deeply to be read")


def _migrate_dependency_file(path: str, data: bytes, settings: Settings, choose: Choose | None) -> Outcome:
    if not may_hold(path, data):
        return Outcome(path, State.UNCHANGED, old=data, new=data)
    target = Target.of(settings)
    severities = {rule.code: rule.severity_on(target) for rule in selected(settings)}
    return migration.migrate(path, data, settings, severities, choose)


def _migrate(path: str, data: bytes, settings: Settings, choose: Choose | None) -> Outcome:
    rules = selected(settings)
    if not triggers(rules).search(data + _brought(path, data, settings)):
        return _without_findings(path, data, rules)
    reading = read(path, data)
    if any(suppressions.skips_file(cell.text) for cell in reading.document.cells):
        return Outcome(path, State.SKIPPED, old=data, new=data, reason=suppressions.SKIPS_FILE)
    first = _analyse(path, reading, rules, settings)
    if first.problems and not first.parsed:
        return Outcome(path, State.FAILED, old=data, new=data, reason=first.problems[0])
    first.keep(choose, ())
    analysis, new = first, data
    rounds: list[_Round] = []
    for _ in range(_ROUNDS):
        edits = analysis.edits()
        following = _analyse(path, read(path, _rendered(analysis, edits)), rules, settings) if edits else analysis
        if following.parsed < analysis.parsed:
            _leave_what_breaks(path, analysis)
            edits = analysis.edits()
            following = _analyse(path, read(path, _rendered(analysis, edits)), rules, settings) if edits else analysis
        if not edits:
            break
        if following.parsed < analysis.parsed:
            raise InternalError(f"the rewritten code does not parse ({'; '.join(following.problems)})")
        rounds.append(_Round(tuple(analysis.made), tuple(edits)))
        new, analysis = _rendered(analysis, edits), following
        analysis.keep(choose, edits)
    else:
        raise InternalError("the rewriting does not settle")
    findings = _report(first, rounds, analysis)
    state = state_of(findings, changed=new != data)
    return Outcome(path, state, findings, data, new, problems=first.problems, needs=first.needs)


def _brought(path: str, data: bytes, settings: Settings) -> bytes:
    return settings.project.brought(path, data) if settings.project is not None else b""


def _rendered(analysis: _Analysis, edits: Sequence[TextEdit]) -> bytes:
    try:
        return analysis.document.render(edits)
    except ValueError as error:
        raise EncodingError(f"the new text cannot be written: {error}") from error


def _leave_what_breaks(path: str, analysis: _Analysis) -> None:
    """Leave to a person each place whose edits alone would make the code unreadable, or else all of the round."""
    made = list(analysis.made)
    broken = [place for place in made if _breaks(path, analysis, place)]
    for place in broken or made:
        place.applies = False
        message = f"{place.finding.message} (not edited: the result would not be Python)"
        place.finding = replace(place.finding, message=message, fixed=False, safety=Safety.MANUAL, edits=())


def _breaks(path: str, analysis: _Analysis, place: _LocatedMatch) -> bool:
    new = _rendered(analysis, analysis.edits([one is place for one in analysis.places]))
    return read(path, new).count < analysis.parsed


def _without_findings(path: str, data: bytes, rules: tuple[Rule, ...]) -> Outcome:
    """Return the outcome of a file in which no rule can find anything, if it can be read."""
    if not names_mlflow(data):
        return Outcome(path, State.UNCHANGED, old=data, new=data)
    document, problems, parsed = unreadable(path, data)
    if problems and any(suppressions.skips_file(cell.text) for cell in document.cells):
        return Outcome(path, State.SKIPPED, old=data, new=data, reason=suppressions.SKIPS_FILE)
    lines = _of_concern(problems, rules)
    if lines and not parsed:
        return Outcome(path, State.FAILED, old=data, new=data, reason=lines[0])
    return Outcome(path, State.UNCHANGED, (), data, data, problems=lines)


class EncodingError(Exception):
    """The document's encoding cannot hold the new text, or would not write the old one again."""


class InternalError(Exception):
    """A fault of this program; the file stays as it was."""


@dataclass(frozen=True, slots=True)
class _Round:
    """What one round did.

    Attributes:
        made: The places that were edited.
        edits: The edits.
    """

    made: tuple[_LocatedMatch, ...]
    edits: tuple[TextEdit, ...]


def _report(first: _Analysis, rounds: Sequence[_Round], last: _Analysis) -> tuple[Finding, ...]:
    """Return the findings of the code as it was, what later rounds fixed besides, and what only the rewritten code shows.

    What is fixed is what was edited, or what the edits of others settled: the next look does not find it. A place whose turn never
    came is left, if it is still there.
    """
    findings = [place.finding for place in first.places]
    if not rounds:
        return tuple(findings)
    done = {id(place) for place in rounds[0].made}
    waiting = {
        index: place.finding for index, place in enumerate(first.places) if place.applies and id(place) not in done
    }
    edits = [one.edits for one in rounds]
    for number, one in enumerate(rounds[1:], 1):
        for place in one.made:
            finding = history.of_first(place.finding, edits[:number], first.document)
            index = _same(finding, waiting)
            if index is None:
                findings.append(finding)
            else:
                del waiting[index]
    still = {index: finding for index, finding in enumerate(findings) if not finding.fixed}
    for place in last.places:
        index = _same(history.of_first(place.finding, edits, first.document), still | waiting)
        if index is None:
            findings.append(place.finding)
        elif still.pop(index, None) is None:
            findings[index] = replace(waiting.pop(index), fixed=False)
    made = [place.finding for one in rounds for place in one.made]
    for index, finding in (*still.items(), *waiting.items()):
        findings[index] = _settled(finding, made)
    return tuple(findings)


def _settled(finding: Finding, made: Sequence[Finding]) -> Finding:
    """Return a finding that is not there any more as fixed by what was done to others: an argument that keeps the name of a file, say.

    What a rule leaves to a person beside its own edits is not settled by them, even if it does not know the new code.
    """
    if finding.fixed:
        return replace(finding, edits=())  # its turn never came
    if finding.suppressed or any(one.code == finding.code for one in made):
        return finding
    is_safe = all(one.safety is Safety.SAFE for one in made)
    return replace(finding, edits=(), fixed=True, safety=Safety.SAFE if is_safe else Safety.UNSAFE)


def _said(finding: Finding) -> tuple[str, str]:
    """Return what a finding says, without the numbers of other lines: those move when something is edited above them."""
    return finding.code, _LINE_NUMBER.sub("line", finding.message)


def _same(finding: Finding, waiting: Mapping[int, Finding]) -> int | None:
    """Return which of the findings that wait this one is."""
    of_rule = [index for index, one in waiting.items() if one.code == finding.code]
    there = [index for index in of_rule if waiting[index].location.start == finding.location.start]
    alike = [index for index in of_rule if _said(waiting[index]) == _said(finding)]
    return next(iter((*there, *alike)), None)


@dataclass(frozen=True, slots=True)
class _Span:
    cell: int
    start: int
    end: int


@dataclass(slots=True)
class _LocatedMatch:
    """One match with the spans that its changes concern."""

    finding: Finding
    calls: dict[_Span, tuple[Operation, ...]]
    texts: tuple[TextEdit, ...]
    applies: bool
    is_branch: bool

    def extent(self) -> tuple[bool, int, int, int]:
        """Return the length of its longest edit, and where it stands.

        What becomes a branch on MLflow's version comes last: nothing changes in there any more.
        """
        lengths = [*(span.end - span.start for span in self.calls), *map(length, self.texts)]
        return self.is_branch, max(lengths, default=0), self.finding.location.cell, self.finding.location.start


@dataclass(slots=True)
class _Analysis:
    document: Document
    places: list[_LocatedMatch]
    problems: tuple[str, ...]
    parsed: int
    needs: str
    made: list[_LocatedMatch] = field(default_factory=list)

    def keep(self, choose: Choose | None, made: Sequence[TextEdit]) -> None:
        """Let go of the fixes that are not wanted."""
        if choose is None:
            return
        wanted = choose(self.document.cells, [place.finding for place in self.places], made, self.edits)
        for place, is_wanted in zip(self.places, wanted, strict=True):
            if place.applies and not is_wanted:
                place.applies, place.finding = False, replace(place.finding, fixed=False)

    def edits(self, choice: Sequence[bool] | None = None) -> list[TextEdit]:
        """Return the edits of this round: the innermost ones first, what overlaps them waits for the next round.

        The edits of one place go together: a call that uses a new name must not be left without its import.

        Args:
            choice: Which places are to be edited, of those that apply; None takes all, and notes in ``made`` which it took.
        """
        made: list[_LocatedMatch] = []
        calls: dict[_Span, list[Operation]] = {}
        texts: list[TextEdit] = []
        taken = TakenEdits()
        places = self.places if choice is None else itertools.compress(self.places, choice)
        for place in sorted((place for place in places if place.applies), key=_LocatedMatch.extent):
            spans = {TextEdit(span.cell, span.start, span.end, ""): span for span in place.calls}
            wanted = [edit for edit in (*spans, *place.texts) if edit not in taken]
            if any(map(taken.collides, wanted)):
                continue
            mine = apart((*spans, *place.texts))
            for edit in mine:
                if edit in spans:
                    calls.setdefault(spans[edit], []).extend(place.calls[spans[edit]])
                elif edit not in taken:
                    texts.append(edit)
            taken.update(mine)
            made.append(place)
        if choice is None:
            self.made = made
        for span, merged in calls.items():
            text = self.document.cells[span.cell].text[span.start : span.end]
            texts.append(TextEdit(span.cell, span.start, span.end, rewrite_call(text, tuple(dict.fromkeys(merged)))))
        return texts


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


def _analyse(path: str, reading: Reading, rules: tuple[Rule, ...], settings: Settings) -> _Analysis:
    """Look at a document with those of the rules that its code concerns: a notebook is mostly other things."""
    document = reading.document
    data = "\n".join(cell.text for cell in document.cells).encode("utf-8", "surrogatepass")
    here = concerned(rules, data + _brought(path, data, settings))
    places: list[_LocatedMatch] = []
    needs: list[str] = []
    for namespace in reading.namespaces:
        context = Context(namespace.names, document.cells, namespace.trees, settings, document.kind, path, alone=alone)
        places += [_place(rule, match, context) for rule, match in with_both_forms(matches(here, context), context)]
        needs.append(needed_by_code(context))
    places.sort(key=lambda place: (place.finding.location.cell, place.finding.location.start, place.finding.code))
    return _Analysis(document, places, _of_concern(reading.problems, rules), reading.count, newest(needs))


def _of_concern(problems: Iterable[Problem], rules: tuple[Rule, ...]) -> tuple[str, ...]:
    """Return those that may hide a finding: with a part that speaks of nothing that concerns the rules nothing is lost."""
    concerns = triggers(rules).concerns
    return tuple(problem.line for problem in problems if concerns(problem.text.encode("utf-8", "surrogatepass")))


def _place(rule: Rule, match: Match, context: Context) -> _LocatedMatch:
    cell = context.cell(match.node)
    lines = context.lines(cell)
    start, end = lines.span(match.node)  # type: ignore[arg-type]
    location = lines.at(start, max(end, match.end), cell)
    calls: dict[_Span, tuple[Operation, ...]] = {}
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
                span = _Span(where, *context.lines(where).span(change.call))
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
    return _LocatedMatch(finding, calls, tuple(texts), applies, match.for_3)
