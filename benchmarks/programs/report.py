"""Writes what was measured: a table for people, JSON for programs."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Sequence

from benchmarks.programs.environments import Installation
from benchmarks.programs.measuring import Measurement, ProgramRun

_MARKS = {"runs": "runs", "fails": "**fails**", "times out": "times out"}


def as_json(measurements: Sequence[Measurement], old: Installation, new: Installation) -> str:
    """Return everything that was measured as one JSON document."""
    document = {
        "mlflow": {"before": old.mlflow, "after": new.mlflow},
        "packages": {"before": old.packages, "after": new.packages},
        "programs": [
            {
                "name": each.program.name,
                **dataclasses.asdict(each.program),
                "before": dataclasses.asdict(each.before),
                "after": {
                    variant: {**dataclasses.asdict(run), "named_by": run.codes} for variant, run in each.after.items()
                },
            }
            for each in measurements
        ],
    }
    return json.dumps(document, indent=1) + "\n"


def as_markdown(
    measurements: Sequence[Measurement], old: Installation, new: Installation, variants: Sequence[str]
) -> str:
    """Return a summary, the table of all programs, and for each failure the line, the error and who names it."""
    counted = [each for each in measurements if each.before.runs]
    lines = [
        f"# {len(counted)} public programs that run on MLflow {old.mlflow}, on MLflow {new.mlflow}",
        "",
        "| form | run | of | share | fail at a line that a finding names | fail, findings elsewhere | fail in silence |",
        "| --- | --: | --: | --: | --: | --: | --: |",
    ]
    for variant in variants:
        runs = [each.after[variant] for each in counted]
        good = sum(run.ending.runs for run in runs)
        named = sum(not run.ending.runs and bool(run.codes) for run in runs)
        elsewhere = sum(not run.ending.runs and not run.codes and bool(run.other_codes) for run in runs)
        migrated = any(run.migration is not None for run in runs)
        share = f"{good / len(runs):.0%}" if runs else "–"
        silent = f"{named} | {elsewhere} | {len(runs) - good - named - elsewhere}" if migrated else "– | – | –"
        lines.append(f"| {variant} | {good} | {len(runs)} | {share} | {silent} |")
    lines += ["", "| program | " + " | ".join(variants) + " |", "| --- |" + " --- |" * len(variants)]
    for each in counted:
        cells = [_cell(each.after[variant]) for variant in variants]
        lines.append(f"| {each.program.name} | " + " | ".join(cells) + " |")
    for variant in variants:
        failed = [each for each in counted if not each.after[variant].ending.runs]
        if failed:
            lines += ["", f"## What fails: {variant}", ""]
            lines += [line for each in failed for line in _failure(each, each.after[variant])]
    for variant in variants:
        caught = [each for each in counted if each.after[variant].ending.swallowed and not each.before.swallowed]
        if caught:
            lines += ["", f"## Ends normally, but prints an error that it did not print before: {variant}", ""]
            lines += [f"- {each.program.name}: {each.after[variant].ending.swallowed}" for each in caught]
    fixed = Counter(
        code
        for each in counted
        for run in list(each.after.values())[-1:]
        for code in (run.migration.fixed if run.migration else ())
    )
    if fixed:
        lines += ["", "## Fixes of the last form, by rule", "", "| rule | fixes |", "| --- | --: |"]
        lines += [f"| {code} | {number} |" for code, number in sorted(fixed.items())]
    left_out = [each for each in measurements if not each.before.runs]
    if left_out:
        lines += ["", f"## Not counted: {len(left_out)} that do not run on MLflow {old.mlflow}", ""]
        lines += [f"- {each.program.name}: {each.before.error}" for each in left_out]
    return "\n".join(lines) + "\n"


def _cell(run: ProgramRun) -> str:
    mark = _MARKS[run.ending.status]
    if run.ending.runs or run.migration is None:
        return mark
    return f"{mark} ({', '.join(run.codes or run.other_codes) or 'in silence'})"


def _failure(each: Measurement, run: ProgramRun) -> list[str]:
    place = run.ending.places[0] if run.ending.places else None
    where = "no line of its own" if place is None else f"{place.path}:{place.line}"
    if place is not None and place.cell:
        where = f"{place.path} cell {place.cell}:{place.line}"
    lines = [
        f"- {each.program.name}",
        f"  - {where}" + (f": `{place.text}`" if place else ""),
        f"  - {run.ending.error}",
    ]
    if run.codes:
        lines.append(f"  - named by {', '.join(run.codes)}")
    elif run.migration is not None:
        lines.append(f"  - findings elsewhere: {', '.join(run.other_codes)}" if run.other_codes else "  - in silence")
    return lines
