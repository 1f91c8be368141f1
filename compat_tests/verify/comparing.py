"""Compares what two worlds recorded, by meaning: one row for each thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from compat_tests.verify import artifacts, metrics, models
from compat_tests.verify.matching import is_generated, matched_models, matched_names, matched_runs
from compat_tests.verify.rows import Row, Status, mappings, only_first, only_second, renamed, same
from compat_tests.verify.snapshots import Experiment, Model, RecordedRun, RegisteredModel, Snapshot

_T = TypeVar("_T")

# Tags that MLflow sets by itself and that tell of the machine, the commit or the time; the others matter.
_OWN_TAGS = ("mlflow.",)
_TAGS_THAT_MATTER = ("mlflow.note.content", "mlflow.autologging", "mlflow.runColor")
_STAGE_RULES = "MLF301"

MOVED = "2's model in 3"
"""Rows about one and the same model, which both lines are asked about."""


@dataclass(frozen=True, slots=True)
class ModelPair:
    """A model of both worlds, by the name that rows give it."""

    key: str
    first: Model
    second: Model


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing two worlds.

    Attributes:
        rows: One for each thing, in the order of experiments and runs.
        models: The models that both have.
    """

    rows: tuple[Row, ...]
    models: tuple[ModelPair, ...]


def compare(first: Snapshot, second: Snapshot, tolerances: Mapping[str, float]) -> Comparison:
    """Compare two worlds.

    Args:
        first: What MLflow 2 recorded.
        second: What the other world recorded.
        tolerances: Relative difference that metrics may have, by pattern of their names.
    """
    comparer = _Comparer(first, second, tolerances)
    comparer.compare()
    return Comparison(tuple(comparer.rows), tuple(comparer.models))


def excused(rows: Iterable[Row], varying: Iterable[Row]) -> list[Row]:
    """Return rows as they count where the first world differs from itself.

    Two trainings that differ may agree in one of their metrics by chance. So what was learned or measured in a run is not compared any
    more as soon as a part of that varies.

    Args:
        rows: Another world compared with the first.
        varying: Rows in which the first world differs from itself.
    """
    same_thing = {(row.kind, row.key) for row in varying}
    same_run = {row.owner for row in varying if row.is_learned}
    found = []
    for row in rows:
        reason = ""
        if row.differs and (row.kind, row.key) in same_thing:
            reason = "varies by itself: two runs of the first world differ here as well"
        elif row.differs and row.is_learned and row.owner in same_run and row.kind != MOVED:
            reason = "its run varies by itself: two runs of the first world differ in what they learned"
        found.append(replace(row, status=Status.NOT_COMPARABLE, reason=reason) if reason else row)
    return found


