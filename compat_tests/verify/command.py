"""The command ``verify``: what was asked for, what is shown, and the exit code."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import click

from codemod.cli.migrate import apply
from codemod.errors import WrongUseError
from compat_tests.verify import options as reading

# What `apply` is asked besides is about its own output, or about files one by one.
_NOT_OF_APPLY = (
    "allow_dirty",
    "diff",
    "format",
    "save_patch",
    "interactive",
    "ask_again",
    "stdin_filename",
    "force_exclude",
    "resolve",  # uv is asked anyway, when the environments are made
)

_COMMAND = "mlflow_codemod.verify.command"


def _apply_options() -> list[click.Option]:
    """Return the options of ``apply``, to be handed on as they are."""
    found = []
    for parameter in apply.params:
        if isinstance(parameter, click.Option) and parameter.name not in _NOT_OF_APPLY:
            option = copy.copy(parameter)
            option.callback = None  # `apply` itself looks at the values
            if parameter.name == "sample":  # here a sample is a file with inputs
                option.opts, option.name = ["--apply-sample"], "apply_sample"
            found.append(option)
    return found


class _Command(click.Command):
    """Everything behind ``--`` belongs to the person's command, options included."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own, command = (args[: args.index("--")], args[args.index("--") + 1 :]) if "--" in args else (args, [])
        ctx.meta[_COMMAND] = tuple(command)
        return super().parse_args(ctx, own)


def _with_apply_options(command: click.Command) -> click.Command:
    command.params += _apply_options()
    return command


@_with_apply_options
@click.command(
    cls=_Command,
    options_metavar="[OPTIONS] [PROJECT] -- COMMAND...",
    short_help="Run a project on MLflow 2 and, migrated, on MLflow 3, and compare what it recorded.",
    context_settings={"max_content_width": 110},
)
@click.argument("project", required=False, default=".", metavar="")
@click.option(
    "--servers",
    metavar="CLIENT:SERVER,...",
    default="2:2,3:3",
    show_default=True,
    callback=reading.cells,
    help="The worlds, as MLflow lines of client and server; the others are compared with the first.",
)
@click.option(
    "--backend",
    type=click.Choice(["sqlite", "postgres", "docker"]),
    default="sqlite",
    show_default=True,
    help="Where the tracking servers keep their data; docker runs them in containers.",
)
@click.option("--no-server", is_flag=True, help="Start no server: for projects whose code names its store by path.")
@click.option(
    "--requirements",
    "-r",
    multiple=True,
    metavar="FILE",
    help="Requirements of the project, instead of those that are found: a file of the project, or an absolute path.",
)
@click.option(
    "--extra", multiple=True, metavar="NAME", help="Install these optional dependencies of pyproject.toml too."
)
@click.option("--group", multiple=True, metavar="NAME", help="Install this dependency group of pyproject.toml too.")
@click.option("--with", "with_", multiple=True, metavar="REQUIREMENT", help="Install this package too, such as pytest.")
@click.option("--python", metavar="VERSION", help="Python of both worlds, as uv takes it; by default the running one.")
@click.option("--python2", metavar="PATH", help="Use this interpreter, which has MLflow 2, instead of making one.")
@click.option("--python3", metavar="PATH", help="Use this interpreter, which has MLflow 3, instead of making one.")
@click.option(
    "--servers-from-pythons", is_flag=True,
    help="Start the servers from --python2 and --python3 too: on a machine where nothing can be installed.",
)  # fmt: skip
@click.option(
    "--mlflow2", metavar="VERSION", callback=reading.release, help="Release of MLflow 2; by default the newest."
)
@click.option(
    "--mlflow3", metavar="VERSION", callback=reading.release, help="Release of MLflow 3; by default the newest."
)
@click.option("--no-install", is_flag=True, help="Do not install the project itself.")
@click.option(
    "--include", multiple=True, metavar="PATH", help="Copy this too, although Git ignores it: data, for example."
)
@click.option("--setup", multiple=True, metavar="COMMAND", help="Run this first in each copy.")
@click.option(
    "--env", multiple=True, metavar="NAME", help="Hand this variable on to the command; its value is shown nowhere."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=3600.0,
    show_default=True,
    metavar="SECONDS",
    help="Limit for the command in each world.",
)
@click.option(
    "--repeat",
    type=click.IntRange(1, 5),
    default=1,
    show_default=True,
    help="Run the command this many times in world 2, to see what varies by itself.",
)
@click.option(
    "--tolerance",
    multiple=True,
    metavar="[METRIC=]NUMBER",
    callback=reading.tolerances,
    help="Relative difference that metrics may have (by pattern of the name), or predictions=NUMBER.",
)
@click.option(
    "--sample",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Inputs for the predictions (CSV, Parquet, JSON, .npy), instead of the example of each model.",
)
@click.option("--serve", is_flag=True, help="Ask each model over /invocations too.")
@click.option(
    "--bisect",
    is_flag=True,
    help="Find the release of MLflow 3 with which it goes wrong, or the fixes without which it would.",
)
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where copies and stores lie while it runs; by default the folder for temporary files.",
)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where environments are kept; by default in the user's cache.",
)
@click.option("--keep", is_flag=True, help="Keep the work folder, and say where it is.")
@click.option("--all", "show_all", is_flag=True, help="Show equal rows in the table too.")
@click.option("--output", "-o", multiple=True, metavar="FORMAT[=FILE]", callback=reading.outputs,
              help="Give the result as json, junit or markdown too, on standard output or in FILE; may be repeated.")  # fmt: skip
@click.pass_context
def verify(context: click.Context, /, project: str, **chosen: Any) -> int:
    """Run COMMAND in two copies of PROJECT: with MLflow 2, and, migrated by `apply --unsafe`, with MLflow 3.

    What both recorded on real tracking servers is compared, and the changed places that never ran are named. The project itself
    is never written.

    Exit codes: 0 equal, 1 different, 2 wrong use, 3 a world could not be built or failed, 4 not proved: nothing differed, but
    changed places did not run, or nothing was recorded.
    """
    from compat_tests.verify.session import run

    command = context.meta[_COMMAND]
    if not command:
        raise click.UsageError("no command: put it behind --, such as `verify . -- python train.py`")
    folder = Path(project).resolve()
    if not folder.is_dir():
        raise WrongUseError(f"{project}: is not a folder")
    options = reading.apply_arguments(_apply_options(), chosen)
    request = reading.request(folder, command, apply_options=options, chosen=chosen)
    return run(request, chosen["output"], show_all=chosen["show_all"], bisect=chosen["bisect"])
