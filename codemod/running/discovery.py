"""Decides which files a run looks at, each real file once."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from codemod.dependencies import is_dependency_file, kind_of, may_hold
from codemod.dependencies.name_settings import may_name_models
from codemod.dependencies.stores import is_store, store_in
from codemod.disk import git
from codemod.disk.patterns import Patterns, folder_patterns
from codemod.disk.writing import is_leftover, reason
from codemod.documents.kinds import CODE, is_code
from codemod.errors import WrongUseError

# Of JSON, TOML and the like, files up to this size are taken for configurations.
_CONFIGURATION_BYTES = 1 << 18
_SHEBANG = re.compile(rb"#![^\r\n]*\bpython")

NEVER_ENTERED = frozenset(
    {
        ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".svn",
        ".tox", ".venv", "__pycache__", "__pypackages__", "build", "dist", "node_modules", "site-packages", "venv",
    }
)  # fmt: skip
"""Folders that are entered only when they are named: they hold what others wrote or what programs made."""


class PathError(WrongUseError):
    """A path that was named and is not there; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a run.

    Attributes:
        path: The path to show: relative to where the run started if it lies below, else absolute.
        real: The file behind every symbolic link: it is read and written, so that a link stays a link.
        skipped: Why the input is not read, or "" when it is.
        failed: Why the input cannot be read, or "" when that is not known yet.
    """

    path: str
    real: str
    skipped: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What the named paths hold.

    Attributes:
        targets: The inputs, sorted by path, each real file once.
        leftovers: Temporary files that a killed run of this program left; absolute paths.
    """

    targets: tuple[Input, ...]
    leftovers: tuple[str, ...] = ()


def absolute(path: str) -> str:
    """Return the absolute form of a named path, with the symbolic link that it may be left in place."""
    if ".." in path.split(os.sep):
        # "link/.." is the parent of the folder that the link points to; only the file system knows which that is.
        folder, name = os.path.split(path.rstrip(os.sep))
        path = os.path.realpath(path) if name in ("", "..") else os.path.join(os.path.realpath(folder), name)
    return os.path.abspath(path)


def shown_path(path: str) -> str:
    """Return an absolute path as messages show it: relative to the current folder if it lies below."""
    below = os.path.join(os.getcwd(), "")
    return path[len(below) :] if path.startswith(below) else path


def check_paths(paths: Sequence[str]) -> None:
    """Make sure that every named path is there, a symbolic link whatever it leads to.

    Raises:
        PathError: If one is not.
    """
    missing = []
    for path in paths:
        try:
            os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            missing.append(path)
        except OSError:
            continue  # nobody may look there; its target says so
    if missing:
        raise PathError(f"no such path: {', '.join(missing)}")


def discover(paths: Sequence[str], exclude: Patterns | None = None, *, follow_links: bool = False) -> Discovery:
    """Find the inputs that a person named.

    A named file is taken whatever Git, ``exclude`` or `NEVER_ENTERED` say. In a named folder, ``git ls-files`` lists
    the candidates when the folder lies in a work tree and Git does not ignore it; elsewhere the folder is walked and
    the ``.gitignore`` files in it are honoured. What a symbolic link leads to is an input when it lies in what was named.

    Args:
        paths: Files and folders.
        exclude: What the configuration leaves out.
        follow_links: Whether links out of the named folders are followed too; else they are skipped inputs.

    Raises:
        PathError: If a path does not exist; nothing was read then.
    """
    check_paths(paths)
    found: dict[str, tuple[bool, Input]] = {}
    leftovers: set[str] = set()
    named = [absolute(path) for path in paths]
    roots = None if follow_links else _Roots(map(os.path.realpath, named))
    for path in named:
        is_folder = os.path.isdir(path)
        walk = _Walk(os.path.realpath(path), roots)
        store = store_in(path) if is_folder else None
        found_there = chain(walk.files(path), [(store, os.path.realpath(store))] if store else ())
        for candidate, real in found_there if is_folder else [(path, path)]:
            if is_folder and is_leftover(os.path.basename(candidate)):
                leftovers.add(real)
            if is_folder and not _is_wanted(candidate, store, exclude):
                continue
            target = _target(candidate, real if is_folder else None, roots)
            if target is not None:
                _enter(target, candidate, found)
        for folder, cause in walk.unreadable:
            if exclude is None or not exclude.verdict(folder, is_folder=True):
                found[folder] = (False, Input(shown_path(folder), folder, failed=f"the folder cannot be read: {cause}"))
        for folder in walk.outside:
            if exclude is None or not exclude.verdict(folder, is_folder=True):
                found.setdefault(folder, (True, Input(shown_path(folder), folder, _leads_out(folder))))
    targets = sorted((target for _, target in found.values()), key=lambda target: target.path)
    return Discovery(tuple(targets), tuple(sorted(leftovers)))


