"""Which findings stand on lines that a branch touched: what a pull request is asked about, and not the old code."""

from __future__ import annotations

import difflib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from codemod.disk import git, git_process
from codemod.disk.reading import read_regular
from codemod.documents import open_document
from codemod.documents.base import Cell, DocumentError
from codemod.documents.kinds import is_notebook
from codemod.errors import WrongUseError
from codemod.findings import Finding, Outcome, State, with_findings
from codemod.gate.fingerprints import numbered
from codemod.sources import Source

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_WORD = re.compile(rb"\w")
_ESCAPE = re.compile(rb'\\([0-7]{3}|[abtnvfr"\\])')
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}
# What `git ls-files -v` writes before files for which the bit skip-worktree is set; with assume-unchanged it is a small letter.
_UNWATCHED = (b"S",)

TouchedLine = tuple[int, int]
"""A notebook cell's index (0 in other files) and a line, both as `codemod.findings.Location` counts."""

_Touched = tuple[set[TouchedLine], set[TouchedLine], Callable[[Finding], bool]]


@dataclass(slots=True)
class FileChange:
    """What a branch did to one file.

    Attributes:
        old_name: The file's name at the merge base, or "" when it was not there.
        added: The text of each line that the branch wrote, by its number.
    """

    old_name: str = ""
    added: dict[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Branch:
    """What a branch did since it left another one; names are relative to the root.

    Attributes:
        root: The work tree's root, without symbolic links.
        base: The commit at which the branch left.
        changes: The files that differ from that commit, by their present name.
        tracked: All files that Git tracks.
        removed: How often each line is gone, without the blanks around it.
    """

    root: str
    base: str
    changes: Mapping[str, FileChange]
    tracked: frozenset[str]
    removed: Counter[bytes]


def _commit(root: str, name: str) -> bytes | None:
    return _asked(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}")


def changed_since(reference: str, paths: Sequence[str]) -> Branch:
    """Ask Git what the work tree changed since its branch left ``reference``.

    Args:
        reference: A branch, tag or commit; a branch that is only known of `origin` needs no more than its name.
        paths: Absolute paths of existing files and folders, all in one work tree.

    Raises:
        WrongUseError: If they are in none or in several, or Git knows no such commit or no common one.
    """
    roots = {path: git.work_tree(path if os.path.isdir(path) else os.path.dirname(path)) for path in paths}
    for path, root in roots.items():
        if root is None:
            raise WrongUseError(f"--since {reference}: {path} is not in a Git work tree")
    found = sorted({os.path.realpath(root) for root in roots.values() if root is not None})
    if len(found) > 1:
        raise WrongUseError(f"--since {reference}: the paths are in several Git work trees: {', '.join(found)}")
    root = found[0]
    commits = []
    for name in (reference, "HEAD"):
        done = _commit(root, name)
        if done is None and name == reference:
            done = _commit(
                root, f"origin/{name}"
            )  # builds check out one branch; the others are only there as remote ones
        if done is None:
            hint = "the branch has no commit yet" if name == "HEAD" else "fetch it, or name another commit"
            raise WrongUseError(f"--since {reference}: Git knows no commit {name} in {root}; {hint}")
        commits.append(done.decode().strip())
    merge_base = _asked(root, "merge-base", *commits)
    if merge_base is None:
        hint = "; this clone is shallow, fetch the whole history" if _is_shallow(root) else ""
        raise WrongUseError(f"--since {reference}: it has no commit in common with HEAD{hint}")
    base = merge_base.decode().split()[0]
    patch = _asked(
        root, "-c", "core.quotePath=false", "diff", "-U0", "--inter-hunk-context=0", "-M", "--text", "--no-color",
        "--no-ext-diff", "--no-textconv", "--no-relative", "--ignore-submodules=all", "--src-prefix=a/",
        "--dst-prefix=b/", base, "--",
    )  # fmt: skip
    listed = _asked(root, "ls-files", "-z", "-v", "--cached")
    if patch is None or listed is None:
        hint = (
            "; the clone is partial and nothing is fetched here: get its files with `git checkout`, or clone it whole"
        )
        raise WrongUseError(
            f"--since {reference}: Git cannot compare the work tree in {root} with {base}{hint if git_process.is_partial(root) else ''}"
        )
    changes, removed = _read(patch)
    tracked = _tracked(listed)
    for name in (name for name, is_watched in tracked.items() if not is_watched):
        _compare(root, base, name, changes, removed)
    return Branch(root, base, changes, frozenset(tracked), removed)


def _tracked(listed: bytes) -> dict[str, bool]:
    """Return the files of an index, and whether Git looks at each."""
    entries = (entry for entry in listed.split(b"\0") if entry)
    return {os.fsdecode(entry[2:]): entry[:1] not in _UNWATCHED and not entry[:1].islower() for entry in entries}


def _compare(root: str, base: str, name: str, changes: dict[str, FileChange], removed: Counter[bytes]) -> None:
    """Compare a file that Git does not look at, because somebody told its index so, with what it was."""
    path = os.path.join(root, name)
    if name in changes or os.path.islink(path) or not os.path.isfile(path):
        return
    old = _asked(root, "cat-file", "blob", f"{base}:{name}")
    try:
        new = read_regular(path)
    except OSError:
        return  # the run says that it cannot be read
    before, after = ([line.rstrip(b"\r") for line in (data or b"").split(b"\n")] for data in (old, new))
    if old is not None and before == after:
        return
    change = changes[name] = FileChange(name if old is not None else "")
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind != "equal":
            change.added.update(enumerate(after[new_start:new_end], new_start + 1))
            if not is_notebook(name):
                removed.update(line.strip() for line in before[start:end])


def only_touched(outcomes: Iterable[Outcome], branch: Branch) -> tuple[Outcome, ...]:
    """Leave out the findings on lines that the branch did not touch, and failures in files that it did not touch.

    A finding counts when the branch wrote any line that it covers. It does not count when all these lines only moved:
    each of them is gone elsewhere in the same change.

    Args:
        outcomes: With the bytes of every input that has findings.
        branch: The result of `changed_since`.
    """
    removed = branch.removed.copy()
    roots: dict[str, str | None] = {}
    return tuple(_filtered(outcome, branch, removed, roots) for outcome in sorted(outcomes, key=lambda one: one.path))


def _filtered(outcome: Outcome, branch: Branch, removed: Counter[bytes], roots: dict[str, str | None]) -> Outcome:
    if not outcome.findings and not outcome.problems and outcome.state is not State.FAILED:
        return outcome
    real = os.path.realpath(outcome.path)
    folder = os.path.dirname(real)
    if folder not in roots:
        roots[folder] = git.work_tree(folder)
    if roots[folder] != branch.root:
        return outcome  # in a repository of its own: this one's history does not tell what is new there
    name = os.path.relpath(real, branch.root).replace(os.sep, "/")
    if name in branch.tracked and name not in branch.changes:
        if outcome.state is State.FAILED:
            reason = f"the branch did not touch it ({outcome.reason})"
            return replace(outcome, state=State.SKIPPED, findings=(), reason=reason)
        return with_findings(replace(outcome, problems=()), ())
    if not outcome.findings:
        return outcome
    outcome = numbered(outcome)
    touched = _touched(outcome, branch, name, removed)
    if touched is None:
        return outcome
    lines, moved, known = touched
    counted = []
    for finding in outcome.findings:
        covered = _covered(name, finding)
        # A finding that only the rewritten code shows has no place in the text that was compared.
        if not known(finding) or (covered & lines and not covered <= moved):
            counted.append(finding)
    return with_findings(outcome, tuple(counted))


def _covered(name: str, finding: Finding) -> set[TouchedLine]:
    place = finding.location
    cell = place.cell if is_notebook(name) else 0
    return {(cell, line) for line in range(place.line, place.end_line + 1)}


def _touched(outcome: Outcome, branch: Branch, name: str, removed: Counter[bytes]) -> _Touched | None:
    """Return the lines of an input that the branch wrote and those that only moved, or None when it cannot be told."""
    data = outcome.old
    if not data:
        return None
    change = branch.changes.get(name) if name in branch.tracked else FileChange()
    assert change is not None
    if is_notebook(name):
        try:
            cells = open_document(name, data).cells
        except DocumentError:
            return None
        old = _old_cells(branch, name, change)
        added, gone = _cell_difference(old, cells)
        removed.update(gone)
    else:
        written = change.added
        if not change.old_name or re.search(rb"\r(?!\n)", data):  # Git knows no line that ends with a bare CR
            written = dict(enumerate(re.split(rb"\r\n|\r|\n", data), 1))
        added = {(0, line): text for line, text in written.items()}
    moved = set()
    for place, text in added.items():
        text = text.strip()
        if not _WORD.search(text):
            moved.add(place)  # a bracket alone belongs to nobody
        elif removed[text] > 0:
            removed[text] -= 1
            moved.add(place)
    return set(added), moved, Source.of(outcome).knows


def _old_cells(branch: Branch, name: str, change: FileChange) -> Sequence[Cell]:
    if not change.old_name:
        return ()
    data = _asked(branch.root, "cat-file", "blob", f"{branch.base}:{change.old_name}")
    try:
        return () if data is None else open_document(name, data).cells
    except (DocumentError, ValueError):
        return ()


def _cell_difference(old: Sequence[Cell], new: Sequence[Cell]) -> tuple[dict[TouchedLine, bytes], list[bytes]]:
    """Compare the sources of two notebooks; outputs and counters, which make up most of a notebook's diff, are not."""
    before = [text for _, text in _source_lines(old)]
    after = _source_lines(new)
    added: dict[TouchedLine, bytes] = {}
    gone: list[bytes] = []
    matcher = difflib.SequenceMatcher(None, before, [text for _, text in after], autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind != "equal":
            gone += [text.strip() for text in before[start:end]]
            added.update(after[new_start:new_end])
    return added, gone


def _source_lines(cells: Sequence[Cell]) -> list[tuple[TouchedLine, bytes]]:
    return [
        ((index, cell.first_line + number), line.encode("utf-8", "surrogatepass"))
        for index, cell in enumerate(cells)
        for number, line in enumerate(re.split(r"\r\n|\r|\n", cell.text))
    ]


def _read(patch: bytes) -> tuple[dict[str, FileChange], Counter[bytes]]:
    """Read a diff without context lines.

    Lines that are gone from notebooks are left out: they are JSON, and are compared as sources elsewhere.
    """
    changes: dict[str, FileChange] = {}
    removed: Counter[bytes] = Counter()
    current = FileChange()
    number = to_remove = to_add = 0
    for line in patch.split(b"\n"):
        if to_remove and line.startswith(b"-"):
            to_remove -= 1
            if not is_notebook(current.old_name):
                removed[line[1:].strip()] += 1
        elif to_add and line.startswith(b"+"):
            to_add -= 1
            current.added[number] = line[1:]
            number += 1
        elif hunk := _HUNK.match(line):
            to_remove, to_add = (int(hunk[group] or 1) if hunk[group] != b"0" else 0 for group in (1, 3))
            number = int(hunk[2])
        elif line.startswith(b"diff --git "):
            current = FileChange()
        else:
            _read_names(line, current, changes)
    return changes, removed


def _read_names(line: bytes, current: FileChange, changes: dict[str, FileChange]) -> None:
    """Read how a file was called and is called, where a line of a diff says so."""
    if line.startswith(b"rename from "):
        current.old_name = _name(line[12:], prefixed=False)
    elif line.startswith(b"rename to "):  # a file that is only renamed has no other line with its names
        changes[_name(line[10:], prefixed=False)] = current
    elif line.startswith(b"--- "):
        current.old_name = _name(line[4:])
    elif line.startswith(b"+++ ") and (name := _name(line[4:])):
        changes[name] = current


def _name(text: bytes, *, prefixed: bool = True) -> str:
    """Read a file's name as Git writes it in a diff; "" for a file that is not there."""
    text = text.rstrip(b"\t")
    if text.startswith(b'"'):
        text = _ESCAPE.sub(
            lambda found: bytes([int(found[1], 8)]) if len(found[1]) == 3 else _ESCAPED.get(found[1], found[1]),
            text[1:-1],
        )
    if text == b"/dev/null":
        return ""
    return os.fsdecode(text[2:] if prefixed else text)


def _is_shallow(root: str) -> bool:
    return (_asked(root, "rev-parse", "--is-shallow-repository") or b"").strip() == b"true"


def _asked(root: str, *arguments: str) -> bytes | None:
    """Ask Git; None when it refuses."""
    done = git.asked(root, arguments)
    return done.stdout if done is not None and done.returncode == 0 else None
