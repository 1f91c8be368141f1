"""What can be checked of the project's English: verb first, one word for one thing, sections as Google's style has them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from codemod.rules import all_rules
from codemod.rules.base import Rule

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("codemod", "reference_pipeline", "compat_tests", "development", "benchmarks")
MODULES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if not path.is_relative_to(ROOT / "compat_tests" / "cases")
)
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]

VERBS = frozenset(
    """
    Accept Add Allow Answer Append Apply Ask Assume Avoid Begin Bind Blame Blank Bring Build Calculate Call Cancel
    Catch Change Check Choose Clear Close Collect Commit Compare Compute Connect Convert Copy Count Create Cut
    Decide Decode Define Delete Describe Detect Discard Divide Do Download Draw Drop Encode End Enter Escape
    Estimate Exit Expand Explain Extend Fail Fetch Fill Filter Find Finish Fix Follow Forget Format Gather Get Give
    Go Group Guess Hand Have Hold Ignore Import Insert Install Invoke Iterate Join Judge Keep Kill Lead Learn Leave
    Let Limit List Load Lock Log Look Make Map Mask Match Measure Merge Move Name Note Number Offer Open Order Pack
    Pair Parse Pass Pick Place Post Prepare Press Print Prove Put Quit Quote Raise Reach Read Record Register Reject
    Release Remember Remove Rename Render Repeat Replace Report Require Reset Resolve Return Rewrite Run Save Say
    See Select Send Serialize Serve Set Share Show Skip Sort Split Start Stop Store Strip Submit Take Tell Test Time
    Train Trim Trust Try Turn Unpack Update Use Validate Verify Wait Walk Warn Weigh Work Wrap Write Yield
    """.split()
)
"""The verbs with which the docstring of a function may begin, in the imperative. A new one is added here."""

ATTRIBUTES = ("property", "fixture")
"""Decorators of what is told as a value: "The names of all cells"."""

WORDS = {
    r"\b(a|an|one|another|each|every|any) text\b(?! (file|document|report|format|of some))": "a value of Python is a string",
    r"\bdata bases?\b": "database is one word",
    r"\bneeds a person\b": "by hand",
    r"\bmanual fix": "by hand",
    r"\b(can not)\b": "cannot",
    r"\b(utilise|utilize|leverage|performant|functionality)": "plain English",
    r"\bin order to\b": "to",
}
"""Words that do not stand in the project's prose, and what is written instead."""

ANY_WORD = re.compile("|".join(f"(?:{word})" for word in WORDS), re.IGNORECASE)

SECTIONS = frozenset(("Args:", "Returns:", "Raises:", "Yields:", "Attributes:", "Example:", "Examples:", "Note:"))


def functions(path: Path) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, str]]:
    """Yield the functions of a module with their docstrings, without tests and what is told as a value."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("test_"):
            continue
        decorators = " ".join(map(ast.unparse, node.decorator_list))
        if (text := ast.get_docstring(node)) and not any(word in decorators for word in ATTRIBUTES):
            yield node, text


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the strings and comments of a module, or the lines of a document outside of code, with their numbers."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        outside = re.sub(
            r"^```.*?^```", lambda block: "\n" * block[0].count("\n"), text, flags=re.MULTILINE | re.DOTALL
        )
        yield from enumerate(outside.splitlines(), 1)
        return
    for number, line in enumerate(text.splitlines(), 1):
        if (comment := re.search(r"(?:^|\s)#:? (.*)", line)) and '"' not in line[: comment.start()]:
            yield number, comment[1]
    for node in ast.walk(ast.parse(text)):  # docstrings, messages, and texts of rules
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from enumerate(node.value.splitlines(), node.lineno)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_docstring_of_a_function_begins_with_a_verb(package: str) -> None:
    others = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {text.splitlines()[0]}"
        for path in MODULES
        if path.is_relative_to(ROOT / package)
        for node, text in functions(path)
        if text.split()[0] not in VERBS
    ]
    assert not others, "\n".join(["no verb of VERBS in the imperative:", *others])


@pytest.mark.parametrize("path", [*MODULES, *DOCUMENTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_words(path: Path) -> None:
    lines = list(prose(path))
    if not ANY_WORD.search("\n".join(line for _, line in lines)):
        return
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}\n    write: {instead}"
        for number, line in lines
        for word, instead in WORDS.items()
        if re.search(word, line, re.IGNORECASE)
    ]
    assert not wrong, "\n".join(wrong)


def test_sections_are_those_of_googles_style() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {line}"
        for path in MODULES
        for node, text in functions(path)
        for line in text.splitlines()
        if re.fullmatch(r"[A-Z][a-z]+:", line) and line not in SECTIONS
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_texts_of_a_rule(rule: Rule) -> None:
    for text in (rule.summary, rule.why, *(example.title for example in rule.examples)):
        for word, instead in WORDS.items():
            found = re.search(word, " ".join(text.split()), re.IGNORECASE)
            assert found is None, f"{rule.code}: {found and found[0]!r} in {text!r}; write: {instead}"
    assert len(rule.summary) <= 120
    assert rule.summary.endswith(".")
