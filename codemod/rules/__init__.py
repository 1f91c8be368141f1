"""The rules, one module each in the folder of its family, and which of them a run uses."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from codemod.rules.base import Rule
from codemod.settings import Settings


@dataclass(frozen=True, slots=True)
class Family:
    """The rules of one folder.

    Attributes:
        prefix: How their codes begin.
        title: What they are about, as a heading.
    """

    prefix: str
    title: str


#: By folder.
FAMILIES = {
    "logging": Family("MLF1", "Logging a model"),
    "loading": Family("MLF2", "Finding and loading a model"),
    "registry": Family("MLF3", "The registry"),
    "gone": Family("MLF4", "Gone in MLflow 3"),
    "stores": Family("MLF5", "Stores, servers and environments"),
    "additions": Family("MLF9", "Improvements, only when asked for"),
}

# What `--add` calls the rules that nobody gets without asking.
IMPROVEMENTS = {"signature": "MLF901", "alias": "MLF902", "autolog": "MLF903", "alias-readers": "MLF905"}


@functools.cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, by code."""
    return tuple(sorted(rules_by_module().values(), key=lambda rule: rule.code))


@functools.cache
def rules_by_module() -> Mapping[str, Rule]:
    """Return the rule of each module in the folder of a family that is not named ``*_examples``, by the module's name.

    Raises:
        TypeError: If such a module has no rule.
    """
    found = {}
    for family in FAMILIES:
        package = importlib.import_module(f"{__name__}.{family}")
        for file in pkgutil.iter_modules(package.__path__):
            if not file.name.endswith("_examples"):
                module = importlib.import_module(f"{package.__name__}.{file.name}")
                if not isinstance(getattr(module, "RULE", None), Rule):
                    raise TypeError(
                        f"{module.__name__} has no RULE; what several rules share belongs in {__name__}.idioms"
                    )
                found[module.__name__] = module.RULE
    return found


def selected(settings: Settings) -> tuple[Rule, ...]:
    """Return the rules that a run applies: ``select`` and ``ignore`` hold codes or prefixes of codes; ``add`` selects too."""
    added = {code for name, code in IMPROVEMENTS.items() if settings.added(name) is not None}
    return tuple(
        rule
        for rule in all_rules()
        if (rule.code in added or _chosen(rule, settings.select)) and not _matches(rule.code, settings.ignore)
    )


def _chosen(rule: Rule, select: Sequence[str]) -> bool:
    if not select:
        return not rule.opt_in
    return _matches(rule.code, select)


def _matches(code: str, prefixes: Sequence[str]) -> bool:
    return any(prefix in ("ALL", "") or code.startswith(prefix) for prefix in prefixes)
