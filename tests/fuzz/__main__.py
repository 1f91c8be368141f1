"""Runs the fuzzer: ``python -m tests.fuzz --minutes 2``. A failure is made small and kept in a file; the exit code is 1 then."""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from pathlib import Path

from tests.fuzz.checks import CHOICES, check
from tests.fuzz.material import generated, mutated, seeds, smaller

KEPT = Path(__file__).parent / "failures"
_TRIES = 300


def failure(name: str, data: bytes, number: int) -> str:
    """Return how an input fails, without what changes from input to input; "" when it does not."""
    try:
        check(name, data, CHOICES[number])
    except Exception as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return ""


def kind(text: str) -> str:
    """Return what tells one failure from another: its words without numbers and quotes."""
    return " ".join(word for word in text.split() if word.isalpha())[:80]


def minimised(name: str, data: bytes, number: int) -> bytes:
    """Return a shorter input that fails in the same way."""
    wanted = kind(failure(name, data, number))
    tries = 0
    while tries < _TRIES:
        for candidate in smaller(data):
            tries += 1
            if kind(failure(name, candidate, number)) == wanted:
                data = candidate
                break
            if tries >= _TRIES:
                return data
        else:
            return data
    return data


def main() -> int:
    """Feed the codemod until the time is up; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=None)
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    known, end = seeds(), time.monotonic() + 60 * arguments.minutes
    seen: dict[str, str] = {}
    number = changed = 0
    while time.monotonic() < end:
        name, data = chance.choice(known) if chance.random() < 0.6 else generated(chance, known)
        if chance.random() < 0.85:
            data = mutated(chance, data, known)
        choice = chance.randrange(len(CHOICES))
        number += 1
        said = failure(name, data, choice)
        changed += not said
        if said and kind(said) not in seen:
            small = minimised(name, data, choice)
            KEPT.mkdir(exist_ok=True)
            target = KEPT / f"{hashlib.sha256(small).hexdigest()[:10]}-{choice}-{name}"
            target.write_bytes(small)
            seen[kind(said)] = said
            print(f"{target}: {said}", flush=True)
    print(f"seed {seed}: {number} inputs, {number - changed} failed, {len(seen)} kinds of failures")
    return bool(seen)


if __name__ == "__main__":
    sys.exit(main())
