"""The copy of one repository: a bare one that holds the last commit of a branch, and a work tree.

Git never runs in a foreign repository, and never with its configuration: a folder of this machine is fetched from by way of
`codemod.disk.git_process.harmless_copy`, and the copy has the configuration that is made here. Its attributes are switched off, so
no filter runs, no line end changes, and what is committed is what was read, with the fixes in it. Submodules are left alone.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from codemod.disk.git_process import CLOSED, closed_environment, git_program, harmless_copy
from codemod.fleet.addresses import SCHEMES, Address, without_secrets
from codemod.fleet.bounds import excess, no_larger_files, room

_LEFT_AT = "refs/mlflow-codemod/tree"
"""Names the commit on which this program left the work tree; it is missing while the work tree is being changed."""

# What Git says of objects that are not there, or not whole; and what it says after it has said why.
_LACKING = ("unable to read", "not our ref", "bad tree object", "bad object", "is corrupt", "missing")
_CONSEQUENCES = ("Could not reset index file", "Could not read from remote repository", "Warning: ")
_SHA256 = 64
"""Letters of a commit's name in a repository that names its objects by SHA-256."""
_DATE = re.compile(r"[0-9-]+T[0-9:]+(?:Z|[+-][0-9:]+)")

_ATTRIBUTES = "* -text -filter -ident -working-tree-encoding !eol\n"
# What a person's own configuration says of proxies, certificates and credentials holds; programs that it names for other
# occasions are not started.
_NETWORK = (
    f"core.hooksPath={os.devnull}", "core.fsmonitor=false", "submodule.recurse=false", "fetch.recurseSubmodules=false",
    "gc.auto=0", "maintenance.auto=false", "fetch.writeCommitGraph=false", "transfer.bundleURI=false", "protocol.version=2",
    "credential.interactive=false", "core.alternateRefsCommand=false",
)  # fmt: skip
_STEERING = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR",
    "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES", "GIT_CONFIG_PARAMETERS", "GIT_EXEC_PATH", "GIT_TEMPLATE_DIR", "GIT_PREFIX",
)  # fmt: skip
# Gives Git the credentials of an address, which would stand in the list of processes if they were part of a command.
_HELPER = '!f() { [ "$1" != get ] || printf "username=%s\\npassword=%s\\n" "$MLFLOW_CODEMOD_USER" "$MLFLOW_CODEMOD_WORD"; }; f'


class GitError(Exception):
    """What Git could not do; the message is one line without credentials."""


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
        environment = {**_of_person(), "GIT_DIR": os.path.join(nowhere, "none")}
        command = [_program(), "-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT"]
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
    with _remote(address) as (where, environment, settings):
        command = [_program(), *settings, "ls-remote", "--symref", "--", where, *wanted]
        lines = _call(command, environment, address, _Limit(seconds, is_ended)).splitlines()
    symbolic = [line.partition("\t")[0].removeprefix("ref: refs/heads/") for line in lines if line.startswith("ref: ")]
    found = {name: commit for commit, _, name in (line.partition("\t") for line in lines) if " " not in commit}
    commit = found.get(wanted[0], "")
    if not commit:
        raise GitError(f"it has no branch {branch}" if branch else "it has no commits")
    return Head(branch or next(iter(symbolic), ""), commit, found.get(wanted[1], "") if taken else "")


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
        with _remote(self._address) as (where, environment, settings), no_larger_files(room(self.bare)):
            environment = {**environment, "GIT_DIR": self.bare}
            # One pack, and not many files: its size is limited.
            settings = [*settings, "-c", "fetch.unpackLimit=1"]
            start = [_program(), *settings, "fetch", "--quiet", "--force", "--no-tags", "--no-recurse-submodules"]
            rest = ["--", where, f"{name}:{own}"]
            try:
                _call([*start, "--depth=1", *rest], environment, self._address)
            except GitError as error:
                if "shallow" not in str(error):  # a web server that only hands out files
                    raise
                _call([*start, *rest], environment, self._address)
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
        command = [_program(), *_closed(), "ls-tree", "-r", "-l", "-z", commit]
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
            command = [_program(), *_closed(), "init", "--quiet", "--bare", "--template=", *form, self.bare]
            _call(command, closed_environment())
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
        return _call([_program(), *_closed(), *arguments], where).strip()

    def _ask(self, *arguments: str) -> str:
        """Return an answer; "" when there is none."""
        try:
            return self._git(*arguments) if os.path.isdir(self.bare) else ""
        except GitError:
            return ""

    def _in_tree(self, *arguments: str) -> str:
        return _call([_program(), *_closed(), "-C", self.tree, *arguments], closed_environment()).strip()


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
        raise GitError(f"{error.filename or folder} cannot be removed: {error.strerror}") from error


