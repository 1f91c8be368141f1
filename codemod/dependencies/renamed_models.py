"""Models that get another name in this run, by the paths at which scripts and configurations name them without the URI of a run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from codemod.analysis.uris import HOLE
from codemod.dependencies.places import MODEL_NAME, Choices, CoveredSpans, Place

Renamed = tuple[tuple[str, str], ...]

_WORD = re.compile(r"(?:\$\{[^{}\s]{1,60}\}|[^\s\"'`=,:;|()\[\]{}<>])+")
# What stands in front of a path below a run's artifacts: their folder, or a variable that is called after them.
_ROOT = re.compile(r"(?:\$\{?\w{0,40}(?:ARTIFACT|RUN|MODEL|MLFLOW|URI)\w{0,40}\}?|.*(?:\A|/)artifacts)/", re.IGNORECASE)
# By these keys a value is a path below a run even where it is only a word.
_KEYS = r"(?:\w{1,40}[_-])?(?:artifact|model)(?:[_-]?(?:path|dir|folder|name|artifact))?"
_KEY = re.compile(
    rf"(?:(?<![\w.-])[\"']?{_KEYS}[\"']?[ \t]*[:=][ \t]*|--{_KEYS}[= ]|(?<![\w-])-a[ ])[\"']?\Z", re.IGNORECASE
)
_BEFORE = 100


def may_name(renamed: Renamed, data: bytes) -> bool:
    """Return whether a file may name a model by a path that changes in this run."""
    return any(word in data for word in _names_of(renamed).words)


def find(text: str, choices: Choices, known: Sequence[Place] = ()) -> Iterator[Place]:
    """Report the paths of models that are called otherwise after the migration.

    Nobody can tell what reads such a path: it may be a folder of this machine, too. So a person is asked.

    Args:
        text: The file, its comments blanked.
        choices: What the run wants, with the names.
        known: What is found already: a URI that names the model is no second finding.
    """
    if not choices.renamed or not may_name(choices.renamed, text.encode("utf-8", "replace")):
        return
    taken = CoveredSpans(place for place in known if place.code == MODEL_NAME)
    for word in _WORD.finditer(text):
        root = _ROOT.match(word[0]) if "/" in word[0] else None
        start = word.start() + (root.end() if root is not None else 0)
        path = text[start : word.end()].rstrip("/")
        renamed = renamed_at(path, choices.renamed)
        if renamed is None or path in choices.plain or taken.has(start, word.end()):
            continue
        old, new = renamed
        says_so = "/" in old and old in dict_of(choices.renamed)
        if root is None and not says_so and _KEY.search(text[max(0, start - _BEFORE) : start]) is None:
            continue
        message = f"the model `{old}` is called `{new}` after the migration: if this names it, change it with the code"
        yield Place(MODEL_NAME, start, start + len(path), message)


def renamed_at(path: str, renamed: Renamed) -> tuple[str, str] | None:
    """Return the old and the new name of the model at a path below a run, or around it; None where it keeps its name."""
    names, end = _names_of(renamed), len(path)
    if end > names.longest:  # no name is as long as that
        end = path.rfind("/", 0, names.longest + 1)
    while end > 0:
        if path[:end] in names.whole:
            return path[:end], names.whole[path[:end]]
        end = path.rfind("/", 0, end)
    for pattern, new in names.templates:
        found = pattern.match(path)
        if found is not None:
            first, *others = new.split(HOLE)
            return found[0], first + "".join(
                f"{value}{part}" for value, part in zip(found.groups(), others, strict=True)
            )
    return None


def dict_of(renamed: Renamed) -> Mapping[str, str]:
    """Return the new names of models by the old ones, of those that are known as a whole."""
    return _names_of(renamed).whole


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of a run, as they are asked for again and again.

    Attributes:
        renamed: All of them.
        whole: The new ones by the old ones, of those that are known as a whole.
        templates: The others, as what finds one, with the new one.
        words: One of these stands in each file that names such a model.
        longest: The length of the longest of `whole`.
    """

    renamed: Renamed
    whole: Mapping[str, str]
    templates: tuple[tuple[re.Pattern[str], str], ...]
    words: tuple[bytes, ...]
    longest: int


_last: list[_Names] = []


def _names_of(renamed: Renamed) -> _Names:
    """Return the names of a run, which are made once for all of its files: to compare them takes as long as to make them."""
    if not _last or _last[0].renamed is not renamed:
        value = r"([^\s/]{1,80})"
        found = [(value.join(map(re.escape, old.split(HOLE))), new) for old, new in renamed if HOLE in old]
        words = {max(old.split(HOLE), key=len).strip("/").partition("/")[0] for old, _ in renamed}
        _last[:] = [
            _Names(
                renamed,
                {old: new for old, new in renamed if old and HOLE not in old},
                tuple((re.compile(rf"{pattern}(?=/|\Z)"), new) for pattern, new in found),
                tuple(sorted(word.encode() for word in words if word)),
                max((len(old) for old, _ in renamed), default=0),
            )
        ]
    return _last[0]
