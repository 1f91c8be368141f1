"""The checklist of a migration: what is done, what is open, and what shows it.

An item is done only when something shows that the project has what the item is about, and nothing that was found
speaks against it. What could not be analysed is an item of its own. The items come by impact: what breaks first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from codemod.dependencies import is_dependency_file
from codemod.findings import Severity
from codemod.reports.base import Report, left, place_text, reasons
from codemod.reports.compatibility import WorldSummary

CheckStatus = Literal["done", "open", "unknown", "not applicable"]
Topics = Mapping[str, frozenset[str]]
"""What each file speaks of: path to names of topics."""


@dataclass(frozen=True, slots=True)
class Check:
    """One item with its state.

    Attributes:
        title: What has to be done; names of code stand in backticks.
        status: Whether it is.
        evidence: What shows it.
        done: In how many of the files that the item is about nothing is left; what ``apply`` fixed is done.
        total: How many files the item is about; 0 when it is not about files.
        severity: The worst of the findings that keep it open.
    """

    title: str
    status: CheckStatus
    evidence: str
    done: int = 0
    total: int = 0
    severity: Severity | None = None

    @property
    def is_partly_done(self) -> bool:
        """Whether it is open, and still done in some of its files."""
        return self.status == "open" and 0 < self.done < self.total


@dataclass(frozen=True, slots=True)
class _Item:
    title: str
    codes: tuple[str, ...]
    topic: str
    about: str


_TOPICS: Mapping[str, re.Pattern[bytes]] = MappingProxyType(
    {
        "models": re.compile(rb"\blog_model\b|\bsave_model\b"),
        "signatures": re.compile(rb"\bsignature\s*=|\binput_example\s*=|\binfer_signature\b"),
        "artifacts": re.compile(rb"runs:/|\bartifact_uri\b|\bmodel_uri\b|\blist_artifacts\b|\bdownload_artifacts\b"),
        "registry": re.compile(
            rb"models:/|\bregister_model\b|\bregistered_model_name\b|_model_version|\bget_latest_versions\b|_registered_model"
        ),
        "stores": re.compile(rb"\b[sg]et_tracking_uri\b|MLFLOW_TRACKING_URI|\bmlruns\b|backend-store-uri"),
        "pins": re.compile(rb"(?i)\bmlflow(?:-skinny|-tracing)?\s*(?:\[[^\]]*\])?\s*(?:[=<>~!]=|[<>])\s*\d"),
        "servers": re.compile(rb"\bmlflow\s+(?:server|ui|models|gateway|deployments)\b|mlflow/mlflow"),
        "mlflow": re.compile(rb"(?i)mlflow"),
    }
)

_ITEMS = (
    _Item("`artifact_path` → `name`", ("MLF101", "MLF102", "MLF107", "MLF108", "MLF109"), "models", "name `log_model` or `save_model`"),
    _Item("Models are stored in a format that loads again", ("MLF103", "MLF104", "MLF105", "MLF106"), "models", "name `log_model` or `save_model`"),
    _Item("Models are looked for where MLflow 3 keeps them", ("MLF110", "MLF2"), "artifacts", "name models or artifacts by URI"),
    _Item("Aliases instead of stages", ("MLF3", "MLF902", "MLF905"), "registry", "use the model registry"),
    _Item("Nothing is called that MLflow 3 removed or moved", ("MLF4", "MLF903"), "mlflow", "speak of MLflow"),
    _Item("The tracking store is one that MLflow 3 takes", ("MLF501", "MLF505", "MLF507"), "stores", "name a tracking store"),
    _Item("The client's pin lets MLflow 3 in", ("MLF502", "MLF504"), "pins", "name MLflow as a requirement"),
    _Item("Servers are started as MLflow 3 wants", ("MLF503",), "servers", "start or name an MLflow server"),
)  # fmt: skip
_SIGNATURE_CODES = ("MLF901",)
_ORDER: tuple[CheckStatus, ...] = ("open", "done", "unknown", "not applicable")
_NOT_GIVEN = "not shown: the project was not run on both lines (`verify`, then `report --verify FILE`)"


def topics(path: str, data: bytes) -> frozenset[str]:
    """Tell what a file speaks of. MLflow's name alone is a requirement in a dependency file, but an import in code."""
    plain = data.replace(b"\0", b"")  # requirements may be UTF-16
    found = {name for name, pattern in _TOPICS.items() if pattern.search(plain)}
    if is_dependency_file(path) and "mlflow" in found:
        found.add("pins")
    return frozenset(found)


def checklist(report: Report, spoken: Topics, worlds: Sequence[WorldSummary] | None) -> list[Check]:
    """Return all items in the order of the guide.

    Args:
        report: A check of the project.
        spoken: What each of its files speaks of.
        worlds: What `verify` found out, or None when it is not known.
    """
    checks = [_of_findings(item, report, spoken) for item in _ITEMS]
    checks.insert(3, _signatures(report, spoken))
    checks += _readable(report)
    known = tuple(code for item in _ITEMS for code in item.codes) + _SIGNATURE_CODES
    others = [outcome for outcome in report.outcomes if any(not one.code.startswith(known) for one in left(outcome))]
    if others:
        checks.append(Check("Other findings", "open", f"in {_list(outcome.path for outcome in others)}"))
    checks += [_server(worlds), *_tests(worlds)]
    return sorted(checks, key=_impact)


