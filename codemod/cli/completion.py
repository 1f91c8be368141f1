"""What a shell offers for a word that a person has begun; see `click.shell_completion`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from codemod.mlflow_api import RELEASES
from codemod.reports import FORMATS
from codemod.rules import IMPROVEMENTS, all_rules

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem


def mend_fish() -> None:
    """Let click's script for fish split each answer once: lists of codes, and sentences, hold commas themselves."""
    from click.shell_completion import FishComplete, add_completion_class

    script = FishComplete.source_template.replace('(string split "," ', '(string split --max 1 "," ')
    add_completion_class(type("Fish", (FishComplete,), {"source_template": script}))


def codes(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer codes of rules, also behind a comma."""
    before, comma, begun = incomplete.rpartition(",")
    taken = {code.strip().upper() for code in before.split(",")}
    known = [(rule.code, rule.summary) for rule in all_rules() if rule.code not in taken]
    return _items([(before + comma + code, text) for code, text in known if code.startswith(begun.strip().upper())])


def complete_rules(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the codes and names of rules."""
    known = [(code, rule.summary) for rule in all_rules() for code in (rule.code, rule.name)]
    begun = incomplete.lower()
    return _items([(word, text) for word, text in known if word.lower().startswith(begun)])


def complete_targets(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the releases that code can be moved to."""
    minors = dict.fromkeys(".".join(release.split(".")[:2]) for release in RELEASES if release.startswith("3."))
    words = [("3", "the newest MLflow 3 that is known"), ("both", "2.22 and 3"), *((each, "") for each in minors)]
    return _items([(word, text) for word, text in words if word.startswith(incomplete)])


def outputs(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the formats of reports; names of files behind them are left to the person."""
    return _items([(each, "") for each in FORMATS if each.startswith(incomplete)])


def improvements(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the improvements that can be asked for."""
    words = [f"{each}=" if each.startswith("alias") else each for each in IMPROVEMENTS]
    return _items([(word, "") for word in words if word.startswith(incomplete)])


def _items(words: Sequence[tuple[str, str]]) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(word, help=text or None) for word, text in words]
