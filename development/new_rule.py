"""Begins a rule: ``python -m development.new_rule loading some-name --calls mlflow.some.function``.

The file that it writes is a rule that works: it reports the calls of one function, and has an example of each kind. What only its
author knows stands there as `TO_WRITE`, and tests fail until it is written.
"""

from __future__ import annotations

import re
from pathlib import Path

import click

from codemod import rules
from codemod.documentation import COMMAND as DOCUMENTATION
from codemod.rules import FAMILIES, all_rules

COMMAND = "python -m development.new_rule FAMILY NAME --calls mlflow.some.function"
TO_WRITE = "TO WRITE"

_TEMPLATE = '''\
"""{code}: {to_write}: one line that says what this is about."""

from __future__ import annotations

from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.rules.base import Match, Rule, reported, untouched
from codemod.rules.selectors import calls


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    if context.target.at_least("3.0"):
        yield Match(call.node, "{to_write}: what is here, and what to do", Safety.MANUAL)


RULE = Rule(
    code="{code}",
    name="{name}",
    summary="{to_write}: one sentence for lists.",
    why="""\\
{to_write}: what MLflow 2 did, what MLflow 3 does and since which release, and the file of MLflow that proves it.""",
    safety=Safety.MANUAL,
    severity=Severity.CHANGES,
    on=(calls("{function}", check=_check),),
    examples=(
        reported(
            "a call",
            """
            import mlflow
            {function}()
            """,
        ),
        untouched(
            "{to_write}: a form that is right on both lines of MLflow",
            """
            import mlflow
            mlflow.log_metric("loss", 0.1)
            """,
        ),
        untouched(
            "a function of one's own with that name",
            """
            def {last}():
                return None
            {last}()
            """,
        ),
        untouched(
            "another library",
            """
            import other
            other.{last}()
            """,
        ),
    ),
)
'''


class NewRuleError(Exception):
    """Such a rule cannot be begun; the message says why, in one line."""


def new_rule(family: str, name: str, function: str, root: Path) -> Path:
    """Write the file of a rule.

    Args:
        family: The folder of its family, such as ``"loading"``.
        name: Its name in kebab case.
        function: A function of MLflow whose calls it looks at.
        root: The folder that holds the families.

    Returns:
        The file.

    Raises:
        NewRuleError: If the name is none or taken, or the family has no code left.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name):
        raise NewRuleError(f"{name!r} is no name in kebab case of two words or more, such as stage-in-uri")
    if any(rule.name == name for rule in all_rules()):
        raise NewRuleError(f"another rule is called {name}")
    path = root / family / f"{name.replace('-', '_')}.py"
    if path.exists():
        raise NewRuleError(f"{path} exists already")
    text = _TEMPLATE.format(
        code=_next_code(family), name=name, function=function, last=function.rpartition(".")[2], to_write=TO_WRITE
    )
    path.write_text(text, encoding="utf-8")
    return path


def _next_code(family: str) -> str:
    prefix = FAMILIES[family].prefix
    taken = [int(rule.code.removeprefix("MLF")) for rule in all_rules() if rule.code.startswith(prefix)]
    number = max(taken, default=int(prefix.removeprefix("MLF")) * 100) + 1
    code = f"MLF{number}"
    if not code.startswith(prefix):
        raise NewRuleError(f"all codes of the family {family} are taken")
    return code


@click.command()
@click.argument("family", type=click.Choice(list(FAMILIES)))
@click.argument("name")
@click.option(
    "--calls",
    "function",
    default="mlflow.register_model",
    show_default=True,
    help="A function whose calls it looks at.",
)
def main(family: str, name: str, function: str) -> None:
    """Begin a rule of FAMILY that is called NAME, with the family's next code."""
    try:
        path = new_rule(family, name, function, Path(rules.__file__).parent)
    except NewRuleError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{path} is written and the codemod finds it already.\n"
        f"1. Write what stands there as {TO_WRITE!r}; more in CONTRIBUTING.md.\n"
        f"2. {DOCUMENTATION}\n"
        f"3. pytest tests/codemod/rules"
    )


if __name__ == "__main__":
    main()
