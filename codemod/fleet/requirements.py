"""Which packages a repository makes, and which it installs, as its dependency files say; `setup.py` is read and not run."""

from __future__ import annotations

import ast
import configparser
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import tomlkit
import yaml
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from codemod.dependencies import kind_of

_MOST = 1 << 20
_EGG = re.compile(r"[#&]egg=([\w.-]+)")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_CONDA = re.compile(r"(?:[\w.-]+::)?([A-Za-z0-9][\w.-]*)\s*([=<>!~].*)?\Z")
_LOCKED = re.compile(
    r"""name[ \t]*[=:][ \t]*["']?(mlflow(?:-skinny)?)["']?[ \t]*\r?\n[ \t]*version[ \t]*[=:][ \t]*["']?(\d[\w.]*)"""
)


@dataclass(frozen=True, slots=True)
class Said:
    """What one file says.

    Attributes:
        makes: The name of the package that it makes, as indexes write it; "" for none.
        installs: Packages and their specifiers as they are written, such as ``("mlflow", "==2.9.2")``.
    """

    makes: str = ""
    installs: tuple[tuple[str, str], ...] = ()


def is_read(path: str) -> bool:
    """Return whether a file may say which packages there are, by its name."""
    return path.replace("\\", "/").rpartition("/")[2] == "setup.py" or kind_of(path) in _READERS


def read_requirements(path: str, data: bytes) -> Said:
    """Read one file; one that cannot be read says nothing, which the check of the file itself reports."""
    if len(data) > _MOST:
        return Said()
    text = data.decode("utf-8", "replace")
    name = path.replace("\\", "/").rpartition("/")[2]
    reader = _of_setup_py if name == "setup.py" else _READERS.get(kind_of(path) or "")
    if reader is None:
        return Said()
    try:
        return reader(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError, configparser.Error, yaml.YAMLError):
        return Said()


def _said(makes: object, texts: Iterable[object]) -> Said:
    pairs = (_requirement(text) for text in texts if isinstance(text, str))
    made = canonicalize_name(makes) if isinstance(makes, str) else ""
    return Said(made, tuple(dict.fromkeys(pair for pair in pairs if pair is not None)))


def _requirement(text: str) -> tuple[str, str] | None:
    text = _COMMENT.sub("", text).partition(" --")[0].strip().rstrip("\\").strip()
    try:
        found = Requirement(text)
    except InvalidRequirement:
        egg = _EGG.search(text)
        return (canonicalize_name(egg[1]), "") if egg is not None else None
    return canonicalize_name(found.name), str(found.specifier)


def _of_requirements(text: str) -> Said:
    return _said("", (line for line in text.splitlines() if not line.lstrip().startswith(("#", "-r", "-c", "--"))))


def _of_pyproject(text: str) -> Said:
    document = _toml(text)
    project, tool = _table(document.get("project")), _table(document.get("tool"))
    poetry = _table(tool.get("poetry"))
    texts: list[object] = [*_list(project.get("dependencies"))]
    for group in (
        *_table(project.get("optional-dependencies")).values(),
        *_table(document.get("dependency-groups")).values(),
    ):
        texts += _list(group)
    texts += _of_poetry(poetry.get("dependencies"))
    for group in _table(poetry.get("group")).values():
        texts += _of_poetry(_table(group).get("dependencies"))
    return _said(project.get("name") or poetry.get("name"), texts)


def _of_pipfile(text: str) -> Said:
    document = _toml(text)
    return _said("", [*_of_poetry(document.get("packages")), *_of_poetry(document.get("dev-packages"))])


def _of_poetry(table: object) -> Iterator[str]:
    """Return the requirements of a table of names and versions; a caret and a bare number are what Poetry takes them for."""
    for name, value in _table(table).items():
        version = _table(value).get("version", "") if isinstance(value, Mapping) else value
        version = version.strip() if isinstance(version, str) else ""
        if version in ("", "*"):
            yield name
        elif version.startswith("^"):
            yield f"{name}>={version[1:]},<{_after(version[1:])}"
        elif version.startswith("~") and not version.startswith("~="):
            yield f"{name}~={version[1:]}.0" if version.count(".") < 2 else f"{name}~={version[1:]}"
        else:
            yield f"{name}{version}" if not version[0].isdigit() else f"{name}=={version}"


def _after(version: str) -> str:
    first, _, rest = version.partition(".")
    if first == "0" and rest:
        return f"0.{_after(rest)}"
    return str(int(first) + 1) if first.isdigit() else "0"


def _of_setup_cfg(text: str) -> Said:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(text)
    texts = parser.get("options", "install_requires", fallback="").splitlines()
    if parser.has_section("options.extras_require"):
        texts += [line for _, value in parser.items("options.extras_require") for line in value.splitlines()]
    return _said(parser.get("metadata", "name", fallback=None), texts)


def _of_setup_py(text: str) -> Said:
    makes: object = None
    texts: list[object] = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.keyword):
            continue
        if node.arg == "name" and isinstance(node.value, ast.Constant):
            makes = makes or node.value.value
        elif node.arg in ("install_requires", "extras_require", "setup_requires", "tests_require"):
            lists = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
            texts += [each.value for one in lists for each in ast.walk(one) if isinstance(each, ast.Constant)]
    return _said(makes, texts)


def _of_conda(text: str) -> Said:
    document = yaml.safe_load(text)
    texts: list[object] = []
    for item in _list(_table(document).get("dependencies")):
        if isinstance(item, Mapping):
            texts += _list(item.get("pip"))
        elif isinstance(item, str) and (found := _CONDA.match(item.strip())) is not None:
            texts.append(found[1] + _of_clause(found[2] or ""))
    return _said("", texts)


def _of_clause(clause: str) -> str:
    """Return a match of conda as a specifier: one ``=`` means any release that begins so, two mean this one."""
    clause = clause.replace(" ", "")
    if not clause.startswith("=") or clause.startswith("=="):
        return clause
    version = clause[1:].partition("=")[0].rstrip("*").rstrip(".")
    return f"=={version}.*" if version else ""


def _of_lock(text: str) -> Said:
    if text.lstrip().startswith("{"):
        entry = _table(_table(_table(json.loads(text)).get("default")).get("mlflow"))
        return _said("", [f"mlflow{entry.get('version', '')}"] if entry else [])
    return _said("", [f"{found[1]}=={found[2]}" for found in _LOCKED.finditer(text)])


def _toml(text: str) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], tomlkit.parse(text).unwrap())


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


_READERS: Mapping[str, Callable[[str], Said]] = {
    "requirements": _of_requirements,
    "pyproject": _of_pyproject,
    "pipfile": _of_pipfile,
    "setup.cfg": _of_setup_cfg,
    "conda": _of_conda,
    "lock": _of_lock,
}