class _Comparer:
    def __init__(self, first: Snapshot, second: Snapshot, tolerances: Mapping[str, float]) -> None:
        self.first = first
        self.second = second
        self.tolerances = tolerances
        self.rows: list[Row] = []
        self.models: list[ModelPair] = []
        self._partner: dict[str, str] = {}
        self._parents: dict[str, RecordedRun] = {}

    def compare(self) -> None:
        """Fill the rows."""
        for name, its_name, one, other in matched_names(self.first.experiments, self.second.experiments):
            if one is None or other is None:
                self._lonely_experiment(name or its_name or "", one, other)
            else:
                self._experiment(one.name, one, other)
        for name, its_name, old, new in matched_names(self.first.registered, self.second.registered):
            if old is None or new is None:
                self.rows.append((only_first if old else only_second)("registered model", name or its_name or ""))
            else:
                self._registered(old.name, old, new)
        for problem in (*self.first.problems, *self.second.problems):
            self.rows.append(Row("store", problem.split(":")[0], Status.NOT_COMPARABLE, reason=problem))

    def _lonely_experiment(self, name: str, one: Experiment | None, other: Experiment | None) -> None:
        there = one or other
        if there and (there.runs or there.models or name != "Default"):  # every new store has that one
            make = only_first if one else only_second
            self.rows.append(make("experiment", name, f"{len(there.runs)} runs"))

    def _experiment(self, name: str, one: Experiment, other: Experiment) -> None:
        if one.runs or other.runs or name != "Default":
            self.rows.append(Row("experiment", name, Status.EQUAL))
        self.rows += renamed("experiment", name, one.name, other.name)
        self.rows += mappings("experiment tag", name, self._tags(one.tags, 0), self._tags(other.tags, 1))
        pairs, left, right = matched_runs(one.runs, other.runs)
        self._parents = {run.id: run for run in other.runs}
        labels = _labels(name, one.runs)
        for old, new in pairs:
            self._partner[old.id] = new.id
            self._run(labels[old.id], old, new)
        other_labels = _labels(name, other.runs)
        self.rows += [only_first("run", labels[run.id]) for run in left]
        self.rows += [only_second("run", other_labels[run.id]) for run in right]
        self._models(name, one.models, other.models)

    def _run(self, key: str, old: RecordedRun, new: RecordedRun) -> None:
        add = self.rows.extend
        self.rows.append(same("run", key, old.status, new.status))
        if not (is_generated(old.name) and is_generated(new.name)):
            self.rows += renamed("run", key, old.name, new.name)
        add(mappings("param", key, self._clean(old.params, 0), self._clean(new.params, 1)))
        add(metrics.compare(key, old.metrics, new.metrics, self.tolerances))
        add(mappings("tag", key, self._tags(old.tags, 0), self._tags(new.tags, 1)))
        add(
            _inherited(row, new, self._parents.get(new.parent))
            for row in mappings("dataset", key, _datasets(old), _datasets(new))
        )
        add(artifacts.compare(key, old.artifacts, new.artifacts, self.first.clean, self.second.clean))
        self._models(key, old.models, new.models)

    def _models(self, key: str, old: tuple[Model, ...], new: tuple[Model, ...]) -> None:
        pairs, left, right = matched_models(old, new)
        seen: dict[str, int] = {}
        for one, other in pairs:
            seen[one.name] = seen.get(one.name, 0) + 1
            label = f"{key} · {one.name}" + (f" #{seen[one.name]}" if seen[one.name] > 1 else "")
            self.rows += models.compare(label, one, other)
            self.models.append(ModelPair(label, one, other))
        self.rows += [only_first("model", f"{key} · {model.name}") for model in left]
        self.rows += [only_second("model", f"{key} · {model.name}") for model in right]

    def _registered(self, name: str, old: RegisteredModel, new: RegisteredModel) -> None:
        self.rows.append(Row("registered model", name, Status.EQUAL))
        self.rows += renamed("registered model", name, old.name, new.name)
        if old.description or new.description:
            self.rows.append(same("registered model", f"{name} · description", old.description, new.description))
        self.rows += mappings("registered model tag", name, self._tags(old.tags, 0), self._tags(new.tags, 1))
        gained = self._stages(name, old, new)
        aliases = {
            alias: version for alias, version in new.aliases.items() if alias not in gained or alias in old.aliases
        }
        self.rows += mappings("alias", name, dict(old.aliases), aliases)
        for number, one, other in _both(old.versions, new.versions):
            key = f"{name} · version {number}"
            if one is None or other is None:
                self.rows.append((only_first if one else only_second)("version", key))
                continue
            self.rows.append(same("version", key, one.status, other.status))
            if one.run or other.run:
                is_same = self._partner.get(one.run, "") == other.run
                row = same("version", f"{key} · run", True, is_same)
                self.rows.append(Row(row.kind, row.key, row.status, reason="" if is_same else "another run's model"))
            self.rows += mappings("version tag", key, self._tags(one.tags, 0), self._tags(other.tags, 1))
            if one.description or other.description:
                self.rows.append(same("version", f"{key} · description", one.description, other.description))

    def _stages(self, name: str, old: RegisteredModel, new: RegisteredModel) -> set[str]:
        """Compare stages, and return the aliases that took the place of one."""
        gained: set[str] = set()
        for number, one, other in _both(old.versions, new.versions):
            if one is None or other is None or not (one.stage or other.stage):
                continue
            key = f"{name} · version {number}"
            alias = one.stage.lower()
            if one.stage and not other.stage and new.aliases.get(alias) == number:
                gained.add(alias)
                text = f"the alias {alias} takes the place of the stage"
                self.rows.append(Row("stage", key, Status.EQUAL, one.stage, f"@{alias}", text, _STAGE_RULES))
            elif one.stage and not other.stage and self._moved_on(one.stage, old, new):
                text = f"an alias is at one version: {alias} moved on to version {new.aliases[alias]}"
                self.rows.append(Row("stage", key, Status.EQUAL, one.stage, "none", text, _STAGE_RULES))
            elif one.stage == "Archived" and not other.stage:
                text = "a version without an alias takes the place of an archived one"
                self.rows.append(Row("stage", key, Status.EQUAL, one.stage, "none", text, _STAGE_RULES))
            else:
                self.rows.append(same("stage", key, one.stage or "none", other.stage or "none"))
        return gained

    @staticmethod
    def _moved_on(stage: str, old: RegisteredModel, new: RegisteredModel) -> bool:
        holder = old.versions.get(new.aliases.get(stage.lower(), ""))
        return holder is not None and holder.stage == stage

    def _clean(self, values: Mapping[str, str], world: int) -> dict[str, str]:
        clean: Callable[[str], str] = (self.first, self.second)[world].clean
        return {name: clean(value) for name, value in values.items()}

    def _tags(self, tags: Mapping[str, str], world: int) -> dict[str, str]:
        kept = {
            name: value for name, value in tags.items() if not name.startswith(_OWN_TAGS) or name in _TAGS_THAT_MATTER
        }
        return self._clean(kept, world)


