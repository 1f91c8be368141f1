"""Builds the trees that the tools are run on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.programs.manifest import load
from benchmarks.programs.material import MaterialError, clone_of

_EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
_COPIES = 60  # of each example, when there are no clones: about as many files as the five repositories have


def build(destination: Path, packages: list[Path], repositories: Path | None, wanted: int) -> tuple[Path, Path]:
    """Write two trees: files of installed packages with MLflow's users among them, and the users alone.

    Args:
        destination: An empty folder.
        packages: Folders with installed packages.
        repositories: Folder with clones, as ``OWNER/NAME``; None takes copies of the project's own examples.
        wanted: The number of Python files of the first tree.

    Returns:
        The whole tree and that of the users.

    Raises:
        MaterialError: If the folder has none of the clones.
    """
    users = destination / "users"
    count = _write_users(users, repositories)
    if not count:
        raise MaterialError(
            f"{repositories}: no clone in it; `python -m benchmarks.programs --list` shows which are read"
        )
    everything = destination / "everything"
    shutil.copytree(users, everything / "users")
    files = [path for folder in packages for path in _python_files(folder)]
    step = max(1.0, len(files) / max(1, wanted - count))
    for number in range(min(len(files), max(0, wanted - count))):
        source = files[int(number * step)]
        folder = next(folder for folder in packages if source.is_relative_to(folder))
        target = everything / "packages" / str(packages.index(folder)) / source.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    return everything, users


def count(tree: Path) -> tuple[int, int]:
    """Return the number of Python files below a folder and their bytes."""
    sizes = [path.stat().st_size for path in tree.rglob("*.py")]
    return len(sizes), sum(sizes)


def _python_files(folder: Path) -> list[Path]:
    found = []
    for top, directories, names in os.walk(folder):
        directories[:] = sorted(name for name in directories if name not in {"__pycache__", "node_modules"})
        found += [Path(top) / name for name in sorted(names) if name.endswith(".py")]
    return found


def _write_users(destination: Path, repositories: Path | None) -> int:
    written = 0
    sources = _from_clones(repositories) if repositories is not None else _from_examples()
    for name, data in sources:
        path = destination / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        written += 1
    return written


def _from_examples() -> Iterator[tuple[str, bytes]]:
    for path in sorted(_EXAMPLES.glob("*.py")):
        for number in range(_COPIES):
            yield f"copy{number}/{path.name}", path.read_bytes()


def _from_clones(repositories: Path) -> Iterator[tuple[str, bytes]]:
    """Return the Python files that speak of MLflow, of all repositories in the list of programs that are there."""
    for repository, commit in dict.fromkeys((each.repository, each.commit) for each in load()):
        try:
            git = clone_of(repository, repositories)
        except MaterialError:
            continue
        names = _git(git, "ls-tree", "-r", "--name-only", "-z", commit).decode("utf-8", "surrogateescape").split("\0")
        only = "examples/" if repository == "mlflow/mlflow" else ""  # the rest is MLflow itself
        for name in names:
            if not name.endswith(".py") or not name.startswith(only):
                continue
            data = _git(git, "cat-file", "blob", f"{commit}:{name}")
            if b"mlflow" in data:
                yield f"{repository}/{name}", data


def _git(git: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "--git-dir", str(git), *arguments], capture_output=True, check=False).stdout