def _impact(check: Check) -> tuple[int, int]:
    worst = check.severity.rank if check.severity is not None else len(Severity)
    return _ORDER.index(check.status), worst


def _readable(report: Report) -> list[Check]:
    title = "Every file could be analysed"
    bad = [outcome.path for outcome in report.outcomes if reasons(outcome)]
    if bad:
        return [Check(title, "open", f"{_number(len(bad), 'file')} could not: {_list(bad)}")]
    return [Check(title, "open", "the run was interrupted")] if report.interrupted else []


def _of_findings(item: _Item, report: Report, spoken: Topics) -> Check:
    found = [
        (outcome, finding)
        for outcome in report.outcomes
        for finding in left(outcome)
        if finding.code.startswith(item.codes)
    ]
    if found:
        files = len({outcome.path for outcome, _ in found})
        first = place_text(found[0][0].path, found[0][1])
        codes = ", ".join(sorted({finding.code for _, finding in found}))
        text = f"{_number(len(found), 'finding')} in {_number(files, 'file')} ({codes}); the first: {first}"
        about = {*_speaking(spoken, item.topic), *(outcome.path for outcome, _ in found)}
        worst = min((finding.severity for _, finding in found), key=lambda severity: severity.rank)
        return Check(item.title, "open", text, len(about) - files, len(about), worst)
    return _without_findings(item.title, f"that {item.about}", _speaking(spoken, item.topic), report)


def _signatures(report: Report, spoken: Topics) -> Check:
    title = "Models have signatures"
    unread = {outcome.path for outcome in report.outcomes if reasons(outcome)}
    models = [path for path in _speaking(spoken, "models") if path not in unread]
    without = [path for path in models if "signatures" not in spoken[path]]
    asked = [outcome for outcome in report.outcomes if any(one.code in _SIGNATURE_CODES for one in left(outcome))]
    if asked:
        return Check(title, "open", f"MLF901 in {_list(outcome.path for outcome in asked)}", severity=Severity.ADVICE)
    if without:
        text = f"{len(without)} of {_number(len(models), 'file')} that name `log_model` or `save_model` give neither signature nor example"
        text += f": {_list(without)} (`check --add signature` says where)"
        return Check(title, "open", text, len(models) - len(without), len(models), Severity.ADVICE)
    return _without_findings(
        title, "that name `log_model` or `save_model`, each with a signature or an example", models, report
    )


def _without_findings(title: str, about: str, files: list[str], report: Report) -> Check:
    if report.interrupted:
        return Check(title, "unknown", "the run was interrupted")
    if not files:
        return Check(title, "not applicable", f"no file was found {about.split(',')[0]}")
    silent = sum(
        one.suppressed for outcome in report.outcomes if outcome.path in set(files) for one in outcome.findings
    )
    more = (
        f"; {_number(silent, 'finding')} there {'is' if silent == 1 else 'are'} suppressed by comments"
        if silent
        else ""
    )
    text = f"nothing is left in {_number(len(files), 'file')} {about}{more}"
    return Check(title, "done", text, len(files), len(files))


def _server(worlds: Sequence[WorldSummary] | None) -> Check:
    title = "The server runs MLflow 3"
    if worlds is None:
        return Check(title, "unknown", _NOT_GIVEN)
    servers = sorted({world.server for world in worlds if world.server.startswith("3.") and world.trained})
    if servers:
        return Check(title, "done", f"the project ran and recorded on a server of {', '.join(servers)}")
    return Check(title, "open", "nothing was recorded on a server of MLflow 3 as it is on MLflow 2")


def _tests(worlds: Sequence[WorldSummary] | None) -> list[Check]:
    training, inference = "Training is tested on MLflow 3", "Inference is tested on MLflow 3"
    if worlds is None:
        return [Check(training, "unknown", _NOT_GIVEN), Check(inference, "unknown", _NOT_GIVEN)]
    on_3 = [world for world in worlds if world.is_3]
    return [
        _test(training, [world for world in on_3 if world.trained], on_3, "ran and recorded what it does on MLflow 2"),
        _test(
            inference,
            [w for w in on_3 if w.predicted and not w.failure and not w.unproved],
            on_3,
            "models predict what they do on MLflow 2",
        ),
    ]


def _test(title: str, good: list[WorldSummary], all_of: list[WorldSummary], what: str) -> Check:
    if not all_of:
        return Check(title, "open", "the project was not run with a client and a server of MLflow 3")
    bad = [world for world in all_of if world not in good]
    if bad:
        return Check(
            title,
            "open",
            f"client {bad[0].client}, server {bad[0].server}: {bad[0].failure or bad[0].unproved or 'no model was asked'}",
        )
    return Check(title, "done", f"{what} in {len(good)} of {_number(len(all_of), 'world')}")


def _speaking(spoken: Topics, topic: str) -> list[str]:
    return sorted(path for path, names in spoken.items() if topic in names)


def _list(paths: Iterable[str]) -> str:
    names = list(paths)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _number(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"
