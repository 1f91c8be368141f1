"""``rules`` and ``explain``: what the program knows."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import click

from codemod.analysis.context import Target
from codemod.cli import completion
from codemod.cli.output import write_lines, write_text
from codemod.configuration import load, nearest
from codemod.documentation import severities
from codemod.errors import WrongUseError
from codemod.rules import all_rules
from codemod.settings import Settings
from codemod.sources import changed_lines

if TYPE_CHECKING:
    from codemod.reports.lines import Line
    from codemod.rules.base import Rule

_NEWEST = Target.of(Settings())


@click.command()
@click.option("--format", type=click.Choice(["text", "json"]), default="text", help="Format of the list.")
def rules(format: str) -> int:  # noqa: A002 - the name of the option
    """List the rules."""
    if format == "json":
        write_text(json.dumps([_as_object(rule) for rule in all_rules()], indent=2) + "\n", sys.stdout)
        return 0
    width = max((len(rule.name) for rule in all_rules()), default=0)
    write_lines((_row(rule, width) for rule in all_rules()), sys.stdout)
    return 0


@click.command()
@click.argument("code", shell_complete=completion.complete_rules)
def explain(code: str) -> int:
    """Say why a rule exists, what it does, and show it on examples. CODE is a code or a name, as `rules` lists them."""
    rule = _find(code)
    write_lines(_explanation(rule, load([os.getcwd()]).settings.page(rule.code)), sys.stdout)
    return 0


def _find(word: str) -> Rule:
    known = {name: rule for rule in all_rules() for name in (rule.code, rule.name)}
    rule = known.get(word.upper()) or known.get(word.lower())
    if rule is None:
        wanted = word.upper() if word[:3].upper() == "MLF" else word.lower()
        raise WrongUseError(f"no rule has the code {word!r}{nearest(wanted, list(known))}")
    return rule


def _row(rule: Rule, width: int) -> Line:
    opt_in = " Only when selected." if rule.opt_in else ""
    styles = {"safe": "green", "unsafe": "yellow", "by hand": "magenta"}
    safety = rule.safety.value
    return (
        (f"{rule.code}  ", "bold"),
        (f"{rule.name:<{width}}  ", ""),
        (f"{rule.severity_on(_NEWEST).value:<10}  ", ""),
        (f"{safety:<7}  ", styles[safety]),
        (f"{rule.summary}{opt_in}", ""),
    )


def _as_object(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "why": rule.why,
        "safety": rule.safety.value,
        "severity": rule.severity_on(_NEWEST).value,
        "since": rule.since,
        "opt_in": rule.opt_in,
    }


def _explanation(rule: Rule, page: str) -> list[Line]:
    verdicts = {
        "safe": "safe: the same behaviour on the target; apply makes it",
        "unsafe": "unsafe: right in most code; apply --unsafe makes it",
        "by hand": "by hand: nothing is edited; the message says what to do",
    }
    lines: list[Line] = [
        ((f"{rule.code} {rule.name}", "bold"),),
        ((rule.summary, ""),),
        (),
        (("Without: ", "bold"), (severities(rule), "")),
        (("Verdict: ", "bold"), (verdicts[rule.safety.value], "")),
        (("Since:   ", "bold"), (f"MLflow {rule.since}", "")),
        (),
    ]
    lines += [((line, ""),) for line in rule.why.strip().splitlines()]
    for example in rule.examples:
        kind = {"fixed": "Fixed", "reported": "Reported", "untouched": "Left alone"}[example.kind]
        lines += [(), ((f"{kind}: ", "bold"), (example.title, ""))]
        lines += _code(example.before, example.after)
        if example.by_hand is not None:
            lines += [(("  By hand, for instance:", "bold"),), *_code(example.before, example.by_hand)]
    if page:
        lines += [(), (("More: ", "bold"), (page, ""))]
    return lines


def _code(before: str, after: str | None) -> list[Line]:
    styles = {"+": "green", "-": "red"} if after is not None else {}
    return [((f"    {line}".rstrip(), styles.get(line[:1], "")),) for line in changed_lines(before, after)]
