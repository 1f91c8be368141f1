"""Chooses, for everything that MLflow defines, the one public name by which the codemod calls it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from codemod.mlflow_api.generate.surface import Definition, Surface


def preferred_names(surfaces: Sequence[Surface]) -> dict[str, str]:
    """Map the place of a definition to its preferred name, where the two differ.

    A name that is documented, because it stands in an `__all__` or in a package around the definition, goes before one
    that some module merely imported; after that the shorter one wins. A name means what it means in the newest release
    that has it, so that asking twice gives the same answer.

    Args:
        surfaces: Releases, oldest first.
    """
    newest: dict[str, Definition | str] = {}
    last: dict[str, int] = {}
    for index, surface in enumerate(surfaces):
        newest.update(surface.names)
        last.update(dict.fromkeys((name for name, one in surface.names.items() if isinstance(one, Definition)), index))
    candidates: dict[str, list[str]] = {}
    for index, surface in enumerate(surfaces):
        aliases: defaultdict[str, list[str]] = defaultdict(list)
        for name, target in surface.names.items():
            if isinstance(target, str):
                aliases[target].append(name)
        for place, names in aliases.items():
            if last.get(place) == index:
                candidates[place] = sorted([place, *names], key=lambda name: _rank(name, place, surface))
    chosen: dict[str, str] = {}
    for place in candidates:
        name = _settle(place, candidates, newest)
        if name != place:
            chosen[place] = name
    return chosen


def _settle(place: str, candidates: dict[str, list[str]], newest: dict[str, Definition | str]) -> str:
    """Return the first choice for a place, or for what that choice has come to mean since."""
    seen: set[str] = set()
    while place not in seen:
        seen.add(place)
        name = candidates.get(place, [place])[0]
        target = newest.get(name, name)
        leads_to = target if isinstance(target, str) else name
        if leads_to == place:
            return name
        place = leads_to
    return place


def _rank(name: str, place: str, surface: Surface) -> tuple[bool, bool, int, int, str]:
    parts = name.split(".")
    module = name.rpartition(".")[0]
    documented = name in surface.exports or place.startswith(f"{module}.")
    return any(part.startswith("_") for part in parts), not documented, len(parts), len(name), name
