"""Copies of a project: what Git tracks and does not ignore. The original is only read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from codemod.disk import git
from codemod.errors import WrongUseError

_NEVER = frozenset(
    {".git", ".hg", ".svn", "__pycache__", ".venv", "venv", ".tox", "node_modules", "mlruns", "mlartifacts"}
)
"""Folders that are left out where neither Git nor an ignore file says so."""


def files_of(project: Path) -> list[str]:
    """Return the files of a project, relative to it and sorted.

    In a Git work tree they are those that Git tracks or would track, submodules included. Elsewhere they are all files
    but those that ``.gitignore`` names, and those in folders that hold what can be made again.
    """
    listing = git.list_files(str(project)) if git.work_tree(str(project)) else None
    if listing is None or (not listing.names and git.is_ignored(str(project))):
        return sorted(_walk(project))
    found: list[str] = []
    for name in listing.names:
        path = project / name
        if path.is_dir() and not path.is_symlink():
            found += [f"{name.rstrip('/')}/{inner}" for inner in files_of(path)]
        elif os.path.lexists(path):
            found.append(name)
    return sorted(found)


def copy_project(project: Path, target: Path, include: Sequence[str] = ()) -> None:
    """Copy a project into a new folder.

    Args:
        project: The original.
        target: Is made; must not exist.
        include: Files and folders of the project that are copied although Git ignores them.

    Raises:
        WrongUseError: If a name of ``include`` is not there, or leads out of the project.
    """
    for name in files_of(project):
        _copy(project / name, target / name)
    target.mkdir(parents=True, exist_ok=True)
    for name in include:
        source = project / name
        if not source.exists():
            raise WrongUseError(f"--include {name}: is not in {project}")
        if not source.resolve().is_relative_to(project.resolve()):
            raise WrongUseError(f"--include {name}: leads out of {project}")
        for path in [source] if source.is_file() else [each for each in source.rglob("*") if not each.is_dir()]:
            _copy(path, target / path.relative_to(project))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_symlink():
        # Absolute links into the project would lead back to the original, which a command might write to.
        if source.exists() and source.is_file():
            shutil.copyfile(source, target)
        elif not source.exists():
            target.unlink(missing_ok=True)
            target.symlink_to(source.readlink())
        else:
            shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.is_file():  # sockets and pipes are of no use in a copy
        shutil.copyfile(source, target)
        target.chmod(source.stat().st_mode | 0o200)  # the codemod and the command may write their copy


def _walk(project: Path) -> Iterator[str]:
    from pathspec import GitIgnoreSpec

    ignored = project / ".gitignore"
    spec = GitIgnoreSpec.from_lines(ignored.read_text("utf-8", "replace").splitlines() if ignored.is_file() else ())
    for base, folders, names in os.walk(project):
        inside = os.path.relpath(base, project)
        prefix = "" if inside == "." else f"{Path(inside).as_posix()}/"
        folders[:] = [
            name
            for name in folders
            if name not in _NEVER and not spec.match_file(f"{prefix}{name}/") and not _is_venv(base, name)
        ]
        yield from (f"{prefix}{name}" for name in names if not spec.match_file(f"{prefix}{name}"))


def _is_venv(base: str, name: str) -> bool:
    return Path(base, name, "pyvenv.cfg").exists()
