"""What is to become of a place, before it is text."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemod.findings import Safety, Severity
from codemod.rewriting.edits import Change


@dataclass(frozen=True, slots=True)
class Match:
    """What a rule says of one node, before the engine turns it into a finding.

    Attributes:
        node: The node that the message speaks of; it gives the location.
        message: One line: what is here and what to do.
        safety: The verdict of this match.
        changes: What to change; empty for manual matches. The engine merges the changes that several rules make to one
            call and turns them into text.
        for_3: Whether the changed code runs on MLflow 3 alone although it shall run on both: the engine keeps the old form beside
            it, under a branch on MLflow's version.
        severity: What happens on the target when this place stays as it is; None when it is what the rule says.
        end: Where it ends in the text of the node's cell when that is after the node's own end, as in lines of which the code has
            only a placeholder.
        caution: What the code cannot show and a person should see to after the fix, as the end of "see that ..."; "" for nothing.
    """

    node: ast.AST
    message: str
    safety: Safety
    changes: tuple[Change, ...] = ()
    for_3: bool = False
    severity: Severity | None = None
    end: int = 0
    caution: str = ""
