"""The interface for programs: `check` and `apply` as functions that give a value, print nothing and never exit.

>>> import codemod
>>> result = codemod.check("src", codemod.Settings(target="3.14"))  # doctest: +SKIP
>>> [(path, finding.code, finding.severity.value) for path, finding in result.left]  # doctest: +SKIP
[('src/train.py', 'MLF101', 'deprecated')]

What ``codemod.__all__`` names is stable: a later release adds to it, and takes nothing away within a major version. The rest of the
package is for the program itself.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from codemod.configuration import Configuration, check_settings, load, load_file, remark_on_target
from codemod.errors import WrongUseError
from codemod.findings import Finding, Location, Outcome, Safety, Severity, State
from codemod.gate import pins
from codemod.reports import FORMATS, text
from codemod.reports.base import Counts, Report
from codemod.running import discovery
from codemod.running.limits import SECONDS
from codemod.running.runner import RunOptions, run
from codemod.settings import Settings

__all__ = [
    "check", "apply", "project_settings", "Settings", "Result", "Found", "Outcome", "Finding", "Location", "Counts", "State",
    "Safety", "Severity", "WrongUseError",
]  # fmt: skip

StrPath = str | os.PathLike[str]


class Found(NamedTuple):
    """A finding and the input that it is in.

    Attributes:
        path: The path as `Outcome.path` has it: relative to the current folder if the input lies below, else absolute.
        finding: What was found there.
    """

    path: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Result:
    """What became of all inputs.

    Attributes:
        mode: ``"check"`` wrote nothing, ``"apply"`` wrote what changed.
        settings: The choices that held for the run.
        outcomes: One for each input, by path. `Outcome.old` and `Outcome.new` are the bytes before and after, of inputs in which
            something was found; after `check`, ``new`` is what `apply` would write.
        counts: The totals, which are those of every report.
        exit_code: What the command ends with: 0 nothing is left, 1 findings are left, 3 some inputs could not be analysed or
            written, which outweighs 1.
        remarks: What a person should know of the run beside its findings, one line each.
    """

    mode: Literal["check", "apply"]
    settings: Settings
    outcomes: tuple[Outcome, ...]
    counts: Counts
    exit_code: int
    remarks: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Found, ...]:
        """Return all findings, by path and place: fixed and suppressed ones too."""
        return tuple(Found(outcome.path, finding) for outcome in self.outcomes for finding in outcome.findings)

    @property
    def left(self) -> tuple[Found, ...]:
        """Return the findings that still need something to be done."""
        return tuple(found for found in self.findings if found.finding.is_left)

    @property
    def changed(self) -> tuple[str, ...]:
        """Return the paths of the files that were written, or after `check` would be."""
        states = (State.CHANGED, State.FIXABLE)
        return tuple(outcome.path for outcome in self.outcomes if outcome.state in states)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Return the inputs that could not be analysed or written, wholly or in part; each says why."""
        return tuple(outcome for outcome in self.outcomes if outcome.state is State.FAILED or outcome.problems)

    def render(self, form: str) -> str:
        """Return a report of the run, as ``check --format`` prints it.

        Args:
            form: ``"text"``, ``"json"``, ``"sarif"``, ``"html"`` or another format of the command line.

        Raises:
            WrongUseError: If there is no such format.
        """
        if form not in FORMATS:
            raise WrongUseError(f"{form!r} is not a format; take one of {', '.join(FORMATS)}")
        report = Report(self.mode, self.settings, self.outcomes)
        if form == "text":
            return text.plain(report)
        rendered: str = importlib.import_module(f"codemod.reports.{form}").render(report)
        return rendered


def check(
    paths: StrPath | Iterable[StrPath],
    settings: Settings | None = None,
    *,
    config: StrPath | None = None,
    isolated: bool = False,
    follow_links: bool = False,
    jobs: int | None = None,
    timeout_per_file: float | None = SECONDS,
) -> Result:
    """Report MLflow 2 code; write nothing.

    Args:
        paths: A file or folder, or several.
        settings: The choices of the run. None takes those of ``[tool.mlflow-codemod]``; to change one of them, hand in
            ``dataclasses.replace(codemod.project_settings(paths), unsafe=True)``.
        config: The pyproject.toml to read instead of the nearest one.
        isolated: Whether no configuration is read. Otherwise its ``exclude`` and ``per-file-ignores`` hold with `settings`, too.
        follow_links: Whether symbolic links out of the named folders are followed.
        jobs: How many processes work; None takes one for each CPU, and one where there are few files.
        timeout_per_file: Seconds after which one file fails; None sets no limit. In other threads than the main one it holds for
            files that are worked on in processes of their own.

    Returns:
        What became of all inputs. A file that cannot be read or analysed is an outcome in it and never an exception.

    Raises:
        WrongUseError: If a path does not exist, or the configuration or the settings cannot be followed. The message is one line.
    """
    plan = _Plan("check", config, isolated, follow_links, jobs, timeout_per_file)
    return _perform(paths, settings, plan)


