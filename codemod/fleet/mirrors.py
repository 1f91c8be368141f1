"""The copy of one repository: a bare one that holds the last commit of a branch, and a work tree.

Git never runs in a foreign repository, and never with its configuration: see `codemod.fleet.asking`. The copy has the configuration that
is made here. Its attributes are switched off, so
no filter runs, no line end changes, and what is committed is what was read, with the fixes in it. Submodules are left alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

from codemod.disk.git_process import closed_environment
from codemod.fleet.addresses import Address
from codemod.fleet.asking import (
    AnswerLimit,
    GitError,
    ask_git,
    closed_settings,
    git_command,
    other_side,
    persons_environment,
)
from codemod.fleet.bounds import amount, excess, no_larger_files, room

_LEFT_AT = "refs/mlflow-codemod/tree"
"""Names the commit on which this program left the work tree; it is missing while the work tree is being changed."""

_PACK_ENDED = "invalid index-pack output"
_SHA256 = 64
"""Letters of a commit's name in a repository that names its objects by SHA-256."""
_DATE = re.compile(r"[0-9-]+T[0-9:]+(?:Z|[+-][0-9:]+)")

_ATTRIBUTES = "* -text -filter -ident -working-tree-encoding !eol\n"


@dataclass(frozen=True, slots=True)
class Head:
    """The state of a remote repository.

    Attributes:
        branch: The branch, such as ``"main"``; "" for a commit on no branch.
        commit: The full name of its last commit.
        taken: The commit of the branch that ``--apply`` would make, where the remote has one; else "".
    """

    branch: str
    commit: str
    taken: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """Whom Git's configuration names as the author of commits."""

    name: str
    email: str


