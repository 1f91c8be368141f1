"""What is said of releases of MLflow, from what their programs did: no MLflow is needed here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from compat_tests import environments, releases
from compat_tests import trials as trials_module
from compat_tests.claims import Claim
from compat_tests.environments import Environment, UvError
from compat_tests.programs import ProgramResult
from compat_tests.releases import main
from compat_tests.trials import Trial, Trials, claims_on_3, try_release

UNSATISFIABLE = """uv pip install failed:
error: No solution found when resolving dependencies
  cause: Because there is no version of mlflow-skinny==3.18.0 and mlflow>=3.18.0 depends on mlflow-skinny==3.18.0, we can conclude that
         mlflow>=3.18.0 cannot be used.
         And because you require mlflow==3.18.0, we can conclude that your requirements are unsatisfiable."""


def claim_of(side: str) -> Claim:
    """Return a claim about one side of an example whose rule has claims about the other side too."""
    codes = [{claim.rule.code for claim in claims_on_3() if (claim.side == "before") is old} for old in (True, False)]
    return next(claim for claim in claims_on_3() if claim.side == side and claim.rule.code in codes[0] & codes[1])


def cells(trials: Sequence[Trial], code: str) -> list[str]:
    """Return what the table says of a rule's old and new form."""
    (line,) = [line for line in Trials.of(trials).table().splitlines() if line.startswith(f"| {code} ")]
    return [cell.strip() for cell in line.strip("|").split("|")][2:]


def trials(claim: Claim, contradicted: Iterable[str]) -> list[Trial]:
    """Return three releases; those of ``contradicted`` contradict the claim."""
    return [
        Trial(release, {str(claim): "should raise, ended normally"} if release in contradicted else {})
        for release in ("3.1.4", "3.9.0", "3.17.2")
    ]


class TestTable:
    @pytest.mark.parametrize(
        ("contradicted", "expected"),
        [
            ((), "3.1.4 or before"),
            (("3.1.4",), "3.9.0"),
            (("3.1.4", "3.9.0"), "3.17.2"),
            (("3.9.0",), "3.17.2"),  # what held once and then not does not count
            (("3.17.2",), "not on 3.17.2"),
        ],
    )
    @pytest.mark.parametrize(("side", "column"), [("before", 0), ("after", 1)])
    def test_each_form_has_the_release_from_which_on_it_does_what_is_said(
        self, side: str, column: int, contradicted: tuple[str, ...], expected: str
    ) -> None:
        claim = claim_of(side)
        told = cells(trials(claim, contradicted), claim.rule.code)
        assert told[column] == expected
        assert told[1 - column] == "3.1.4 or before"

    def test_a_rule_without_claims_about_a_form_has_a_dash(self) -> None:
        only_new = {claim.rule.code for claim in claims_on_3()} - {
            claim.rule.code for claim in claims_on_3() if claim.side == "before"
        }
        told = Trials.of([Trial("3.17.2", {})]).table()
        assert told.startswith("Tried on 3.17.2.\n")
        assert all(cells([Trial("3.17.2", {})], code)[0] == "–" for code in only_new)
        assert {line.split()[1] for line in told.splitlines()[4:]} == {claim.rule.code for claim in claims_on_3()}

    def test_a_release_whose_programs_could_not_begin_proves_nothing(self) -> None:
        claim = claim_of("before")
        tried = [replace(each, problem="cannot be imported") for each in trials(claim, ())[:1]] + trials(claim, ())[1:]
        assert cells(tried, claim.rule.code) == ["3.9.0", "3.9.0"]


class TestBroken:
    def test_what_the_rule_says_of_later_releases_only_is_no_fault(self) -> None:
        claim = next(claim for claim in claims_on_3() if claim.rule.since not in ("3.0", "3"))
        said = {str(claim): "should raise, ended normally"}
        assert Trial("3.0.1", said).broken() == []
        assert Trial(claim.rule.since, said).broken() == [f"{claim}: should raise, ended normally"]
        assert Trial("3.100.0", said).broken() == [f"{claim}: should raise, ended normally"]

    def test_the_life_cycle_and_a_release_that_cannot_begin_count(self) -> None:
        assert Trial("3.17.2", {}, "scikit_learn: failed").broken() == ["life cycle: scikit_learn: failed"]
        assert Trial("3.17.2", {}, problem="cannot be imported").broken() == ["cannot be imported"]
        assert Trial("3.17.2", {}).broken() == []


