"""Asks Git, and says in one line why it did not do what it was asked for.

A folder of this machine is asked by way of `codemod.disk.git_process.harmless_copy`, with a configuration of ours; another address with
what the person's own configuration says of the network, and nothing else of it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from codemod.disk.git_process import CLOSED, closed_environment, git_program, harmless_copy
from codemod.fleet.addresses import SCHEMES, Address, without_secrets

# What Git says of objects that are not there, or not whole; and what it says after it has said why.
_LACKING = ("unable to read", "not our ref", "bad tree object", "bad object", "is corrupt", "missing")
_CONSEQUENCES = ("Could not reset index file", "Could not read from remote repository", "Warning: ")
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


def git_command() -> str:
    """Return the Git program.

    Raises:
        GitError: If there is none.
    """
    found = git_program()
    if found is None:
        raise GitError("there is no Git program")
    return found


def closed_settings() -> list[str]:
    """Return the options with which Git obeys nothing of a repository and reaches nobody."""
    settings = [one for one in CLOSED if not one.startswith(("core.bare", "safe.bareRepository"))]
    return [word for setting in [*settings, "core.logAllRefUpdates=false"] for word in ("-c", setting)]


def persons_environment() -> dict[str, str]:
    """Return the environment with a person's configuration of Git, and without what would lead Git elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name not in _STEERING}
    return {
        **kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never", "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": ":".join(SCHEMES),
    }  # fmt: skip


@contextlib.contextmanager
def other_side(address: Address) -> Iterator[tuple[str, Mapping[str, str], list[str]]]:
    """Give what Git is told to ask, the environment, and its settings."""
    if address.folder:
        if not os.path.isdir(address.folder):
            raise GitError("there is no such folder")
        with harmless_copy(address.folder) as copy:
            if copy is None:
                raise GitError("the folder is not the root of a Git repository; name its root")
            try:
                yield copy, {**closed_environment(), "GIT_ALLOW_PROTOCOL": "file"}, closed_settings()
            except GitError as error:
                raise GitError(str(error).replace(copy, address.folder)) from None
        return
    settings = [word for setting in _NETWORK for word in ("-c", setting)]
    environment = persons_environment()
    if address.user or address.password:
        environment |= {"MLFLOW_CODEMOD_USER": address.user, "MLFLOW_CODEMOD_WORD": address.password}
        settings += ["-c", "credential.helper="] if address.password else []
        settings += ["-c", f"credential.helper={_HELPER}"]
    yield address.shown, environment, settings


@dataclass(frozen=True, slots=True)
class AnswerLimit:
    """What ends Git early; it then gets a session of its own, in which it cannot ask for passwords and ends as a whole."""

    seconds: float | None
    is_ended: Callable[[], bool]


def ask_git(
    command: Sequence[str],
    environment: Mapping[str, str],
    address: Address | None = None,
    limit: AnswerLimit | None = None,
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


def _answer(process: subprocess.Popen[bytes], limit: AnswerLimit) -> tuple[bytes, bytes]:
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
