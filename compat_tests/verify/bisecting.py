"""Finds the release of MLflow 3 with which a project goes wrong, or the fixes without which it would."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from codemod.mlflow_api.releases import RELEASES
from compat_tests.verify.proof import Proof, Verdict
from compat_tests.verify.prove import First, Listener, UnfinishedError, prove
from compat_tests.verify.request import Request

_WRONG = (Verdict.DIFFERENT, Verdict.FAILED)
Probe = Callable[[Request], "Attempt"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One more proof, with another release or without a fix.

    Attributes:
        proof: What came of it; None if its worlds could not be built.
        problem: Why not.
    """

    proof: Proof | None
    problem: str = ""

    @property
    def is_right(self) -> bool:
        """Whether nothing failed and nothing differed."""
        return self.proof is not None and self.proof.verdict not in _WRONG


def bisect(request: Request, proof: Proof, first: First | None, folder: Path, listener: Listener) -> Proof:
    """Return the proof with sentences about releases, if it went wrong, or else about fixes.

    Args:
        request: What was asked for.
        proof: What came of it.
        first: Its first world, which every attempt is compared with.
        folder: Where each attempt gets a new folder.
        listener: Who is told what goes on.
    """
    number = 0

    def probe(changed: Request) -> Attempt:
        nonlocal number
        number += 1
        place = folder / f"attempt-{number}"
        try:
            attempt, _ = prove(changed, place, listener, first)
        except UnfinishedError as unfinished:  # what is known is what the proof itself found out
            raise UnfinishedError(replace(proof, interrupted=True), unfinished.interrupted) from unfinished
        shutil.rmtree(place, ignore_errors=True)
        if attempt.failure is not None and not attempt.failure.world:
            return Attempt(None, attempt.failure.message)
        return Attempt(attempt)

    if first is None or (proof.failure is not None and proof.failure.world in ("", first.world.label)):
        return replace(proof, bisection=("there is nothing to search: MLflow 3 was not reached",))
    if proof.verdict in _WRONG and "3" in request.pythons:
        sentences = [
            "no other release of MLflow 3 was tried: --python3 names one interpreter; without it, uv makes one for each"
        ]
    elif proof.verdict in _WRONG:
        sentences = [by_release(request, proof, probe, listener.say)]
    else:
        sentences = by_fix(request, proof, probe, listener.say)
    return replace(proof, bisection=tuple(sentences))


def by_release(request: Request, proof: Proof, probe: Probe, say: Callable[[str], None]) -> str:
    """Return a sentence about the first release of MLflow 3 with which it goes wrong, found by halving.

    Releases that cannot be installed beside the project's packages are passed over.
    """
    others = (world.client if world.client.startswith("3") else world.server for world in proof.worlds[1:])
    newest = next((release for release in others if release.startswith("3")), RELEASES[-1])
    candidates = [release for release in RELEASES if release.startswith("3.") and _order(release) < _order(newest)]
    how = _how(proof)
    low, high = 0, len(candidates)  # the newest itself goes wrong
    last_right = ""
    first_wrong, wrong = newest, proof
    passed: list[str] = []
    while low < high:
        middle = (low + high) // 2
        release = candidates[middle]
        say(f"bisecting: MLflow {release}")
        attempt = probe(_with_release(request, release))
        if attempt.proof is None:
            passed.append(release)
            del candidates[middle]
            high -= 1
        elif attempt.is_right:
            last_right, low = release, middle + 1
        else:
            first_wrong, wrong, high = release, attempt.proof, middle
    left_out = f" ({', '.join(passed)} cannot be installed here)" if passed else ""
    if not last_right:
        return f"{_how(wrong)} on {first_wrong}, the first release that was tried{_why(wrong)}{left_out}"
    return f"runs on {last_right}, {how} on {first_wrong}{_why(wrong)}{left_out}"


def by_fix(request: Request, proof: Proof, probe: Probe, say: Callable[[str], None]) -> list[str]:
    """Return a sentence for each rule that changed something: what the project would do without it."""
    codes = sorted(
        {place.code for place in proof.places if place.changed and place.ran != "in a file that is not Python"}
    )
    sentences = []
    for code in codes:
        say(f"bisecting: without {code}")
        attempt = probe(replace(request, apply_options=(*request.apply_options, "--ignore", code), measure=False))
        if attempt.proof is None:
            sentences.append(f"without {code}: not known, {attempt.problem}")
        elif attempt.is_right:
            sentences.append(f"without {code}: it is right as well, as far as this command goes")
        else:
            sentences.append(f"without {code}: {_how(attempt.proof)}{_why(attempt.proof)}")
    return sentences


def _with_release(request: Request, release: str) -> Request:
    wanted = replace(request.requirements, mlflow={**request.requirements.mlflow, "3": f"=={release}"})
    return replace(request, requirements=wanted, measure=False)


def _how(proof: Proof) -> str:
    return "fails" if proof.verdict is Verdict.FAILED else "differs"


def _why(proof: Proof) -> str:
    """Return what went wrong: the finding where it failed, the error, or the first row that differs."""
    failure = proof.failure
    if failure is not None:
        if failure.findings and not failure.rule:
            finding = failure.findings[0]
            return f": {finding.message} ({finding.code}, {finding.path}:{finding.line})"
        error = next(
            (line for line in reversed(failure.output) if line.strip() and not line.startswith(" ")), failure.message
        )
        return f": {error.strip()[:200]}{f' ({failure.rule})' if failure.rule else ''}"
    row = next((row for row in proof.rows if row.differs), None)
    if row is None:
        return ""
    return f": {row.kind} {row.key}, {row.first or 'nothing'} and {row.second or 'nothing'}{f' ({row.rule})' if row.rule else ''}"


def _order(release: str) -> list[int]:
    return [int(part) for part in release.split(".") if part.isdigit()]
