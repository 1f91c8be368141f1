"""The words of the report for people, and totals that add up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.documents.base import TextEdit
from codemod.findings import Finding, Location, Outcome, Safety, Severity, State
from codemod.mlflow_api import NEWEST
from codemod.reports import phrases
from codemod.reports.base import Mode, Report
from codemod.reports.escaping import printable
from codemod.reports.text import LAYOUTS, Layout, Options, plain
from codemod.settings import Settings
from tests.codemod.reports.conftest import migrated, report

RELEASE = ".".join(NEWEST.split(".")[:2])


def finding(
    code: str = "MLF101",
    safety: Safety = Safety.SAFE,
    *,
    fixed: bool = False,
    suppressed: bool = False,
    line: int = 3,
    cell: int | None = None,
    label: str = "",
) -> Finding:
    location = Location(0, 0, 1, line, 5, line, 6, cell, label)
    edits = () if safety is Safety.MANUAL else (TextEdit(0, 0, 1, "x"),)
    severity = Severity.BREAKS if code == "MLF102" else Severity.CHANGES
    return Finding(code, f"about {code}", location, safety, edits, fixed, suppressed, "the line", severity=severity)


def outcome(path: str, state: State, *findings: Finding, reason: str = "", problems: tuple[str, ...] = ()) -> Outcome:
    new = b"new" if any(each.fixed for each in findings) else b"old"
    return Outcome(path, state, findings, b"old", new, reason, problems)


MIXED = (
    outcome("z.py", State.CHANGED, finding(fixed=True), finding(fixed=True), finding("MLF403", fixed=True)),
    outcome("easy.py", State.NOT_FIXED, finding("MLF102", Safety.UNSAFE)),
    outcome("hard.py", State.CHANGED, finding("MLF106", Safety.MANUAL, line=9), finding(fixed=True)),
    outcome("nb.ipynb", State.NOT_FIXED, finding("MLF102", Safety.UNSAFE, cell=4, label="%%writefile x.py")),
    outcome("quiet.py", State.SUPPRESSED, finding(suppressed=True)),
    outcome("same.py", State.UNCHANGED),
    outcome("gone.py", State.SKIPPED, reason="broken symbolic link to x"),
    outcome("bad.py", State.FAILED, reason="line 1: invalid syntax"),
    outcome("half.ipynb", State.UNCHANGED, problems=("cell 2, line 1: invalid syntax",)),
)


def test_apply() -> None:
    report = Report("apply", Settings(), MIXED)
    assert plain(report) == (
        "Breaks on MLflow 3.17 - 2 findings: an error, to be fixed before the move\n"
        "\n"
        "MLF102 invalid-model-name (2)\n"
        "  about MLF102 [unsafe fix]\n"
        "      easy.py:3:5                                the line\n"
        "      nb.ipynb: cell 4, line 3 (%%writefile x.py)  the line\n"
        "\n"
        "Changes on MLflow 3.17 - 1 finding: it runs, but a result, the place of a file, or a record differs\n"
        "\n"
        "MLF106 removed-log-argument\n"
        "  about MLF106 [by hand]\n"
        "      hard.py:9:5  the line\n"
        "\n"
        "changed hard.py: MLF101\n"
        "changed z.py: MLF101 ×2, MLF403\n"
        "skipped gone.py: broken symbolic link to x\n"
        "failed bad.py: line 1: invalid syntax\n"
        "not analysed half.ipynb: cell 2, line 1: invalid syntax\n"
        "\n"
        "9 files: 2 changed, 2 not fixed, 1 suppressed, 2 without findings, 1 skipped, 1 failed\n"
        "8 findings: 4 fixed, 1 suppressed, 3 left\n"
        "Left: 2 unsafe with `apply --unsafe`, 1 by hand\n"
        "On MLflow 3.17, 2 break and 1 changes something silently.\n"
    ).replace("3.17", RELEASE).replace(
        "easy.py:3:5                                the", "easy.py:3:5                                  the"
    )
    assert report.exit_code == 3


def test_check_says_what_apply_would_do() -> None:
    report = Report("check", Settings(), MIXED[:2])
    text = plain(report, Options(layout="concise", steps=phrases.steps(report, "src")))
    assert text == (
        "easy.py:3:5: breaks MLF102 about MLF102 [unsafe fix]\n"
        "z.py:3:5: changes MLF101 about MLF101 [safe fix]\n"
        "z.py:3:5: changes MLF101 about MLF101 [safe fix]\n"
        "z.py:3:5: changes MLF403 about MLF403 [safe fix]\n"
        "\n"
        "2 files: 1 would change, 1 not fixed\n"
        "4 findings: 3 safe with `apply`, 1 unsafe with `apply --unsafe`\n"
        f"On MLflow {RELEASE}, 1 breaks and 3 change something silently.\n"
        "Next: `python -m codemod apply src` makes 3 safe fixes in 1 file\n"
    )


class TestFirstScreen:
    """What stops the program, what changes, what can wait, and what to do next are said before any finding."""

    def shown(self, mode: Mode = "check", *, interrupted: bool = False, **options: object) -> list[str]:
        report = Report(mode, Settings(), MIXED, interrupted=interrupted)
        return plain(report, Options(steps=phrases.steps(report, "src"), **options)).splitlines()  # type: ignore[arg-type]

    @pytest.mark.parametrize("mode", ["check", "diff"])
    @pytest.mark.parametrize("layout", ["grouped", "full"])
    def test_it_stands_first_where_nothing_was_written(self, mode: Mode, layout: Layout) -> None:
        lines = self.shown(mode, layout=layout)
        assert lines[:4] == [
            f"7 findings, and 1 suppressed. On MLflow {RELEASE}, 2 break and 5 change something silently.",
            "9 files: 2 would change, 2 not fixed, 1 suppressed, 2 without findings, 1 skipped, 1 failed",
            "Next: `python -m codemod apply src` makes 4 safe fixes in 2 files",
            "",
        ]
        assert lines[-1] == "Left: 4 safe with `apply`, 2 unsafe with `apply --unsafe`, 1 by hand"

    @pytest.mark.parametrize("mode", ["check", "apply"])
    @pytest.mark.parametrize("width", [60, 80, 119])
    def test_nothing_is_wider_than_the_terminal(self, mode: Mode, width: int) -> None:
        text = f"import mlflow\nmlflow.sklearn.log_model(model, 'm', registered_model_name={'n' * 90!r})\n"
        # A message that ends within a tag's length of the edge would break the tag.
        for pad in range(12):
            found = replace(finding("MLF110", Safety.MANUAL), message="word " * 12 + "x" * pad)
            files = (*MIXED, migrated("folder/job.py", text), outcome("a.py", State.BY_HAND, found))
            report = Report(mode, Settings(), files)
            lines = plain(report, Options(steps=phrases.steps(report, "src"), width=width)).splitlines()
            start = next(index for index, line in enumerate(lines) if line.startswith("MLF"))
            shown = [line for line in lines[start:] if line.startswith(("  ", "Next: ")) and "  MLF101 " not in line]
            assert max(map(len, shown)) <= width
            assert sum("[by hand]" in line for line in shown) == 2

    @pytest.mark.parametrize("mode", ["check", "apply"])
    @pytest.mark.parametrize("layout", LAYOUTS)
    def test_nothing_is_said_twice(self, mode: Mode, layout: Layout) -> None:
        lines = self.shown(mode, layout=layout, interrupted=True)
        for start in ("Next: ", "9 files: ", "interrupted: ", "Left: "):
            assert sum(line.startswith(start) for line in lines) <= 1
        assert sum(f"On MLflow {RELEASE}" in line for line in lines) == 1

    def test_an_interrupted_run_says_so_before_what_it_found(self) -> None:
        assert self.shown(interrupted=True)[1] == "interrupted: not every file was looked at"

    def test_one_that_wrote_says_it_below_what_it_did(self) -> None:
        lines = self.shown("apply")
        assert lines[0].startswith("Breaks on")
        assert any(line.startswith("Next: ") for line in lines[-5:])

    @pytest.mark.parametrize("options", [{"layout": "concise"}, {"quiet": True}])
    def test_programs_read_findings_from_the_first_line_on(self, options: dict[str, object]) -> None:
        assert "MLF102" in "".join(self.shown(**options)[:3])
        assert not any("7 findings" in line for line in self.shown(**options)[:3])

    def test_it_is_on_the_first_screen_of_many_findings(self) -> None:
        many = tuple(outcome(f"{n}.py", State.NOT_FIXED, finding("MLF102", Safety.UNSAFE)) for n in range(182))
        report = Report("check", Settings(), many)
        screen = plain(report, Options(steps=phrases.steps(report))).splitlines()[:24]
        assert screen[0] == f"182 findings. On MLflow {RELEASE}, 182 break."
        assert screen[2].startswith("Next: `python -m codemod apply --unsafe --diff`")


@pytest.mark.parametrize("mode", ["check", "diff"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_was_not_written_is_not_said_to_be_changed(mode: Mode, layout: Layout) -> None:
    report = Report(mode, Settings(), MIXED)
    words = plain(report, Options(layout=layout, steps=phrases.steps(report)))
    for word in ("changed", "rewritten", "fixed:", " fixed,", "needs a person", "manual"):
        assert word not in words.replace("not fixed", ""), word


class TestWhatCanWait:
    WARNS = replace(finding("MLF301", Safety.MANUAL), severity=Severity.DEPRECATED)

    def text(self, *found: Finding, **options: object) -> str:
        report = Report("check", Settings(), (outcome("a.py", State.BY_HAND, *found),))
        return plain(report, Options(**options))  # type: ignore[arg-type]

    def test_it_is_counted_below_what_cannot(self) -> None:
        shown = self.text(finding(), self.WARNS, self.WARNS)
        assert "Deprecated on" in shown
        assert (
            "2 findings: it still works and can wait; --verbose lists them\n    2  MLF301 stage-transition: " in shown
        )
        assert shown.count("a.py:3:5") == 1

    def test_it_is_listed_when_asked_for(self) -> None:
        assert self.text(finding(), self.WARNS, self.WARNS, verbose=True).count("a.py:3:5") == 3

    def test_it_is_listed_when_nothing_else_is_there(self) -> None:
        assert self.text(self.WARNS).count("a.py:3:5") == 1


class TestGroups:
    def test_an_explanation_stands_once(self) -> None:
        found = [replace(finding(line=line), message="MLflow 3 does this; x is a parameter") for line in (1, 2)]
        found.append(replace(finding(line=3), message="MLflow 3 does this; y is not known"))
        shown = plain(Report("check", Settings(), (outcome("a.py", State.BY_HAND, *found),)))
        assert (
            shown.count("MLflow 3 does this") == shown.count("x is a parameter") == shown.count("y is not known") == 1
        )
        assert shown.index("a.py:2:5") < shown.index("y is not known") < shown.index("a.py:3:5")

    def test_long_lines_are_cut(self) -> None:
        long = replace(finding(), source_line="    " + "x" * 500)
        shown = plain(Report("check", Settings(), (outcome("a.py", State.BY_HAND, long),)))
        assert max(map(len, shown.splitlines())) <= 120
        assert "x…\n" in shown


class TestFull:
    def test_a_fix_is_shown_as_a_difference(self) -> None:
        shown = plain(report(), Options(layout="full"))
        assert (
            '        -        artifact_path="model",  # the name\n        +        name="model",  # the name\n' in shown
        )
        assert shown.count("`artifact_path=` is now `name=`") == 1

    def test_a_place_without_fix_is_marked(self) -> None:
        shown = plain(report(), Options(layout="full"))
        lines = shown.splitlines()
        at = next(number for number, line in enumerate(lines) if '    getattr(mlflow, x).log_model(m, "m")' in line)
        assert lines[at].startswith("      5 | ")
        start, end = lines[at].index("getattr"), len(lines[at])
        assert lines[at + 1] == "        | ".ljust(start) + "^" * (end - start)

    def test_lines_of_a_databricks_source_are_those_of_the_file(self) -> None:
        text = "# Databricks notebook source\nimport mlflow\n\n# COMMAND ----------\n\nprint(run.info.run_uuid)\n"
        text = text.replace("print(", "run = mlflow.active_run()\nprint(")
        shown = plain(Report("check", Settings(), (migrated("job.py", text),)), Options(layout="full"))
        assert "job.py:7:7" in shown
        assert "        @@ -6,2 +6,2 @@" in shown


def test_nothing_to_say() -> None:
    report = Report("check", Settings(), (outcome("a.py", State.UNCHANGED),))
    assert plain(report) == f"1 file: 1 without findings\nNothing is left to do for MLflow {RELEASE}.\n"
    assert report.exit_code == 0
    assert plain(Report("check", Settings(), ())) == "0 files: nothing to look at\n"


def test_quiet_shows_findings_only() -> None:
    report = Report("check", Settings(), MIXED[:2])
    assert plain(report, Options(layout="concise", quiet=True)).count("\n") == 4


class TestExitCode:
    def code(self, severity: Severity, fail_on: Severity) -> int:
        found = replace(finding(), severity=severity)
        return Report("check", Settings(), (outcome("a.py", State.BY_HAND, found),), fail_on=fail_on).exit_code

    def test_it_follows_from_the_severity_that_fails(self) -> None:
        order = list(Severity)
        for severity in order:
            for fail_on in order:
                assert self.code(severity, fail_on) == (1 if order.index(severity) <= order.index(fail_on) else 0)

    def test_what_was_not_analysed_outweighs_it(self) -> None:
        broken = outcome("b.py", State.FAILED, reason="x")
        assert Report("check", Settings(), (broken,), fail_on=Severity.BREAKS).exit_code == 3


class TestSteps:
    def steps(self, mode: Mode, *outcomes: Outcome, unsafe: bool = False) -> tuple[str, ...]:
        return phrases.steps(Report(mode, Settings(unsafe=unsafe), outcomes), "src")

    def test_safe_fixes_come_first(self) -> None:
        assert self.steps("check", *MIXED)[0] == "`python -m codemod apply src` makes 4 safe fixes in 2 files"

    def test_then_unsafe_ones(self) -> None:
        (step,) = self.steps("check", MIXED[1])
        assert step.startswith("`python -m codemod apply --unsafe --diff src` shows 1 unsafe fix")

    def test_then_what_a_person_decides_the_worst_first(self) -> None:
        worst = replace(finding("MLF401", Safety.MANUAL, line=70), severity=Severity.BREAKS)
        (step,) = self.steps("check", outcome("a.py", State.BY_HAND, finding("MLF106", Safety.MANUAL), worst))
        assert step.startswith("decide 2 findings by hand, first a.py:70:5 (`python -m codemod explain MLF401`")

    def test_after_apply_the_changes_are_reviewed_locked_tested_and_proved(self) -> None:
        pin = outcome("requirements.txt", State.CHANGED, finding("MLF502", Safety.UNSAFE, fixed=True))
        steps = self.steps("apply", pin, MIXED[0])
        assert "2 changed files with `git diff`" in steps[0]
        assert "lock" in steps[1]
        assert "tests" in steps[-2]
        assert "`python -m codemod verify . -- COMMAND`" in steps[-1]
        assert not any("lock" in step for step in self.steps("apply", MIXED[0]))


def test_an_interrupted_run_says_so() -> None:
    assert "interrupted: not every file was looked at\n" in plain(Report("apply", Settings(), (), interrupted=True))


def test_names_cannot_steer_the_terminal() -> None:
    assert printable("a\x1b[2J\nb\udce4ä日.py") == "a\\x1b[2J\\nb\\udce4ä日.py"
    hostile = outcome("x\n\x1b]0;y\x07.py", State.FAILED, reason="odd \x1b[31m")
    text = plain(Report("check", Settings(), (hostile,)))
    assert "\x1b" not in text
    assert text.count("\n") == 4
    assert text.endswith("Nothing was found, but 1 file could not be analysed.\n")


findings = st.builds(
    finding,
    st.sampled_from(["MLF101", "MLF403"]),
    st.sampled_from(Safety),
    suppressed=st.booleans(),
)
anything = st.builds(
    lambda state, found, problems: Outcome("a.py", state, tuple(found), b"old", b"old", "", tuple(problems)),
    st.sampled_from(State), st.lists(findings, max_size=5), st.lists(st.just("cell 1: x"), max_size=1),
)  # fmt: skip


@given(st.lists(anything, max_size=8), st.sampled_from(["apply", "diff", "check"]))
def test_totals_add_up(outcomes: list[Outcome], mode: str) -> None:
    counts = (report := Report(mode, Settings(), tuple(outcomes))).counts  # type: ignore[arg-type]
    assert sum(counts.states.values()) == counts.inputs == len(outcomes)
    assert counts.fixed + counts.left + counts.suppressed == sum(len(each.findings) for each in outcomes)
    incomplete = any(each.state is State.FAILED or each.problems for each in outcomes)
    assert report.exit_code == (3 if incomplete else 1 if counts.left else 0)
