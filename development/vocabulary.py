"""Makes the words by which MLF409 tells whether a file can interest it: ``python -m development.vocabulary``.

They are read from the API data, which takes a minute, and kept in codemod/rules/removed/vocabulary.json. With ``--check`` the command only
tells whether that is current, which the lint environment asks.
"""

from __future__ import annotations

import functools
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from codemod import mlflow_api
from codemod.analysis.calls import parameters_of_2
from codemod.analysis.context import Target
from codemod.mlflow_api.signatures import ParameterKind, Signature
from codemod.mlflow_api.store import DATA_FILE as API
from codemod.mlflow_api.store import packaged
from codemod.rules.idioms.arguments import writes_model
from codemod.rules.idioms.gone_arguments import known_to
from codemod.rules.idioms.gone_names import BY_TEXT, GENERIC, removal_of
from codemod.rules.removed.removals import MODEL_ARGUMENTS, REMOVALS
from codemod.rules.removed.vocabulary import DATA_FILE

COMMAND = "python -m development.vocabulary > codemod/rules/removed/vocabulary.json"
_ROOT = "mlflow"
# Nobody passes more arguments than this by position, and `Model(...)`, a word of every other string, differs in the fourteenth.
_BY_POSITION = 10
_MODULES = "MLF401"  # looks at strings itself
_OLD = [release for release in mlflow_api.RELEASES if release.startswith("2.")]
_NEW = [release for release in mlflow_api.RELEASES if release not in _OLD]


@dataclass(slots=True)
class ApiNamespace:
    """A module or a class with its objects.

    Attributes:
        gone: Names in it that some MLflow 3 lacks, and functions that take other arguments there.
        texts: Further names that MLF409 speaks of where a string has them, as in ``getattr(mlflow, "evaluate")``.
        ways: The places that each other name leads to, by their names.
    """

    gone: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    ways: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def digest() -> str:
    """Return what tells the API data from other releases of it, to see in a moment whether the words were read from it."""
    return hashlib.sha256(API.read_bytes()).hexdigest()


def page() -> str:
    """Make the content of the data file."""
    places = _places()
    entries = [entry for entry in REMOVALS if entry.code != _MODULES and not entry.parameter]
    for entry in entries:
        owner, _, name = entry.source.rpartition(".")
        place = places[mlflow_api.canonical(owner) or owner]
        (place.gone if entry.code == GENERIC else place.texts).add(name)
    always = sorted({entry.source.rpartition(".")[2] for entry in entries if entry.telling and entry.code == GENERIC})
    useful = _leading_somewhere(places)
    lines = []
    for path in sorted(useful):
        place = places[path]
        ways = {name: sorted(to & useful) for name, to in sorted(place.ways.items()) if to & useful}
        lines.append(f"{json.dumps(path)}: {json.dumps([sorted(place.gone), sorted(place.texts), ways])}")
    head = f'"api": "{digest()}", "always": {json.dumps(always)}, "by_text": {json.dumps(sorted(BY_TEXT))}'
    return f'{{{head}, "places": {{\n' + ",\n".join(lines) + "\n}}\n"


def _places() -> dict[str, ApiNamespace]:
    """Read from the API data what is gone from every place, and how code gets from one to the next."""
    places: dict[str, ApiNamespace] = defaultdict(ApiNamespace)
    homes = {path for path in _names() if mlflow_api.kind_in_api(path) in ("module", "class")} | {_ROOT}
    canonical_homes = {mlflow_api.canonical(path) or path for path in homes}
    for path in _every():
        owner, _, name = path.rpartition(".")
        place = places[mlflow_api.canonical(owner) or owner]
        codes = _reporting(path)
        if GENERIC in codes or _changes(mlflow_api.canonical(path) or path):
            place.gone.add(name)
        elif codes - {_MODULES}:
            place.texts.add(name)
        place.ways[name] |= _led_to(path) & canonical_homes
    return places


