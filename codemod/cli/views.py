"""The options that say how the report for people looks, and which findings fail a run."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from codemod.exit_codes import FINDINGS_LEFT, NOTHING_LEFT
from codemod.findings import Severity
from codemod.reports.base import Report
from codemod.reports.text import LAYOUTS, WIDTH, Layout, Options

F = TypeVar("F", bound=Callable[..., Any])

_FAIL_ON = {
    **{severity.value: severity for severity in Severity if severity is not Severity.ADVICE},
    "any": Severity.ADVICE,
}


_NARROWEST = 60


@dataclass(frozen=True, slots=True)
class View:
    """What the command line says of reports and exit codes.

    Attributes:
        layout: See `codemod.reports.text.Options`.
        verbose: See there.
        quiet: See there.
        fail_on: The least severity for which the run fails.
        exit_zero: Whether findings never fail the run; what could not be analysed still does.
    """

    layout: Layout = "grouped"
    verbose: bool = False
    quiet: bool = False
    fail_on: Severity = Severity.ADVICE
    exit_zero: bool = False

    def options(self, steps: tuple[str, ...] = ()) -> Options:
        """Return the layout of the report, with what to do next."""
        columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH
        return Options(self.layout, self.verbose, self.quiet, steps, min(max(columns, _NARROWEST), WIDTH))

    @property
    def shows_code(self) -> bool:
        """Whether the files are read again to show the lines around each place."""
        return self.layout == "full"

    def exit_code(self, report: Report) -> int:
        """Return the exit code of a run that was not interrupted."""
        return NOTHING_LEFT if self.exit_zero and report.exit_code == FINDINGS_LEFT else report.exit_code


def program_name() -> str:
    """Return how the program was called, so that a command that it shows can be typed as it stands."""
    context = click.get_current_context(silent=True)
    name = (context.find_root().info_name or "") if context is not None else ""
    return "mlflow-codemod" if name.startswith("mlflow-codemod") else "python -m codemod"


def view_options(command: F) -> F:
    """Add the options."""
    for option in (
        click.option(
            "--exit-zero", is_flag=True, help="Exit with 0 although findings are left; what could not be analysed still exits with 3."
        ),
        click.option(
            "--fail-on", type=click.Choice(list(_FAIL_ON)), default="any", show_default=True,
            help="Exit with 1 only for findings of this severity and worse ones.",
        ),
        click.option("--quiet", "-q", is_flag=True, help="Show the findings only, without totals and advice."),
        click.option("--verbose", "-v", is_flag=True, help="Also list the findings that can wait."),
        click.option(
            "--output-format", type=click.Choice(LAYOUTS), default="grouped", show_default=True,
            help="Layout of the report for people: each rule once with its places (grouped), each place with its code and fix "
            "(full), or one line for each finding (concise).",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def take(options: dict[str, Any]) -> View:
    """Take the options of `view_options` out of a command's options."""
    return View(
        layout=options.pop("output_format"),
        verbose=options.pop("verbose"),
        quiet=options.pop("quiet"),
        fail_on=_FAIL_ON[options.pop("fail_on")],
        exit_zero=options.pop("exit_zero"),
    )
