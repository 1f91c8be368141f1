"""The rules as a libcst codemod, for people who run theirs with ``libcst.tool``.

The command is::

    python -m libcst.tool codemod --external --no-format codemod.command.MigrateToMlflow3 src/

``--external`` takes the class by its import path; without it, libcst looks only in the modules that a ``.libcst.codemod.yaml``
lists. ``--no-format`` keeps libcst from piping every changed file through black. libcst parses every file as a whole and
writes in place, so this is slower than ``mlflow-codemod apply``, and an interrupt may leave a file half written.
"""

from __future__ import annotations

import argparse

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext

from codemod.configuration import CHOICES, check_codes, check_target
from codemod.engine import migrate
from codemod.findings import State
from codemod.reports.base import left, place_text
from codemod.settings import Settings


class MigrateToMlflow3(CodemodCommand):
    """Rewrites MLflow 2 code of one module; what is left for a person comes as a warning."""

    DESCRIPTION = "Move Python code from MLflow 2 to MLflow 3."

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """Add the options of ``mlflow-codemod apply`` that concern the code."""
        defaults = Settings()
        arg_parser.add_argument("--target", default=defaults.target, help="3, a release such as 3.5, or both")
        arg_parser.add_argument(
            "--unsafe", action="store_true", help="take fixes that are right in most code, but not in all"
        )
        arg_parser.add_argument("--select", default="", metavar="CODES", help="run only these rules")
        arg_parser.add_argument("--ignore", default="", metavar="CODES", help="do not run these rules")
        for name, choices in CHOICES.items():
            default = getattr(defaults, name.replace("-", "_"))
            arg_parser.add_argument(f"--{name}", choices=choices, default=default)

    def __init__(
        self,
        context: CodemodContext,
        *,
        target: str = "3",
        unsafe: bool = False,
        select: str = "",
        ignore: str = "",
        sklearn_format: str = "cloudpickle",
        pytorch_format: str = "pickle",
        name_from: str = "artifact-path",
    ) -> None:
        """Take the choices of a run.

        Args:
            context: What libcst knows of the file.
            target: As `codemod.settings.Settings.target`.
            unsafe: As `codemod.settings.Settings.unsafe`.
            select: Codes with commas between them; "" runs all rules but the opt-in ones.
            ignore: Codes with commas between them.
            sklearn_format: As `codemod.settings.Settings.sklearn_format`.
            pytorch_format: As `codemod.settings.Settings.pytorch_format`.
            name_from: As `codemod.settings.Settings.name_from`.

        Raises:
            codemod.errors.WrongUseError: If the target or a code is unknown.
        """
        super().__init__(context)
        self.settings = Settings(
            target=check_target(target),
            unsafe=unsafe,
            select=check_codes([code for code in select.split(",") if code]),
            ignore=check_codes([code for code in ignore.split(",") if code]),
            sklearn_format=sklearn_format,
            pytorch_format=pytorch_format,
            name_from=name_from,
        )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """Return the module with the fixes in it.

        Raises:
            ValueError: If the module could not be analysed; libcst counts it as failed.
        """
        path = self.context.filename or "module.py"
        outcome = migrate(path, tree.bytes, self.settings)
        if outcome.state is State.FAILED:
            raise ValueError(outcome.reason)
        for finding in left(outcome):
            self.warn(f"{place_text(path, finding)}: {finding.code} {finding.message}")
        for problem in outcome.problems:
            self.warn(f"not analysed: {problem}")
        if outcome.new is None or outcome.new == outcome.old:
            return tree
        return cst.parse_module(outcome.new, cst.PartialParserConfig(encoding=tree.encoding))