def _led_to(path: str) -> set[str]:
    """Return what a name is, and the classes of what a call of it, its value or the items of that are."""
    found = {mlflow_api.canonical(path) or path}
    for _, since, _ in packaged().runs(path):
        release = mlflow_api.RELEASES[since]
        found |= {mlflow_api.returns_class(path, release) or path, mlflow_api.items_class(path, release) or path}
    return found


def _leading_somewhere(places: dict[str, ApiNamespace]) -> set[str]:
    """Return the places from which a way leads to one that lacks something."""
    useful = {path for path, place in places.items() if place.gone or place.texts} | {_ROOT}
    while True:
        more = {path for path, place in places.items() if any(to & useful for to in place.ways.values())} - useful
        if not more:
            return useful
        useful |= more


def _reporting(path: str) -> set[str]:
    """Return the rules that speak of a name because some MLflow 3 lacks what it led to in MLflow 2."""
    runs = list(packaged().runs(path))
    missing = [release for found, *run in runs if not found for release in mlflow_api.RELEASES[slice(*run)]]
    lacking = [release for release in missing if release in _NEW]
    if not lacking or len(missing) - len(lacking) == len(_OLD):
        return set()
    targets = [*(Target(release, False) for release in lacking), Target(mlflow_api.NEWEST, True)]
    return {entry.code for target in targets if (entry := removal_of(path, target)) is not None}


@functools.cache
def _changes(path: str) -> bool:
    """Return whether a function takes fewer arguments, or some at another place, and no other rule than MLF409 speaks of it."""
    old, new = (_signatures(path, releases) for releases in (_OLD, _NEW))
    if not old or not new or path.endswith(".autolog"):  # MLF406
        return False
    logs = writes_model(path)  # MLF106 and MLF107
    named = (ParameterKind.VAR_POSITIONAL, ParameterKind.VAR_KEYWORD)
    names = {parameter.name for signature in old for parameter in signature.parameters if parameter.kind not in named}
    names = {name for name in names if known_to(path, name) in ("", GENERIC) and not (logs and name in MODEL_ARGUMENTS)}
    by_position = () if logs else parameters_of_2(path)[:_BY_POSITION]
    places = [(index, name) for index, name in enumerate(by_position) if name in names]
    return any(
        any(not signature.accepts(name) for name in names)
        or any(signature.parameter_at(index) != name for index, name in places)
        for signature in new
    )


def _signatures(path: str, releases: Iterable[str]) -> set[Signature]:
    names = dict.fromkeys((path, mlflow_api.place(path) or path))  # an older release may know only the place
    found = ({s for release in releases for s in mlflow_api.variants(name, release)} for name in names)
    return next((signatures for signatures in found if signatures), set())


@functools.cache
def _names() -> tuple[str, ...]:
    """Return every name that the API data spells out."""
    store = packaged()
    found = set()
    for package in store.packages:
        prefix = f"{_ROOT}.{package}." if package else f"{_ROOT}."
        partition = store.partition(package)
        found |= {(prefix + name).rstrip(".") for name in (*partition.names(), *partition.modules())}
    return tuple(sorted(found - {_ROOT}))


def _every() -> set[str]:
    """Return every name, with the members that classes have from their bases."""
    members: dict[str, set[str]] = defaultdict(set)
    for path in _names():
        owner, _, name = path.rpartition(".")
        members[owner].add(name)
    return {*_names(), *_inherited(members)}


def _inherited(members: dict[str, set[str]]) -> Iterator[str]:
    store = packaged()
    for path in _names():
        for found, _, _ in store.runs(path):
            if found is not None and found[1].kind == "class":
                yield from (f"{path}.{name}" for base in found[1].order for name in members[base])


if __name__ == "__main__":
    if sys.argv[1:] != ["--check"]:
        sys.stdout.write(page())
    elif page() != DATA_FILE.read_text(encoding="utf-8"):
        sys.exit(f"{DATA_FILE.name} is not what the API data and the rules say; refresh it: {COMMAND}")
