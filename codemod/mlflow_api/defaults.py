"""Which defaults of MLflow 2's public functions are others in MLflow 3, since which release."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codemod import mlflow_api
from codemod.mlflow_api.signatures import ParameterKind, Signature
from codemod.mlflow_api.store import packaged

#: Packages that MLflow does not document for users.
INTERNAL = frozenset(
    {"assistant", "cli", "db", "demo", "legacy_databricks_cli", "server", "store", "telemetry", "tracking", "utils"}
)
REQUIRED = "required"
"""What stands for the default of a parameter that has none."""


@dataclass(frozen=True, slots=True, order=True)
class DefaultChange:
    """One default that one release changed.

    Attributes:
        name: The function, method or class, by its public name.
        parameter: The parameter.
        release: The first known release with the new default.
        was: Source of the default in the release before it; `REQUIRED` without one.
        now: Source of the new default.
    """

    name: str
    parameter: str
    release: str
    was: str
    now: str


def changed_defaults() -> list[DefaultChange]:
    """Return the changes since the newest MLflow 2, sorted by name: what that release had, release by release of MLflow 3.

    A parameter that went and came again is not among them, nor are the packages that MLflow does not document for users.
    """
    return sorted(change for name in _public() for change in _of(name))


def _public() -> set[str]:
    """Return the public names of everything in the newest MLflow 2 that can be called."""
    store, index = packaged(), mlflow_api.RELEASES.index(mlflow_api.NEWEST_2)
    found = set()
    for package in store.packages:
        partition = store.partition(package)
        prefix = f"mlflow.{package}." if package else "mlflow."
        names = (prefix + rest for rest in partition.names() if partition.at(rest, index) is not None)
        found |= {mlflow_api.canonical(name) for name in names}
    return {name for name in found if name and "._" not in name and name.split(".")[1] not in INTERNAL}


def _of(name: str) -> Iterator[DefaultChange]:
    before = mlflow_api.signature(name, mlflow_api.NEWEST_2)
    for release in mlflow_api.RELEASES[mlflow_api.RELEASES.index(mlflow_api.NEWEST_2) + 1 :]:
        after = mlflow_api.signature(name, release)
        if before is None or after is None:
            return
        yield from _between(name, release, before, after)
        before = after


def _between(name: str, release: str, before: Signature, after: Signature) -> Iterator[DefaultChange]:
    for parameter in after.parameters:
        old = before.parameter(parameter.name)
        if (
            old is None
            or old.default == parameter.default
            or parameter.kind in (ParameterKind.VAR_POSITIONAL, ParameterKind.VAR_KEYWORD)
        ):
            continue
        yield DefaultChange(name, parameter.name, release, old.default or REQUIRED, parameter.default or REQUIRED)
