"""The report for people as HTML and Markdown: what stands in it, and that nothing a user wrote becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from codemod.findings import Severity
from codemod.reports import history, html, markdown, phrases
from codemod.reports.base import Report
from codemod.reports.checklist import checklist, topics
from codemod.reports.compatibility import WorldSummary
from codemod.reports.escaping import inert_html, printable
from codemod.settings import Settings
from tests.codemod.reports.conftest import NOTEBOOK, TRAIN, migrated, report, strange

GOOD = WorldSummary("new", "3.17.2", "3.17.2", True, ("pyfunc",), "")
BAD = WorldSummary("mixed", "3.17.2", "2.22.5", False, (), "train: 404")
EMPTY = frozenset(("area", "br", "col", "hr", "img", "input", "link", "meta"))


class Page(HTMLParser):
    """Checks that tags are balanced; gathers names, identifiers and text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def spoken() -> dict[str, frozenset[str]]:
    return {outcome.path: topics(outcome.path, outcome.old or b"") for outcome in report().outcomes}


def test_the_page_needs_nothing_else_and_has_landmarks() -> None:
    page = Page(html.render(report(), checklist(report(), spoken(), [GOOD, BAD]), [GOOD, BAD]))
    names = [name for name, _ in page.tags]
    assert {"header", "nav", "main", "footer", "h1", "h2", "h3", "caption"} <= set(names)
    assert not {"script", "link", "img", "iframe"} & set(names)
    assert names.count("h1") == 1
    for name, attributes in page.tags:
        assert not any(key.startswith("on") or key == "src" for key in attributes)
        assert name != "th" or attributes["scope"] in ("row", "col")
        assert name != "a" or str(attributes["href"]).startswith("#")
    targets = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    assert {str(attributes["href"])[1:] for name, attributes in page.tags if name == "a"} <= targets
    assert "url(" not in html.style()
    assert "@import" not in html.style()
    text = "".join(page.texts)
    for outcome in report().outcomes:
        for finding in outcome.findings:
            parts = phrases.split(finding.message.replace("`", ""))
            assert finding.suppressed or all(part in text for part in parts)
    assert '        name="model",  # the name' in text


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1, 2], ids=["light", "dark", "print"])
def test_contrast(theme: int) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text."""
    block = re.findall(r":root \{(.*?)\}", html.style(), re.DOTALL)[theme]
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", block))
    pairs = [(text, back) for text in ("text", "soft", "link") for back in ("back", "card")]
    pairs += [(name, f"{name}-back") for name in ("good", "bad", "warn", "calm")]
    pairs += [(name, "back") for name in ("good", "bad", "warn", "calm")]
    for text, back in pairs:
        lighter, darker = sorted((_luminance(colours[text]), _luminance(colours[back])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (text, back)


@given(st.text(), st.text())
@limits(max_examples=40, deadline=None)
def test_no_text_becomes_html(value: str, path: str) -> None:
    plain = Page(html.render(report(strange("zz", "plain", "plain"))))
    path = "zz" + re.sub(r"[/\\]", "", path)  # neither another place in the order nor another folder
    page = Page(html.render(report(strange(path, value.replace("`", "'"), value))))
    assert [name for name, _ in page.tags if name != "pre"] == [name for name, _ in plain.tags if name != "pre"]


def rendered(text: str) -> str:
    """What a reader of GitHub's Markdown sees of one line."""
    tokens = MarkdownIt("commonmark").enable("table").enable("strikethrough").parseInline(text)[0].children or []
    assert all(token.type in ("text", "text_special", "code_inline") for token in tokens), tokens
    return "".join(token.content for token in tokens)


@given(st.text())
def test_no_text_becomes_markdown(value: str) -> None:
    # Whether spaces at the end of a line are shown differs from one release of the parser to the next.
    assert rendered("- " + markdown.escaped(value))[2:].rstrip(" ") == printable(value).rstrip(" ")


@given(st.text(alphabet="`a |*<\\\n", min_size=1))
def test_code_spans_hold_anything(value: str) -> None:
    shown = rendered("x " + markdown.code(value) + " x")
    assert shown[2:-2].strip() == printable(value).strip()


@given(st.text(alphabet="`a|\\*_<\n"), st.text(alphabet="`a|\\*_<\n"))
@limits(max_examples=40, deadline=None)
def test_tables_keep_their_cells(value: str, other: str) -> None:
    world = WorldSummary(value, "3", other, False, (value,), other)
    text = markdown.render(report(), checklist(report(strange(value, other)), spoken(), [world]), [world])
    html_of = MarkdownIt("commonmark").enable("table").render(text)
    plain = markdown.render(report(), checklist(report(strange("x", "x")), spoken(), [GOOD]), [GOOD])
    assert html_of.count("<td") == MarkdownIt("commonmark").enable("table").render(plain).count("<td")


def test_findings_and_files_that_were_not_understood_leave_items_open() -> None:
    checks = {check.title: check for check in checklist(report(), spoken(), None)}
    assert checks["`artifact_path` → `name`"].status == "open"
    assert (
        "src/hand.py" in checks["`artifact_path` → `name`"].evidence
        or "MLF101" in checks["`artifact_path` → `name`"].evidence
    )
    assert checks["Training is tested on MLflow 3"].status == "unknown"


