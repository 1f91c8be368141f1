"""Runs Git so that nothing of the repository that it looks at, and nothing of the environment, is obeyed.

A repository may name programs: ``core.fsmonitor``, hooks, filters, textconv, the ``uploadpack`` of a promisor remote. Git runs them
when it is asked the most harmless question. No switch turns all of them off, since filters have names of their own. So Git never
sees the repository's configuration: it gets a Git folder of ours, with our configuration, and takes only objects, references
and index from the repository. Of the configuration that it would have read, a few values are taken over that change how files
are compared and cannot start anything.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence

PATIENCE = 2.0
"""Seconds until a look is taken at why Git does not answer."""

LIMIT = 600.0
"""Seconds after which Git is ended."""

_LINKED = ("refs", "packed-refs", "logs", "reftable", "shallow")
_HARMLESS = "autocrlf|eol|excludesfile|ignorecase|precomposeunicode|filemode|symlinks|trustctime|checkstat"
_FORMATS = {"extensions.objectformat": ("sha1", "sha256"), "extensions.refstorage": ("files", "reftable")}
CLOSED = (
    "core.bare=false", "core.fsmonitor=false", f"core.hooksPath={os.devnull}", "core.untrackedCache=false",
    "safe.bareRepository=explicit", "diff.autoRefreshIndex=false", "submodule.recurse=false", "protocol.allow=never",
    "core.sshCommand=false", "core.quotePath=false",
)  # fmt: skip
_MOST = 1 << 16


def git_program() -> str | None:
    """Return the Git program, or None.

    Relative parts of PATH count from the folder in which a program is started, and Windows looks there first: what lies in a
    scanned folder is not Git.
    """
    folders = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(folder)]
    return shutil.which("git", path=os.pathsep.join(folders)) if folders else None


def ask(
    root: str, folder: str, arguments: Sequence[str], blocks: Callable[[], bool] = bool
) -> subprocess.CompletedProcess[bytes] | None:
    """Ask Git about a work tree.

    Args:
        root: The work tree's root.
        folder: Where in it the question is asked.
        arguments: The question.
        blocks: Whether there is something that Git waits for in vain, such as a ``.gitignore`` that is a pipe; asked when the
            answer takes long.

    Returns:
        The answer, or None when there is no Git program, no repository, or no answer.
    """
    git, folders = git_program(), git_folders(root)
    if git is None or folders is None:
        return None
    with contextlib.ExitStack() as stack:
        try:
            ours = stack.enter_context(_closed(git, *folders))
        except OSError:
            return None
        own, common = folders
        environment = {
            **closed_environment(),
            "GIT_DIR": ours,
            "GIT_WORK_TREE": root,
            "GIT_INDEX_FILE": os.path.join(own, "index"),
            "GIT_OBJECT_DIRECTORY": os.path.join(common, "objects"),
        }
        settings = [*CLOSED, *_comparing(git, common)]
        command = [git, *(word for setting in settings for word in ("-c", setting)), *arguments]
        try:
            return _answer(command, folder, environment, blocks)
        except OSError:
            return None


def is_partial(root: str) -> bool:
    """Return whether a repository leaves objects with a remote, from which nothing is fetched here."""
    folders = git_folders(root)
    return folders is not None and "promisor" in _line(os.path.join(folders[1], "config")).lower()


def closed_environment() -> dict[str, str]:
    """Return the environment without all that steers Git; a hook sets a dozen variables, and any may name a program."""
    return {
        **{name: value for name, value in os.environ.items() if not name.upper().startswith("GIT_")},
        "LC_ALL": "C",  # warnings are read
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_ATTR_NOSYSTEM": "1",
    }


def _answer(
    command: Sequence[str], folder: str, environment: dict[str, str], blocks: Callable[[], bool]
) -> subprocess.CompletedProcess[bytes] | None:
    with subprocess.Popen(
        command, cwd=folder, env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        end = time.monotonic() + LIMIT
        patience = PATIENCE
        try:
            while True:
                try:
                    out, err = process.communicate(timeout=patience)
                except subprocess.TimeoutExpired:
                    if time.monotonic() > end or blocks():
                        return None
                    patience = max(0.1, end - time.monotonic())
                else:
                    return subprocess.CompletedProcess(command, process.returncode, out, err)
        finally:
            process.kill()


def git_folders(root: str) -> tuple[str, str] | None:
    """Return the Git folder of a work tree and the one that it shares with linked work trees, or None when it has none."""
    own = os.path.join(root, ".git")
    if os.path.isfile(own):
        named = _line(own)
        if not named.startswith("gitdir:"):
            return None
        own = os.path.join(root, named[len("gitdir:") :].strip())
    shared = _line(os.path.join(own, "commondir"))
    common = os.path.join(own, shared) if shared else own
    if not _line(os.path.join(own, "HEAD")) or not all(
        os.path.isdir(os.path.join(common, name)) for name in ("objects", "refs")
    ):
        return None
    return os.path.realpath(own), os.path.realpath(common)


def _line(path: str) -> str:
    """Return the text of a small regular file without its end; "" for anything else."""
    try:
        if stat.S_ISREG(os.stat(path).st_mode):
            with open(path, "rb") as stream:
                return os.fsdecode(stream.read(_MOST)).rstrip("\r\n")
    except (OSError, ValueError):  # a name with a NUL byte
        pass
    return ""


@contextlib.contextmanager
def harmless_copy(path: str) -> Iterator[str | None]:
    """Make a bare repository that has another one's objects and references, and a configuration of ours, to fetch from.

    Git's own server starts programs that the repository names in which it runs, for instance to bring missing objects.

    Args:
        path: A work tree's root, or a bare repository.

    Yields:
        The folder; None when there is no Git program, or no repository.
    """
    git, folders = git_program(), git_folders(path) or _bare_folders(path)
    if git is None or folders is None:
        yield None
        return
    with _closed(git, *folders, bare=True) as ours:
        _bring(os.path.join(folders[1], "objects"), os.path.join(ours, "objects"))
        yield ours


def _bare_folders(path: str) -> tuple[str, str] | None:
    parts = ("objects", "refs")
    is_bare = _line(os.path.join(path, "HEAD")) and all(os.path.isdir(os.path.join(path, name)) for name in parts)
    return (os.path.realpath(path), os.path.realpath(path)) if is_bare else None


@contextlib.contextmanager
def _closed(git: str, own: str, common: str, *, bare: bool = False) -> Iterator[str]:
    """Make a Git folder that has another one's references, and a configuration of ours."""
    with tempfile.TemporaryDirectory(prefix="mlflow-codemod-git-") as folder:
        with open(os.path.join(folder, "HEAD"), "wb") as stream:
            stream.write(os.fsencode(_line(os.path.join(own, "HEAD"))) + b"\n")
        lines = ["[core]", "repositoryformatversion = 1", f"bare = {str(bare).lower()}", "[extensions]"]
        for name, value in _configured(git, common).items():
            if value.lower() in _FORMATS.get(name, ()):
                lines.append(f"{name.partition('.')[2]} = {value.lower()}")
        with open(os.path.join(folder, "config"), "wb") as stream:
            stream.write("\n".join([*lines, ""]).encode())
        os.mkdir(os.path.join(folder, "info"))
        shared = [(name, name) for name in os.listdir(own) if name.startswith("sharedindex.")]
        pairs = [(os.path.join(common, name), name) for name in _LINKED]
        pairs += [
            (os.path.join(common, "info", name), os.path.join("info", name)) for name in ("exclude", "attributes")
        ]
        for source, name in [*pairs, *((os.path.join(own, one), other) for one, other in shared)]:
            if os.path.isdir(source) or os.path.isfile(source):
                _bring(source, os.path.join(folder, name))
        yield folder


