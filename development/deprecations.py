"""Makes the table of what MLflow marks as deprecated, from the API data: ``python -m development.deprecations``.

With ``--check`` the command only tells whether codemod/rules/removed/deprecations.json is current.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator

from codemod import mlflow_api
from codemod.mlflow_api.store import packaged
from codemod.rules.removed.deprecations import DATA_FILE, Deprecation

COMMAND = "python -m development.deprecations > codemod/rules/removed/deprecations.json"
# Constants that MLflow gives instead of a string (`_MIGRATION_GUIDE` in mlflow/metrics/genai/utils.py,
# `_STAGES_DEPRECATION_WARNING` in mlflow/tracking/client.py), said in the words of this program.
_CONSTANTS = {
    "_MIGRATION_GUIDE": "use `mlflow.genai.evaluate` with scorers instead",
    "_STAGES_DEPRECATION_WARNING": "stages go in a later major release; use aliases",
}
_NO_ADVICE = "MLflow is going to remove it and names no successor"


def page() -> str:
    """Return the content of the data file."""
    lines = [
        f"{json.dumps(name)}: {json.dumps([found.since, found.advice])}" for name, found in sorted(_found().items())
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _found() -> dict[str, Deprecation]:
    found = {}
    for name in sorted(_public()):
        marked = [release for release in mlflow_api.RELEASES if mlflow_api.deprecation(name, release) is not None]
        if mlflow_api.NEWEST in marked and any(old.startswith("2.") for old in mlflow_api.releases_of(name)):
            text = mlflow_api.deprecation(name, mlflow_api.NEWEST) or ""
            found[name] = Deprecation(".".join(_first(marked).split(".")[:2]), _advice(text))
    return found


def _first(marked: list[str]) -> str:
    """Return the first release from which on a name is always marked."""
    first = mlflow_api.NEWEST
    for release in reversed(mlflow_api.RELEASES):
        if release not in marked:
            break
        first = release
    return first


def _public() -> Iterator[str]:
    store = packaged()
    for package in store.packages:
        prefix = f"mlflow.{package}." if package else "mlflow."
        for rest in store.partition(package).names():
            name = mlflow_api.canonical(prefix + rest)
            if name is not None and "._" not in name:
                yield name


def _advice(arguments: str) -> str:
    """Say what MLflow recommends, by the arguments of its decorator ``deprecated(alternative, since, impact)`` as they are written."""
    call = ast.parse(f"deprecated({arguments})", mode="eval").body
    assert isinstance(call, ast.Call)
    given = dict(zip(("alternative", "since", "impact"), call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    alternative, impact = given.get("alternative"), given.get("impact")
    if isinstance(alternative, ast.Constant) and isinstance(alternative.value, str) and alternative.value.strip():
        return f"use `{alternative.value}` instead"
    if isinstance(impact, ast.Name) and impact.id in _CONSTANTS:
        return _CONSTANTS[impact.id]
    if isinstance(impact, ast.Constant) and isinstance(impact.value, str):
        return impact.value.rstrip(".")
    return _NO_ADVICE


if __name__ == "__main__":
    if sys.argv[1:] != ["--check"]:
        sys.stdout.write(page())
    elif page() != DATA_FILE.read_text(encoding="utf-8"):
        sys.exit(f"{DATA_FILE.name} is not what the API data says; refresh it: {COMMAND}")