def test_a_file_that_cannot_be_read_leaves_one_item_open() -> None:
    checks = checklist(report(), spoken(), None)
    about_files = [check for check in checks if "bad dir" in check.evidence]
    assert [check.title for check in about_files] == ["Every file could be analysed"]


def test_what_is_fixed_is_done() -> None:
    """An item counts the files in which nothing is left, also while something is left in others."""
    fixed = 'import mlflow\nmlflow.xgboost.log_model(m, name="m")\n'
    outcomes = (migrated("old.py", 'import mlflow\nmlflow.xgboost.log_model(m, "m")\n'), migrated("new.py", fixed))
    said = {outcome.path: topics(outcome.path, outcome.old or b"") for outcome in outcomes}
    whole = Report("check", Settings(), outcomes)
    check = next(each for each in checklist(whole, said, None) if each.title == "`artifact_path` → `name`")
    assert (check.status, check.done, check.total, check.severity) == ("open", 1, 2, Severity.DEPRECATED)
    assert "1 of 2 files" in "".join(Page(html.render(whole, [check])).texts)
    assert "1 of 2 files" in markdown.render(whole, [check])


def test_items_come_by_impact() -> None:
    checks = checklist(report(), spoken(), [GOOD])
    ranks = [check.severity.rank for check in checks if check.severity is not None]
    assert ranks == sorted(ranks)
    states = [check.status for check in checks]
    assert states == sorted(states, key=["open", "done", "unknown", "not applicable"].index)


def moments() -> list[history.Moment]:
    counts = ((9, 2, 30, 0), (4, 0, 20, 0), (0, 0, 3, 1))
    return [
        history.Moment(f"2026-11-0{day}T10:00:00Z", f"c{day}", "3", found, 10, day)
        for day, found in enumerate(counts, start=1)
    ]


def test_the_trend_is_drawn_to_scale() -> None:
    page = Page(html.render(report(), history=moments()))
    bars = [attributes for name, attributes in page.tags if name == "rect"]
    assert [bar["class"] for bar in bars] == [
        "breaks", "changes", "deprecated", "breaks", "deprecated", "deprecated", "advice",
    ]  # fmt: skip
    heights = [float(str(bar["height"])) for bar in bars]
    assert heights[2] == pytest.approx(30 / 9 * heights[0], abs=0.3)
    assert "".join(page.texts).count("2026-11-03") == 2  # the caption and the row
    assert "svg" not in [name for name, _ in Page(html.render(report(), history=moments()[:1])).tags]


def test_runs_of_one_day_are_told_apart_by_the_time() -> None:
    first, *others = moments()
    text = "".join(
        Page(html.render(report(), history=[first, replace(first, time="2026-11-01T14:30:00Z"), *others])).texts
    )
    assert text.count("2026-11-01 14:30") == 1
    assert text.count("2026-11-01 10:00") == 2  # the caption, too
    assert "11-02 10:00" not in text
    assert "Commit" in text
    without = [replace(one, commit="") for one in moments()]
    assert "Commit" not in "".join(Page(html.render(report(), history=without)).texts)


def test_markdown_has_the_trend_as_a_table() -> None:
    assert "| 2026-11-03 | `c3` | 0 | 0 | 3 | 1 | 3 of 10 |" in markdown.render(report(), history=moments())


def test_done_needs_something_that_speaks_of_it() -> None:
    code = 'import mlflow\nmlflow.sklearn.log_model(m, name="m", signature=s, serialization_format="cloudpickle")\n'
    outcomes = (migrated("a.py", code), migrated("requirements.txt", "mlflow>=3\n"))
    whole = Report("check", Settings(), outcomes)
    said = {outcome.path: topics(outcome.path, outcome.old or b"") for outcome in outcomes}
    states = {check.title: check.status for check in checklist(whole, said, [GOOD])}
    assert states["`artifact_path` → `name`"] == "done"
    assert states["Models have signatures"] == "done"
    assert states["The client's pin lets MLflow 3 in"] == "done"
    assert states["Aliases instead of stages"] == "not applicable"
    assert states["Servers are started as MLflow 3 wants"] == "not applicable"
    assert states["Inference is tested on MLflow 3"] == states["The server runs MLflow 3"] == "done"


def test_a_failed_life_cycle_leaves_tests_open() -> None:
    failed = WorldSummary("", "3.17.2", "3.17.2", True, ("pyfunc",), "load: no")
    states = {check.title: check.status for check in checklist(report(), spoken(), [failed])}
    assert states["Training is tested on MLflow 3"] == "done"
    assert states["Inference is tested on MLflow 3"] == "open"


@pytest.mark.parametrize(
    "file", sorted((Path(html.__file__).parent / "templates").iterdir()), ids=lambda file: file.name
)
def test_what_makes_a_page_inert_leaves_its_styles_and_scripts_alone(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert inert_html(text) == text


def test_topics() -> None:
    assert topics("requirements.txt", "mlflow\n".encode("utf-16")) == {"mlflow", "pins"}
    assert topics("a.py", b'# MAGIC %pip install "mlflow[extras]>=3"\n') == {"mlflow", "pins"}
    assert topics("a.py", TRAIN.encode()) == {"models", "mlflow"}
    assert "signatures" not in topics("a.ipynb", NOTEBOOK.encode())