def _bring(source: str, target: str) -> None:
    try:
        os.symlink(source, target)
    except (OSError, NotImplementedError):  # Windows lets only some users make links
        if os.path.isdir(source):
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)


def _comparing(git: str, common: str) -> list[str]:
    """Return the settings of the user and of the repository that change how files are compared, and start nothing."""
    settings = {
        name: value for name, value in {**_of_user(git), **_configured(git, common)}.items() if name not in _FORMATS
    }
    return [f"{name}={value}" for name, value in settings.items()]


@functools.lru_cache(maxsize=64)
def _configured(git: str, common: str) -> dict[str, str]:
    path = os.path.join(common, "config")
    if not os.path.isfile(path):
        return {}
    found = _settings(git, ["--file", path, "--no-includes"], closed_environment())
    found.pop("core.excludesfile", None)  # it may name any file
    return found


@functools.lru_cache(maxsize=1)
def _of_user(git: str) -> dict[str, str]:
    chosen = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")  # they only name files
    environment = {name: value for name, value in closed_environment().items() if name not in chosen}
    environment.update((name, os.environ[name]) for name in chosen if name in os.environ)
    return _settings(git, ["--includes"], environment)


def _settings(git: str, where: Sequence[str], environment: dict[str, str]) -> dict[str, str]:
    """Read the harmless settings of a file, or of the user; reading starts nothing."""
    names = rf"^(core\.({_HARMLESS})|{'|'.join(map(re.escape, _FORMATS))})$"
    with tempfile.TemporaryDirectory(prefix="mlflow-codemod-git-") as nowhere:
        environment = {**environment, "GIT_DIR": nowhere}
        done = _answer([git, "config", "--null", *where, "--get-regexp", names], nowhere, environment, bool)
    if done is None or done.returncode != 0:
        return {}
    pairs = (os.fsdecode(entry).partition("\n") for entry in done.stdout.split(b"\0") if entry)
    # A name without a value is true.
    return {name.lower(): value if has_value else "true" for name, has_value, value in pairs}
