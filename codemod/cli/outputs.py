"""``--format`` and ``--output``: which reports a run gives, and where they go."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from codemod.cli import completion
from codemod.cli.output import write_lines, write_text
from codemod.disk import writing
from codemod.errors import WrongUseError
from codemod.reports import FORMATS, statistics, text

if TYPE_CHECKING:
    from codemod.reports.base import Report

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Output:
    """One report.

    Attributes:
        format: One of `FORMATS`.
        file: Where it goes; None for standard output.
    """

    format: str
    file: str | None = None


def report_options(command: F) -> F:
    """Add the options that choose reports."""
    for option in (
        click.option("--statistics", is_flag=True, help="Add counts by rule and by folder to the report for people."),
        click.option(
            "--output", "-o", metavar="FORMAT[=FILE]", multiple=True, callback=_read, shell_complete=completion.outputs,
            help="Give a report in this format too, on standard output or in FILE; may be repeated. Without one for "
            "standard output, the report for people is printed there.",
        ),
        click.option(
            "--format", type=click.Choice(FORMATS), default=None, help="Format of the report on standard output."
        ),
    ):  # fmt: skip
        command = option(command)
    return command


# How people spell standard output where a file's name is asked for.
_STANDARD_OUTPUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


def chosen(form: str | None, outputs: tuple[Output, ...]) -> tuple[Output, ...]:
    """Put ``--format`` and ``--output`` together.

    Raises:
        click.UsageError: If two reports want standard output, or one file.
    """
    all_of = (*((Output(form),) if form is not None else ()), *outputs)
    files = [None if output.file is None else os.path.realpath(output.file) for output in all_of]
    if files.count(None) > 1:
        raise click.UsageError("only one report can go to standard output; give the others a file: --output sarif=FILE")
    if len(set(files)) < len(files):
        raise click.UsageError("two reports cannot go to the same file")
    for output in all_of:
        if output.file is not None:
            check_folder(output.file)
    return all_of if None in files else (Output("text"), *all_of)


def check_folder(path: str) -> None:
    """Find out before anything else is done whether a report can be written.

    Raises:
        WrongUseError: If it cannot.
    """
    try:
        writing.check_new(path)
    except writing.WriteError as error:
        raise WrongUseError(f"{path}: {error}") from error


def need_bytes(outputs: tuple[Output, ...]) -> bool:
    """Return whether a report reads the files that findings stand in again: for fixes and for places in notebooks."""
    return any(output.format not in ("text", "json", "jsonl", "junit") for output in outputs)


def write_all(
    report: Report, outputs: tuple[Output, ...], *, statistics: bool, people: TextIO, options: text.Options
) -> None:
    """Write every report; those for files first, so that a reader that leaves early costs none of them.

    Args:
        report: What is told.
        outputs: The result of `chosen`.
        statistics: Whether findings are counted below the report for people.
        people: Where the report for people goes that has no file.
        options: How it looks.
    """
    for output in sorted(outputs, key=lambda output: output.file is None):
        if output.file is not None:
            write_file(output.file, _rendered(report, output.format, options, statistics=statistics))
        elif output.format == "text":
            write_lines(text.lines(report, options), people)
            if statistics:
                write_text(_statistics(report), people)
        else:
            write_text(_rendered(report, output.format, options, statistics=statistics), sys.stdout)


def write_file(path: str, text: str) -> None:
    """Write a report whole or not at all; one that is there is replaced.

    Raises:
        WrongUseError: If it cannot be written.
    """
    try:
        writing.write_new(path, text.encode("utf-8", "backslashreplace"))
    except writing.WriteError as error:
        raise WrongUseError(f"{path}: {error}") from error


def _read(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Output, ...]:
    outputs = []
    for value in values:
        form, has_file, file = value.partition("=")
        if form not in FORMATS:
            raise click.BadParameter(f"{form!r} is not a format; take one of {', '.join(FORMATS)}")
        if has_file and not file:
            raise click.BadParameter(f"no file is named in {value!r}")
        outputs.append(Output(form, file if has_file and file not in _STANDARD_OUTPUT else None))
    return tuple(outputs)


def _rendered(report: Report, form: str, options: text.Options, *, statistics: bool) -> str:
    if form == "text":
        return text.plain(report, options) + (_statistics(report) if statistics else "")
    rendered: str = importlib.import_module(f"codemod.reports.{form}").render(report)
    return rendered


def _statistics(report: Report) -> str:
    return "\n" + statistics.plain_tables(report)
