"""The command line: the only place that prints or exits.

Nothing heavy is imported here; each command imports what it needs when it runs.
"""

from __future__ import annotations

from codemod.module_path import leave_current_folder

leave_current_folder(is_first=False)  # before anything is imported that the current folder may have, too

import difflib
import importlib
import io
import os
import sys
import traceback
from typing import TYPE_CHECKING, NoReturn

import click

import codemod
from codemod.cli import neighbours
from codemod.cli.output import OutputError, say, write_lines, write_text
from codemod.disk import interrupts
from codemod.errors import PoolError, WrongUseError
from codemod.exit_codes import NOT_ANALYSED, WRONG_USE

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# Each command's module and what the list of commands says of it, so that the list is shown without importing them.
_COMMANDS = {
    "apply": ("codemod.cli.migrate", "Rewrite MLflow 2 code for MLflow 3."),
    "check": ("codemod.cli.migrate", "Report MLflow 2 code; change nothing."),
    "baseline": ("codemod.cli.baseline", "Tolerate known findings, stop new ones."),
    "doctor": ("codemod.cli.doctor", "Ask a tracking server what MLflow 3 clients would meet."),
    "report": ("codemod.cli.report", "Write a page that says how far a project is."),
    "fleet": ("codemod.cli.fleet", "Look at many repositories, in one report."),
    "rules": ("codemod.cli.rules", "List the rules."),
    "explain": ("codemod.cli.rules", "Say why a rule exists, what it does, and show it on examples."),
}

# Commands of other packages of this distribution: found by their entry points, so that nothing of theirs is imported here.
_COMMANDS_ELSEWHERE = {"verify": "Run a project on MLflow 2 and, migrated, on 3; compare."}

_LISTED = {**{name: text for name, (_, text) in _COMMANDS.items()}, **_COMMANDS_ELSEWHERE}

# What people type for a command that has another name.
_OTHER_WORDS = {
    "migrate": "apply", "fix": "apply", "run": "apply", "rewrite": "apply", "upgrade": "apply", "convert": "apply",
    "lint": "check", "scan": "check", "find": "check", "diff": "apply --diff", "status": "report", "html": "report",
    "list": "rules", "rule": "explain", "why": "explain", "help": "--help", "version": "--version", "test": "verify",
    "prove": "verify", "interactive": "apply --interactive",
}  # fmt: skip

_EPILOG = """\b
Exit codes:
  0  nothing is left to do
  1  findings are left
  2  wrong use, or an error of this program that ended the run
  3  some inputs could not be analysed or written (outweighs 1)
  4  verify: nothing differed, but not everything ran
  130, 143  ended by Ctrl-C or SIGTERM; every file is either old or new

\b
Completion of commands, options and codes, in a shell's start-up file:
  bash  eval "$(_MLFLOW_CODEMOD_COMPLETE=bash_source mlflow-codemod)"
  zsh   eval "$(_MLFLOW_CODEMOD_COMPLETE=zsh_source mlflow-codemod)"
  fish  _MLFLOW_CODEMOD_COMPLETE=fish_source mlflow-codemod | source
"""


class _Commands(click.Group):
    """A group that imports the module of a command when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_LISTED)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name in _COMMANDS_ELSEWHERE:
            return _command_elsewhere(cmd_name)
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(_COMMANDS[cmd_name][0]), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            raise WrongUseError(f"no command is called {args[0]!r}; {_meant(args[0], self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_LISTED.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        words = [CompletionItem(name, help=text) for name, text in _LISTED.items() if name.startswith(incomplete)]
        return [*words, *click.Command.shell_complete(self, ctx, incomplete)]


def _meant(word: str, known: list[str]) -> str:
    """Say which command is near to a word, by its meaning or by its letters."""
    found = _OTHER_WORDS.get(word.lower()) or next(iter(difflib.get_close_matches(word.lower(), known, n=1)), "")
    return f"did you mean `{found}`?" if found else f"there are {', '.join(known)}"


def _command_elsewhere(name: str) -> click.Command:
    """Return a command of another package, or one that says in a line what to install."""
    from codemod.cli import elsewhere  # entry points cost start-up time

    try:
        return elsewhere.installed_command(name)
    except WrongUseError as error:
        missing = error

    def refuse() -> None:
        raise missing

    settings = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(name, callback=refuse, context_settings=settings)


@click.group(cls=_Commands, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(getattr(codemod, "__version__", ""), prog_name="mlflow-codemod")
def cli() -> None:
    """Move Python code from MLflow 2 to MLflow 3."""


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    interrupts.install()
    if sys.stdout is None or sys.stderr is None:  # closed by the caller, as `>&-` does: nobody wants to read
        nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run()
        interrupts.ignore()
    except interrupts.Interrupted as interrupted:
        interrupts.ignore()
        code = interrupted.exit_code
    sys.exit(_flushed(code))


def _run() -> int:
    if "_MLFLOW_CODEMOD_COMPLETE" in os.environ:
        from codemod.cli.completion import mend_fish

        mend_fish()
    said = neighbours.conflict()
    if neighbours.is_overwritten():
        say(f"error: {said or 'the files of this program are incomplete; install it anew'}", sys.stderr)
        return WRONG_USE
    if said:
        say(f"warning: {said}", sys.stderr)
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        usage, _, _ = shown.getvalue().partition("Error: ")
        write_text(usage, sys.stderr)  # click's own; what it says of an argument may quote it
        say(f"Error: {error.format_message()}", sys.stderr)
        return WRONG_USE
    except click.Abort:
        return 128 + 2
    except WrongUseError as error:
        say(f"error: {error}", sys.stderr)
        return WRONG_USE
    except PoolError as error:
        say(f"error: {error}", sys.stderr)
        return NOT_ANALYSED
    except Exception:
        write_lines([((line, ""),) for line in traceback.format_exc().splitlines()], sys.stderr)
        click.echo("error: this is a bug in mlflow-codemod; please report it with the lines above", err=True)
        return WRONG_USE
    return code if isinstance(code, int) else 0


def _flushed(code: int) -> int:
    """Write what is still in the buffer, such as help texts; a reader that left early (``| head``) is no error."""
    try:
        write_text("", sys.stdout)
    except OutputError as error:
        say(f"error: {error}", sys.stderr)
        return WRONG_USE
    return code
