"""A rule is added in one file, and what is forgotten is told with what mends it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from codemod.findings import Safety
from codemod.rules import FAMILIES, rules_by_module
from codemod.rules.base import Example, Rule, reported
from development.new_rule import COMMAND, NewRuleError, new_rule
from development.rule_faults import faults

PROJECT = Path(__file__).parents[2]
MODULE = "codemod.rules.loading.runs_uri_metadata"
RULE = rules_by_module()[MODULE]


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True)


def test_a_rule_that_is_begun_works_at_once(tmp_path: Path) -> None:
    for package in ("codemod", "development"):
        shutil.copytree(PROJECT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    begun = python(tmp_path, "-m", "development.new_rule", "loading", "old-search", "--calls", "mlflow.search_runs")
    assert begun.returncode == 0, begun.stderr
    assert "codemod.documentation" in begun.stdout
    (tmp_path / "train.py").write_text("import mlflow\nmlflow.search_runs()\n")
    found = python(tmp_path, "-m", "codemod", "check", "--select", "MLF2", "--output-format", "concise", "train.py")
    assert found.returncode == 1, found.stdout + found.stderr
    code = (tmp_path / "codemod/rules/loading/old_search.py").read_text().split('"""', 1)[1].split(":")[0]
    assert code in found.stdout
    assert "train.py:2:1" in found.stdout
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    for command in (["check"], ["format", "--check"]):
        style = python(tmp_path, "-m", "ruff", *command, "codemod/rules/loading/old_search.py")
        assert style.returncode == 0, style.stdout
    judged = python(
        tmp_path,
        "-c",
        "from codemod.rules import rules_by_module; from development.rule_faults import faults\n"
        "found = rules_by_module(); rule = found.pop('codemod.rules.loading.old_search')\n"
        "print(*faults(rule, 'codemod.rules.loading.old_search', list(found.values())), sep='\\n')",
    )
    lacking = [line.partition(":")[0] for line in judged.stdout.splitlines()]
    assert lacking == [
        "summary",
        "why",
        "example 'TO WRITE",
        "why",
    ], "nothing but what its author must write is missing"


@pytest.mark.parametrize(
    ("family", "name", "said"),
    [
        ("loading", "Some_Name", "kebab case"),
        ("loading", "word", "two words"),
        ("loading", "runs-uri-metadata", "another rule"),
        ("gone", "runs-uri-metadata", "another rule"),
    ],
)
def test_a_name_that_cannot_be_is_refused(family: str, name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / family).mkdir()
    with pytest.raises(NewRuleError, match=said):
        new_rule(family, name, "mlflow.search_runs", tmp_path)
    assert not list((tmp_path / family).iterdir())


def test_a_file_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "loading").mkdir()
    (tmp_path / "loading" / "old_search.py").write_text("mine")
    with pytest.raises(NewRuleError, match="exists already"):
        new_rule("loading", "old-search", "mlflow.search_runs", tmp_path)
    assert (tmp_path / "loading" / "old_search.py").read_text() == "mine"


def said_of(rule: Rule, module: str = MODULE, others: tuple[Rule, ...] = ()) -> str:
    return "\n".join(faults(rule, module, others))


def test_nothing_is_said_of_a_rule_that_is_complete() -> None:
    assert said_of(RULE, others=tuple(rule for rule in rules_by_module().values() if rule is not RULE)) == ""


def without(rule: Rule, kind: str) -> tuple[Example, ...]:
    return tuple(example for example in rule.examples if example.kind != kind)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        pytest.param(replace(RULE, code="MLF399"), COMMAND, id="a code of another family"),
        pytest.param(replace(RULE, name="other-name"), "git mv", id="a file with another name"),
        pytest.param(replace(RULE, summary="No sentence"), "full stop", id="no sentence"),
        pytest.param(replace(RULE, summary="TO WRITE: a sentence."), "still says", id="unwritten summary"),
        pytest.param(replace(RULE, why="Because."), "since when, and in which of its files", id="no reason"),
        pytest.param(replace(RULE, examples=without(RULE, "untouched")), "`untouched(...)`", id="no untouched example"),
        pytest.param(
            replace(RULE, safety=Safety.SAFE, examples=without(RULE, "fixed")), "`fixed(...)`", id="a fix without example"
        ),
        pytest.param(
            replace(RULE, safety=Safety.MANUAL, examples=without(replace(RULE, examples=without(RULE, "fixed")), "reported")),
            "`reported(...)`",
            id="nothing reported",
        ),
        pytest.param(
            replace(RULE, examples=(*RULE.examples, reported("broken", "import mlflow\n(\n"))), "does not parse", id="broken"
        ),
        pytest.param(
            replace(RULE, examples=(*RULE.examples, reported("no word of it", "print(1)\n"))), "`needs`", id="never looked at"
        ),
        pytest.param(replace(RULE, opt_in=True), "IMPROVEMENTS", id="nobody can ask for it"),
    ],
)  # fmt: skip
def test_what_is_forgotten_is_told_with_what_mends_it(rule: Rule, said: str) -> None:
    assert said in said_of(rule)


def test_codes_and_names_belong_to_one_rule() -> None:
    other = replace(RULE, name="other-name")
    assert COMMAND in said_of(RULE, others=(other,))
    assert "the name of MLF299 too" in said_of(RULE, others=(replace(RULE, code="MLF299"),))


def test_every_folder_of_rules_is_a_family_or_shared() -> None:
    folders = {path.parent.name for path in (PROJECT / "codemod" / "rules").glob("*/__init__.py")}
    shared = {"idioms", "removed"}
    assert folders - shared == set(FAMILIES), "enter a new family in FAMILIES of codemod/rules/__init__.py"
