"""The rules, one module each in the folder of its family, and which of them a run uses."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Sequence

from codemod.rules.base import Rule
from codemod.settings import Settings

_FAMILIES = ("logging", "loading", "registry", "gone", "stores", "additions")

# What `--add` calls the rules that nobody gets without asking.
IMPROVEMENTS = {"signature": "MLF901", "alias": "MLF902", "autolog": "MLF903", "alias-readers": "MLF905"}


@functools.cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, by code: each module in the folder of a family that is not named ``*_examples`` holds one.

    Raises:
        AttributeError: If such a module has no ``RULE``.
    """
    rules: list[Rule] = []
    for family in _FAMILIES:
        package = importlib.import_module(f"codemod.rules.{family}")
        names = [module.name for module in pkgutil.iter_modules(package.__path__)]
        modules = [
            importlib.import_module(f"{package.__name__}.{name}") for name in names if not name.endswith("_examples")
        ]
        rules += [module.RULE for module in modules]
    return tuple(sorted(rules, key=lambda rule: rule.code))


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
