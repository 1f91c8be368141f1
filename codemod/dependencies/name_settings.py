"""Settings that become the names of models, by the keys under which code reads them: MLflow 3 refuses names that MLflow 2 took for paths."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from codemod.analysis.setting_keys import OF_ARGUMENTS, OF_FILE
from codemod.dependencies import yaml_nodes
from codemod.dependencies.model_uris import bare, refused_in
from codemod.dependencies.places import ARGUMENTS, MODEL_NAME, Choices, Place, without_comments

_NUMBER = re.compile(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?")
# With what a template fills in, such as `${{ inputs.name }}`.
_VALUE = r"""(?P<quote>["']?)(?P<value>(?:\{[^{}\r\n]{0,200}\}{1,2}|[^\s"',}\]#;&|]){1,200})(?P=quote)[ \t]*(?=[,}\r\n#;&|\\ ]|\Z)"""
_SECTION = re.compile(r"(?m)^\[{1,2}(?P<name>[^\[\]\r\n]{1,200})\]")
_BETWEEN, _LONGEST = re.compile(r"[^\w-]"), 80
_DEFAULTS = ("default", "value")

# What people set for a model, and a value that may be its path.
_OF_MODELS = re.compile(rb"(?i)model|mlflow|artifact|log_")
_PATH = re.compile(rb"""[:=][ \t]*["']?\w[\w-]{0,80}/[\w./-]{1,200}["']?[ \t]*(?:[,}\r\n#;]|\Z)""")
# Arguments that MLflow 3 does not take, by the names that only they have.
_GONE = re.compile(
    rb"[\"'\s](?:code_path|inference_config|requirements_file|sample_input|enable_mlserver|example_no_conversion)[\"']?[ \t]*[:=]"
)
_BYTES = 1 << 16

Keys = frozenset[tuple[str, ...]]


def keys_in(path: str, keys: Keys) -> Keys:
    """Return the keys that a file may set, those that stand at its top behind ""; others are asked of other files."""
    if not any(each[0].startswith((OF_FILE, OF_ARGUMENTS)) for each in keys):
        return keys
    file = path.replace("\\", "/").rpartition("/")[2]
    here = ("", OF_ARGUMENTS)
    of_this = {f"{OF_FILE}{file}": here[0], f"{OF_ARGUMENTS}{file}": here[1]}
    named = ((of_this.get(each[0], each[0]), *each[1:]) for each in keys)
    return frozenset(each for each in named if each[0] in here or not each[0].startswith((OF_FILE, OF_ARGUMENTS)))


def may_set(keys: Keys, data: bytes) -> bool:
    """Return whether a file may set a name by one of some keys."""
    return bool(keys) and _words(keys).search(data.decode("utf-8", "replace")) is not None


def may_name_models(data: bytes) -> bool:
    """Return whether a file of settings may name a model by a path, or hold arguments of `log_model`, for code that reads it."""
    if len(data) > _BYTES:
        return False
    return _GONE.search(data) is not None or (_OF_MODELS.search(data) is not None and _PATH.search(data) is not None)


def find(text: str, choices: Choices, tree: yaml_nodes.Tree | None) -> Iterator[Place]:
    """Report the settings whose values MLflow 3 refuses as names.

    Args:
        text: The file.
        choices: What the run wants, with the keys.
        tree: The nodes of a file in YAML or JSON; None for others.
    """
    if not choices.name_keys or _words(choices.name_keys).search(text) is None:
        return
    arguments = frozenset(each for each in choices.name_keys if each[0] == OF_ARGUMENTS)
    yield from _arguments(tree, arguments)
    keys = choices.name_keys - arguments
    if not keys:
        return
    found = _in_nodes(tree, keys) if tree is not None else _in_lines(text, keys)
    for start, end, value in {**{each[:2]: each for each in (*found, *_options(text, keys))}}.values():
        written = bare(value)
        refused = refused_in(written)
        if refused and not _NUMBER.fullmatch(written) and value.strip("/") not in choices.plain:
            message = f"if the code logs a model by this name, MLflow 3 refuses it: it holds {' '.join(refused)}"
            yield Place(MODEL_NAME, start, end, message)


def _arguments(tree: yaml_nodes.Tree | None, arguments: Keys) -> Iterator[Place]:
    """Report the keys of a file, or of a section of it, that become arguments which MLflow 3 does not take."""
    said = {(section, name): message for _, section, message, name in arguments}
    for document in tree.documents if tree is not None and said else ():
        for path, node in yaml_nodes.walk(document):
            for key in [each for each, _ in node.items] if isinstance(node, yaml_nodes.Mapping) else ():
                message = said.get((path[-1] if path else "", key.value))
                if message is not None:
                    yield Place(ARGUMENTS, key.start, key.end, message)


def _plain(key: str) -> str:
    return key.replace("-", "_").lower()


def _is_meant(path: tuple[str, ...], keys: Keys) -> bool:
    """Return whether some keys lead to the same value: the last is the same, and the one before it where the code tells that."""
    last = tuple(_plain(each) for each in ("", *path)[-2:])
    is_at_top = len(path) == 1 or not path[-2]
    return any(last[-len(each) :] == tuple(map(_plain, each)) and (each[0] or is_at_top) for each in keys)


@functools.lru_cache(maxsize=4)
def _words(keys: Keys) -> re.Pattern[str]:
    names = sorted({re.escape(_plain(each[-1])).replace("_", "[_-]") for each in keys})
    return re.compile(rf"(?i)(?<![\w-])(?:--)?(?P<key>{'|'.join(names)})(?![\w-])")


@functools.lru_cache(maxsize=4)
def _settings(keys: Keys, between: str) -> re.Pattern[str]:
    return re.compile(_words(keys).pattern + between + _VALUE)


def _in_nodes(tree: yaml_nodes.Tree, keys: Keys) -> Iterator[tuple[int, int, str]]:
    for document in tree.documents:
        for path, node in yaml_nodes.walk(document):
            if not isinstance(node, yaml_nodes.Scalar) or not path or "\n" in node.value:
                continue
            if _is_meant(path, keys) or (path[-1] in _DEFAULTS and _is_meant(path[:-1], keys)):
                yield node.start, node.end, node.value


def _in_lines(text: str, keys: Keys) -> Iterator[tuple[int, int, str]]:
    """Read TOML, INI and files of properties, in which a key may stand in a section, or behind it and a point."""
    plain = without_comments(text)
    sections = [(found.end(), found["name"].rpartition(".")[2].strip("\"' ")) for found in _SECTION.finditer(plain)]
    place, section = 0, ""
    for found in _settings(keys, r"""["']?[ \t]*[=:][ \t]*""").finditer(plain):
        while place < len(sections) and sections[place][0] <= found.start():
            section, place = sections[place][1], place + 1
        before = plain[max(0, found.start() - _LONGEST) : found.start()]
        of = _BETWEEN.split(before[:-1])[-1] if before.endswith(".") else section
        if _is_meant((of, found["key"]), keys):
            yield *found.span("value"), found["value"]


def _options(text: str, keys: Keys) -> Iterator[tuple[int, int, str]]:
    """Read the options of commands, and what a shell sets: ``--model-name models/line``, ``MODEL_NAME=models/line``."""
    for found in _settings(keys, "[= ]").finditer(text):
        before = found[0][: found.start("key") - found.start()]
        is_variable = found["key"].isupper() and found[0][found.end("key") - found.start()] == "="
        if (before == "--" or is_variable) and _is_meant((found["key"],), frozenset(each for each in keys if each[0])):
            yield *found.span("value"), found["value"]
