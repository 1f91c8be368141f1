"""Takes one document through the rules until nothing changes, and checks the result. Pure: bytes in, outcome out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from codemod.analysis import suppressions
from codemod.analysis.context import Target
from codemod.dependencies import is_dependency_file, looking
from codemod.documents.base import DocumentError, TemplateError, TextEdit
from codemod.documents.kinds import kind_of
from codemod.engine.code import CodeLooker
from codemod.engine.shell_code import KINDS as SCRIPTS
from codemod.engine.shell_code import ShellLooker
from codemod.findings import Outcome, State, state_of
from codemod.rewriting import history
from codemod.rewriting.looks import LocatedMatch, Look, Looker, Round
from codemod.rules import selected
from codemod.settings import Settings

if TYPE_CHECKING:
    from codemod.rewriting.decisions import Choose

# Each round settles at least the innermost calls; deeper nesting than this of calls that all change is not real code.
_ROUNDS = 12


def migrate(path: str, data: bytes, settings: Settings, choose: Choose | None = None) -> Outcome:
    """Take one input through the rules.

    Args:
        path: Its path as discovered; the name says what kind of document it is.
        data: Its bytes.
        settings: What the run was asked to do.
        choose: Decides in each round which of the fixes are made; None makes all.

    Returns:
        The outcome. Bad input ends in `State.FAILED` with the reason, never in an exception; only what a file that is no code takes of
        the machine's memory is left to the caller.
    """
    is_text = is_dependency_file(path)
    looker = (
        _text_looker(path, settings)
        if is_text
        else CodeLooker(path, settings, selected(settings), makes_all=choose is None)
    )
    try:
        return _migrate(looker, data, choose)
    except TemplateError as error:
        return Outcome(path, State.SKIPPED, old=data, new=data, reason=str(error))
    except (DocumentError, EncodingError) as error:
        return Outcome(path, State.FAILED, old=data, new=data, reason=str(error))
    except (RecursionError, MemoryError):  # Python's own parser raises either
        if is_text:
            raise
        return Outcome(path, State.FAILED, old=data, new=data, reason="the code is nested too deeply to be read")


def _text_looker(path: str, settings: Settings) -> Looker:
    target, rules = Target.of(settings), selected(settings)
    severities = {rule.code: rule.severity_on(target) for rule in rules if rule.code in looking.CODES}
    looker = looking.TextLooker(path, settings, severities)
    return ShellLooker(looker, rules) if kind_of(path) in SCRIPTS else looker


def _migrate(looker: Looker, data: bytes, choose: Choose | None) -> Outcome:
    path = looker.path
    done = looker.at_once(data)
    if done is not None:
        return done
    reading = looker.read(data)
    if any(suppressions.skips_file(cell.text) for cell in reading.document.cells):
        return Outcome(path, State.SKIPPED, old=data, new=data, reason=suppressions.SKIPS_FILE)
    first = looker.look(reading)
    if first.problems and not first.parsed:
        return Outcome(path, State.FAILED, old=data, new=data, reason=first.problems[0])
    new, rounds, last = _settled(looker, first, data, choose)
    findings = history.findings_of_rounds(first, rounds, last)
    state = state_of(findings, changed=new != data)
    return Outcome(
        path, state, findings, data, new, problems=first.problems, needs=first.needs, name_keys=first.name_keys
    )


def _settled(looker: Looker, first: Look, data: bytes, choose: Choose | None) -> tuple[bytes, list[Round], Look]:
    """Make edits and look again until nothing is to be edited.

    Returns:
        The new bytes, what was done in each round, and the last look.
    """
    first.keep(choose, ())
    look, new = first, data
    rounds: list[Round] = []
    for _ in range(_ROUNDS):
        edits = look.edits()
        following = _following(looker, look, edits)
        if following.parsed < look.parsed:
            _leave_what_breaks(looker, look)
            edits = look.edits()
            following = _following(looker, look, edits)
        if not edits:
            return new, rounds, look
        if following.parsed < look.parsed:
            raise InternalError(f"the rewritten code does not parse ({'; '.join(following.problems)})")
        rounds.append(Round(tuple(look.made), tuple(edits)))
        new, look = _rendered(look, edits), following
        look.keep(choose, edits)
    raise InternalError("the rewriting does not settle")


def _following(looker: Looker, look: Look, edits: Sequence[TextEdit]) -> Look:
    return looker.look(looker.read(_rendered(look, edits))) if edits else look


def _rendered(look: Look, edits: Sequence[TextEdit]) -> bytes:
    try:
        return look.document.render(edits)
    except ValueError as error:
        raise EncodingError(f"the new text cannot be written: {error}") from error


def _leave_what_breaks(looker: Looker, look: Look) -> None:
    """Leave to a person each place whose edits alone would make the text unreadable, or else all of the round."""
    made = list(look.made)
    broken = [place for place in made if _breaks(looker, look, place)]
    for place in broken or made:
        place.leave(f"not edited: the result would not be {look.language}")


def _breaks(looker: Looker, look: Look, place: LocatedMatch) -> bool:
    new = _rendered(look, look.edits([one is place for one in look.places]))
    return looker.parsed(new) < look.parsed


class EncodingError(Exception):
    """The document's encoding cannot hold the new text, or would not write the old one again."""


class InternalError(Exception):
    """A fault of this program; the file stays as it was."""
