"""Where the pages of the rules are known to be, every format for people and services links to them."""

from __future__ import annotations

import importlib

import pytest

from codemod.engine import migrate
from codemod.reports.base import Report
from codemod.settings import Settings

BASE = "https://docs.example.com/moved"
TEXT = b"import mlflow\nr = mlflow.active_run()\nprint(r.info.run_uuid)\n"
LINKING = ("github", "gitlab", "html", "markdown", "rdjson", "sarif")


def rendered(form: str, docs_url: str) -> str:
    settings = Settings(docs_url=docs_url)
    module = importlib.import_module(f"codemod.reports.{form}")
    text: str = module.render(Report("check", settings, (migrate("a.py", TEXT, settings),)))
    return text


@pytest.mark.parametrize("form", LINKING)
def test_findings_link_to_the_page_of_their_rule(form: str) -> None:
    assert f"{BASE}/rules/MLF403/" in rendered(form, BASE)


@pytest.mark.parametrize("form", LINKING)
def test_nothing_links_where_nobody_said_where(form: str) -> None:
    assert "/rules/MLF403" not in rendered(form, "")
