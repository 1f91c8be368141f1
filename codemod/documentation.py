"""Writes what the rules say of themselves as one Markdown page: ``python -m codemod.documentation > docs/rules.md``."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from codemod.engine import migrate
from codemod.findings import Finding, Severity
from codemod.rules import FAMILIES, all_rules
from codemod.rules.base import Example, Rule, Run
from codemod.settings import Settings
from codemod.sources import changed_lines

COMMAND = "python -m codemod.documentation > docs/rules.md"

_VERDICTS = {
    "safe": "the same behaviour on the target, proved by a program that runs on both lines of MLflow; `apply` makes it",
    "unsafe": "right in most code; `apply --unsafe` makes it",
    "by hand": "nothing is edited; the message says what to do",
}
_PARTS = {
    "Before the move": (Severity.BREAKS, Severity.CHANGES),
    "What can wait": (Severity.DEPRECATED,),
    "Only when asked for": (Severity.ADVICE,),
}
_LANGUAGES = {".py": "python", ".toml": "toml", ".yaml": "yaml", ".yml": "yaml", ".sh": "sh", ".cfg": "ini"}

_HEAD = f"""\
# Rules

What `python -m codemod` finds in code that was written for MLflow 2. `python -m codemod explain CODE` prints one of them.

<!-- Generated from the rules by `{COMMAND}`; tests/codemod/test_documentation.py compares. -->

What must be done before the move, and what can wait, are two tables: a place that *breaks* is an error on MLflow 3, one that
*changes* runs, but its result, the place of a file, or what is recorded differs; one that is *deprecated* still works, and the
warnings of MLflow 3 name no later release in which it ends. Of several severities the first is the usual one, and each finding says its
own; the verdict is that of the usual finding.

"""


def page() -> str:
    """Return the page with all rules."""
    return overview() + "".join(_families())


def overview() -> str:
    """Return what stands before the rules: what severities and verdicts mean, and the tables of all rules."""
    return "".join(_overview())


def rule_page(rule: Rule) -> str:
    """Return the page of one rule, as the documentation's site has it."""
    return f"# {rule.code} {rule.name}\n" + "".join(_told(rule))


def _overview() -> Iterator[str]:
    yield _HEAD
    yield from (f"- **{name}**: {text}.\n" for name, text in _VERDICTS.items())
    for title, wanted in _PARTS.items():
        yield f"\n## {title}\n\n| code | name | on MLflow 3 | verdict | since | |\n|---|---|---|---|---|---|\n"
        for rule in all_rules():
            if worst(rule) in wanted:
                link = f"[{rule.code}](#{rule.code.lower()}-{rule.name})"
                cells = (link, rule.name, severities(rule), rule.safety.value, rule.since, rule.summary)
                yield f"| {' | '.join(cells)} |\n"


def _families() -> Iterator[str]:
    for family in FAMILIES.values():
        yield f"\n## {family.prefix}xx: {family.title}\n"
        for rule in all_rules():
            if rule.code.startswith(family.prefix):
                yield f"\n### {rule.code} {rule.name}\n"
                yield from _told(rule)


def worst(rule: Rule) -> Severity:
    """Return the worst that the usual match means on any release."""
    found = [rule.severity] if isinstance(rule.severity, Severity) else rule.severity.values()
    return min(found, key=lambda severity: severity.rank)


def severities(rule: Rule) -> str:
    """Return what the usual match means, with the releases where that depends on the target, and what others mean."""
    if not isinstance(rule.severity, Severity):
        return ", ".join(f"{severity.value} from {release} on" for release, severity in rule.severity.items())
    others = sorted(_shown(rule) - {rule.severity}, key=lambda severity: severity.rank)
    return ", or ".join(severity.value for severity in (rule.severity, *others))


def _shown(rule: Rule) -> frozenset[Severity]:
    """Return what the places in a rule's examples mean."""
    return frozenset(finding.severity for found in _findings(rule) for finding in found)


def _told(rule: Rule) -> Iterator[str]:
    opt_in = "; only when it is asked for" if rule.opt_in else ""
    yield f"\n{rule.summary}\n\n"
    yield f"On MLflow 3: **{severities(rule)}**. Verdict: **{rule.safety.value}**. Since: MLflow {rule.since}{opt_in}.\n\n{rule.why.strip()}\n"
    untouched = [example for example in rule.examples if example.kind == "untouched"]
    for example in rule.examples:
        if example.kind != "untouched":
            yield from _example(rule, example)
    if untouched:
        yield f"\n<details><summary>Left alone: {len(untouched)} examples</summary>\n"
        for example in untouched:
            yield from _example(rule, example)
        yield "\n</details>\n"


def _example(rule: Rule, example: Example) -> Iterator[str]:
    kind = {"fixed": "Fixed", "reported": "Reported", "untouched": "Left alone"}[example.kind]
    conditions = _conditions(example)
    yield f"\n{kind}: {example.title}{f' ({conditions})' if conditions else ''}\n\n"
    language = "diff" if example.after is not None else _LANGUAGES.get(PurePosixPath(example.path).suffix, "")
    yield from _fenced(changed_lines(example.before, example.after), language)
    if example.kind == "reported":
        found = _findings(rule)[rule.examples.index(example)]
        yield "".join(f"\n> line {one.location.line}, {one.severity.value}: {one.message}\n" for one in found)
    if example.by_hand is not None:
        yield "\nBy hand, for instance:\n\n"
        yield from _fenced(changed_lines(example.before, example.by_hand), "diff")
    if example.runs:
        yield f"\nRun on the real ones: {'; '.join(_runs(example))}.\n"


def _fenced(lines: list[str], language: str) -> Iterator[str]:
    text = "\n".join(lines)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    yield f"{fence}{language}\n{text}\n{fence}\n"


def _conditions(example: Example) -> str:
    """Return the options with which the example is as it is."""
    found = [] if example.path == "example.py" else [f"in `{example.path}`"]
    for name, value in example.settings.items():
        option = f"--{name.replace('_', '-')}"
        if name == "project":
            found.append("where other files of the project are known")
        elif value is True:
            found.append(f"with `{option}`")
        elif isinstance(value, tuple):
            found.extend(f"with `{option} {item}`" for item in value)
        else:
            found.append(f"with `{option} {value}`")
    return ", ".join(found)


@functools.cache
def _findings(rule: Rule) -> tuple[tuple[Finding, ...], ...]:
    """Return what the rule finds in each of its examples."""
    chosen = Settings(select=(rule.code,))
    return tuple(
        migrate(example.path, example.before.encode(), replace(chosen, **example.settings)).findings  # type: ignore[arg-type]
        if example.found
        else ()
        for example in rule.examples
    )


def _runs(example: Example) -> Iterator[str]:
    for key, expected in example.runs.items():
        line, side = key.split(" ", 1)
        code = "the code written by hand" if side == "by hand" else f"the code {side}" if example.after else "this code"
        yield f"on MLflow {line} {code} {_ending(expected)}"


def _ending(expected: Run) -> str:
    if expected.raises is None:
        return "runs to its end"
    kind, _, text = expected.raises.partition(": ")
    return f"ends in `{kind}` (`{text}`)" if text else f"ends in `{kind}`"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page())
