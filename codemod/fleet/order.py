"""In which order repositories are moved: servers before their clients, and what others install before those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codemod.fleet.running import RepositoryResult


@dataclass(frozen=True, slots=True)
class Rank:
    """The place of one repository.

    Attributes:
        result: What is known of it.
        number: From 1; 0 where nothing is left to do, or nothing is known.
        users: The names of the repositories of the list that install a package of this one, directly or not.
        reason: Why it comes here: ``"starts a server"``, ``"installed by 3"``, or "".
    """

    result: RepositoryResult
    number: int
    users: tuple[str, ...]
    reason: str


def ordered(results: Sequence[RepositoryResult]) -> list[Rank]:
    """Return all repositories, first what comes first.

    A server of MLflow 2 takes no models from clients of MLflow 3, so servers come before all others. Then come those that most
    others install, so that none is moved before what it imports; then those in which most must be fixed. Those in which nothing is
    left to do come behind, and behind them those of which nothing is known.
    """
    users = _users(results)

    def key(result: RepositoryResult) -> tuple[int, bool, int, int, str]:
        record = result.record
        if record is None or result.failure:
            return 2, False, 0, 0, result.entry.name
        done = result.state == "nothing left"
        return int(done), not record.starts_server, -len(users[result.entry.folder]), -record.must, result.entry.name

    places = []
    for number, result in enumerate(sorted(results, key=key), 1):
        mine = users[result.entry.folder]
        places.append(Rank(result, 0 if key(result)[0] else number, mine, _reason(result, mine)))
    return places


def _reason(result: RepositoryResult, users: Sequence[str]) -> str:
    said = ["starts a server"] if result.record is not None and result.record.starts_server else []
    return ", ".join([*said, *([f"installed by {len(users)}"] if users else [])])


def _users(results: Sequence[RepositoryResult]) -> dict[str, tuple[str, ...]]:
    """Return by whom each repository is installed, directly or by way of others."""
    known = {result.entry.folder: result for result in results if result.record is not None}
    makers: dict[str, set[str]] = {}
    for folder, result in known.items():
        for package in result.record.makes if result.record is not None else ():
            makers.setdefault(package, set()).add(folder)
    direct: dict[str, set[str]] = {result.entry.folder: set() for result in results}
    for folder, result in known.items():
        for package in result.record.installs if result.record is not None else ():
            for maker in makers.get(package, set()) - {folder}:
                direct[maker].add(folder)
    names = {result.entry.folder: result.entry.name for result in results}
    return {
        folder: tuple(sorted(names[user] for user in _reached(folder, direct) if user != folder)) for folder in direct
    }


def _reached(start: str, direct: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = [start]
    while todo:
        for user in direct[todo.pop()] - found:
            found.add(user)
            todo.append(user)
    return found
