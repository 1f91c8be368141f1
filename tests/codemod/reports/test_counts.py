"""One run has one set of numbers: every format says the same, and Git sees what ``apply`` counts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codemod.documents.base import TextEdit
from codemod.findings import Finding, Location, Outcome, Safety, Severity, State, state_of
from codemod.reports import github, gitlab, html, jsonl, junit, markdown, rdjson, sarif, text
from codemod.reports import json as json_report
from codemod.reports.base import Mode, Report, left, reasons
from codemod.rules import all_rules
from codemod.running import discovery
from codemod.running.runner import RunOptions, run
from codemod.settings import Settings

ROOT = Path(__file__).parents[3]
HEADING = re.compile(r"^(Breaks|Changes|Deprecated|Advice) on .* - (\d+) finding", re.MULTILINE)
SEVERITIES = {"Breaks": "breaks", "Changes": "changes", "Deprecated": "deprecated", "Advice": "advice"}


def number(pattern: str, shown: str) -> int:
    found = re.search(pattern, shown)
    return int(found[1]) if found else 0


def counts_of_text(report: Report) -> dict[str, int]:
    shown = text.plain(report)
    found = dict.fromkeys(SEVERITIES.values(), 0)
    found.update({SEVERITIES[title]: int(count) for title, count in HEADING.findall(shown)})
    lines = text.plain(report, text.Options(layout="concise")).splitlines()
    listed = [match[1] for line in lines if (match := re.search(r": (\w+) MLF\d+ .*\[[\w ]+\]$", line))]
    assert Counter(listed) == Counter({name: count for name, count in found.items() if count})
    remedies = next((line for line in shown.splitlines() if line.startswith("Left: ")), None)
    remedies = remedies or next((line for line in shown.splitlines() if re.match(r"\d+ findings?: ", line)), "")
    found["safe"] = number(r"(\d+) safe with `apply`", remedies)
    found["unsafe"] = number(r"(\d+) unsafe with", remedies)
    found["by hand"] = number(r"(\d+) by hand", remedies)
    found["fixed"] = number(r"findings?: (\d+) fixed", shown)
    if report.mode != "apply" and report.counts.left:
        assert number(r"^(\d+) findings?[.,]", shown) == report.counts.left
    return found


def counts_of_json(report: Report) -> dict[str, int]:
    document = json.loads(json_report.render(report))
    of_files = [finding for file in document["files"] for finding in file["findings"]]
    open_ones = [one for one in of_files if not one["fixed"] and not one["suppressed"]]
    found = {name: sum(one["severity"] == name for one in open_ones) for name in SEVERITIES.values()}
    assert found == document["summary"]["severities"]
    remedies = {name: sum(one["remedy"] == name for one in open_ones) for name in ("safe", "unsafe", "by hand")}
    summary = document["summary"]["findings"]
    assert remedies == {"safe": summary["safe"], "unsafe": summary["unsafe"], "by hand": summary["by_hand"]}
    states = Counter(file["state"] for file in document["files"])
    assert {**document["summary"]["states"], "unchanged": 0} == {
        state.value: 0 if state is State.UNCHANGED else states[state.value] for state in State
    }
    return {**found, **remedies, "fixed": summary["fixed"]}


def counts_of_lines(report: Report) -> dict[str, int]:
    records = [json.loads(line) for line in jsonl.render(report).splitlines()]
    open_ones = [one for one in records if one["type"] == "finding" and not one["fixed"] and not one["suppressed"]]
    found = Counter(one["severity"] for one in open_ones) + Counter(one["remedy"] for one in open_ones)
    return {**{name: found[name] for name in NAMES}, "fixed": records[-1]["findings"]["fixed"]}


def counts_of_sarif(report: Report) -> dict[str, int]:
    results = json.loads(sarif.render(report))["runs"][0]["results"]
    found = Counter(one["properties"]["severity"] for one in results)
    found += Counter(one["properties"]["remedy"] for one in results)
    levels = Counter(one["level"] for one in results)
    assert levels["error"] == found["breaks"]
    assert levels["warning"] == found["changes"]
    return {name: found[name] for name in NAMES}


def counts_of_page(report: Report) -> dict[str, int]:
    found = re.findall(r'<li class="finding (\w+)" data-remedy="([\w ]+)"', html.render(report))
    counts = Counter(severity for severity, _ in found) + Counter(kind for _, kind in found)
    return {name: counts[name] for name in NAMES}


def counts_of_markdown(report: Report) -> dict[str, int]:
    found = re.findall(r"^- `.*\*\*MLF\d+\*\* \((\w+), ([\w ]+)\)", markdown.render(report), re.MULTILINE)
    counts = Counter(severity for severity, _ in found) + Counter(kind.removesuffix(" fix") for _, kind in found)
    return {name: counts[name] for name in NAMES}


NAMES = (*SEVERITIES.values(), "safe", "unsafe", "by hand")


def check(report: Report) -> None:
    """Hold every format to the counts of the report, and these to the outcomes."""
    counts = report.counts
    expected = {severity.value: count for severity, count in counts.severities.items()}
    expected |= {"safe": counts.safe, "unsafe": counts.unsafe, "by hand": counts.by_hand}
    assert sum(counts.severities.values()) == counts.left == sum(len(left(outcome)) for outcome in report.outcomes)
    assert sum(counts.states.values()) == counts.inputs == len(report.outcomes)
    with_fixed = {**expected, "fixed": counts.fixed}
    assert counts_of_json(report) == counts_of_lines(report) == with_fixed
    assert counts_of_text(report) == with_fixed
    assert counts_of_sarif(report) == expected
    assert counts_of_page(report) == counts_of_markdown(report) == expected
    unread = sum(len(reasons(outcome)) for outcome in report.outcomes)
    assert len(json.loads(gitlab.render(report))) == counts.left + unread
    assert len(json.loads(rdjson.render(report))["diagnostics"]) == counts.left + unread
    annotations = [line for line in github.render(report).splitlines() if "GitHub shows the first" not in line]
    assert len(annotations) == counts.left + unread
    root = ElementTree.fromstring(junit.render(report))
    assert int(root.attrib["failures"]) + int(root.attrib["errors"]) == sum(
        bool(left(outcome) or reasons(outcome)) for outcome in report.outcomes
    )


def finding(code: str, safety: Safety, severity: Severity, *, fixed: bool, suppressed: bool) -> Finding:
    edits = () if safety is Safety.MANUAL else (TextEdit(0, 0, 1, "y"),)
    return Finding(
        code, f"about {code}", Location(0, 0, 1, 1, 1, 1, 2), safety, edits,
        fixed=fixed and bool(edits) and not suppressed, suppressed=suppressed, source_line="x", severity=severity,
    )  # fmt: skip


FINDINGS = st.builds(
    finding, st.sampled_from(["MLF101", "MLF103", "MLF301"]), st.sampled_from(Safety), st.sampled_from(Severity),
    fixed=st.booleans(), suppressed=st.booleans(),
)  # fmt: skip


@st.composite
def outcomes(draw: st.DrawFn) -> tuple[Outcome, ...]:
    found = []
    for number_of_file in range(draw(st.integers(0, 6))):
        path = f"x{number_of_file}.py"
        if draw(st.integers(0, 9)) == 0:
            found.append(Outcome(path, State.FAILED, old=b"x", new=b"x", reason="line 1: invalid syntax"))
            continue
        findings = tuple(draw(st.lists(FINDINGS, max_size=5)))
        changed = any(one.fixed for one in findings)
        problems = ("cell 1: x",) if draw(st.integers(0, 9)) == 0 else ()
        state = state_of(findings, changed=changed)
        found.append(Outcome(path, state, findings, b"x", b"y" if changed else b"x", problems=problems))
    return tuple(found)


@given(outcomes(), st.sampled_from(["apply", "diff", "check"]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_all_formats_agree_on_any_outcomes(found: tuple[Outcome, ...], mode: Mode) -> None:
    report = Report(mode, Settings(), found)
    check(report)
    changed = sum(outcome.new != outcome.old for outcome in report.outcomes)
    assert report.counts.states[State.CHANGED if mode == "apply" else State.FIXABLE] == changed
    assert report.counts.states[State.FIXABLE if mode == "apply" else State.CHANGED] == 0


SOME = 4
"""How many of a rule's examples are taken of those that are files of one name."""


