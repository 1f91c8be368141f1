"""Takes the files of a program out of a clone, at the commit that the list names."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from benchmarks.programs.manifest import Program


class MaterialError(RuntimeError):
    """The files of a program cannot be had; the message says how to get them."""


def clone_of(repository: str, repositories: Path) -> Path:
    """Find the git directory of a repository.

    Args:
        repository: ``owner/name``.
        repositories: Folder that holds the clones as ``owner/name``, bare or with a work tree.

    Returns:
        The git directory.

    Raises:
        MaterialError: If there is no such clone.
    """
    folder = repositories / repository
    for candidate in (folder / ".git", folder, folder.with_name(folder.name + ".git")):
        if (candidate / "HEAD").is_file() and (candidate / "objects").is_dir():
            return candidate
    raise MaterialError(
        f"no clone of {repository}: git clone https://github.com/{repository} {folder}"  # a plain command to copy
    )


def extract(program: Program, repositories: Path, destination: Path) -> None:
    """Write the project of a program into a folder.

    Args:
        program: Its ``root`` is what gets written, at the same place as in the repository.
        repositories: Folder with the clones.
        destination: An empty folder that becomes the repository's top.

    Raises:
        MaterialError: If the clone or the commit is missing.
    """
    git = clone_of(program.repository, repositories)
    command = ["git", "--git-dir", str(git), "archive", "--format=tar", program.commit]
    if program.root:
        command += ["--", program.root]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0 and not done.stdout:
        reason = (done.stderr.decode(errors="replace").strip().splitlines() or ["git archive failed"])[-1]
        raise MaterialError(f"{program.repository} at {program.commit[:12]}: {reason}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(destination, filter="data")
    if not (destination / program.file).is_file():
        raise MaterialError(
            f"{program.repository} at {program.commit[:12]} has no {program.file} below {program.root!r}"
        )
