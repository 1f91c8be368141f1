"""Everything that MLflow marks as deprecated is told where code uses it, with the release and what MLflow recommends."""

from __future__ import annotations

import re

import pytest

from codemod import mlflow_api
from codemod.engine import migrate
from codemod.rules.gone.deprecated_name import _ARGUMENTS, _OTHERS
from codemod.rules.removed.deprecations import NAMES
from codemod.settings import Settings


def use_of(path: str) -> str:
    """Return code that uses a name: a method of an object, or what a module has."""
    owner, _, leaf = path.rpartition(".")
    module, _, kind = owner.rpartition(".")
    if kind[:1].isupper():
        return f"from {module} import {kind}\n\nmade = {kind}(given)\nmade.{leaf}(given)\n"
    return f"from {owner} import {leaf}\n\n{leaf}(given)\n"


@pytest.mark.parametrize("path", sorted({*NAMES, *_OTHERS}))
def test_a_deprecated_name_is_told(path: str) -> None:
    found = {**NAMES, **_OTHERS}[path]
    outcome = migrate("a.py", use_of(path).encode(), Settings())
    assert outcome.findings, f"nothing is said of {path}"
    # What another rule speaks of, with a fix, is not told twice.
    mine = [finding for finding in outcome.findings if finding.code == "MLF410"]
    assert all(f"since {found.since}: {found.advice}" in finding.message for finding in mine)


@pytest.mark.parametrize("path", sorted(set(NAMES)))
def test_a_deprecation_is_one_of_the_newest_mlflow_and_of_a_name_that_2_had(path: str) -> None:
    assert mlflow_api.deprecation(path, mlflow_api.NEWEST) is not None
    assert any(release.startswith("2.") for release in mlflow_api.releases_of(path))
    assert NAMES[path].advice
    assert re.fullmatch(r"[23]\.\d+", NAMES[path].since)


@pytest.mark.parametrize(("path", "name"), sorted(_ARGUMENTS))
def test_a_deprecated_argument_is_told_and_renamed_where_it_is_only_that(path: str, name: str) -> None:
    found = _ARGUMENTS[path, name]
    owner, _, leaf = path.rpartition(".")
    call = f"mlflow.{leaf}" if owner == "mlflow" else f"mlflow.MlflowClient().{leaf}"
    outcome = migrate("a.py", f"import mlflow\n\n{call}({name}=given)\n".encode(), Settings(select=("MLF410",)))
    (finding,) = outcome.findings
    assert f"`{name}=`" in finding.message
    assert found.since in finding.message
    if found.to:
        assert outcome.new is not None
        assert f"{found.to}=given" in outcome.new.decode()
    else:
        assert found.advice in finding.message