def material(folder: Path) -> None:
    """Write the examples of the project, and the code of some of every rule's examples, as a tree."""
    for path in sorted((ROOT / "examples").iterdir()):
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    for rule in all_rules():
        seen: Counter[str] = Counter()
        for index, example in enumerate(each for each in rule.examples if each.found):
            name = Path(example.path).name
            seen[name] += 1
            if seen[name] > SOME:
                continue
            target = folder / rule.code / str(index) / name
            target.parent.mkdir(parents=True)
            target.write_bytes(example.before.encode("utf-8", "surrogateescape"))
    (folder / "broken.py").write_text("import mlflow\nmlflow.log_model(\n")


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "core.autocrlf=false")
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    material(folder)
    git(folder, "init", "-q")
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-q", "-m", "before")
    return folder


def test_all_formats_agree_on_real_files(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    for mode, unsafe in (("check", False), ("apply", True)):
        chosen = Settings(unsafe=unsafe)
        found: list[Outcome] = []
        run(discovery.discover((".",)).targets, RunOptions(chosen, jobs=1), found.append)
        report = Report(mode, chosen, tuple(found))  # type: ignore[arg-type]
        assert report.counts.left > 100
        counts = report.counts
        assert counts_of_json(report) == counts_of_lines(report)
        assert counts_of_sarif(report) == counts_of_page(report) == counts_of_markdown(report)
        assert {**counts_of_sarif(report), "fixed": counts.fixed} == counts_of_json(report) == counts_of_text(report)


def test_git_sees_as_many_changed_files_as_apply_says(tree: Path) -> None:
    command = [sys.executable, "-m", "codemod", "apply", "--isolated", "--jobs", "1", "."]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    changed = git(tree, "diff", "--name-only").splitlines()
    assert number(r"files: (\d+) changed", done.stdout) == len(changed) > 50
    again = subprocess.run([*command[:4], "--allow-dirty", *command[4:]], cwd=tree, capture_output=True, text=True)
    assert "changed" not in again.stdout.splitlines()[-4]
    assert git(tree, "diff", "--name-only").splitlines() == changed
