"""Every regular expression of the project, with the way in which it is used."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import codemod

_ANCHORED = ("match", "fullmatch")
_SEARCHING = ("search", "finditer", "findall", "sub", "subn", "split")


@dataclass(frozen=True, slots=True)
class PatternUse:
    """An expression as a module uses it.

    Attributes:
        name: ``module.NAME``, or ``module:line`` for one that has no name.
        pattern: The compiled expression.
        searches: Whether a match may start anywhere.
        whole: Whether a match must take the whole text.
    """

    name: str
    pattern: re.Pattern[Any]
    searches: bool
    whole: bool


def rooms() -> list[str]:
    """Return the packages of the codemod, with its modules that are in none as "codemod"."""
    return ["codemod", *(f"codemod.{room.name}" for room in pkgutil.iter_modules(codemod.__path__) if room.ispkg)]


def uses(room: str) -> list[PatternUse]:
    """Return the expressions of every module of a room, those in its values and those in its code."""
    found: dict[tuple[str, Any, bool, bool], PatternUse] = {}
    for module in _modules(room):
        tree = ast.parse(_source(module))
        methods = _methods(tree)
        for name, value in vars(module).items():
            for pattern in _patterns(value):
                own = methods.get(name, set()) | methods.get("", set()) if isinstance(value, re.Pattern) else set()
                for searches, whole in _ways(own):
                    use = PatternUse(f"{module.__name__}.{name}", pattern, searches, whole)
                    found.setdefault((module.__name__, pattern, searches, whole), use)
        for line, pattern, method in _written(tree):
            for searches, whole in _ways({method}):
                use = PatternUse(f"{module.__name__}:{line}", pattern, searches, whole)
                found.setdefault((module.__name__, pattern, searches, whole), use)
    return sorted(found.values(), key=lambda use: use.name)


def _modules(room: str) -> Iterator[ModuleType]:
    package = importlib.import_module(room)
    if room != "codemod":
        yield package
    walk = pkgutil.iter_modules if room == "codemod" else pkgutil.walk_packages
    for module in walk(package.__path__, f"{room}."):
        if not module.name.endswith("__main__") and not (room == "codemod" and module.ispkg):
            yield importlib.import_module(module.name)


def _source(module: ModuleType) -> str:
    assert module.__file__ is not None
    return Path(module.__file__).read_text(encoding="utf-8")


def _patterns(value: object, depth: int = 4) -> Iterator[re.Pattern[Any]]:
    """Return the compiled expressions of a module's value: itself, or what tuples, mappings and rules hold."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, (tuple, list, set, frozenset)):
        for each in value:
            yield from _patterns(each, depth - 1)
    elif depth and isinstance(value, dict):
        for each in value.values():
            yield from _patterns(each, depth - 1)
    elif depth and type(value).__module__.startswith("codemod") and hasattr(value, "__dataclass_fields__"):
        for field in value.__dataclass_fields__:
            yield from _patterns(getattr(value, field), depth - 1)


def _methods(tree: ast.Module) -> dict[str, set[str]]:
    """Return the methods that are called on each name; "" stands for names that are handed on, of which nothing is known."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.setdefault(node.value.id, set()).add(node.attr)
    return found


def _ways(methods: set[str]) -> list[tuple[bool, bool]]:
    ways = {(False, method == "fullmatch") for method in methods if method in _ANCHORED}
    if not ways or methods.intersection(_SEARCHING):
        ways.add((True, False))
    return sorted(ways)


def _written(tree: ast.Module) -> Iterator[tuple[int, re.Pattern[Any], str]]:
    """Return the expressions that stand in calls of ``re``."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, (str, bytes))
        ):
            if node.func.attr in (*_ANCHORED, *_SEARCHING):
                flags = sum(
                    getattr(re, each.attr)
                    for each in ast.walk(node)
                    if isinstance(each, ast.Attribute) and each.attr.isupper() and hasattr(re, each.attr)
                )
                yield node.lineno, re.compile(node.args[0].value, flags), node.func.attr
