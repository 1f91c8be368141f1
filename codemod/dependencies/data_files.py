"""Configurations that programs read, in JSON, TOML or INI: what they say of MLflow's servers, stores, stages and releases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies import (
    deployment_settings,
    images,
    model_uris,
    name_settings,
    run_configurations,
    servers,
    shell,
    stage_uris,
    stage_words,
    yaml_nodes,
    yaml_places,
)
from codemod.dependencies.places import Choices, Place, without_comments
from codemod.dependencies.variables import Substitutions

# A release, a server's command, an image, or where the runs are. Words alone, such as the name of a package, are no reason to read a file.
_SPEAKS = re.compile(
    rb"""mlflow(?:-skinny)?(?:\[[^\]]{0,60}\])?[ ]?[=<>~!@:][=\d.v<>~ ]|mlflow["',\s]+(?:server|ui)\b|(?:tracking|registry|backend_store)_uri"""
    rb"""|"(?:module|command|program|script)"\s*:\s*"[^"]{0,200}\bmlflow"|SCRIPT_NAME"[ ]value="[^"]{0,200}\bmlflow\"""",
    re.IGNORECASE,
)
# A section of TOML or INI begins with a bracket, too.
_JSON = re.compile(r"\ufeff?\s*(?:\{|\[\s*[{\"\]])")
_JSON_COMMENT = re.compile(r""""(?:[^"\\\r\n]|\\.)*"?|//[^\r\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?""")
_COMMANDS = re.compile(r"(?i)(?:command|cmd|entrypoint|argv|args|script|image|module|program)s?\Z")


def data_may_hold(path: str, data: bytes) -> bool:
    """Return whether such a file holds a stage of a model, or says something of MLflow that a release of MLflow 3 answers differently."""
    if b"runs:/" in data or b"artifact_path" in data or b'"route_type"' in data or b"mlflow.git" in data:
        return True
    return _SPEAKS.search(data) is not None or stage_words.speaks_of_stages(path, data)


def find(text: str, choices: Choices) -> Iterator[Place]:
    """Find what such a file says; JSON has the structure of YAML, and no comments."""
    yield from stage_uris.find(text, choices)
    yield from model_uris.find(text, choices)
    yield from model_uris.names(text, choices)
    yield from deployment_settings.in_json(text)
    if choices.name_keys:
        bare = _without_json_comments(text)
        yield from name_settings.find(text, choices, yaml_nodes.read_yaml(bare) if _JSON.match(bare) else None)
    if _SPEAKS.search(text.encode()) is None:
        return
    bare = _without_json_comments(text)
    tree = yaml_nodes.read_yaml(bare) if _JSON.match(bare) else None
    if run_configurations.is_run_configuration(text):
        plain = run_configurations.commands(text)
    else:
        plain = without_comments(text) if tree is None else _commands(tree, text)
    variables = Substitutions(plain)
    found = [*shell.find(plain, choices, variables), *images.find(plain, variables)]
    found += servers.find(plain, choices, variables, tree=tree)
    if tree is not None:
        found += servers.of_files(text, choices, tree)
        taken = {(place.code, place.start) for place in found}
        found += [place for place in yaml_places.find(tree, text, choices) if (place.code, place.start) not in taken]
    yield from found


def _without_json_comments(text: str) -> str:
    """Blank the comments that editors take in JSON, so that every offset stays: ``// ...`` and ``/* ... */``."""
    if "//" not in text and "/*" not in text:
        return text
    return _JSON_COMMENT.sub(lambda found: found[0] if found[0][0] == '"' else re.sub(r"[^\r\n]", " ", found[0]), text)


def _commands(tree: yaml_nodes.Tree, text: str) -> str:
    """Blank a file in JSON but for what its keys call a command or an image: what people and models wrote may speak of anything."""
    blank = list(re.sub(r"[^\r\n]", " ", text))
    for document in tree.documents:
        for path, node in yaml_nodes.walk(document):
            if isinstance(node, yaml_nodes.Scalar) and (
                _COMMANDS.search(".".join(path[-1:])) or "scripts" in path[-2:-1]
            ):
                blank[node.start : node.end] = text[node.start : node.end]
    return "".join(blank)
