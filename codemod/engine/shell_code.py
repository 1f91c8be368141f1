"""Looks at scripts that hold programs in Python, too: what the script says, and the programs as code."""

from __future__ import annotations

from dataclasses import dataclass, replace

from codemod.analysis.lines import Lines
from codemod.analysis.parsing import Reading
from codemod.dependencies.looking import TextLooker
from codemod.documents.shell_programs import ShellProgram, shell_programs
from codemod.engine.code import CodeLooker
from codemod.findings import Finding, Outcome, Safety, Severity
from codemod.rewriting.looks import LocatedMatch, Look
from codemod.rules.base import Rule

KINDS = frozenset({"shell", "yaml"})
"""The kinds of files that hold scripts."""
_LABEL = "the program in a script"
_NOT_EDITED = "not edited: it is a part of a script"


@dataclass(frozen=True, slots=True)
class ShellLooker:
    """Looks at a script; see `codemod.rewriting.looks.Looker`. What is found in its programs is left to a person: the shell may change them.

    Attributes:
        text: Looks at what is no program.
        rules: The rules of the run.
    """

    text: TextLooker
    rules: tuple[Rule, ...]

    @property
    def path(self) -> str:
        """The path of the file."""
        return self.text.path

    def at_once(self, data: bytes) -> Outcome | None:
        """Return the outcome of bytes in which nothing can be found; None for all others."""
        done = self.text.at_once(data)
        return None if done is not None and b"python" in data and b"mlflow" in data else done

    def read(self, data: bytes) -> Reading:
        """Read the bytes as text."""
        return self.text.read(data)

    def parsed(self, data: bytes) -> int:
        """Return how much of the bytes can be read."""
        return self.text.parsed(data)

    def look(self, reading: Reading) -> Look:
        """Find what there is to say of the script, and of its programs."""
        look = self.text.look(reading)
        (cell,) = look.document.cells
        lines = Lines(cell)
        for program in shell_programs(cell.text):
            code = self._code(program)
            found = (self._by_hand(place.finding, program, lines) for place in code.places)
            look.places += [
                LocatedMatch(each, {}, (), applies=False) for each in found if each.severity is not Severity.ADVICE
            ]
            if code.problems:
                line = lines.at(program.place.in_file(0), program.place.in_file(0), 0).line
                look.problems += (f"line {line}: a program in Python starts here that cannot be read as such",)
        look.places.sort(key=lambda place: (place.finding.location.start, place.finding.code))
        return look

    def _code(self, program: ShellProgram) -> Look:
        looker = CodeLooker(f"{self.path}.py", self.text.settings, self.rules)
        return looker.look(looker.read(program.code.encode("utf-8", "surrogatepass")))

    def _by_hand(self, finding: Finding, program: ShellProgram, lines: Lines) -> Finding:
        start, end = program.place.in_file(finding.location.start), program.place.in_file(finding.location.end)
        location = replace(lines.at(start, max(end, start), 0), label=_LABEL)
        message = f"{finding.message} ({_NOT_EDITED})" if finding.edits else finding.message
        return replace(
            finding,
            message=message,
            location=location,
            safety=Safety.MANUAL,
            edits=(),
            fixed=False,
            needs="",
            caution="",
        )
