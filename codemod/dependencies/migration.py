"""Takes one dependency or deployment file through the rules that concern it. Pure: bytes in, outcome out."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from codemod.analysis import suppressions
from codemod.analysis.lines import Lines
from codemod.dependencies import (
    artifact_requests,
    conda,
    constraints,
    data_files,
    deployment_settings,
    hosted,
    images,
    kept_pins,
    lock_files,
    model_uris,
    pythons,
    requirements_txt,
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
    ARTIFACTS,
    CONSTRAINTS,
    FILE_STORE,
    HOSTED,
    MODEL_NAME,
    PIN,
    SERVER,
    SETTINGS,
    STAGE_URI,
    Choices,
    CoveredSpans,
    Place,
    without_comments,
)
from codemod.dependencies.variables import Substitutions
from codemod.documents import IS_LFS_POINTER, LFS_POINTER, sizes
from codemod.documents.base import Cell, TextEdit
from codemod.documents.encoding import decode_any
from codemod.documents.kinds import Kind, kind_of
from codemod.documents.placement import replace_spans
from codemod.findings import Finding, Outcome, Safety, Severity, State, state_of
from codemod.settings import Settings

if TYPE_CHECKING:
    from codemod.rewriting.decisions import Choose

_CODES = (PIN, SERVER, CONSTRAINTS, FILE_STORE, STAGE_URI, SETTINGS, HOSTED, MODEL_NAME, ARTIFACTS)
# One round does it; who decides fix by fix is also shown what is left, and what that brings to light.
_ROUNDS = 4


def migrate(
    path: str, data: bytes, settings: Settings, severities: Mapping[str, Severity], choose: Choose | None = None
) -> Outcome:
    """Find what keeps a project on MLflow 2 in one of its dependency or deployment files, and mend it.

    Args:
        path: The path as discovered; the name says what kind of file it is.
        data: Its bytes.
        settings: What the run was asked to do.
        severities: How much what each rule of the run finds matters on the target, by the rule's code.
        choose: As for `codemod.engine.migrate`.

    Returns:
        The outcome. Bad input ends in `State.FAILED` with the reason.
    """
    kind = kind_of(path)
    codes = {code: severity for code, severity in severities.items() if code in _CODES}
    if kind is None or not codes:
        return Outcome(path, State.UNCHANGED, old=data, new=data)
    if data.startswith(LFS_POINTER):
        return Outcome(path, State.FAILED, old=data, new=data, reason=IS_LFS_POINTER)
    if len(data) > sizes.OTHER:
        return Outcome(
            path, State.FAILED, old=data, new=data, reason=sizes.size_reason(len(data), sizes.OTHER, "of text")
        )
    source = decode_any(data)
    text = source.text
    if suppressions.skips_file(text):
        return Outcome(path, State.SKIPPED, old=data, new=data, reason=suppressions.SKIPS_FILE)
    choices = of_settings(settings)
    findings: list[Finding] = []
    new_text, made = text, list[TextEdit]()
    try:
        for number in range(_ROUNDS):
            found = _findings(kind, new_text, choices, settings, codes)
            if choose is not None:
                found = _wanted(found, new_text, choose, made)
            findings = found if number == 0 else findings
            made = sorted({edit for finding in found if finding.fixed for edit in finding.edits})
            new_text = edited_text(new_text, made)
            if choose is None or not made:
                break
    except toml_files.UnreadableError as error:
        return Outcome(path, State.FAILED, old=data, new=data, reason=str(error))
    new = source.encode(new_text)
    return Outcome(
        path, state_of(findings, changed=new != data), tuple(findings), data, new, problems=_unread(kind, text)
    )


def _unread(kind: Kind, text: str) -> tuple[str, ...]:
    """Say what a file may hold that was not found, because it is no YAML and so was read line by line."""
    if kind not in ("yaml", "conda", "python_env") or "mlflow" not in text.lower():
        return ()
    problem = yaml_nodes.read(text).problem
    return (f"{problem}; what it holds was looked for line by line, which does not find all",) if problem else ()


def _wanted(findings: list[Finding], text: str, choose: Choose, made: Sequence[TextEdit]) -> list[Finding]:
    def edits(wanted: Sequence[bool]) -> list[TextEdit]:
        return sorted({edit for finding in itertools.compress(findings, wanted) for edit in finding.edits})

    wanted = choose((Cell(text, text),), findings, made, edits)
    pairs = zip(findings, wanted, strict=True)
    return [replace(finding, fixed=finding.fixed and is_wanted) for finding, is_wanted in pairs]


def rewritten(data: bytes, edits: Iterable[TextEdit]) -> bytes:
    """Return a file's bytes with edits of its text made."""
    source = decode_any(data)
    return source.encode(edited_text(source.text, edits))


def edited_text(text: str, edits: Iterable[TextEdit]) -> str:
    """Return the text with the edits made and every other character as it was."""
    return replace_spans(text, ((edit.start, edit.end, edit.text) for edit in sorted(set(edits))))


def places(kind: Kind, text: str, choices: Choices, *, notebook: bool = False) -> list[Place]:
    """Find every place of a file, in order; for ``notebook`` see `codemod.dependencies.servers.find`.

    Raises:
        toml_files.UnreadableError: If a TOML file is none.
    """
    found = list(_READERS[kind](text, choices))
    if kind in _ONLY:
        return found
    plain = without_comments(text)
    if kind in ("shell", "yaml"):
        variables = Substitutions(plain)
        tree = yaml_nodes.read(text) if kind == "yaml" else None
        found += shell.find(plain, choices, variables)
        found += images.find(plain, variables)
        found += stage_uris.find(plain, choices)
        found += model_uris.find(plain, choices)
        found += model_uris.names(plain, choices)
        found += servers.find(plain, choices, variables, notebook=notebook, tree=tree)
        found += deployment_settings.find(plain, tree)
        found += hosted.find(plain)
        found += artifact_requests.find(plain, choices)
        if tree is not None:
            found += _new(yaml_places.find(tree, text, choices), found)
    else:
        found += servers.of_files(plain, choices)
    if kind == "tox":  # a matrix of releases is one finding
        found += itertools.islice(shell.leftovers(plain, found), 0 if found else 1)
    elif kind not in ("requirements", "setup.cfg"):
        found += shell.leftovers(plain, found, conda=kind == "conda")
    found = list(kept_pins.judged(found, text, plain, choices))
    return sorted(set(found), key=lambda place: (place.start, place.code, place.end))


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
    kind: Kind, text: str, choices: Choices, settings: Settings, codes: Mapping[str, Severity]
) -> list[Finding]:
    found = places(kind, text, choices)
    lines = Lines(Cell(text, text))
    silent = _Silent(lines)
    pins = [place for place in found if place.code == PIN]
    staying = [place for place in pins if PIN not in codes or silent.has(place)]
    if not staying and kind not in _ONLY:
        found += pythons.find(kind, without_comments(text), choices)
    if kind not in ("lock", "data"):
        found += constraints.find(without_comments(text), [place for place in staying if place.edits])
    findings = []
    for place in found:
        if place.code not in codes:
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
                severity=codes[place.code],
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
