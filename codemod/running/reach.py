"""Tells which files of a run may get something of MLflow from others, by what they import and which programs they start."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Container, Iterator, Mapping, Sequence, Set
from itertools import chain

from codemod.analysis.conftests import is_test
from codemod.analysis.handed import ENDS
from codemod.disk.reading import read_regular
from codemod.documents.kinds import is_notebook
from codemod.engine.triggers import names_mlflow
from codemod.names.imported_files import ImportedFiles
from codemod.names.leading_names import leading_names, words_in
from codemod.names.members import ARTIFACT_ROOT
from codemod.names.module_ends import ModuleEnds, ends_of
from codemod.names.modules import module_parts
from codemod.names.reads import programs_named, starts_programs
from codemod.running.discovery import Input
from codemod.running.jobs import Job
from codemod.running.pools import Pool

#: Over so many files something is followed, from the one that has it to those that import it.
HOPS = 3
# What code asks a run, or a logged model, that it is given: whoever gets the answer takes it for a path.
_ROOTS = (ARTIFACT_ROOT.encode(), b".model_uri")
# How the names of code end that runs: stubs do not.
_CODE = (".py", ".ipynb")
# What may start another program, or run another notebook.
_STARTS = re.compile(rb"subprocess|os\.(?:system|popen|exec|spawn)|runpy|run_path|import_module|%run|notebook\.run")
# Functions of MLflow as a file that does not name it asks something for them that it is given: an attribute, its name in quotes, or a
# parameter. What a class defines and asks of itself is its own (`self.save_model(folder)` of a trainer); of what a file imports, or
# defines, that tells what it is. What stands in backquotes, or has another word behind it, is of a sentence.
_ENDS = tuple(name.encode() for name in sorted(ENDS) if name != "log")
_ASKS = re.compile(
    rb"(?:(?<!\bself)(?<!\bcls)(?<!\bsuper\(\))\.|[\"'])(?:%(names)s)\b(?!`|[ \t]+(?!(?:if|else|or|and|for|in|is|as)\b)[A-Za-z])"
    rb"|(?<![.`\w])(?:%(names)s)\s*[=,):]" % {b"names": b"|".join(_ENDS)}
)
_OWNER = re.compile(rb"(?<![.\w])\w+\Z")
_OWNER_LENGTH = 100
# Of larger files, any word may lead there: to tell takes two seconds for a megabyte.
_LARGE = 1 << 20


def reached(
    known: Sequence[Job], others: Sequence[Input], imports: ImportedFiles, pool: Pool
) -> tuple[dict[str, tuple[Input, bytes]], dict[str, tuple[Input, bytes]]]:
    """Return those of the other files that import a candidate that may give them something of MLflow, directly or not.

    And those that may start one as a program: what they do with MLflow may depend on it.
    """
    code = {job.target.path: job.data for job in known if is_run(job.target.path)}
    sources = {path: data for path, data in code.items() if may_give(data)}
    if not sources:
        return {}, {}
    importing: dict[str, list[str]] = {}  # the paths of those that import something, by how its name ends
    starting: list[Input] = []
    look = functools.partial(_links, ends=imports.ends)
    said = pool.asked(others, look)
    for target in others:
        ends, starts = said.get(target.path) or look(target.path, read_again(target))
        for end in ends:
            importing.setdefault(end, []).append(target.path)
        if starts:
            starting.append(target)
    found: dict[str, tuple[Input, bytes]] = {}
    taking = _Taking(sources, imports)
    for _ in range(HOPS):
        new: dict[str, tuple[Input, bytes]] = {}
        ends_taken = {end for each in taking.files for end in ends_of(each)}
        asked = {path for end in ends_taken for path in importing.get(end, ())} - found.keys()
        for each in others:
            if each.path in asked:
                data = read_again(each)
                if taking.takes(each.path, data):
                    new[each.path] = (each, data)
        # A candidate may be one for a word alone, such as one that takes `log_model` from another file of the run.
        candidates = {path: code[path] for path in code.keys() - taking.files.keys() if taking.takes(path, code[path])}
        if not new and not candidates:
            break
        found |= new
        taking.add({path: data for path, (_, data) in new.items()} | candidates)
    return found, _starting(starting, known, found, imports)


def _links(path: str, data: bytes, *, ends: ModuleEnds) -> tuple[Set[str], bool]:
    """Return how the names of the files end that one may take something from, and whether it may start programs."""
    return ends.read(path, data), starts_programs(data)


class _Taking:
    """Tells which files take something that may lead to MLflow from those that have it.

    Args:
        files: Those that have it.
        imports: Which files each imports.
    """

    def __init__(self, files: Mapping[str, bytes], imports: ImportedFiles) -> None:
        self.files = dict(files)
        self._imports = imports
        self._leading: dict[tuple[str, int], Set[bytes]] = {}

    def add(self, files: Mapping[str, bytes]) -> None:
        """Take in more files that have it: those that import them may have it from there."""
        self.files.update(files)
        self._leading.clear()

    def takes(self, path: str, data: bytes) -> bool:
        """Return whether a file takes one of the names that lead there, or a module as a whole that has some."""
        asked = self._imports.of(path, data) & self.files.keys() - {path}
        if not asked:
            return False
        if not asked.isdisjoint(self._imports.whole(path, data)) or any(is_notebook(each) for each in (path, *asked)):
            return True
        words = words_in(data)
        return any(not words.isdisjoint(self._names(each, HOPS)) for each in asked)

    def _names(self, path: str, hops: int) -> Set[bytes]:
        """Return the names that lead there in a file, by itself or over so many others."""
        if (path, hops) not in self._leading:
            data = self.files[path]
            self._leading[path, hops] = words_in(data) if len(data) > _LARGE else self._told(path, data, hops)
        return self._leading[path, hops]

    def _told(self, path: str, data: bytes, hops: int) -> Set[bytes]:
        asked = self._imports.of(path, data) & self.files.keys() - {path} if hops else ()
        brought = frozenset[bytes]().union(*(self._names(each, hops - 1) for each in asked))
        return leading_names(data, functools.partial(_starts, whole=data), brought)


def _starts(part: bytes, whole: bytes) -> bool:
    """Return whether a part of a file leads to something of MLflow by itself."""
    return b"mlflow" in part.lower() or any(root in part for root in _ROOTS) or _asks_for_it(part, whole)


def _starting(
    asked: Sequence[Input],
    known: Sequence[Job],
    importing: Mapping[str, tuple[Input, bytes]],
    imports: ImportedFiles,
) -> dict[str, tuple[Input, bytes]]:
    """Return those of some files that may start a candidate, or what gets something of one, as a program."""
    read = {job.target.path: job.data for job in known if is_run(job.target.path)}
    read |= {path: data for path, (_, data) in importing.items()}
    programs = {_program(path) for path, data in read.items() if path in importing or names_mlflow(data)}
    found: dict[str, tuple[Input, bytes]] = {}
    for target in asked:
        data = read_again(target)
        # The name of the program may be a constant of a module.
        texts = (read[path] for path in imports.of(target.path, data) if path in read)
        if target.path not in importing and any(
            not programs.isdisjoint(programs_named(text)) for text in chain((data,), texts)
        ):
            found[target.path] = (target, data)
    return found


def is_run(path: str) -> bool:
    """Return whether a path names code that runs, and not what only tells of it, as stubs do."""
    return path.lower().endswith(_CODE)


def read_again(target: Input) -> bytes:
    """Read a file that was read before; one that is not there any more is taken for empty."""
    with contextlib.suppress(OSError, MemoryError):
        return read_regular(target.real)
    return b""


def giving(files: Mapping[str, bytes], reached: Container[str], imports: ImportedFiles) -> dict[str, bytes]:
    """Return those of some files that may have something of MLflow for others: by themselves, or from one that has."""
    found = {path: data for path, data in files.items() if path in reached or may_give(data)}
    taking = _Taking(found, imports)
    for _ in range(HOPS):
        more = {path: files[path] for path in files.keys() - found if taking.takes(path, files[path])}
        if not more:
            break
        found |= more
        taking.add(more)
    return found


def imported_first(files: Mapping[str, bytes], imports: ImportedFiles) -> Iterator[str]:
    """Return the paths of files, of which each stands behind those that it imports, but for circles."""
    begun, done = set[str](), set[str]()
    for first in sorted(files):
        waiting = [first]
        while waiting:
            path = waiting[-1]
            if path in begun:
                waiting.pop()
                if path not in done:
                    done.add(path)
                    yield path
                continue
            begun.add(path)
            waiting += sorted(imports.of(path, files[path]) & files.keys() - begun)


def without_store(naming: Set[str], code: Mapping[str, bytes], imports: ImportedFiles) -> frozenset[str]:
    """Return the files whose tracking store no other file names, because no program of the run has both, or starts one from the other.

    A program gives its store to those that it starts, and gets none of theirs. What tests set says nothing of the code that they test.

    Args:
        naming: The files that name a store.
        code: The code of the run that may get something of MLflow.
        imports: Which files each of them imports.
    """
    read = {path: data for path, data in code.items() if not is_test(path)}
    own = naming & read.keys()
    programs: dict[str, set[str]] = {}
    for path in read if own else ():
        programs.setdefault(_program(path), set()).add(path)
    after: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    for path, data in read.items() if own else ():
        started = _STARTS.search(data) is not None
        names = programs_named(data) & programs.keys() if started else frozenset()
        imported = imports.of(path, data) & read.keys()
        after[path] = {each for name in names for each in programs[name]} | imported
        if started and not names and path in own:
            return frozenset()  # who knows what it starts
        for each in imported:
            before.setdefault(each, set()).add(path)
    return frozenset(read.keys() - _along(_along(own, before), after))


def _along(paths: Set[str], ways: Mapping[str, Set[str]]) -> set[str]:
    """Return some files, and those to which ways lead from them."""
    found, waiting = set(paths), list(paths)
    while waiting:
        new = ways.get(waiting.pop(), frozenset()) - found
        found |= new
        waiting += new
    return found


def _program(path: str) -> str:
    """Return the last name by which a program is started: ``train`` for ``jobs/train.py`` and for ``jobs/train/__main__.py``."""
    parts = module_parts(path)
    return "" if path.endswith("__init__.py") else next((part for part in reversed(parts) if part != "__main__"), "")


def may_give(data: bytes) -> bool:
    """Return whether a file may have something of MLflow for others, if only a function that calls what it is given."""
    if names_mlflow(data) or any(root in data for root in _ROOTS):
        return True
    return _asks_for_it(data, data)


def _asks_for_it(part: bytes, whole: bytes) -> bool:
    """Return whether a part of a file asks something that it may be given for a function of MLflow."""
    if not any(name in part for name in _ENDS):
        return False
    for match in _ASKS.finditer(part):
        owner = _OWNER.search(part, max(0, match.start() - _OWNER_LENGTH), match.start())
        if owner is None or not _is_imported(owner[0], whole):
            return True
    return False


@functools.lru_cache(maxsize=16)  # a file is asked for each of its statements
def _is_imported(name: bytes, data: bytes) -> bool:
    """Return whether a name can only be a module, or something of one, that a file imports, and no parameter."""
    imported = re.search(rb"^[ \t]*(?:from[ \t]+[.\w]+[ \t]+)?import[ \t][^\n(#;]*\b%s\b" % name, data, re.MULTILINE)
    return imported is not None and re.search(rb"[(,*]\s*%s\s*[,:=)]" % name, data) is None