def _is_wanted(path: str, store: str | None, exclude: Patterns | None) -> bool:
    """Return whether a file of a named folder is an input."""
    if is_store(path) and path != store:
        return False  # one file stands for all experiments, and programs are started in the root
    if not is_code(path) and not _is_dependency_file(path):
        return False
    return exclude is None or not exclude.match(path)


def _enter(target: Input, candidate: str, found: dict[str, tuple[bool, Input]]) -> None:
    """Keep one name for each file: that of the file itself rather than a link's."""
    rank = (candidate != target.real, target.path)
    if target.real not in found or rank < (found[target.real][0], found[target.real][1].path):
        found[target.real] = (rank[0], target)


def without(found: Discovery, exclude: Patterns | None) -> Discovery:
    """Leave out what patterns match, named or not: for programs such as pre-commit, which name all files themselves."""
    if exclude is None:
        return found
    kept = tuple(target for target in found.targets if not exclude.match(os.path.abspath(target.path)))
    return Discovery(kept, found.leftovers)


def remove_leftovers(leftovers: Iterable[str]) -> list[str]:
    """Remove temporary files that a killed run left, and return those that are gone by it."""
    removed = []
    for path in leftovers:
        with contextlib.suppress(OSError):
            os.unlink(path)
            removed.append(path)
    return removed


def _is_dependency_file(path: str) -> bool:
    """Return whether a file of a folder says what a project installs; what lies beside a logged model says what that needs."""
    kind = kind_of(path)
    if kind == "data":
        return _is_configuration(path)
    return kind is not None and not os.path.exists(os.path.join(os.path.dirname(path), "MLmodel"))


def _is_configuration(path: str) -> bool:
    """Return whether a file is a configuration that says something of MLflow or models; large ones are data, and links are found by what they lead to."""
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _CONFIGURATION_BYTES:
            return False
        with open(path, "rb") as stream:
            data = stream.read(_CONFIGURATION_BYTES)
            return may_hold(path, data) or may_name_models(data)
    except OSError:
        return False


