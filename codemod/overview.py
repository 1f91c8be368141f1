"""A look at a whole project for the page of its migration: findings, and what its files speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from codemod.configuration import Configuration
from codemod.disk.interrupts import Interrupted
from codemod.findings import Outcome
from codemod.reports import checklist
from codemod.reports.base import Report
from codemod.reports.checklist import Topics
from codemod.running.discovery import Input
from codemod.running.limits import SECONDS
from codemod.running.pools import Pool
from codemod.running.runner import RunOptions, run

# Migrated files hold evidence too, so every file that speaks of MLflow is looked at, not only those with triggers.
_SPEAKS = re.compile(rb"(?i)mlflow|artifact_path|run_uuid|log_model")


@dataclass(frozen=True, slots=True)
class Overview:
    """What was found.

    Attributes:
        report: The findings.
        topics: What each file speaks of.
        interrupted: What ended the look before it had seen every file; None when it has.
    """

    report: Report
    topics: Topics
    interrupted: Interrupted | None = None


def survey(
    targets: Iterable[Input],
    configuration: Configuration,
    *,
    jobs: int | None,
    pool: Pool | None = None,
    timeout: float | None = SECONDS,
) -> Overview:
    """Check the files of a project; nothing is written.

    Args:
        targets: The files.
        configuration: What the project asks for.
        jobs: Worker processes; None takes one for each CPU.
        pool: Where to work instead; None for this machine.
        timeout: Seconds that one file may take; None sets no limit.
    """
    outcomes: list[Outcome] = []
    spoken: dict[str, frozenset[str]] = {}

    def record(outcome: Outcome) -> None:
        spoken[outcome.path] = checklist.topics(outcome.path, outcome.old or b"")
        outcomes.append(outcome if outcome.findings else replace(outcome, old=b"", new=b""))

    plan = RunOptions(
        configuration.settings, jobs=jobs, pool=pool, ignores=configuration.ignores, triggers=_SPEAKS, timeout=timeout
    )
    interrupted: Interrupted | None = None
    try:
        run(targets, plan, record)
    except Interrupted as error:
        interrupted = error
    report = Report("check", configuration.settings, tuple(outcomes), interrupted=interrupted is not None)
    return Overview(report, spoken, interrupted)
