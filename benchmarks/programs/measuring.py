"""Measures one program: on MLflow 2, and in all its forms on MLflow 3."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.programs import execution
from benchmarks.programs.environments import Installation
from benchmarks.programs.execution import Ending, SourceLine
from benchmarks.programs.manifest import Program
from benchmarks.programs.material import extract
from benchmarks.programs.variants import Migration, make

_CACHE_FORMAT = "2"  # grows when the way of running changes, so that old endings are not taken


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """One form of a program on one version.

    Attributes:
        ending: How it ended.
        migration: What the codemod did and left, None where it was not used.
    """

    ending: Ending
    migration: Migration | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The rules that name a line at which the program fails, of what the codemod left."""
        if self.migration is None:
            return ()
        places = self.ending.places
        return tuple(sorted({left.code for left in self.migration.left if any(left.names(place) for place in places)}))

    @property
    def other_codes(self) -> tuple[str, ...]:
        """The rules of all findings that the codemod left in the project."""
        return tuple(sorted({left.code for left in self.migration.left})) if self.migration else ()


@dataclass(frozen=True, slots=True)
class Measurement:
    """One program.

    Attributes:
        program: Which.
        before: The unchanged program on MLflow 2.
        after: Its forms on MLflow 3, by variant; empty when it does not run on MLflow 2.
    """

    program: Program
    before: Ending
    after: dict[str, ProgramRun]


@dataclass(frozen=True, slots=True)
class Laboratory:
    """What all measurements share.

    Attributes:
        repositories: Folder with the clones.
        old: The environment with MLflow 2.
        new: The environment with MLflow 3.
        cache: Folder of endings that are known already; the key covers the files, the command and the environment.
        scratch: Folder for fresh trees; what is in it may be removed at any time.
        limit: Seconds that a command may take.
        fresh: Whether endings in the cache are ignored (and replaced).
    """

    repositories: Path
    old: Installation
    new: Installation
    cache: Path
    scratch: Path
    limit: float
    fresh: bool = False


def measure(program: Program, variants: tuple[str, ...], laboratory: Laboratory) -> Measurement:
    """Run a program on MLflow 2 and, if it runs there, each of its forms on MLflow 3.

    Args:
        program: The program.
        variants: Which forms.
        laboratory: Where and with what.

    Returns:
        The endings.

    Raises:
        MaterialError: If the files cannot be had.
        CodemodError: If the codemod breaks down.
    """
    with tempfile.TemporaryDirectory(prefix="program-", dir=laboratory.scratch, ignore_cleanup_errors=True) as folder:
        pristine = Path(folder) / "pristine"
        extract(program, laboratory.repositories, pristine)
        execution.forget_stores(pristine)
        before = _ending(program, pristine, laboratory.old, laboratory)
        after: dict[str, ProgramRun] = {}
        for variant in variants if before.runs else ():
            tree = Path(folder) / "form"
            shutil.copytree(pristine, tree, symlinks=True)
            migration = make(variant, tree)
            after[variant] = ProgramRun(_ending(program, tree, laboratory.new, laboratory), migration)
            shutil.rmtree(tree)
    return Measurement(program, before, after)


def _ending(program: Program, tree: Path, environment: Installation, laboratory: Laboratory) -> Ending:
    """Run a copy of a tree, unless the same files ran with the same command and packages before."""
    # Programs download stand-ins, too. The limit says nothing of an ending that is kept: those that ran into it are not.
    files = [execution.fingerprint(tree), execution.fingerprint(execution.OFFLINE)]
    what = [_CACHE_FORMAT, repr(program), *files, *environment.packages]
    digest = hashlib.sha256("\n".join(what).encode()).hexdigest()
    known = laboratory.cache / f"{digest[:32]}.json"
    if known.is_file() and not laboratory.fresh:
        return ending_from(json.loads(known.read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory(prefix="run-", dir=laboratory.scratch, ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "repository"
        shutil.copytree(tree, copy, symlinks=True)
        scratch = laboratory.scratch / Path(folder).name / "outside"
        ending = execution.run(program, copy, environment, scratch, laboratory.limit)
    if ending.status != "times out":  # a busy machine may have been the reason
        known.write_text(json.dumps(dataclasses.asdict(ending)), encoding="utf-8")
    return ending


def ending_from(document: dict[str, Any]) -> Ending:
    """Read an ending back from JSON."""
    return Ending(**{**document, "places": tuple(SourceLine(**place) for place in document["places"])})
