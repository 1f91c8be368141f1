"""Names for findings that last while the code around them moves: for baselines and for code scanning services."""

from __future__ import annotations

import functools
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from codemod.findings import Finding, Outcome


def fingerprint(path: str, finding: Finding, occurrence: int) -> str:
    """Name one finding by its rule, its file and the text of its line, but not by the line's number.

    White space does not count, so a line that is only indented anew keeps its name. A line that changes, or a file
    that is renamed, gets another one: then a person should look again.

    Args:
        path: The file's path, relative to the folder that all parties agree on; separators may be of any system.
        finding: The finding.
        occurrence: How many findings of the same rule on equal lines stand before it in the file.

    Returns:
        32 hexadecimal digits: the first half of a SHA-256.
    """
    parts = (finding.code, path.replace("\\", "/"), _normalised(finding.source_line), str(occurrence))
    # No part holds a line feed but a path, and nothing is gained by forging a fingerprint with one.
    text = "\n".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def fingerprints(path: str, findings: Sequence[Finding]) -> list[str]:
    """Name all findings of an input, in their order; no two of them have the same name.

    Args:
        path: As for `fingerprint`.
        findings: All of them, or those that a filter left after `numbered` counted all.
    """
    return [
        fingerprint(path, finding, occurrence)
        for finding, occurrence in zip(findings, _occurrences(findings), strict=True)
    ]


def numbered(outcome: Outcome) -> Outcome:
    """Note in each finding which one of its kind it is, before some are left out: its name is to stay the same."""
    counted = zip(outcome.findings, _occurrences(outcome.findings), strict=True)
    return replace(outcome, findings=tuple(replace(finding, occurrence=number) for finding, number in counted))


def _occurrences(findings: Sequence[Finding]) -> list[int]:
    seen: Counter[tuple[str, str]] = Counter()
    numbers = []
    for finding in findings:
        key = (finding.code, _normalised(finding.source_line))
        numbers.append(seen[key] if finding.occurrence is None else finding.occurrence)
        seen[key] += 1
    return numbers


@functools.lru_cache(maxsize=8)  # the findings of a line stand beside each other, and the line may be long
def _normalised(line: str) -> str:
    return " ".join(line.split())
