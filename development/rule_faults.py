"""Says what a rule still lacks, each time with what mends it; the tests ask this of every rule."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemod.engine.triggers import triggers
from codemod.findings import Safety
from codemod.rules import FAMILIES, IMPROVEMENTS
from codemod.rules.base import Example, Rule
from development.new_rule import COMMAND, TO_WRITE

_LEAST_WHY = 200
_LEAST_UNTOUCHED = 3


def faults(rule: Rule, module: str, others: Sequence[Rule]) -> Iterator[str]:
    """Yield what is wrong with a rule, one line each.

    Args:
        rule: The rule.
        module: The name of its module, such as ``"codemod.rules.loading.some_name"``.
        others: All other rules.
    """
    yield from _identity(rule, module, others)
    yield from _texts(rule)
    yield from _examples(rule)


def _identity(rule: Rule, module: str, others: Sequence[Rule]) -> Iterator[str]:
    family, file = module.split(".")[-2:]
    prefix = FAMILIES[family].prefix
    if not rule.code.startswith(prefix):
        yield f"{rule.code} is no code of the family {family}, whose codes begin with {prefix}; `{COMMAND}` takes the next one"
    for other in others:
        if other.code == rule.code:
            yield f"{rule.code} is the code of {other.name} too; `{COMMAND}` takes the next one, and a code is never used again"
        if other.name == rule.name:
            yield f"{rule.name} is the name of {other.code} too"
    if file != rule.name.replace("-", "_"):
        yield f"its file is called {file}.py and not {rule.name.replace('-', '_')}.py; `git mv` it"
    if rule.opt_in and rule.code not in IMPROVEMENTS.values():
        yield f"nobody can ask for {rule.code}: enter it in IMPROVEMENTS of codemod/rules/__init__.py"


def _texts(rule: Rule) -> Iterator[str]:
    texts = {"summary": rule.summary, "why": rule.why, **{f"example {one.title!r}": one.title for one in rule.examples}}
    for place, text in texts.items():
        if TO_WRITE in text:
            yield f"{place}: still says {TO_WRITE!r}; write it"
    if not rule.summary.endswith("."):
        yield "summary: is no sentence; end it with a full stop"
    if len(rule.why) < _LEAST_WHY:
        yield f"why: has {len(rule.why)} characters and convinces nobody; say what MLflow does, since when, and in which of its files"


def _examples(rule: Rule) -> Iterator[str]:
    kinds = [example.kind for example in rule.examples]
    untouched = kinds.count("untouched")
    if untouched < _LEAST_UNTOUCHED:
        yield f"examples: {untouched} are `untouched(...)`, and at least {_LEAST_UNTOUCHED} must show what it leaves alone"
    if rule.safety is not Safety.MANUAL and "fixed" not in kinds:
        yield f"examples: none is `fixed(...)`, although the rule is {rule.safety.value}"
    if rule.safety is Safety.MANUAL and "reported" not in kinds and "fixed" not in kinds:
        yield "examples: none is `reported(...)`"
    for example in rule.examples:
        if example.path.endswith(".py"):
            yield from _python_example(rule, example)


def _python_example(rule: Rule, example: Example) -> Iterator[str]:
    try:
        ast.parse(example.before)
    except SyntaxError as error:
        yield f"example {example.title!r}: does not parse: {error}"
        return
    if example.found and not triggers((rule,)).search(example.before.encode()):
        yield f"example {example.title!r}: the file would be skipped before the rule sees it; mend the selector's `needs`"