def apply(
    paths: StrPath | Iterable[StrPath],
    settings: Settings | None = None,
    *,
    config: StrPath | None = None,
    isolated: bool = False,
    follow_links: bool = False,
    jobs: int | None = None,
    timeout_per_file: float | None = SECONDS,
) -> Result:
    """Rewrite MLflow 2 code for MLflow 3.

    Each file is written whole or not at all. Whether Git could give it back is not asked, as the command does: see to that before.

    Args:
        paths: A file or folder, or several.
        settings: See `check`.
        config: See `check`.
        isolated: See `check`.
        follow_links: See `check`; what links lead to is written as well.
        jobs: See `check`.
        timeout_per_file: See `check`.

    Returns:
        What became of all inputs. A file that cannot be read, analysed or written stays as it was; its outcome says why.

    Raises:
        WrongUseError: If a path does not exist, or the configuration or the settings cannot be followed; nothing was written then.
    """
    plan = _Plan("apply", config, isolated, follow_links, jobs, timeout_per_file)
    return _perform(paths, settings, plan)


def project_settings(paths: StrPath | Iterable[StrPath], *, config: StrPath | None = None) -> Settings:
    """Return the settings that ``[tool.mlflow-codemod]`` of the nearest pyproject.toml chooses for some paths.

    Args:
        paths: A file or folder, or several.
        config: The pyproject.toml to read instead of the nearest one.

    Raises:
        WrongUseError: If a path does not exist, or the configuration cannot be read.
    """
    return _configuration(_named(paths), config, isolated=False).settings


@dataclass(frozen=True, slots=True)
class _Plan:
    mode: Literal["check", "apply"]
    config: StrPath | None
    isolated: bool
    follow_links: bool
    jobs: int | None
    timeout: float | None


def _perform(paths: StrPath | Iterable[StrPath], settings: Settings | None, plan: _Plan) -> Result:
    named = _named(paths)
    configuration = _configuration(named, plan.config, isolated=plan.isolated)
    chosen = configuration.settings if settings is None else check_settings(settings)
    if plan.jobs is not None and plan.jobs < 1:
        raise WrongUseError(f"jobs must be at least 1, not {plan.jobs}")
    found = discovery.discover(named, configuration.exclude, follow_links=plan.follow_links)
    if plan.mode == "apply":
        discovery.remove_leftovers(found.leftovers)
    outcomes: list[Outcome] = []
    way = RunOptions(
        chosen, write=plan.mode == "apply", jobs=plan.jobs, ignores=configuration.ignores, timeout=plan.timeout
    )
    run(found.targets, way, lambda outcome: outcomes.append(_needed(outcome)))
    report = Report(plan.mode, chosen, tuple(outcomes))
    remarks = (
        remark_on_target(chosen.target) or "",
        "" if found.targets else f"no Python files or notebooks in {' '.join(named)}",
        pins.advice(report.outcomes, applied=plan.mode == "apply"),
    )
    return Result(plan.mode, chosen, report.outcomes, report.counts, report.exit_code, tuple(filter(None, remarks)))


def _needed(outcome: Outcome) -> Outcome:
    """Forget the bytes of an input in which nothing was found."""
    return outcome if outcome.findings or outcome.new != outcome.old else replace(outcome, old=None, new=None)


def _named(paths: StrPath | Iterable[StrPath]) -> list[str]:
    several = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    named = [os.fspath(path) for path in several]
    if not named:
        raise WrongUseError("no path is named")
    discovery.check_paths(named)
    return named


def _configuration(named: list[str], config: StrPath | None, *, isolated: bool) -> Configuration:
    if config is not None and isolated:
        raise WrongUseError("config cannot be combined with isolated")
    if config is not None:
        return load_file(os.fspath(config)) or Configuration()
    return Configuration() if isolated else load([discovery.absolute(path) for path in named])
