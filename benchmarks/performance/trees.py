"""Makes trees of real code: the same seed, packages and users give the same tree."""

from __future__ import annotations

import ast
import random
import re
import shutil
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.programs.material import MaterialError
from codemod.running.discovery import NEVER_ENTERED

_USES = re.compile(rb"^[ \t]*(?:import|from)[ \t]+mlflow\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Material:
    """Files that trees are made of.

    Attributes:
        others: Pairs of a folder and a path in it: files that do not speak of MLflow.
        users: The same of files that import it.
    """

    others: tuple[tuple[Path, str], ...]
    users: tuple[tuple[Path, str], ...]

    def parsable(self) -> Material:
        """Return it with those users alone that this Python can parse: a tool that cannot read a file ends as if it had failed.

        Raises:
            MaterialError: If there are none.
        """
        users = tuple((folder, name) for folder, name in self.users if _parses(folder / name))
        if not users:
            raise MaterialError(
                "this Python can parse no file there that imports MLflow; name another folder with --users"
            )
        return replace(self, users=users)


def _parses(path: Path) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other people's code
        try:
            ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            return False
    return True


def gather(packages: Sequence[Path], users: Sequence[Path]) -> Material:
    """Look for files.

    Args:
        packages: Folders with installed packages.
        users: Folders with projects that use MLflow; without any, those files of the packages are taken that import it.

    Raises:
        MaterialError: If there are no files of one kind.
    """
    others: list[tuple[Path, str]] = []
    importing: list[tuple[Path, str]] = []
    for folder in packages:
        for name in _python_files(folder):
            data = (folder / name).read_bytes()
            if _USES.search(data):
                importing.append((folder, name))
            elif b"mlflow" not in data:
                others.append((folder, name))
    if users:
        importing = [
            (folder, name)
            for folder in users
            for name in _python_files(folder)
            if _USES.search((folder / name).read_bytes())
        ]
    if not others:
        raise MaterialError("no Python files in the packages; name a folder of installed packages with --packages")
    if not importing:
        raise MaterialError("no file there imports MLflow; name a folder of projects that do with --users")
    return Material(tuple(others), tuple(importing))


def make(destination: Path, material: Material, files: int, share: float, seed: int) -> None:
    """Write a tree.

    Args:
        destination: A folder that does not exist.
        material: What it is made of; files are taken once more, in a folder of copies, when there are too few.
        files: How many files.
        share: Which part of them uses MLflow.
        seed: Decides which files are taken.
    """
    number = max(1, round(files * share))
    rng = random.Random(f"{seed} {files} {share}")
    _copy(_drawn(material.users, number, rng), destination / "users")
    _copy(_drawn(material.others, files - number, rng), destination / "others")


def _drawn(files: Sequence[tuple[Path, str]], wanted: int, rng: random.Random) -> list[tuple[Path, str, str]]:
    """Return files with the path that each gets."""
    found: list[tuple[Path, str, str]] = []
    folders = list(dict.fromkeys(folder for folder, _ in files))  # by number: tools leave out folders by their names
    turn = 0
    while len(found) < wanted:
        some = rng.sample(files, min(len(files), wanted - len(found)))
        found += [(folder, name, f"{turn}/{folders.index(folder)}/{name}") for folder, name in some]
        turn += 1
    return found


def _copy(files: Sequence[tuple[Path, str, str]], destination: Path) -> None:
    for folder, name, target in files:
        path = destination / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, path)


def _python_files(folder: Path) -> list[str]:
    names = (path.relative_to(folder) for path in folder.rglob("*.py") if path.is_file())
    return sorted(name.as_posix() for name in names if NEVER_ENTERED.isdisjoint(name.parts))
