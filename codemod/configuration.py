"""Reads ``[tool.mlflow-codemod]`` of the nearest pyproject.toml."""

from __future__ import annotations

import ast
import difflib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from codemod.dependencies.versions import UnknownSpecifierError, pep_440
from codemod.disk.patterns import PatternError, Patterns
from codemod.disk.reading import read_regular
from codemod.documents import toml
from codemod.errors import WrongUseError
from codemod.mlflow_api import NEWEST, is_later, is_newer, newest_patch
from codemod.rules import IMPROVEMENTS, all_rules
from codemod.settings import Settings

TABLE = "mlflow-codemod"

CHOICES: Mapping[str, tuple[str, ...]] = {
    "sklearn-format": ("cloudpickle", "skops"),
    "pytorch-format": ("pickle", "pt2"),
    "name-from": ("artifact-path", "registered"),
}

# mlflow/utils/validation.py, _validate_model_alias_name: MLflow reserves "latest" and "v1".
_ALIAS = re.compile(r"(?!latest$|v\d+$)[\w-]{1,255}", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://[^\s/?#@<>\"'`]+(/[^\s?#<>\"'`]*)?")
_TARGET = re.compile(r"both|3(\.[0-9]{1,4}){0,2}")  # Python refuses to read numbers of thousands of digits


class ConfigurationError(WrongUseError):
    """A setting that cannot be followed; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a project asks for.

    Attributes:
        settings: The choices of a run.
        exclude: Files that are not read unless they are named.
        ignores: Codes that are ignored in the files that some patterns name.
        source: The file that it was read from, or "".
    """

    settings: Settings = field(default_factory=Settings)
    exclude: Patterns | None = None
    ignores: tuple[tuple[Patterns, tuple[str, ...]], ...] = ()
    source: str = ""


def load(paths: Sequence[str]) -> Configuration:
    """Read the configuration that holds for some paths.

    It is the table in the nearest pyproject.toml that has one, looked for in the folder that all the paths share and
    in those above it.

    Args:
        paths: Absolute paths of existing files and folders.

    Raises:
        ConfigurationError: If a file cannot be read, or a setting is unknown or not of its kind.
    """
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in paths]
    folder = os.path.commonpath(folders) if folders else os.getcwd()
    while True:
        candidate = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(candidate):
            found = load_file(candidate, required=False)
            if found is not None:
                return found
        parent = os.path.dirname(folder)
        if parent == folder:
            return Configuration()
        folder = parent


def load_file(path: str, *, required: bool = True) -> Configuration | None:
    """Read the configuration of one pyproject.toml.

    Args:
        path: The file. Patterns in it count from its folder.
        required: Whether it is an error when it has no table of ours; otherwise the answer is None.

    Raises:
        ConfigurationError: If the file cannot be read, or a setting is unknown or not of its kind.
    """
    try:
        text = read_regular(path)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from error
    if TABLE.encode() not in text and not required:
        return None
    document = _parse(path, text)
    tool = document.get("tool", {})
    table = tool.get(TABLE) if isinstance(tool, Mapping) else None
    if table is None:
        if required:
            raise ConfigurationError(f"{path}: has no table [tool.{TABLE}]")
        return None
    if not isinstance(table, Mapping):
        raise ConfigurationError(f"{path}: tool.{TABLE} must be a table, not {_kind(table)}")
    try:
        return _read(table, os.path.dirname(os.path.abspath(path)), path)
    except (ConfigurationError, PatternError) as error:
        raise ConfigurationError(f"{path}: [tool.{TABLE}] {error}") from error


def overridden(found: Configuration, table: Mapping[str, Any], folder: str) -> Configuration:
    """Return a configuration with the settings of a table above its own.

    Args:
        found: A configuration.
        table: Settings as in ``[tool.mlflow-codemod]``. Without an ``ignore``, its ``select`` sets aside what was ignored.
        folder: From where the patterns of the table count.

    Raises:
        ConfigurationError: If a setting is unknown or not of its kind.
    """
    try:
        above = _read(table, folder, found.source)
    except PatternError as error:
        raise ConfigurationError(str(error)) from error
    chosen = {key.replace("-", "_") for key in table} - {"exclude", "per_file_ignores"}
    chosen |= {"ignore"} if "select" in chosen else set()
    return Configuration(
        replace(found.settings, **{name: getattr(above.settings, name) for name in chosen}),
        above.exclude if "exclude" in table else found.exclude,
        above.ignores if "per-file-ignores" in table else found.ignores,
        found.source,
    )


