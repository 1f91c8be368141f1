"""GitHub's annotations, GitLab's code quality, JUnit and lines of JSON: all say the same findings."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.reports import github, gitlab, jsonl, junit, rdjson, statistics
from codemod.reports.base import Report
from codemod.settings import Settings
from tests.codemod.reports.conftest import migrated, report, strange

LEFT = report().counts.left
COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def unescaped(text: str) -> str:
    """What GitHub's runner makes of a value (actions/runner, ActionCommand.cs)."""
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    found = []
    for line in text.splitlines():
        match = COMMAND.fullmatch(line)
        assert match, line
        pairs = [pair.split("=", 1) for pair in match[2].split(",")]
        found.append((match[1], {key: unescaped(value) for key, value in pairs}, unescaped(match[3])))
    return found


def test_github_annotates_every_finding_with_the_worst_first() -> None:
    found = commands(github.render(report()))
    assert len(found) == LEFT + 1  # and the file that is no Python
    kinds = [kind for kind, _, _ in found]
    assert kinds == sorted(kinds, key=["error", "warning", "notice"].index)
    assert set(kinds) == {"error", "notice"}
    assert found[0][1] == {"file": "bad dir/ä.py", "line": "1", "title": "not analysed"}
    (_, properties, message) = next(one for one in found if "ipynb" in one[1]["file"])
    assert properties["title"] == "MLF103 breaks"
    assert int(properties["line"]) > 10
    assert message.startswith("nb/explore.ipynb: cell 2, line 3: ")


def test_github_says_when_it_shows_less() -> None:
    outcomes = [strange(f"{number}.py", "text") for number in range(11)]
    assert "GitHub shows the first 10" in github.render(report(*outcomes)).splitlines()[-1]


@given(
    st.text().filter(lambda text: re.sub(r"[\r\n]", "", text).isprintable()),
    st.text(min_size=1).filter(str.isprintable),
)
def test_github_reads_what_was_written(message: str, path: str) -> None:
    lines = github.render(report(strange(path, message)))
    # The runner splits at line feeds only, and trims the command.
    match = [
        one for one in lines.split("\n") if f"file={github.escaped_property(path)}," in one and "title=MLF101 " in one
    ]
    assert match
    start, _, text = match[-1].partition("::")[2].partition("::")
    assert unescaped(text).startswith(message)
    assert "::" not in start


def test_gitlab_has_what_gitlab_needs() -> None:
    issues = json.loads(gitlab.render(report()))
    assert len(issues) == LEFT + 1
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["location"]["lines"]["begin"] >= 1
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_junit_has_one_case_for_each_file() -> None:
    root = ElementTree.fromstring(junit.render(report()))
    cases = root.findall(".//testcase")
    assert len(cases) == report().counts.inputs == int(root.attrib["tests"])
    assert len(root.findall(".//failure")) == int(root.attrib["failures"]) == 4
    assert len(root.findall(".//error")) == int(root.attrib["errors"]) == 1
    assert root.findall(".//failure")[0].text


@given(st.text(), st.text())
def test_junit_stays_xml(message: str, path: str) -> None:
    root = ElementTree.fromstring(junit.render(report(strange(path, message))).encode("utf-8"))
    assert len(root.findall(".//testcase")) == report().counts.inputs + 1


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF)))
def test_junit_keeps_texts(message: str) -> None:
    root = ElementTree.fromstring(junit.render(report(strange("strange.py", message))).encode("utf-8"))
    case = next(case for case in root.iter("testcase") if case.attrib["name"] == "strange.py")
    assert case[0].attrib["message"] == message


def test_lines_of_json() -> None:
    records = [json.loads(line) for line in jsonl.render(report()).splitlines()]
    assert [record["type"] for record in records].count("finding") == LEFT + report().counts.suppressed
    assert records[-1]["type"] == "summary"
    assert records[-1]["exit_code"] == 3
    assert [record["path"] for record in records if record["type"] == "problem"] == ["bad dir/ä.py"]


def test_statistics_add_up() -> None:
    rules, folders = statistics.by_rule(report()), statistics.by_folder(report())
    assert sum(row.total for row in rules) == sum(row.total for row in folders) == LEFT
    assert sum(row.files for row in folders) == report().counts.inputs
    assert {row.name: row.clean for row in folders} == {".": 1, "bad dir": 0, "nb": 0, "src": 1}
    assert statistics.plain_tables(report()).splitlines()[0].split() == [
        "rule",
        "findings",
        "safe",
        "unsafe",
        "by",
        "hand",
        "files",
    ]


class TestRdjson:
    """reviewdog's form: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf."""

    def diagnostics(self, path: str, text: str) -> list[dict[str, Any]]:
        document = json.loads(rdjson.render(Report("check", Settings(), (migrated(path, text),))))
        found: list[dict[str, Any]] = document["diagnostics"]
        return found

    def test_every_finding_has_one(self) -> None:
        found = json.loads(rdjson.render(report()))["diagnostics"]
        assert len(found) == LEFT + 1
        for one in found:
            assert one["severity"] in ("ERROR", "WARNING", "INFO")
            assert one["location"]["range"]["start"]["line"] >= 1
        ranks = [["ERROR", "WARNING", "INFO"].index(one["severity"]) for one in found]
        assert ranks == sorted(ranks)

    def test_codes_link_to_the_pages_of_their_rules(self) -> None:
        settings = Settings(docs_url="https://docs.example.com/moved")
        outcome = migrated("a.py", "import mlflow\nr = mlflow.active_run()\nprint(r.info.run_uuid)\n")
        (one,) = json.loads(rdjson.render(Report("check", settings, (outcome,))))["diagnostics"]
        assert one["code"] == {"value": "MLF403", "url": "https://docs.example.com/moved/rules/MLF403/"}

    def test_columns_count_bytes(self) -> None:
        (first, second) = self.diagnostics(
            "a.py", "import mlflow\nr = mlflow.active_run()\nprint(r.info.run_uuid, 'ä日', r.info.run_uuid)\n"
        )
        assert first["location"]["range"]["start"] == {"line": 3, "column": 7}
        line = "print(r.info.run_uuid, 'ä日', "
        assert second["location"]["range"]["start"] == {"line": 3, "column": len(line.encode()) + 1}

    @pytest.mark.parametrize("newline", ["\n", "\r\n"])
    def test_suggestions_are_whole_lines_that_do_what_apply_does(self, newline: str) -> None:
        text = 'import mlflow\nmlflow.xgboost.log_model(\n    booster,\n    "m",  # the name\n)\nprint()\n'.replace(
            "\n", newline
        )
        (found,) = self.diagnostics("a.py", text)
        (suggestion,) = found["suggestions"]
        start, end = suggestion["range"]["start"], suggestion["range"]["end"]
        lines = text.split(newline)
        assert (start["column"], end["column"]) == (1, len(lines[end["line"] - 1]) + 1)
        lines[start["line"] - 1 : end["line"]] = suggestion["text"].split("\n")
        outcome = migrated("a.py", text)
        assert newline.join(lines).encode() == outcome.new

    def test_what_a_person_decides_has_none(self) -> None:
        found = self.diagnostics("a.py", 'import mlflow\n\n\ndef f(x):\n    getattr(mlflow, x).log_model(m, "m")\n')
        assert not [one for one in found if "suggestions" in one]
        assert [one["code"]["value"] for one in found] == ["MLF103", "MLF101"]
