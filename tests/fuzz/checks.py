"""What must hold for every input, whatever it is."""

from __future__ import annotations

import ast
import time
import warnings
from collections import Counter
from collections.abc import Callable

from codemod.analysis.parsing import read_document
from codemod.cli.outputs import FORMATS, _rendered
from codemod.dependencies import is_dependency_file
from codemod.documents import open_document
from codemod.documents.base import DocumentError
from codemod.engine import migrate
from codemod.findings import Outcome, State
from codemod.reports import text
from codemod.reports.base import Report
from codemod.running.discovery import Input
from codemod.running.jobs import Job, do_safely
from codemod.settings import Settings

SECONDS, SECONDS_PER_BYTE = 10.0, 1e-3
CHOICES = (
    Settings(), Settings(unsafe=True), Settings(target="both", unsafe=True), Settings(select=("ALL",), unsafe=True),
    Settings(unsafe=True, add=("signature", "autolog", "alias=champion"), sample="x"), Settings(target="3.5"),
)  # fmt: skip


class BrokenPromiseError(Exception):
    """Something that must hold does not; the text says what."""


def check(name: str, data: bytes, settings: Settings) -> None:
    """Migrate an input and look at all that can be known of what comes out.

    Raises:
        BrokenPromiseError: If a promise is broken.
    """
    begin = time.process_time()
    outcome = do_safely(migrate, Job(Input(name, f"/{name}"), data, settings), 120)
    seconds = time.process_time() - begin
    promises: tuple[tuple[str, Callable[[], bool]], ...] = (
        (outcome.reason, lambda: "internal error" not in outcome.reason),
        (f"{seconds:.1f} s for {len(data)} bytes", lambda: seconds < SECONDS + SECONDS_PER_BYTE * len(data)),
        ("the old bytes are others", lambda: outcome.old in (None, data)),
        ("what failed was changed", lambda: outcome.state is not State.FAILED or outcome.new in (None, data)),
        ("the result does not parse", lambda: _parses_as_before(name, data, outcome)),
        ("a second run changes more", lambda: _is_settled(name, outcome, settings)),
        ("reading and writing is not the same", lambda: _comes_back(name, data)),
        ("changed without a fixed finding, or the other way round", lambda: _says_what_it_did(outcome, data)),
        ("the totals do not add up", lambda: _adds_up(outcome, settings)),
    )
    for said, holds in promises:
        if not holds():
            raise BrokenPromiseError(said)


def _parses_as_before(name: str, data: bytes, outcome: Outcome) -> bool:
    if outcome.new in (None, data) or is_dependency_file(name):
        return True
    assert outcome.new is not None
    if name.endswith(".py") and b"# Databricks" not in data and read_document(name, data).count == 1:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if _is_python(data) and not _is_python(outcome.new):
                return False
    return read_document(name, outcome.new).count >= read_document(name, data).count


def _is_python(data: bytes) -> bool:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _is_settled(name: str, outcome: Outcome, settings: Settings) -> bool:
    if outcome.new in (None, outcome.old):
        return True
    assert outcome.new is not None
    return migrate(name, outcome.new, settings).new == outcome.new


def _comes_back(name: str, data: bytes) -> bool:
    if is_dependency_file(name):
        return True
    try:
        return open_document(name, data).render([]) == data
    except DocumentError:
        return True


def _says_what_it_did(outcome: Outcome, data: bytes) -> bool:
    return any(finding.fixed for finding in outcome.findings) == (outcome.new not in (None, data))


def _adds_up(outcome: Outcome, settings: Settings) -> bool:
    for mode in ("apply", "check"):
        report = Report(mode, settings, (outcome,))  # type: ignore[arg-type]
        counts = report.counts
        states = Counter(one.state for one in report.outcomes)
        if sum(counts.states.values()) != 1 or any(counts.states[state] != number for state, number in states.items()):
            return False
        if counts.fixed + counts.suppressed + counts.left != len(outcome.findings):
            return False
    return all(
        _rendered(report, form, text.Options(), statistics=True) for form in FORMATS if form not in ("github", "gitlab")
    )