def check_codes(codes: Sequence[str]) -> tuple[str, ...]:
    """Check codes and prefixes of codes that a person wrote.

    Returns:
        The codes in capitals.

    Raises:
        ConfigurationError: If no rule has such a code; names the nearest one.
    """
    known = [rule.code for rule in all_rules()]
    checked = tuple(code.strip().upper() for code in codes)
    for code in checked:
        if code != "ALL" and not (code and any(each.startswith(code) for each in known)):
            raise ConfigurationError(f"no rule has the code {code!r}{nearest(code, known)}")
    return checked


def check_target(target: str) -> str:
    """Check the MLflow version that code is migrated to.

    Raises:
        ConfigurationError: If it is not one.
    """
    if not _TARGET.fullmatch(target):
        raise ConfigurationError(f'target {target!r} is not "3", a release such as "3.5", or "both"')
    if target not in ("3", "both"):
        known = newest_patch(target)
        if known is not None and is_later(target, known):
            raise ConfigurationError(
                f"target {target!r} never existed: {known} is the newest {known.rpartition('.')[0]}"
            )
        if known is None and not is_newer(target):
            raise ConfigurationError(f"target {target!r} never existed; {NEWEST} is the newest that is known")
    return target


def remark_on_target(target: str) -> str | None:
    """Return what a person should know of a target: that it is newer than what the data knows; None for nothing."""
    if target in ("3", "both") or not is_newer(target):
        return None
    return f"MLflow {target} is newer than the data, which ends at {NEWEST}: the rules of {NEWEST} are taken"


def check_add(values: Sequence[str]) -> tuple[str, ...]:
    """Check the improvements that a person asked for.

    Raises:
        ConfigurationError: If there is no such improvement, or its name for an alias is none.
    """
    for value in values:
        name, separator, alias = value.partition("=")
        if name not in IMPROVEMENTS:
            raise ConfigurationError(
                f"add {name!r} is not one of {', '.join(IMPROVEMENTS)}{nearest(name, list(IMPROVEMENTS))}"
            )
        if not name.startswith("alias"):
            if separator:
                raise ConfigurationError(f"add {value!r}: {name} takes no value")
        elif not _ALIAS.fullmatch(alias):
            raise ConfigurationError(
                f"add {value!r} needs the name of an alias, such as {name}=champion (letters, digits, _ and -; not latest, not v1)"
            )
    chosen = tuple(dict.fromkeys(values))
    names = [value.partition("=")[0] for value in chosen]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ConfigurationError(f"add: {twice} is given twice, with different aliases")
    return chosen


