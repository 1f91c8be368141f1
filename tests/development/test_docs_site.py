"""The documentation as a site: every rule has its page where findings link to, and every link leads somewhere."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from codemod.documentation import severities
from codemod.rules import all_rules
from codemod.rules.base import Rule
from codemod.settings import Settings

pytest.importorskip("material", reason="needs the extra docs")

PROJECT = Path(__file__).parents[2]
ADDRESS = "https://docs.example.com/moved"


def built(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder), *arguments],
        cwd=PROJECT, env={**os.environ, "DOCS_URL": f"{ADDRESS}/"}, capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = built(folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_findings_link_to_pages_that_are_there(site: Path) -> None:
    for rule in all_rules():
        address = Settings(docs_url=ADDRESS).page(rule.code)
        page = site / address.removeprefix(f"{ADDRESS}/") / "index.html"
        text = page.read_text(encoding="utf-8")
        assert f'<link rel="canonical" href="{address}">' in text
        assert f">{rule.code} {rule.name}<" in text


@pytest.mark.parametrize("rule", all_rules()[::7], ids=lambda rule: rule.code)
def test_a_rules_page_says_what_the_rule_says(site: Path, rule: Rule) -> None:
    source = (site / "rules" / rule.code / "index.html").read_text(encoding="utf-8")
    assert f"<strong>{severities(rule)}</strong>" in source
    assert f"Since: MLflow {rule.since}" in source
    text = "".join(html.unescape(re.sub(r"<[^>]+>", "", source)).split())
    for example in rule.examples:
        if example.after is not None:
            changed = set(example.after.splitlines()) - set(example.before.splitlines())
            assert all("".join(line.split()) in text for line in changed)
    headings = sum(example.kind != "untouched" for example in rule.examples)
    assert len(re.findall(r"<h2 id=", source)) == headings


def test_the_page_of_all_rules_leads_to_each(site: Path) -> None:
    text = (site / "rules" / "index.html").read_text(encoding="utf-8")
    assert set(re.findall(r'href="(MLF\d+)/"', text)) == {rule.code for rule in all_rules()}


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r'<(?:script|img|iframe)[^>]* src="(?:https?:)?//', text), page
        assert not re.search(r'<link[^>]* rel="(?:stylesheet|preconnect)"[^>]* href="(?:https?:)?//', text), page


def test_a_link_that_leads_nowhere_fails_the_build(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# Home\n\n[nowhere](#nothing) and [none](none.md)\n")
    text = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nhooks:")[0]
    checks = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nvalidation:")[2].partition("\nnot_in")[0]
    (tmp_path / "mkdocs.yml").write_text(f"{text}\nvalidation:{checks}\n")
    done = built(tmp_path / "site", "--config-file", str(tmp_path / "mkdocs.yml"))
    assert done.returncode == 1
    assert "none.md" in done.stderr
    assert "#nothing" in done.stderr
