"""Commands of other packages of this distribution, found by their entry points: nothing of theirs is imported before it is used."""

from __future__ import annotations

import importlib.metadata

import click

from codemod.errors import WrongUseError

_GROUP = "mlflow_codemod.commands"


def installed_command(name: str) -> click.Command:
    """Return the command of another package.

    Raises:
        WrongUseError: If it cannot be loaded; says in one line what to install.
    """
    missing = "this program is not installed, its files only lie there"
    for point in importlib.metadata.entry_points(group=_GROUP):
        if point.name == name:
            try:
                command: click.Command = point.load()
            except ImportError as error:
                missing = str(error)
            else:
                return command
    raise WrongUseError(f'{name} needs more packages: install mlflow-codemod with its extra "{name}" ({missing})')
