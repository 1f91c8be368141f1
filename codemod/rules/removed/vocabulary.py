"""Tells from the words of a file alone that MLF409 can have nothing to say about it.

MLflow 2 had some two thousand names that a later one lacks, many of them common words such as ``model`` or ``run``. Code gets at one
only on a way that starts at ``mlflow``: through modules, classes, and what functions give; and every step is a name
that must stand in the file. So the ways are walked as far as the words of a file allow, which takes a fraction of the time that
parsing takes. `development.vocabulary` reads the ways from the API data, and they are kept in vocabulary.json.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Set
from pathlib import Path

DATA_FILE = Path(__file__).with_name("vocabulary.json")
_ROOT = "mlflow"


def speaks_of_removed(words: Set[str]) -> bool:
    """Return whether a file with these words can name something that MLflow 2 had and a later one lacks.

    Args:
        words: The identifiers that stand in the file, in code or elsewhere.
    """
    always, by_text, places = _data()
    if not always.isdisjoint(words):
        return True
    has_texts = not by_text.isdisjoint(words)
    reached, todo = {_ROOT}, [_ROOT]
    while todo:
        gone, texts, ways = places[todo.pop()]
        if not gone.isdisjoint(words) or (has_texts and not texts.isdisjoint(words)):
            return True
        for name in ways.keys() & words:
            for place in ways[name]:
                if place not in reached:
                    reached.add(place)
                    todo.append(place)
    return False


@functools.cache
def names_removed() -> frozenset[str]:
    """Return every name of something that MLflow 2 had and a later one lacks, of those that MLF409 speaks of."""
    always, by_text, places = _data()
    return always.union(by_text, *(gone | texts for gone, texts, _ in places.values()))


_Packed = tuple[frozenset[str], frozenset[str], dict[str, list[str]]]


@functools.cache
def _data() -> tuple[frozenset[str], frozenset[str], dict[str, _Packed]]:
    content = json.loads(DATA_FILE.read_bytes())
    places = {
        path: (frozenset(gone), frozenset(texts), ways) for path, (gone, texts, ways) in content["places"].items()
    }
    return frozenset(content["always"]), frozenset(content["by_text"]), places
