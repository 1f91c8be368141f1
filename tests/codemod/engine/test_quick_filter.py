"""The filter that leaves files and nodes out by their words: it never drops what the rules would find."""

import ast
import io
import json
import tokenize
from collections.abc import Callable, Set
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemod import mlflow_api
from codemod.engine import code as documents_of_code
from codemod.engine import dispatch, migrate, project
from codemod.engine.triggers import Triggers
from codemod.findings import Outcome, State
from codemod.rules import all_rules
from codemod.rules.base import Example
from codemod.running.discovery import Input
from codemod.running.runner import RunOptions, run
from codemod.settings import Settings
from development import vocabulary

EXAMPLES = [
    (rule.code, example)
    for rule in all_rules()
    for example in rule.examples
    if example.found and example.path.endswith(".py")
]


def test_a_store_of_files_is_found_in_either_branch_of_a_choice() -> None:
    for value in ('"http://x" if remote else "./runs"', '"./runs" if remote else "http://x"'):
        outcome = migrate("a.py", f"import mlflow\nmlflow.set_tracking_uri({value})\n".encode(), Settings())
        assert [finding.code for finding in outcome.findings] == ["MLF501"], value


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("MLF302", 'URI = "models:/m/Production"\n'),
        ("MLF501", 'TRACKING_URI = "file:./runs"\n'),
    ],
)
def test_a_file_without_the_word_reaches_the_engine(code: str, text: str, tmp_path) -> None:
    path = tmp_path / "constants.py"
    path.write_text(text, encoding="utf-8")
    recorded: list[Outcome] = []
    run([Input(str(path), str(path))], RunOptions(Settings(), jobs=1), recorded.append)
    assert [finding.code for outcome in recorded for finding in outcome.findings] == [code]


PROGRAMS = Path(__file__).parents[1] / "program" / "cases"


def test_the_words_of_the_survey_lose_nothing_that_a_file_says_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [
        (f"{rule.code} {each.title}", each.path, each.before.encode()) for rule in all_rules() for each in rule.examples
    ]
    files += [(str(path), path.name, path.read_bytes()) for path in sorted(PROGRAMS.rglob("*.py"))]
    code = [each for each in files if each[1].endswith(".py")]

    def survey(path: str, data: bytes) -> project.Survey:
        # What stands in for MLflow has words of its own.
        return replace(project.survey_file(path, data, Settings()), doubles=frozenset())

    with_words = {title: survey(path, data) for title, path, data in code}
    assert sum(each != project.Survey() for each in with_words.values()) > 500
    monkeypatch.setattr(project, "is_surveyed", lambda code: True)
    assert [title for title, path, data in code if survey(path, data) != with_words[title]] == []


def test_the_needles_are_few() -> None:
    """Each costs a search in every file."""
    assert len(documents_of_code.triggers(tuple(all_rules())).needles) <= 13


def test_a_path_is_written_with_its_last_name() -> None:
    """Of an object that MLflow exports under two names, a selector by path must know both."""
    written: dict[str, set[str]] = {}
    for path in vocabulary._names():
        written.setdefault(mlflow_api.canonical(path) or path, set()).add(path.rpartition(".")[2])
    for rule in all_rules():
        for selector in rule.on:
            for path in selector.paths:
                assert written.get(path, set()) <= selector.names, f"{rule.code} looks for {path}"


def _other_quotes(code: str) -> str:
    tokens = []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        text = token.string
        if token.type == tokenize.STRING and text[:1] in "\"'" and text[:3] not in ('"""', "'''"):
            quote = "'" if text[0] == '"' else '"'
            if quote not in text and "\\" not in text:
                text = f"{quote}{text[1:-1]}{quote}"
        tokens.append((token.type, text))
    return tokenize.untokenize(tokens)


def _broken_lines(code: str) -> str:
    tokens = []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        text = token.string
        if token.type == tokenize.OP and text in ("(", "["):
            text = f"{text}\n  "
        tokens.append((token.type, text))
    return tokenize.untokenize(tokens)


