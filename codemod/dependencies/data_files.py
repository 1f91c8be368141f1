"""Configurations that programs read, in JSON, TOML or INI: what they say of MLflow's servers, stores, stages and releases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies import images, servers, shell, stage_uris, stage_words, yaml_nodes, yaml_places
from codemod.dependencies.places import Choices, Place, without_comments
from codemod.dependencies.variables import Substitutions

# A release, a server's command, an image, or where the runs are. Words alone, such as the name of a package, are no reason to read a file.
_SPEAKS = re.compile(
    rb"""mlflow(?:-skinny)?(?:\[[^\]]*\])?[ ]?[=<>~!@:][=\d.v<>~ ]|mlflow["',\s]+(?:server|ui)\b|(?:tracking|registry|backend_store)_uri""",
    re.IGNORECASE,
)


def may_hold(path: str, data: bytes) -> bool:
    """Return whether such a file holds a stage of a model, or says something of MLflow that a release of MLflow 3 answers differently."""
    return _SPEAKS.search(data) is not None or stage_words.speaks_of_stages(path, data)


def find(text: str, choices: Choices) -> Iterator[Place]:
    """Find what such a file says; JSON has the structure of YAML, and no comments."""
    yield from stage_uris.find(text, choices)
    if _SPEAKS.search(text.encode()) is None:
        return
    is_json = text.lstrip("\ufeff \t\r\n").startswith(("{", "["))
    plain = text if is_json else without_comments(text)
    tree = yaml_nodes.read(text) if is_json else None
    variables = Substitutions(plain)
    found = [*shell.find(plain, choices, variables), *images.find(plain, variables)]
    found += servers.find(plain, choices, variables, tree=tree)
    if tree is not None:
        taken = {(place.code, place.start) for place in found}
        found += [place for place in yaml_places.find(tree, text, choices) if (place.code, place.start) not in taken]
    yield from found
