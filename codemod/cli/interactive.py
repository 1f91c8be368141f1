"""``apply --interactive``: asks about each fix, as ``git add -p`` asks about each hunk."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, TextIO

from codemod.cli.output import write_lines, write_text
from codemod.disk import writing
from codemod.disk.interrupts import Interrupted
from codemod.errors import WrongUseError
from codemod.findings import State
from codemod.gate import declined
from codemod.gate.fingerprints import fingerprints
from codemod.reports.base import place
from codemod.reports.lines import printable
from codemod.reports.text import label
from codemod.rewriting.choices import Choices
from codemod.rules import all_rules, selected
from codemod.sources import difference

if TYPE_CHECKING:
    from codemod.findings import Outcome
    from codemod.reports.lines import Line
    from codemod.rewriting.choices import Question
    from codemod.running.jobs import Job

_KEYS = "y,n,r,a,q,?"


class Questions:
    """What a person is asked in one run, and what follows from the answers.

    Questions go to standard error, so that a report on standard output stays one.

    Attributes:
        ended: What ended the run while a question was open; None for Ctrl-C, which only ends the questions.
    """

    def __init__(self, *, ask_again: bool) -> None:
        """Begin a run.

        Args:
            ask_again: Whether fixes that were declined in earlier runs are asked about too.

        Raises:
            WrongUseError: If nobody can answer, or what was declined cannot be read.
        """
        if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
            raise WrongUseError("--interactive asks at a terminal, and standard input or standard error is none")
        self.ended: BaseException | None = None
        self._ask_again = ask_again
        self._file = declined.path()
        self._declined = declined.read(self._file)
        self._remembers = True
        self._not_asked = 0
        self._everything = False
        self._rules: set[str] = set()
        self._is_over = False
        self._current: tuple[Job, Choices] | None = None

    def choose(self, job: Job) -> Choices:
        """Return what decides about the fixes of one file."""
        choices = Choices(lambda question: self._decide(job, question))
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
        if self.ended is not None:
            raise self.ended

    def close(self) -> None:
        """Say what was not asked."""
        if self._not_asked:
            number = "1 fix was" if self._not_asked == 1 else f"{self._not_asked} fixes were"
            write_text(f"{number} not asked about, as declined in an earlier run; --ask-again asks\n", sys.stderr)

    def _decide(self, job: Job, question: Question) -> bool | None:
        finding = question.finding
        if not self._ask_again:
            index = next(at for at, one in enumerate(question.findings) if one is finding)
            if fingerprints(job.target.real, question.findings)[index] in self._declined.get(job.target.real, {}):
                self._not_asked += 1
                return False
        if self._is_over:
            return None
        if (self._everything or finding.code in self._rules) and not question.is_again:
            return True
        try:
            return self._ask(job.target.path, question)
        except Interrupted as error:
            if error.signal != signal.SIGINT:
                self.ended = error
            else:
                write_text("\n", sys.stderr)
        except WrongUseError as error:  # the terminal is gone
            self.ended = error
        self._is_over = True
        return None

    def _ask(self, path: str, question: Question) -> bool | None:
        write_lines(_description(path, question), sys.stderr)
        while True:
            write_lines([((f"Make this fix? [{_KEYS}]", "bold blue"),)], sys.stderr, end=" ")
            try:
                line = sys.stdin.readline()
            except (OSError, UnicodeError):
                line = ""
            answer = line.strip().lower()
            if not line:
                write_text("\n", sys.stderr)
            if not line or answer in ("q", "quit"):
                self._is_over = True
                return None
            if answer in ("y", "yes"):
                return True
            if answer in ("n", "no"):
                return False
            if answer in ("r", "a"):
                self._everything = self._everything or answer == "a"
                self._rules.add(question.finding.code)
                return True
            write_text(_help(question.finding.code), sys.stderr)

    def _remember(self, job: Job, choices: Choices) -> None:
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
            write_text(f"warning: {self._file}: {error}; what you decline is not remembered\n", sys.stderr)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person is at the other end of a standard stream; Python has None for one that is closed."""
    return stream is not None and stream.isatty()


def _description(path: str, question: Question) -> list[Line]:
    finding = question.finding
    remedy, style = label(finding)
    summary = next(rule.summary for rule in all_rules() if rule.code == finding.code)
    lines: list[Line] = [
        (),
        (
            (f"{printable(place(path, finding))}: ", "cyan"),
            (f"{finding.code} ", "bold"),
            (f"{remedy} ", style),
            (f"({question.number}/{question.total} in this file)", "dim"),
        ),
        ((printable(finding.message), ""),),
        ((summary, "dim"),),
    ]
    styles = {"+": "green", "-": "red", "@": "cyan"}
    for cell, old, new in zip(question.cells, *question.change(), strict=True):
        for line in difference(old, new, context=3, first_line=cell.first_line):
            shown = "\t".join(printable(part) for part in line.split("\t"))
            lines.append(((shown, styles.get(line[:1], "")),))
    return lines


def _help(code: str) -> str:
    return (
        "y - make this fix\n"
        "n - leave it as it is, and do not ask again unless with --ask-again\n"
        f"r - make this fix and all further ones of {code}\n"
        "a - make this fix and all further ones\n"
        "q - leave this one and all further ones for another time\n"
        f"? - print this; `python -m codemod explain {code}` tells more of the rule\n"
    )