def author() -> Author | None:
    """Return the author that a person's configuration and environment name; None when they name none."""
    with tempfile.TemporaryDirectory(prefix="mlflow-codemod-git-") as nowhere:
        environment = {**persons_environment(), "GIT_DIR": os.path.join(nowhere, "none")}
        command = [git_command(), "-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT"]
        done = subprocess.run(command, cwd=nowhere, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    name, found, rest = done.stdout.decode("utf-8", "replace").partition(" <")
    return Author(name, rest.partition(">")[0]) if done.returncode == 0 and found else None


def head(address: Address, branch: str, taken: str, seconds: float | None, is_ended: Callable[[], bool] = bool) -> Head:
    """Ask a repository for its last commit.

    Args:
        address: The repository.
        branch: The branch that is meant; "" for the one that the repository names as its own.
        taken: A branch of which the commit is asked, too; "" for none.
        seconds: How long it may take; None for as long as it takes.
        is_ended: Asked while it answers; True gives it up.

    Raises:
        GitError: If it does not answer, or has no such commit.
    """
    wanted = [f"refs/heads/{branch}" if branch else "HEAD", *([f"refs/heads/{taken}"] if taken else [])]
    with other_side(address) as (where, environment, settings):
        command = [git_command(), *settings, "ls-remote", "--symref", "--", where, *wanted]
        lines = ask_git(command, environment, address, AnswerLimit(seconds, is_ended)).splitlines()
    symbolic = [line.partition("\t")[0].removeprefix("ref: refs/heads/") for line in lines if line.startswith("ref: ")]
    found = {name: commit for commit, _, name in (line.partition("\t") for line in lines) if " " not in commit}
    commit = found.get(wanted[0], "")
    if not commit:
        raise GitError(f"it has no branch {branch}" if branch else _without_head(address, seconds, is_ended))
    return Head(branch or next(iter(symbolic), ""), commit, found.get(wanted[1], "") if taken else "")


def _without_head(address: Address, seconds: float | None, is_ended: Callable[[], bool]) -> str:
    """Say why a repository does not tell its own branch: it is empty, or the branch was renamed or removed."""
    with other_side(address) as (where, environment, settings):
        command = [git_command(), *settings, "ls-remote", "--", where, "refs/heads/*"]
        lines = ask_git(command, environment, address, AnswerLimit(seconds, is_ended)).splitlines()
    branches = sorted(
        name.removeprefix("refs/heads/") for _, found, name in (line.partition("\t") for line in lines) if found
    )
    if not branches:
        return "it has no commits"
    return f"the branch that it names as its own is not there; name another one in a list in TOML, such as branch = {json.dumps(branches[0])}"


class Mirror:
    """The copy of one repository.

    Args:
        folder: Where the copy lies; made if it is missing.
        address: The repository.
    """

    def __init__(self, folder: str, address: Address) -> None:
        self.bare = os.path.join(folder, "mirror.git")
        self.tree = os.path.join(folder, "tree")
        self._address = address

    def fetch(self, wanted: Head) -> None:
        """Bring the commit, without its history where the other side can leave that out.

        Raises:
            GitError: If that fails.
        """
        self._make("sha256" if len(wanted.commit) == _SHA256 else "sha1")
        name = f"refs/heads/{wanted.branch}" if wanted.branch else "HEAD"
        own = name if wanted.branch and self._takes(name) else "refs/mlflow-codemod/wanted"
        most = room(self.bare)
        with other_side(self._address) as (where, environment, settings), no_larger_files(most):
            environment = {**environment, "GIT_DIR": self.bare}
            # One pack, and not many files: its size is limited, and what grows over that is ended without a word.
            settings = [*settings, "-c", "fetch.unpackLimit=1"]
            start = [git_command(), *settings, "fetch", "--quiet", "--force", "--no-tags", "--no-recurse-submodules"]
            rest = ["--", where, f"{name}:{own}"]
            try:
                ask_git([*start, "--depth=1", *rest], environment, self._address)
            except GitError as error:
                if _PACK_ENDED in str(error):
                    raise GitError(
                        f"it takes more than {amount(most)}, half of what is free on this disk ({error})"
                    ) from error
                if "shallow" not in str(error):  # a web server that only hands out files
                    raise
                ask_git([*start, *rest], environment, self._address)
        if self._ask("cat-file", "-t", wanted.commit) != "commit":
            raise GitError("it changed while it was being fetched; run again")

    def check_out(self, commit: str) -> None:
        """Make the work tree anew, as a commit has it.

        Raises:
            GitError: If that fails, or it would take more of the disk than one repository may.
        """
        self._git("update-ref", "-d", _LEFT_AT)
        remove_folder(self.tree)
        self._measure(commit)
        self._git("worktree", "prune", "--expire=now")
        self._git("worktree", "add", "--quiet", "--force", "--force", "--no-checkout", "--detach", self.tree, commit)
        self._in_tree("reset", "--quiet", "--hard", commit)

    def _measure(self, commit: str) -> None:
        command = [git_command(), *closed_settings(), "ls-tree", "-r", "-l", "-z", commit]
        environment = {**closed_environment(), "GIT_DIR": self.bare}
        with subprocess.Popen(
            command, env=environment, cwd=os.path.abspath(os.sep),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            assert process.stdout is not None
            why = excess(process.stdout, room(self.bare))
            if why:
                process.kill()
        if why:
            raise GitError(why)

    def leave(self) -> None:
        """Remember the commit on which the work tree stands: what differs from it later is a person's."""
        self._git("update-ref", _LEFT_AT, self._in_tree("rev-parse", "HEAD"))

    def is_touched(self) -> bool:
        """Return whether a person committed or changed something in the work tree since it was left."""
        left_at = self._ask("rev-parse", "--verify", "--quiet", _LEFT_AT)
        if not left_at or not os.path.isdir(self.tree):
            return False
        try:
            here = self._in_tree("rev-parse", "HEAD")
            changed = self._in_tree("status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=all")
        except GitError:
            return True
        return here != left_at or bool(changed)

    def holds(self, commit: str) -> bool:
        """Return whether the work tree is there and was left on a commit."""
        return os.path.isdir(self.tree) and self._ask("rev-parse", "--verify", "--quiet", _LEFT_AT) == commit

    def date(self, commit: str) -> str:
        """Return when a commit was made, as ISO 8601 such as ``"2026-11-26T15:30:00+01:00"``; "" if it does not say so."""
        said = self._git("show", "--no-patch", "--format=%cI", commit)
        return said if _DATE.fullmatch(said) else ""  # of a commit that names no time, Git gives the format back

    def commit(self, base: str, branch: str, message: str, by: Author) -> str:
        """Commit what changed in the work tree as one commit on top of another, and put the work tree on its branch.

        The commit that a branch has already is kept when it is the same but for its date.

        Returns:
            The commit's full name.
        """
        self._in_tree("add", "--update")
        tree = self._in_tree("write-tree")
        reference = f"refs/heads/{branch}"
        known = self._ask("show", "--no-patch", "--format=%T %P%n%B", reference)
        if known.strip() == f"{tree} {base}\n{message}".strip():
            made = self._git("rev-parse", reference)
        else:
            person = {f"GIT_{who}_NAME": by.name for who in ("AUTHOR", "COMMITTER")}
            person |= {f"GIT_{who}_EMAIL": by.email for who in ("AUTHOR", "COMMITTER")}
            made = self._git("commit-tree", tree, "-p", base, "-m", message, **person)
            self._git("update-ref", reference, made)
        self._in_tree("symbolic-ref", "HEAD", reference)
        return made

    def _make(self, objects: str) -> None:
        """Make the bare repository, unless it is there whole and names its objects in the same way."""
        said = self._ask("rev-parse", "--is-bare-repository", "--show-object-format").split()
        if said != ["true", objects]:
            remove_folder(self.bare)
            os.makedirs(os.path.dirname(self.bare), exist_ok=True)
            form = [f"--object-format={objects}"] if objects != "sha1" else []
            command = [git_command(), *closed_settings(), "init", "--quiet", "--bare", "--template=", *form, self.bare]
            ask_git(command, closed_environment())
        for name in ("index.lock", "packed-refs.lock", "shallow.lock", "HEAD.lock"):
            with contextlib.suppress(OSError):  # a killed run left it; the folder belongs to one run at a time
                os.unlink(os.path.join(self.bare, name))
        os.makedirs(os.path.join(self.bare, "info"), exist_ok=True)
        with open(os.path.join(self.bare, "info", "attributes"), "w", encoding="ascii") as stream:
            stream.write(_ATTRIBUTES)

    def _takes(self, name: str) -> bool:
        """Return whether a branch of this name can be beside those of earlier runs: a name cannot be a folder of others."""
        there = self._ask("for-each-ref", "--format=%(refname)", "refs/heads/").splitlines()
        return not any(one.startswith(f"{name}/") or name.startswith(f"{one}/") for one in there)

    def _git(self, *arguments: str, **environment: str) -> str:
        where = {**closed_environment(), **environment, "GIT_DIR": self.bare}
        return ask_git([git_command(), *closed_settings(), *arguments], where).strip()

    def _ask(self, *arguments: str) -> str:
        """Return an answer; "" when there is none."""
        try:
            return self._git(*arguments) if os.path.isdir(self.bare) else ""
        except GitError:
            return ""

    def _in_tree(self, *arguments: str) -> str:
        return ask_git([git_command(), *closed_settings(), "-C", self.tree, *arguments], closed_environment()).strip()


def remove_folder(folder: str) -> None:
    """Remove a folder with all that is in it.

    Raises:
        GitError: If something stays.
    """
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        # Of a file deep in it, the error tells the last name alone.
        raise GitError(
            f"{folder} cannot be removed: {os.path.basename(error.filename or folder)}: {error.strerror}"
        ) from error


def is_branch(name: str) -> bool:
    """Return whether Git takes a name for a branch."""
    with tempfile.TemporaryDirectory(prefix="mlflow-codemod-git-") as nowhere:
        command = [git_command(), "check-ref-format", f"refs/heads/{name}"]
        done = subprocess.run(command, cwd=nowhere, env=closed_environment(), stdin=subprocess.DEVNULL)
    return done.returncode == 0 and not name.startswith("-")