def _both(first: Mapping[str, _T], second: Mapping[str, _T]) -> Iterator[tuple[str, _T | None, _T | None]]:
    for name in dict.fromkeys([*first, *second]):
        yield name, first.get(name), second.get(name)


def _labels(experiment: str, runs: tuple[RecordedRun, ...]) -> dict[str, str]:
    """Return what people call each run: experiment, parents, name, and a number where a name occurs again."""
    known = {run.id: run for run in runs}
    labels: dict[str, str] = {}
    counts: dict[str, int] = {}
    for position, run in enumerate(runs, 1):
        parts = [run.name if not is_generated(run.name) else f"run {position}"]
        seen = {run.id}
        parent = known.get(run.parent)
        while parent is not None and parent.id not in seen:
            seen.add(parent.id)
            parts.insert(0, parent.name if not is_generated(parent.name) else f"run {runs.index(parent) + 1}")
            parent = known.get(parent.parent)
        label = " / ".join([experiment, *parts])
        counts[label] = counts.get(label, 0) + 1
        labels[run.id] = label if counts[label] == 1 else f"{label} #{counts[label]}"
    return labels


def _inherited(row: Row, run: RecordedRun, parent: RecordedRun | None) -> Row:
    """Return the row of a dataset; MLflow 3 writes that of an autologged search on its child runs as well.

    Source: mlflow/sklearn/utils.py, ``_create_child_runs_for_parameter_search``, whose ``dataset`` MLflow 2.22 does not have.
    """
    if row.status is not Status.ONLY_IN_SECOND or parent is None or "mlflow.autologging" not in run.tags:
        return row
    if not set(_datasets(run).items()) <= set(_datasets(parent).items()):
        return row
    reason = "MLflow 3 writes the dataset of an autologged search on its child runs as well"
    return Row(row.kind, row.key, Status.NOT_COMPARABLE, row.first, row.second, reason)


def _datasets(run: RecordedRun) -> dict[str, str]:
    """Return the datasets of a run by name and context; an autologged run may have several under one name."""
    found: dict[str, set[str]] = {}
    for each in run.datasets:
        name = f"{each['name']}{' (' + each['context'] + ')' if each['context'] else ''}"
        found.setdefault(name, set()).add(f"{each['digest']} from {each['source_type']}")
    return {name: ", ".join(sorted(which)) for name, which in found.items()}
