"""Looks at dependency and deployment files: what do the rules that concern them find there?"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from codemod.analysis import suppressions
from codemod.analysis.lines import Lines
from codemod.analysis.parsing import Reading
from codemod.dependencies import (
    artifact_requests,
    call_settings,
    conda,
    constraints,
    data_files,
    deployment_settings,
    hosted,
    images,
    kept_pins,
    lock_files,
    may_hold,
    model_uris,
    name_settings,
    pythons,
    renamed_models,
    requirements_txt,
    run_folders,
    servers,
    setup_cfg,
    shell,
    stage_uris,
    stores,
    toml_files,
    tox,
    yaml_nodes,
    yaml_places,
)
from codemod.dependencies.choices import of_settings
from codemod.dependencies.places import (
    ARGUMENTS,
    ARTIFACTS,
    CONSTRAINTS,
    FILE_STORE,
    HOSTED,
    LOGGED_NAME,
    MODEL_NAME,
    PIN,
    RUN_FILES,
    SERVER,
    SETTINGS,
    STAGE_URI,
    Choices,
    CoveredSpans,
    Place,
    without_comments,
)
from codemod.dependencies.variables import Substitutions
from codemod.documents import open_document
from codemod.documents.base import Cell, TextEdit
from codemod.documents.kinds import Kind, kind_of
from codemod.findings import Finding, Outcome, Safety, Severity, State
from codemod.rewriting.looks import LocatedMatch, Look
from codemod.settings import Settings

CODES = frozenset(
    {
        LOGGED_NAME,
        ARGUMENTS,
        PIN,
        SERVER,
        CONSTRAINTS,
        FILE_STORE,
        STAGE_URI,
        SETTINGS,
        HOSTED,
        MODEL_NAME,
        ARTIFACTS,
        RUN_FILES,
    }
)
"""The rules that concern such files."""
_YAML = ("yaml", "conda", "python_env")
_TOML = ("pyproject", "pipfile")


@dataclass(frozen=True, slots=True)
class TextLooker:
    """Looks for what keeps a project on MLflow 2 in one of its dependency or deployment files; see `codemod.rewriting.looks.Looker`.

    Attributes:
        path: The path as discovered; the name says what kind of file it is.
        settings: What the run was asked to do.
        severities: How much what each rule of the run finds matters on the target, by the rule's code; of those in `CODES`.
    """

    path: str
    settings: Settings
    severities: Mapping[str, Severity]

    @property
    def _choices(self) -> Choices:
        choices = of_settings(self.settings, self.path)
        return replace(choices, name_keys=name_settings.keys_in(self.path, choices.name_keys))

    def at_once(self, data: bytes) -> Outcome | None:
        """Return the outcome of bytes that do not speak of MLflow, or that no rule of the run concerns; None for all others."""
        keys = self._choices.name_keys
        renamed = self._choices.renamed
        sets = name_settings.may_set(keys, data) or renamed_models.may_name(renamed, data)
        if self.severities and (sets or may_hold(self.path, data)):
            return None
        return Outcome(self.path, State.UNCHANGED, old=data, new=data)

    def read(self, data: bytes) -> Reading:
        """Read the bytes as text.

        Raises:
            DocumentError: If there are too many, or something else stands for the file.
        """
        return Reading(open_document(self.path, data), (), (), 1)

    def parsed(self, data: bytes) -> int:
        """Return how much of the bytes can be read."""
        return self.look(self.read(data)).parsed

    def look(self, reading: Reading) -> Look:
        """Find what there is to say of the file."""
        document = reading.document
        (cell,) = document.cells
        kind = kind_of(self.path)
        assert kind is not None  # of others, `at_once` says all
        language = "TOML" if kind in _TOML else "YAML"
        try:
            found = _findings(kind, cell, self._choices, self.settings, self.severities)
        except toml_files.UnreadableError as error:
            return Look(document, [], (str(error),), 0, language)
        matches = [LocatedMatch(finding, {}, finding.edits, finding.fixed) for finding in found]
        if kind not in _YAML or "mlflow" not in cell.text.lower():
            return Look(document, matches, (), 1, language)
        problem = yaml_nodes.read_yaml(cell.text).problem
        if not problem:
            return Look(document, matches, (), 2, language)
        said = f"{problem}; what it holds was looked for line by line, which does not find all"
        return Look(document, matches, (said,), 1, language)


def places(kind: Kind, text: str, choices: Choices, *, notebook: bool = False) -> list[Place]:
    """Find every place of a file, in order; for ``notebook`` see `codemod.dependencies.servers.find`.

    Raises:
        toml_files.UnreadableError: If a TOML file is none.
    """
    found = list(_READERS[kind](text, choices))
    if kind == "data":
        found += renamed_models.find(text, choices, found)
    if kind in _ONLY:
        return found
    plain = without_comments(text)
    if kind in ("shell", "yaml"):
        variables = Substitutions(plain)
        tree = yaml_nodes.read_yaml(text) if kind == "yaml" else None
        found += shell.find(plain, choices, variables)
        found += images.find(plain, variables)
        found += stage_uris.find(plain, choices)
        found += model_uris.find(plain, choices)
        found += model_uris.names(plain, choices)
        found += servers.find(plain, choices, variables, notebook=notebook, tree=tree)
        found += deployment_settings.find(plain, tree)
        found += hosted.find(plain)
        found += artifact_requests.find(plain, choices)
        found += run_folders.find(plain, choices, tree)
        if tree is not None:
            found += _new(yaml_places.find(tree, text, choices), found)
            found += call_settings.find(tree, choices)
        found += name_settings.find(plain, choices, tree)
    else:
        if kind == "tox":  # what its environments run
            found += servers.find(plain, choices, Substitutions(plain), notebook=True)
        else:
            found += servers.of_files(plain, choices)
        found += name_settings.find(plain, choices, None)
    if kind == "tox":  # a matrix of releases is one finding
        found += itertools.islice(shell.leftovers(plain, found), 0 if found else 1)
    elif kind not in ("requirements", "setup.cfg"):
        found += shell.leftovers(plain, found, conda=kind == "conda")
    if kind != "requirements":
        found += renamed_models.find(plain, choices, found)
    found = list(kept_pins.judged_pins(found, text, plain, choices))
    return sorted(dict.fromkeys(found), key=lambda place: (place.start, place.code, place.end))


def _nothing(_text: str, _choices: Choices) -> Iterator[Place]:
    return iter(())


# What reads each kind of file by itself, before its commands are looked at.
_READERS: Mapping[Kind, Callable[[str, Choices], Iterator[Place]]] = {
    "requirements": requirements_txt.find,
    "pyproject": toml_files.find,
    "pipfile": partial(toml_files.find, pipfile=True),
    "setup.cfg": setup_cfg.find,
    "conda": conda.find,
    "python_env": partial(conda.find, only_pip=True),
    "lock": lambda text, _: lock_files.find(text),
    "store": stores.find,
    "shell": _nothing,
    "yaml": _nothing,
    "tox": tox.find,
    "data": data_files.find,
}
_ONLY = ("store", "lock", "data")


def _new(places: Iterable[Place], known: Sequence[Place]) -> list[Place]:
    """Return the places that touch none of the known ones of the same rule."""
    taken = {
        code: CoveredSpans(place for place in known if place.code == code) for code in {place.code for place in known}
    }
    return [place for place in places if place.code not in taken or not taken[place.code].has(place.start, place.end)]


def _findings(
    kind: Kind, cell: Cell, choices: Choices, settings: Settings, severities: Mapping[str, Severity]
) -> list[Finding]:
    text = cell.text
    found = places(kind, text, choices)
    lines = Lines(cell)
    silent = _Silent(lines)
    pins = [place for place in found if place.code == PIN]
    staying = [place for place in pins if PIN not in severities or silent.has(place)]
    if not staying and kind not in _ONLY:
        found += pythons.find(kind, without_comments(text), choices)
    if kind not in ("lock", "data"):
        found += constraints.find(without_comments(text), [place for place in staying if place.edits])
    findings = []
    for place in found:
        if place.code not in severities:
            continue
        is_silent = silent.has(place)
        edits = tuple(TextEdit(0, *edit) for edit in place.edits)
        is_fixed = bool(edits) and not is_silent and (place.safety is Safety.SAFE or settings.takes_unsafe(place.code))
        location = lines.at(place.start, place.end, 0)
        findings.append(
            Finding(
                place.code,
                place.message,
                location,
                place.safety,
                edits,
                is_fixed,
                is_silent,
                lines.line(location.line),
                severity=severities[place.code],
            )
        )
    return sorted(findings, key=lambda finding: (finding.location.start, finding.code))


class _Silent:
    """Which places comments silence; asked once of each line, which may be long and hold many places."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._known: dict[tuple[int, int, str], bool] = {}

    def has(self, place: Place) -> bool:
        location = self._lines.at(place.start, place.end, 0)
        asked = (location.line, location.end_line, place.code)
        if asked not in self._known:
            self._known[asked] = suppressions.silences(self._lines.of(location), place.code)
        return self._known[asked]
