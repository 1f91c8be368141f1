"""``apply --interactive``: asks about each fix, as ``git add -p`` asks about each hunk."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from codemod.cli.keys import END, read_key
from codemod.cli.output import say, write_lines, write_text
from codemod.cli.views import program_name
from codemod.disk import writing
from codemod.disk.interrupts import Interrupted
from codemod.errors import WrongUseError
from codemod.findings import State
from codemod.gate import declined
from codemod.gate.fingerprints import fingerprints
from codemod.reports.base import place_text
from codemod.reports.escaping import printable
from codemod.reports.text import remedy_label
from codemod.rewriting.decisions import Back, Decisions
from codemod.rules import all_rules, selected
from codemod.sources import unified_diff

if TYPE_CHECKING:
    from codemod.findings import Outcome
    from codemod.reports.lines import Line
    from codemod.rewriting.decisions import Question
    from codemod.running.jobs import Job

_KEYS = "y,n,r,f,a,b,q,?"


class Questions:
    """What a person is asked in one run, and what follows from the answers.

    Questions go to standard error, so that a report on standard output stays one.

    Attributes:
        ended: What ended the run while a question was open; None for Ctrl-C, which only ends the questions.
        total: How many fixes the run would make if all were wanted.
        of_files: How many of them are in which file.
    """

    def __init__(self, *, ask_again: bool) -> None:
        """Begin a run.

        Args:
            ask_again: Whether fixes that were declined in earlier runs are asked about too.

        Raises:
            WrongUseError: If nobody can answer, or what was declined cannot be read.
        """
        if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
            raise WrongUseError("--interactive needs a terminal as standard input and standard error")
        self.ended: BaseException | None = None
        self.total = 0
        self.of_files: dict[str, int] = {}
        self._ask_again = ask_again
        self._file = declined.path()
        self._declined = declined.read_declined(self._file)
        self._remembers = True
        self._not_asked: set[str] = set()
        self._everything = False
        self._rules: set[str] = set()
        self._files: set[str] = set()
        self._asked: dict[tuple[str, int], tuple[bool, set[str], set[str]]] = {}
        self._before = 0
        self._is_over = False
        self._current: tuple[Job, Decisions] | None = None

    def expect(self, outcomes: Iterable[Outcome]) -> None:
        """Learn from a run that wrote nothing how many questions there will be."""
        self.of_files = {one.path: sum(finding.fixed for finding in one.findings) for one in outcomes}
        self.total = sum(self.of_files.values())

    def choose(self, job: Job) -> Decisions:
        """Return what decides about the fixes of one file."""
        choices = Decisions(lambda question: self._decide(job, question))
        self._current = job, choices
        return choices

    def finish(self, outcome: Outcome) -> None:
        """Note what was declined in a file that is done.

        Raises:
            Interrupted: If the system asked the run to end while a question was open.
            WrongUseError: If the terminal takes no more questions.
        """
        if self._current is not None and self._current[0].target.path == outcome.path:
            if outcome.state not in (State.FAILED, State.SKIPPED):
                self._remember(*self._current)
            self._current = None
            self._asked.clear()
        self._before += self.of_files.get(outcome.path, 0)
        if self.ended is not None:
            raise self.ended

    def close(self) -> None:
        """Say what was not asked."""
        if self._not_asked:
            number = "1 fix was" if len(self._not_asked) == 1 else f"{len(self._not_asked)} fixes were"
            say(f"{number} not asked about, as declined in an earlier run; --ask-again asks", sys.stderr)

    def _decide(self, job: Job, question: Question) -> bool | Back | None:
        finding = question.finding
        if not self._ask_again:
            index = next(at for at, one in enumerate(question.findings) if one is finding)
            name = fingerprints(job.target.real, question.findings)[index]
            if name in self._declined.get(job.target.real, {}):
                self._not_asked.add(name)
                return Back.BACK if question.is_back and question.number > 1 else False
        if self._is_over:
            return None
        path = job.target.path
        mark = path, question.number
        if question.is_back and mark in self._asked:  # what its answer meant for others is taken back, too
            self._everything, self._rules, self._files = self._asked[mark]
        elif question.is_back and question.number > 1:
            return Back.BACK  # nobody was asked here
        elif self._is_answered(path, finding.code) and not question.is_again:
            self._asked.pop(mark, None)  # a number may be one of an earlier round
            return True
        self._asked[mark] = self._everything, set(self._rules), set(self._files)
        try:
            return self._ask(path, question)
        except Interrupted as error:
            if error.signal != signal.SIGINT:
                self.ended = error
            else:
                say("", sys.stderr)
        except WrongUseError as error:  # the terminal is gone
            self.ended = error
        self._is_over = True
        return None

    def _ask(self, path: str, question: Question) -> bool | Back | None:
        position = self._before + question.number
        total = max(self.total, self._before + question.total)
        write_lines(_description(path, question, f"{position} of {total}"), sys.stderr)
        while True:
            write_lines([((f"Make this fix? [{_KEYS}]", "bold blue"),)], sys.stderr, end=" ")
            key = read_key()
            while key in "\r\n ":  # Enter after a key is a habit, and no answer
                key = read_key()
            say(f"{key if key.isprintable() else ''}", sys.stderr)
            key = key.lower()
            if key in (END, "q"):
                self._is_over = True
                return None
            if key == "b":
                return Back.BACK
            if key in "ynrfa":
                self._apply_to_more(key, path, question.finding.code)
                return key != "n"
            write_text(_help(question.finding.code), sys.stderr)

    def _apply_to_more(self, key: str, path: str, code: str) -> None:
        self._everything = self._everything or key == "a"
        if key == "r":
            self._rules.add(code)
        if key == "f":
            self._files.add(path)

    def _is_answered(self, path: str, code: str) -> bool:
        return self._everything or code in self._rules or path in self._files

    def _remember(self, job: Job, choices: Decisions) -> None:
        old = self._declined.get(job.target.real, {})
        run = {rule.code for rule in selected(job.settings)}
        names = fingerprints(job.target.real, [finding for finding, _ in choices.findings])
        now = {name: code for name, code in old.items() if code not in run or name in names}
        for name, (finding, decision) in zip(names, choices.findings, strict=True):
            if decision is False:
                now[name] = finding.code
        if now == old or not self._remembers:
            return
        try:
            declined.remember(self._file, job.target.real, now)
        except (writing.WriteError, WrongUseError) as error:
            self._remembers = False
            say(f"warning: {self._file}: {error}; what you decline is not remembered", sys.stderr)


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a person is at the other end of a standard stream; Python has None for one that is closed."""
    return stream is not None and stream.isatty()


