"""The training code, copied out of the project: as it is for MLflow 2, or through the codemod for MLflow 3."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from compat_tests.environments import PROJECT
from compat_tests.verify import places
from compat_tests.verify.places import Migrated
from compat_tests.verify.request import WorldError

PACKAGES = {"subjects": PROJECT / "compat_tests" / "subjects", "reference_pipeline": PROJECT / "reference_pipeline"}
"""Packages of training code, by the name under which a client imports them."""


class MigrationError(RuntimeError):
    """The codemod failed on the training code, or left something for a person; the message holds its report."""


def stage(folder: Path) -> Path:
    """Copy the training code, unchanged, into ``folder`` and return it."""
    for name, source in PACKAGES.items():
        shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def stage_migrated(folder: Path, options: Sequence[str] = ()) -> Path:
    """Copy the training code into ``folder`` and run the codemod on the copy.

    Args:
        folder: A new folder.
        options: More options of ``codemod apply``, such as ``--ignore MLF104``.

    Returns:
        ``folder``.

    Raises:
        MigrationError: The codemod's exit status says that something is left to do, or that it failed.
    """
    stage(folder)
    migrate(folder, options)
    return folder


def migrate(folder: Path, options: Sequence[str] = ()) -> None:
    """Run the codemod on a folder, as a user would.

    Args:
        folder: What to rewrite.
        options: More options of ``codemod apply``.

    Raises:
        MigrationError: Something is left to do or could not be analysed, or the codemod failed.
    """
    try:
        check_nothing_is_left(places.migrate(folder, options, folder))
    except WorldError as error:
        raise MigrationError(f"{error}\n{error.details}") from error


def check_nothing_is_left(migrated: Migrated) -> None:
    """Find out whether the codemod did the whole migration.

    Raises:
        MigrationError: It left something for a person, or could not analyse a file.
    """
    left = [
        f"{place.path}:{place.line}: {place.code} {place.message}" for place in migrated.places if not place.changed
    ]
    if left or migrated.problems:
        raise MigrationError("\n".join(["the codemod left something to do:", *migrated.problems, *left]))