def is_branch(name: str) -> bool:
    """Return whether Git takes a name for a branch."""
    with tempfile.TemporaryDirectory(prefix="mlflow-codemod-git-") as nowhere:
        command = [_program(), "check-ref-format", f"refs/heads/{name}"]
        done = subprocess.run(command, cwd=nowhere, env=closed_environment(), stdin=subprocess.DEVNULL)
    return done.returncode == 0 and not name.startswith("-")


def _program() -> str:
    found = git_program()
    if found is None:
        raise GitError("there is no Git program")
    return found


def _closed() -> list[str]:
    settings = [one for one in CLOSED if not one.startswith(("core.bare", "safe.bareRepository"))]
    return [word for setting in [*settings, "core.logAllRefUpdates=false"] for word in ("-c", setting)]


def _of_person() -> dict[str, str]:
    """Return the environment with a person's configuration of Git, and without what would lead Git elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name not in _STEERING}
    return {
        **kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never", "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": ":".join(SCHEMES),
    }  # fmt: skip


@contextlib.contextmanager
def _remote(address: Address) -> Iterator[tuple[str, Mapping[str, str], list[str]]]:
    """Give what Git is told to ask, the environment, and its settings."""
    if address.folder:
        if not os.path.isdir(address.folder):
            raise GitError("there is no such folder")
        with harmless_copy(address.folder) as copy:
            if copy is None:
                raise GitError("the folder is not the root of a Git repository; name its root")
            try:
                yield copy, {**closed_environment(), "GIT_ALLOW_PROTOCOL": "file"}, _closed()
            except GitError as error:
                raise GitError(str(error).replace(copy, address.folder)) from None
        return
    settings = [word for setting in _NETWORK for word in ("-c", setting)]
    environment = _of_person()
    if address.user or address.password:
        environment |= {"MLFLOW_CODEMOD_USER": address.user, "MLFLOW_CODEMOD_WORD": address.password}
        settings += ["-c", "credential.helper="] if address.password else []
        settings += ["-c", f"credential.helper={_HELPER}"]
    yield address.shown, environment, settings


@dataclass(frozen=True, slots=True)
class _Limit:
    """What ends Git early; it then gets a session of its own, in which it cannot ask for passwords and ends as a whole."""

    seconds: float | None
    is_ended: Callable[[], bool]


def _call(
    command: Sequence[str], environment: Mapping[str, str], address: Address | None = None, limit: _Limit | None = None
) -> str:
    """Run Git and return what it said.

    Raises:
        GitError: If it failed; the message is the line that says why.
    """
    with subprocess.Popen(
        command, env=environment, cwd=os.path.abspath(os.sep), start_new_session=limit is not None,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            out, err = process.communicate() if limit is None else _answer(process, limit)
        finally:
            _end(process, is_leader=limit is not None)
    if process.returncode == 0:
        return out.decode("utf-8", "surrogateescape")
    said = err.decode("utf-8", "replace")
    reason = _reason(without_secrets(said, address) if address is not None else said, process.returncode)
    if address is not None and address.folder and any(words in said for words in _LACKING):
        reason = f"the folder does not hold all of its last commit: it is damaged, or a partial clone ({reason})"
    raise GitError(reason)


def _answer(process: subprocess.Popen[bytes], limit: _Limit) -> tuple[bytes, bytes]:
    end = float("inf") if limit.seconds is None else time.monotonic() + limit.seconds
    while True:
        try:
            return process.communicate(timeout=0.2)
        except subprocess.TimeoutExpired:
            if limit.is_ended():
                raise GitError("the run was ended before it answered") from None
            if time.monotonic() > end:
                raise GitError(f"it did not answer within {limit.seconds:g} s") from None


def _end(process: subprocess.Popen[bytes], *, is_leader: bool) -> None:
    """End Git, and the programs that it started to reach the other side."""
    if process.poll() is not None:
        return
    with contextlib.suppress(OSError):
        if is_leader and hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _reason(said: str, code: int) -> str:
    """Choose the line that says why; what the other side said is nearer to the cause."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    lines = [line for line in lines if not any(words in line for words in _CONSEQUENCES)] or lines
    starts = ("remote: fatal: ", "remote: error: ", "remote: ERROR: ", "ERROR: ", "fatal: ", "error: ")
    found = next((line.removeprefix(start) for start in starts for line in lines if line.startswith(start)), "")
    return f"Git says: {found or lines[0]}" if lines else f"Git ended with code {code}"
