"""Reads and edits the files that say which MLflow a project installs and how its servers are started.

Each family of formats has a module that finds places in the text; nothing but the characters of a place is ever
edited, so comments, order and quoting stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codemod.dependencies import stage_words
from codemod.documents.kinds import is_dependency_file, kind_of

if TYPE_CHECKING:
    from codemod.findings import Outcome
    from codemod.rewriting.choices import Choose
    from codemod.settings import Settings

__all__ = ["is_dependency_file", "kind_of", "may_hold", "migrate_dependency_file"]


# A file of MLflow's gateway need not speak of MLflow.
_GATEWAY = b"route_type"


def may_hold(path: str, data: bytes) -> bool:
    """Return whether a file is a dependency or deployment file that speaks of MLflow, in UTF-8 or UTF-16, or of stages."""
    kind = kind_of(path)
    if kind is None or kind == "store":
        return kind is not None
    if kind != "data" and b"mlflow" in data.replace(b"\0", b"").lower():
        return True
    return (kind == "yaml" and _GATEWAY in data) or stage_words.speaks_of_stages(path, data)


def migrate_dependency_file(path: str, data: bytes, settings: Settings, choose: Choose | None = None) -> Outcome:
    """Find what keeps a project on MLflow 2 in one of its dependency or deployment files, and mend it.

    Args:
        path: The path as discovered; the name says what kind of file it is.
        data: Its bytes.
        settings: What the run was asked to do.
        choose: As for `codemod.engine.migrate`.

    Returns:
        The outcome. Bad input ends in `State.FAILED` with the reason.
    """
    if not may_hold(path, data):
        from codemod.findings import Outcome, State

        return Outcome(path, State.UNCHANGED, old=data, new=data)
    from codemod.dependencies.migration import migrate  # late: discovery asks only for the names

    return migrate(path, data, settings, choose)