def check_sample(sample: str) -> str:
    """Check an expression that gives model inputs.

    Raises:
        ConfigurationError: If it is none, or takes more than one line.
    """
    try:
        ast.parse(sample.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConfigurationError(f"sample {sample!r} is not an expression such as X_train") from None
    if len(sample.strip().splitlines()) != 1:
        raise ConfigurationError(f"sample {sample!r} must stand on one line")
    return sample.strip()


def check_mlflow_version(version: str) -> str:
    """Check the specifier that takes the place of pins of MLflow 2.

    Raises:
        ConfigurationError: If it is none, or lets no MLflow 3 in.
    """
    try:
        admits = pep_440(version).admit_3
    except UnknownSpecifierError:
        raise ConfigurationError(f'mlflow-version {version!r} is not a specifier such as ">=3.14,<4"') from None
    if not admits or not version.strip():
        raise ConfigurationError(f'mlflow-version {version!r} must let MLflow 3 in, as ">=3.14,<4" does')
    return version.strip()


def check_docs_url(url: str) -> str:
    """Check the address of the documentation, which stands in reports that other programs make links from.

    Raises:
        ConfigurationError: If it is none of the web.
    """
    if not _WEB_ADDRESS.fullmatch(url):
        raise ConfigurationError(
            f'docs-url {url!r} is not an address such as "https://docs.example.com/mlflow-codemod"'
        )
    return url.rstrip("/")


def check_settings(settings: Settings) -> Settings:
    """Check settings that another program made, as those of a pyproject.toml are.

    Returns:
        The settings, with codes in capitals.

    Raises:
        ConfigurationError: If one of them is not of its kind, or cannot be followed; names it.
    """
    checked: dict[str, Any] = {}
    for field_ in fields(settings):
        key, value = field_.name.replace("_", "-"), getattr(settings, field_.name)
        reader = _READERS.get(key, _flag if isinstance(field_.default, bool) else None)
        if reader is not None and value != field_.default:
            checked[field_.name] = reader(key, list(value) if isinstance(value, tuple) else value)
    return replace(settings, **checked)


def nearest(word: str, known: Sequence[str]) -> str:
    """Say which known word was meant, as the end of a message; "" when none is near."""
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean {found[0]!r}?" if found else ""


def _parse(path: str, text: bytes) -> Mapping[str, Any]:
    try:
        return toml.parse(text.decode("utf-8"))
    except RecursionError:
        raise ConfigurationError(f"{path}: is nested too deeply to be read") from None
    except ValueError as error:
        raise ConfigurationError(f"{path}: is not valid TOML: {' '.join(str(error).split())}") from error


def _read(table: Mapping[str, Any], root: str, path: str) -> Configuration:
    unknown = [key for key in table if key not in _READERS]
    if unknown:
        raise ConfigurationError(f"has the unknown key {unknown[0]!r}{nearest(unknown[0], list(_READERS))}")
    values = {key: _READERS[key](key, value) for key, value in table.items()}
    exclude = values.pop("exclude", ())
    per_file = values.pop("per-file-ignores", {})
    settings = replace(Settings(), **{key.replace("-", "_"): value for key, value in values.items()})
    return Configuration(
        settings,
        Patterns(root, exclude) if exclude else None,
        tuple((Patterns(root, [pattern]), codes) for pattern, codes in per_file.items()),
        path,
    )


def _strings(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigurationError(f"{key} must be a list of strings, not {_kind(value)}")
    return tuple(value)


def _codes(key: str, value: object) -> tuple[str, ...]:
    try:
        return check_codes(_strings(key, value))
    except ConfigurationError as error:
        raise ConfigurationError(f"{key}: {error}" if not str(error).startswith(key) else str(error)) from error


def _codes_by_pattern(key: str, value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{key} must be a table of patterns, each with a list of codes, not {_kind(value)}")
    return {pattern: _codes(f"{key}.{pattern!r}", codes) for pattern, codes in value.items()}


def _target(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise ConfigurationError(f'{key} must be a string such as "3.5", not {_kind(value)}')
    return check_target(value)


def _add(key: str, value: object) -> tuple[str, ...]:
    return check_add(_strings(key, value))


def _sample(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise ConfigurationError(f"{key} must be a string, not {_kind(value)}")
    return check_sample(value)


def _mlflow_version(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise ConfigurationError(f'{key} must be a string such as ">=3.14,<4", not {_kind(value)}')
    return check_mlflow_version(value)


def _docs_url(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise ConfigurationError(f"{key} must be a string, not {_kind(value)}")
    return check_docs_url(value)


def _flag(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ConfigurationError(f"{key} must be true or false, not {_kind(value)}")
    return value


def _choice(key: str, value: object) -> str:
    choices = CHOICES[key]
    if value not in choices:
        wanted = " or ".join(f'"{choice}"' for choice in choices)
        given = f'"{value}"' if isinstance(value, str) else _kind(value)
        raise ConfigurationError(f"{key} must be {wanted}, not {given}")
    return str(value)


_READERS: Mapping[str, Callable[[str, object], Any]] = {
    "select": _codes,
    "ignore": _codes,
    "per-file-ignores": _codes_by_pattern,
    "exclude": _strings,
    "target": _target,
    "unsafe": _flag,
    "sklearn-format": _choice,
    "pytorch-format": _choice,
    "name-from": _choice,
    "mlflow-version": _mlflow_version,
    "add": _add,
    "sample": _sample,
    "docs-url": _docs_url,
}


def _kind(value: object) -> str:
    """Name the TOML kind of a value, for people."""
    names = ((bool, "a boolean"), (str, "a string"), (int, "an integer"), (float, "a float"), (Mapping, "a table"))
    for kind, name in names:
        if isinstance(value, kind):
            return name
    if isinstance(value, list):
        wrong = next((item for item in value if not isinstance(item, str)), None)
        return "a list" if wrong is None else f"a list with {_kind(wrong)} in it"
    return type(value).__name__
