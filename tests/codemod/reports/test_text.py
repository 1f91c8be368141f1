"""The words of the report for people, and totals that add up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from codemod.documents.base import TextEdit
from codemod.findings import Finding, Location, Outcome, Safety, State
from codemod.reports.base import Report
from codemod.reports.text import plain, printable
from codemod.settings import Settings


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
    return Finding(code, f"about {code}", location, safety, edits, fixed, suppressed, "the line")


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
        "hard.py:9:5: MLF106 about MLF106 [by hand]\n"
        "easy.py:3:5: MLF102 about MLF102 [unsafe fix]\n"
        "nb.ipynb: cell 4, line 3 (%%writefile x.py): MLF102 about MLF102 [unsafe fix]\n"
        "\n"
        "changed hard.py: MLF101\n"
        "changed z.py: MLF101 ×2, MLF403\n"
        "skipped gone.py: broken symbolic link to x\n"
        "failed bad.py: line 1: invalid syntax\n"
        "not analysed half.ipynb: cell 2, line 1: invalid syntax\n"
        "\n"
        "9 files: 2 changed, 2 not fixed, 1 suppressed, 2 unchanged, 1 skipped, 1 failed\n"
        "8 findings: 4 fixed, 2 with an unsafe fix, 1 by hand, 1 suppressed\n"
        "2 more fixes with --unsafe\n"
    )
    assert report.exit_code == 3


def test_check_says_what_apply_would_do() -> None:
    report = Report("check", Settings(), MIXED[:2])
    assert plain(report) == (
        "easy.py:3:5: MLF102 about MLF102 [unsafe fix]\n"
        "z.py:3:5: MLF101 about MLF101 [safe fix]\n"
        "z.py:3:5: MLF101 about MLF101 [safe fix]\n"
        "z.py:3:5: MLF403 about MLF403 [safe fix]\n"
        "\n"
        "2 files: 1 would change, 1 not fixed\n"
        "4 findings: 3 with a safe fix, 1 with an unsafe fix\n"
        "3 fixes with apply\n"
        "1 more fix with --unsafe\n"
    )
    assert report.exit_code == 1


def test_with_unsafe_nothing_more_is_offered() -> None:
    assert plain(Report("check", Settings(unsafe=True), MIXED[1:2])).endswith(
        "1 finding: 1 with an unsafe fix\n1 fix with apply\n"
    )


def test_nothing_to_say() -> None:
    report = Report("check", Settings(), (outcome("a.py", State.UNCHANGED),))
    assert plain(report) == "1 file: 1 unchanged\n"
    assert report.exit_code == 0
    assert plain(Report("check", Settings(), ())) == "0 files: nothing to look at\n"


def test_an_interrupted_run_says_so() -> None:
    assert "interrupted: not every file was looked at\n" in plain(Report("apply", Settings(), (), interrupted=True))


def test_names_cannot_steer_the_terminal() -> None:
    assert printable("a\x1b[2J\nb\udce4ä日.py") == "a\\x1b[2J\\nb\\udce4ä日.py"
    hostile = outcome("x\n\x1b]0;y\x07.py", State.FAILED, reason="odd \x1b[31m")
    text = plain(Report("check", Settings(), (hostile,)))
    assert "\x1b" not in text
    assert text.count("\n") == 3


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