class TestCommand:
    @pytest.fixture
    def installed(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Stand-ins for uv and for the programs: 3.18.0 cannot be installed, and on the others every claim holds."""
        tried: list[str] = []

        def make(name: str, *_: object) -> Environment:
            if name == "release-3.18.0":
                raise UvError(UNSATISFIABLE)
            return Environment(name, Path("python"))

        def try_it(_: Environment, release: str, *, life_cycle: bool) -> Trial:
            tried.append(release)
            return Trial(release, {}, "does not serve" if life_cycle else None)

        monkeypatch.setattr(releases, "RELEASES", ("2.22.5", "3.16.0", "3.17.2", "3.18.0"))
        monkeypatch.setattr(environments, "make", make)
        monkeypatch.setattr(releases, "try_release", try_it)
        return tried

    def test_one_that_cannot_be_installed_is_named_and_an_older_one_is_tried(self, installed: list[str]) -> None:
        result = CliRunner().invoke(main, ["--last", "1"])
        assert result.exit_code == 0, result.output
        assert installed == ["3.17.2"]
        left_out = "there is no version of mlflow-skinny==3.18.0 and mlflow>=3.18.0 depends on mlflow-skinny==3.18.0"
        assert f"- 3.18.0: left out: {left_out}\n" in result.output
        assert "Tried on 3.17.2." in result.output

    def test_nothing_but_such_is_said_in_one_line(self, installed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(releases, "RELEASES", ("2.22.5", "3.18.0"))
        result = CliRunner().invoke(main, [])
        assert result.exit_code == 2
        assert result.output.splitlines()[-1] == "error: no release of MLflow 3 can be installed"
        assert installed == []

    def test_what_does_not_hold_is_exit_code_1(self, installed: list[str]) -> None:
        result = CliRunner().invoke(main, ["--last", "2", "--life-cycle"])
        assert result.exit_code == 1
        assert installed == ["3.16.0", "3.17.2"]
        assert "  - life cycle: does not serve\n" in result.output

    def test_a_file_that_is_no_wheel_of_mlflow(self, tmp_path: Path) -> None:
        (tmp_path / "other-1.0-py3-none-any.whl").touch()
        result = CliRunner().invoke(main, ["--wheel", str(tmp_path / "other-1.0-py3-none-any.whl")])
        assert result.exit_code == 2
        assert "is not named as a wheel of MLflow is" in result.output


class TestTrying:
    def test_only_what_contradicts_a_claim_is_kept(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        wrong = next(claim for claim in claims_on_3() if claim.expected.raises is None)
        outcomes = {str(claim): outcome_of(claim) for claim in claims_on_3() if not claim.expected.says}
        outcomes[str(wrong)] = ProgramResult("ValueError: no")
        known = [claim for claim in claims_on_3() if str(claim) in outcomes]
        monkeypatch.setattr(trials_module, "claims_on_3", lambda: known)
        monkeypatch.setattr(trials_module, "run_programs", lambda *_: outcomes)
        trial = try_release(Environment("x", tmp_path / "bin" / "python"), "3.17.2", life_cycle=False)
        assert dict(trial.contradictions) == {str(wrong): "should end normally, ended in ValueError: no"}

    def test_what_held_is_not_run_again(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        first, second = [claim for claim in claims_on_3() if not claim.expected.says][:2]
        ran: list[list[str]] = []

        def run(_: Environment, claims: Iterable[Claim]) -> dict[str, ProgramResult]:
            ran.append([str(claim) for claim in claims])
            wrong = ProgramResult("ZeroDivisionError: no")
            return {name: wrong if name == str(second) else outcome_of(first) for name in ran[-1]}

        monkeypatch.setattr(trials_module, "claims_on_3", lambda: [first, second])
        monkeypatch.setattr(trials_module, "run_programs", run)
        for _ in range(2):
            trial = try_release(Environment("x", tmp_path / "bin" / "python"), "3.17.2", life_cycle=False)
            assert list(trial.contradictions) == [str(second)]
        assert ran == [[str(first), str(second)], [str(second)]]
        assert (tmp_path / "held.json").exists()


class TestRecord:
    def test_what_is_kept_gives_the_same_table(self, tmp_path: Path) -> None:
        tried = Trials.of(replace(each, life_cycle="") for each in reversed(trials(claim_of("before"), ("3.1.4",))))
        (tmp_path / "releases.json").write_text(tried.text(), encoding="utf-8")
        again = Trials.read(tmp_path / "releases.json")
        assert again == tried
        assert [trial.release for trial in again.trials] == ["3.1.4", "3.9.0", "3.17.2"]
        assert "trained, served and loaded on 3.1.4, 3.9.0, 3.17.2." in again.table()
        assert again.untried() == []

    def test_the_readme_shows_what_was_tried(self) -> None:
        readme = (environments.PROJECT / "README.md").read_text(encoding="utf-8")
        assert "<!-- made by: python -m compat_tests.trials -->" in readme
        made = trials_module.with_table(readme, Trials.read().table())
        assert readme == made, "write it anew: python -m compat_tests.trials"

    def test_claims_that_were_made_afterwards_change_no_table(self) -> None:
        old = replace(tried := Trials.of([Trial("3.17.2", {})]), claims=tried.claims[1:])
        assert old.untried() == [tried.claims[0]]
        assert len(old.table().splitlines()) <= len(tried.table().splitlines())


def outcome_of(claim: Claim) -> ProgramResult:
    """Return an outcome that a claim about an error alone takes."""
    if claim.expected.raises is None:
        return ProgramResult()
    kinds, _, pattern = claim.expected.raises.partition(": ")
    return ProgramResult(f"{kinds.split('|')[0]}: {pattern.replace(chr(92), '')}")