def _description(path: str, question: Question, position: str) -> list[Line]:
    finding = question.finding
    remedy, style = remedy_label(finding)
    summary = next(rule.summary for rule in all_rules() if rule.code == finding.code)
    lines: list[Line] = [
        (),
        (
            (f"{printable(place_text(path, finding))}: ", "cyan"),
            (f"{finding.code} ", "bold"),
            (f"{remedy} ", style),
            (f"{position} ({question.number} of {question.total} in this file)", "dim"),
        ),
        ((printable(finding.message), ""),),
        ((summary, "dim"),),
    ]
    styles = {"+": "green", "-": "red", "@": "cyan"}
    for cell, old, new in zip(question.cells, *question.change(), strict=True):
        for line in unified_diff(old, new, context=3, first_line=cell.first_line):
            shown = "\t".join(printable(part) for part in line.split("\t"))
            lines.append(((shown, styles.get(line[:1], "")),))
    return lines


def _help(code: str) -> str:
    return (
        "y - make this fix\n"
        "n - leave it as it is, and do not ask again unless with --ask-again\n"
        f"r - make this fix and all further ones of {code}\n"
        "f - make this fix and all further ones in this file\n"
        "a - make this fix and all further ones\n"
        "b - go back to the question before this one, as far as this file goes\n"
        "q - leave this one and all further ones for later\n"
        f"? - print this; `{program_name()} explain {code}` tells more of the rule\n"
    )