class _Choose(ast.NodeTransformer):
    """Makes ``f("a")`` ``f("a" if chosen else "b")``, or the other way round."""

    def __init__(self, first: bool) -> None:
        self._first = first

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        node.args = [self._chosen(argument) for argument in node.args]
        for keyword in node.keywords:
            keyword.value = self._chosen(keyword.value)
        return node

    def _chosen(self, node: ast.expr) -> ast.expr:
        if not isinstance(node, (ast.Constant, ast.JoinedStr)):
            return node
        pair = (node, ast.Constant("https://other")) if self._first else (ast.Constant("https://other"), node)
        return ast.IfExp(ast.Name("chosen", ast.Load()), *pair)


class _Rename(ast.NodeTransformer):
    """Imports everything by another name."""

    def visit_Import(self, node: ast.Import) -> ast.AST:
        node.names = [ast.alias(item.name, item.asname or "lib") for item in node.names]
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        node.names = [ast.alias(item.name, None if item.name == "*" else f"{item.name}_") for item in node.names]
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name("lib" if node.id == "mlflow" else node.id, node.ctx)


def _transformed(transformer: Callable[[], ast.NodeTransformer]) -> Callable[[str], str]:
    return lambda code: ast.unparse(ast.fix_missing_locations(transformer().visit(ast.parse(code))))


def _in_function(code: str) -> str:
    body = "\n".join(f"    {line}" for line in ast.unparse(ast.parse(code)).splitlines())
    return f"def main():\n    pass\n{body}\n"


MUTATIONS: list[Callable[[str], str]] = [
    _other_quotes,
    _broken_lines,
    _transformed(lambda: _Choose(first=True)),
    _transformed(lambda: _Choose(first=False)),
    _transformed(_Rename),
    _in_function,
]


def _notebook(code: str, escape: Callable[[str], str] = lambda text: text) -> tuple[str, bytes]:
    cell = {
        "cell_type": "code",
        "source": code.splitlines(keepends=True),
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    page = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return "a.ipynb", escape(json.dumps(page)).encode()


def _html_safe(text: str) -> str:
    """Escape as writers do that think of HTML."""
    return text.replace("=", "\\u003d").replace("'", "\\u0027").replace("<", "\\u003c")


WRAPPINGS: list[Callable[[str], tuple[str, bytes]]] = [
    lambda code: ("a.py", code.encode()),
    lambda code: ("a.py", code.replace("\n", "\r\n").encode()),
    lambda code: ("a.py", f"# Databricks notebook source\nimport os\n\n# COMMAND ----------\n\n{code}".encode()),
    lambda code: ("a.py", f"# %%\nimport os\n\n# %%\n{code}".encode()),
    _notebook,
    lambda code: _notebook(code, _html_safe),
    lambda code: _notebook(f"%%writefile train.py\n{code}"),
]


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(EXAMPLES),
    st.lists(st.sampled_from(MUTATIONS), max_size=2, unique=True),
    st.sampled_from(WRAPPINGS),
)
def test_it_drops_nothing(
    case: tuple[str, Example], mutations: list[Callable[[str], str]], wrap: Callable[[str], tuple[str, bytes]]
) -> None:
    code, example = case
    text = example.before
    for mutate in mutations:
        text = mutate(text)
    path, data = wrap(text)
    chosen = Settings(select=(code,), **{key: value for key, value in example.settings.items() if key != "select"})
    assert _told(migrate(path, data, chosen)) == _told(_unfiltered(path, data, chosen))


class _Everything(frozenset[str]):
    """Has every name but those that it is made of."""

    def __contains__(self, name: object) -> bool:
        return not super().__contains__(name)

    def __bool__(self) -> bool:
        return True

    def __sub__(self, others: Set[object]) -> "_Everything":
        return _Everything([*self, *map(str, others)])


def _unfiltered(path: str, data: bytes, chosen: Settings) -> Outcome:
    def every(rules, data: bytes):
        return tuple((rule, selector) for rule in rules for selector in rule.on)

    with ExitStack() as stack:
        stack.enter_context(patch.object(documents_of_code, "concerned", every))
        stack.enter_context(patch.object(dispatch, "carriers", lambda scopes, names: _Everything()))
        stack.enter_context(patch.object(Triggers, "search", lambda self, data: True))
        return migrate(path, data, chosen)


def _told(outcome: Outcome) -> tuple[State, bytes | None, list[tuple[str, int, str]]]:
    found = [(finding.code, finding.location.start, finding.message) for finding in outcome.findings]
    return outcome.state, outcome.new, found
