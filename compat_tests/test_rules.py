"""What the codemod's rules claim about MLflow, run on the real one: the old form, the new form, and that both do the same."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping

import pytest

from compat_tests import on_mlflow_2
from compat_tests.claims import CLAIMS, Claim, before_on_2, contradiction, is_expected
from compat_tests.programs import ProgramResult


@pytest.fixture(scope="module")
def outcomes(client_line: str) -> Mapping[str, ProgramResult]:
    """Outcomes of all programs that have a claim for the line under test."""
    return on_mlflow_2.run(client_line, {str(claim): claim.program for claim in CLAIMS if claim.line == client_line})


@pytest.fixture(scope="module")
def outcomes_before(client_line: str, outcomes: Mapping[str, ProgramResult]) -> Mapping[str, ProgramResult]:
    """Outcomes of the old forms on MLflow 2: what every new form must still do."""
    if client_line == "2":
        return outcomes
    return on_mlflow_2.known(
        {str(claim): claim.program for claim in CLAIMS if (claim.line, claim.side) == ("2", "before")}
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test of each claim about the release under test, and one of each pair of forms that must do the same."""
    release = importlib.metadata.version("mlflow")
    line = release.split(".")[0]
    claims = [claim for claim in CLAIMS if claim.line == line and (line == "2" or is_expected(claim, release))]
    if "claim" in metafunc.fixturenames:
        metafunc.parametrize("claim", claims, ids=str)
    if "new" in metafunc.fixturenames:
        pairs = [
            (claim, before_on_2(claim)) for claim in claims if claim.side != "before" and claim.expected.raises is None
        ]
        metafunc.parametrize(("new", "old"), [(new, old) for new, old in pairs if old], ids=str)


def test_a_claim_holds(claim: Claim, outcomes: Mapping[str, ProgramResult]) -> None:
    assert contradiction(claim, outcomes[str(claim)]) is None


def test_the_new_form_does_what_the_old_one_did_on_mlflow_2(
    new: Claim, old: Claim, outcomes: Mapping[str, ProgramResult], outcomes_before: Mapping[str, ProgramResult]
) -> None:
    assert outcomes[str(new)].result == outcomes_before[str(old)].result
