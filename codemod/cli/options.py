"""The options of all commands that run the rules, and the settings that follow from them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from codemod.cli import completion
from codemod.cli.output import say
from codemod.configuration import (
    CHOICES,
    Configuration,
    check_add,
    check_codes,
    check_mlflow_version,
    check_sample,
    check_target,
    load,
    load_file,
    remark_on_target,
)
from codemod.running import executors
from codemod.running.limits import SECONDS

if TYPE_CHECKING:
    from codemod.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def _read_target(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    return None if value is None else check_target(value)


def _read_codes(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return check_codes([code for value in values for code in value.split(",") if code.strip()])


def _read_add(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return check_add([part for value in values for part in value.split(",") if part.strip()])


def _read_sample(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    return None if value is None else check_sample(value)


def _read_mlflow_version(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    return None if value is None else check_mlflow_version(value)


def codes_option(name: str, text: str) -> Callable[[F], F]:
    """Return an option that takes codes of rules."""
    return click.option(
        f"--{name}", metavar="CODES", multiple=True, callback=_read_codes, shell_complete=completion.codes, help=text
    )


def target_option(text: str) -> Callable[[F], F]:
    """Return the option that says what the code shall run on."""
    return click.option(
        "--target",
        metavar="3|3.N|both",
        default=None,
        callback=_read_target,
        shell_complete=completion.complete_targets,
        help=text,
    )


unsafe_option = click.option(
    "--unsafe/--no-unsafe", default=None, help="Also make fixes that are right in most code, but not in all."
)
timeout_per_file_option = click.option(
    "--timeout-per-file", type=click.FloatRange(min=0.1), metavar="SECONDS", default=SECONDS, show_default=True,
    help="A file that takes longer to compute fails, and the run goes on.",
)  # fmt: skip


executor_option = click.option(
    "--executor", metavar="dask:ADDRESS",
    help="Let a Dask cluster work on the files, such as dask:tcp://10.0.0.1:8786; only this process reads and writes them.",
)  # fmt: skip


def check_executor_options(executor: str, others: dict[str, bool]) -> None:
    """Make sure that ``--executor`` names an address, and that nothing is given which it does not go with.

    Raises:
        WrongUseError: If it names none.
        UsageError: If something else is given.
    """
    executors.address_of(executor)
    for name, is_given in others.items():
        if is_given:
            raise click.UsageError(f"--executor cannot be combined with {name}")


def _choice_option(name: str, text: str) -> Callable[[F], F]:
    return click.option(f"--{name}", type=click.Choice(CHOICES[name]), default=None, help=text)


def shared_options(command: F) -> F:
    """Add the arguments and options of the commands that run the rules."""
    options = [
        click.argument("paths", nargs=-1, type=click.Path(readable=False)),
        codes_option(
            "select", "Run only these rules: codes or their beginnings, separated by commas. The configuration's select and "
            "ignore do not count then.",
        ),
        codes_option("ignore", "Do not run these rules."),
        target_option("What the code shall run on: 3 (the newest known), a release such as 3.5, or both (2.22 and 3)."),
        unsafe_option,
        click.option(
            "--with-pins/--without-pins", default=None,
            help="Also raise the pins that keep MLflow 3 out, to what the fixed code needs; the next installation tells what objects.",
        ),
        click.option(
            "--mlflow-version", metavar="SPECIFIER", default=None, callback=_read_mlflow_version,
            help='The new version specifier for pins of MLflow 2, such as ">=3.14,<4"; by default it follows from the target.',
        ),
        _choice_option("sklearn-format", "How scikit-learn models are stored: as MLflow 2 did, or as MLflow 3 does."),
        _choice_option("pytorch-format", "How PyTorch models are stored: as MLflow 2 did, or as MLflow 3 does."),
        _choice_option("name-from", "Where the name of a logged model comes from."),
        click.option(
            "--add", metavar="IMPROVEMENT", multiple=True, callback=_read_add, shell_complete=completion.improvements,
            help="Add what MLflow 2 code often lacks: signature, autolog, alias=NAME (set on each version that is registered), "
            "alias-readers=NAME (models:/name/latest reads the alias).",
        ),
        click.option(
            "--sample", metavar="EXPRESSION", default=None, callback=_read_sample,
            help="Model inputs for --add signature where it finds no training data: a variable, or an expression of variables, such "
            "as \"X_train.head(20)\".",
        ),
        click.option("--jobs", "-j", type=click.IntRange(min=1), help="Worker processes; by default one per CPU."),
        executor_option,
        timeout_per_file_option,
        click.option("--stdin-filename", metavar="NAME", help="The file name of the code on standard input."),
        click.option(
            "--follow-links", is_flag=True,
            help="Also follow symbolic links out of the named folders; what they lead to is read, and written by apply.",
        ),
        click.option(
            "--force-exclude", is_flag=True, help="Leave out files that the configuration excludes, even where they are named."
        ),
        click.option(
            "--config", type=click.Path(readable=False), metavar="FILE", help="Read this pyproject.toml instead of the nearest one."
        ),
        click.option("--isolated", is_flag=True, help="Read no configuration."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


since_option = click.option(
    "--since", metavar="REF",
    help="Report only findings on lines that changed since the branch left REF, in commits or in the work tree.",
)  # fmt: skip


def configured(paths: list[str], config: str | None, isolated: bool, options: dict[str, Any]) -> Configuration:
    """Read the configuration and put the command line's choices above it."""
    found = Configuration()
    if config is not None:
        found = load_file(config) or found
    elif not isolated:
        found = load(paths)
    chosen = {name: value for name, value in options.items() if value is not None and value != ()}
    if "select" in chosen:
        chosen.setdefault("ignore", ())
    settings: Settings = replace(found.settings, **chosen)
    remark = remark_on_target(settings.target)
    if remark is not None:
        say(f"warning: {remark}", sys.stderr)
    return replace(found, settings=settings)