class _Roots:
    """The named files and folders, without symbolic links."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)

    def hold(self, real: str) -> bool:
        """Return whether a path without symbolic links is one of them, or lies below one."""
        while real not in self._paths:
            parent = os.path.dirname(real)
            if parent == real:
                return False
            real = parent
        return True


def _leads_out(path: str) -> str:
    real = os.path.realpath(path)
    return f"a symbolic link that leads out of what was named, to {real}; --follow-links follows it"


def _target(path: str, real: str | None, roots: _Roots | None) -> Input | None:
    """Look at one candidate; None when the file that Git lists is not there (deleted, or outside a sparse checkout).

    Args:
        path: The candidate; may be a symbolic link.
        real: The candidate's path with every folder resolved, when that is known; None for a file that a person named.
        roots: Out of which no link is followed; None to follow all.
    """
    named = real is None
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode) or real is None:
            real = os.path.realpath(path)
            mode = os.stat(path).st_mode
    except OSError as error:
        if not os.path.islink(path):
            gone = isinstance(error, (FileNotFoundError, NotADirectoryError))
            return None if gone else Input(shown_path(path), path, failed=f"cannot be read: {reason(error)}")
        return Input(shown_path(path), path, f"broken symbolic link to {os.readlink(path)}")
    skipped = ""
    if roots is not None and not roots.hold(real):
        return Input(shown_path(path), path, _leads_out(path))
    if not stat.S_ISREG(mode):
        skipped = "not a regular file"
    elif not is_code(path) and not is_dependency_file(path) and not (named and _is_python(real)):
        skipped = f"not a kind of file that is read ({', '.join(CODE)})"
    return Input(shown_path(path), real, skipped)


def _is_python(path: str) -> bool:
    """Return whether a named file is Python by its first line, as a script that has no suffix."""
    try:
        with open(path, "rb") as stream:
            return "." not in os.path.basename(path) and _SHEBANG.match(stream.read(200)) is not None
    except OSError:
        return False


_Folder = tuple[str, str, tuple[Patterns, ...]]
"""A folder as it is shown, the same without symbolic links, and the patterns that hold in the one above it."""


class _Walk:
    """The way through one named folder.

    Every file comes as a pair: the path under which it is shown, and the same path with all folders resolved.
    """

    def __init__(self, root: str, roots: _Roots | None) -> None:
        """Start at a folder whose symbolic links are resolved; leave ``roots`` by no link, or by any for None."""
        self.root = root
        self.roots = roots
        self.outside: list[str] = []  # links to folders that are not followed
        self.entered: set[str] = set()
        self.unreadable: list[tuple[str, str]] = []  # folders, and why
        self.nested: list[Iterator[tuple[str, str]]] = []  # files of repositories within
        self.links: list[tuple[str, str]] = []  # to folders; followed last, so that a folder is shown by its own name

    def files(self, folder: str) -> Iterator[tuple[str, str]]:
        """Return the files below the named folder."""
        if git.work_tree(self.root) is not None and git.is_ignored(self.root):
            # Git would list nothing here; but a person named the folder.
            self.entered.add(self.root)
            yield from self._scanned(folder, self.root)
        else:
            yield from self._folder(folder, self.root)
        while self.nested or self.links:
            yield from self.nested.pop() if self.nested else self._separate(*self.links.pop(0))

    def _folder(self, folder: str, real: str) -> Iterator[tuple[str, str]]:
        if real in self.entered:
            return
        self.entered.add(real)
        listed = git.list_files(real) if git.work_tree(real) is not None else None
        if listed is None:
            yield from self._scanned(folder, real)
            return
        self.unreadable.extend((os.path.join(folder, name), cause) for name, cause in listed.unreadable)
        parents: dict[str, bool] = {}
        for name in listed.names:
            parent, _, last = name.rstrip("/").rpartition("/")
            if parent not in parents:
                below = os.path.join(real, parent) if parent else real
                # A folder that Git tracks may have given way to a link, which Git lists as well.
                parents[parent] = NEVER_ENTERED.isdisjoint(parent.split("/")) and os.path.realpath(below) == below
            if not parents[parent]:
                continue
            path, below = os.path.join(folder, name.rstrip("/")), os.path.join(real, name.rstrip("/"))
            if is_code(last) and os.path.isfile(below):
                yield path, below
            elif os.path.isdir(below):
                if os.path.islink(below):
                    self.links.append((path, below))
                else:
                    self.nested.append(self._separate(path, below))
            else:
                yield path, below

    def _separate(self, path: str, below: str) -> Iterator[tuple[str, str]]:
        """Walk a folder that a symbolic link leads to, or that has a repository of its own (submodules)."""
        real = os.path.realpath(below)
        if os.path.join(self.root, "").startswith(os.path.join(real, "")):  # back up the tree
            if self.roots is not None and not self.roots.hold(real):
                self.outside.append(path)
            return
        apart = os.path.relpath(real, os.path.commonpath([real, self.root])).split(os.sep)
        if not NEVER_ENTERED.isdisjoint([*apart, os.path.basename(path)]):
            return
        if self.roots is None or self.roots.hold(real):
            yield from self._folder(path, real)
        else:
            self.outside.append(path)

    def _scanned(self, folder: str, real: str) -> Iterator[tuple[str, str]]:
        """Walk a folder that Git does not know; the innermost ``.gitignore`` decides, as it does for Git."""
        todo: list[_Folder] = [(folder, real, ())]
        while todo:
            yield from self._entries(*todo.pop(), todo)

    def _entries(
        self, folder: str, real: str, above: tuple[Patterns, ...], todo: list[_Folder]
    ) -> Iterator[tuple[str, str]]:
        """Return the files of one folder, and note the folders in it."""
        try:
            with os.scandir(real) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self.unreadable.append((folder, reason(error)))
            return
        patterns = above
        if any(entry.name == ".gitignore" for entry in listed):
            own = folder_patterns(real)
            patterns = above if own is None else (own, *above)
        for entry in listed:
            path, below = os.path.join(folder, entry.name), os.path.join(real, entry.name)
            is_folder = entry.is_dir(follow_symlinks=False)
            if patterns and _is_ignored(below, patterns, is_folder=is_folder):
                continue
            if not is_folder:
                if entry.is_symlink() and os.path.isdir(below):
                    self.links.append((path, below))
                else:
                    yield path, below
            elif entry.name not in NEVER_ENTERED and below not in self.entered:
                if os.path.lexists(os.path.join(below, ".git")):
                    self.nested.append(self._folder(path, below))
                else:
                    self.entered.add(below)
                    todo.append((path, below, patterns))


def _is_ignored(path: str, patterns: tuple[Patterns, ...], *, is_folder: bool) -> bool:
    for each in patterns:
        verdict = each.verdict(path, is_folder=is_folder)
        if verdict is not None:
            return verdict
    return False
