"""What the stores of a world hold, as its reader wrote it down."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file of a run that belongs to no model.

    Attributes:
        path: Where, within the run.
        size: Bytes; None where the store does not say.
        text: Its content, if it is text and not too long.
        problem: Why it could not be read, or "".
    """

    path: str
    size: int | None
    text: str | None
    problem: str


@dataclass(frozen=True, slots=True)
class Model:
    """A logged model.

    Attributes:
        name: Its name; in MLflow 2 the last part of its path.
        where: ``run`` if it lies among the run's files, ``beside`` if MLflow 3 keeps it beside the run.
        path: Its path among the run's files, or None.
        uri: Address by which it is found.
        folder: A copy of its files, or "".
        flavors: Its flavors with their plain settings.
        signature: Its signature as JSON texts, or None.
        example: Whether it has an input example.
        files: Paths of its files.
        problem: Why it could not be read, or "".
    """

    name: str
    where: str
    path: str | None
    uri: str
    folder: str
    flavors: Mapping[str, Mapping[str, Any]]
    signature: Mapping[str, Any] | None
    example: bool
    files: tuple[str, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A run with all that it recorded. ``metrics`` has the history of each as triples of step, time and value."""

    id: str
    name: str
    parent: str
    status: str
    params: Mapping[str, str]
    metrics: Mapping[str, list[tuple[int, int, float]]]
    tags: Mapping[str, str]
    datasets: tuple[Mapping[str, str], ...]
    artifacts: Mapping[str, Artifact]
    models: tuple[Model, ...]


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment, its runs in the order in which they began, and models that no run logged."""

    name: str
    tags: Mapping[str, str]
    runs: tuple[RecordedRun, ...]
    models: tuple[Model, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a registered model."""

    version: str
    stage: str
    status: str
    run: str
    tags: Mapping[str, str]
    description: str


@dataclass(frozen=True, slots=True)
class RegisteredModel:
    """A registered model with its versions by number."""

    name: str
    description: str
    tags: Mapping[str, str]
    aliases: Mapping[str, str]
    versions: Mapping[str, Version]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that a world recorded.

    Attributes:
        experiments: By name.
        registered: Registered models by name.
        problems: What could not be read, one line each.
        clean: Takes out of a string what must differ between worlds: ids, addresses, folders.
    """

    experiments: Mapping[str, Experiment] = field(default_factory=dict)
    registered: Mapping[str, RegisteredModel] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    clean: Callable[[str], str] = str

    def runs(self) -> Iterator[RecordedRun]:
        """Yield all runs."""
        for experiment in self.experiments.values():
            yield from experiment.runs


def snapshot(answer: Mapping[str, Any], places: Mapping[str, str]) -> Snapshot:
    """Make a snapshot of what a reader wrote.

    Args:
        answer: The reader's JSON.
        places: What stands for a string that is this world's own, such as its folder.
    """
    experiments: dict[str, Experiment] = {}
    registered: dict[str, RegisteredModel] = {}
    problems = [f"{each['uri'] or 'the default store'}: {each['error']}" for each in answer["failed"]]
    for store in answer["stores"]:
        problems += store["problems"]
        for raw in store["experiments"]:
            read = _experiment(raw)
            if read.runs or read.models or read.name not in experiments:
                known = experiments.get(read.name)
                experiments[read.name] = _joined(known, read) if known else read
        registered |= {raw["name"]: _registered(raw) for raw in store["registered_models"]}
    result = Snapshot(experiments, registered, tuple(problems))
    clean = _cleaner(result, places)
    return Snapshot(experiments, registered, tuple(clean(each) for each in problems), clean)


def _joined(known: Experiment, read: Experiment) -> Experiment:
    return Experiment(
        known.name, {**known.tags, **read.tags}, (*known.runs, *read.runs), (*known.models, *read.models)
    )  # fmt: skip


def _experiment(raw: Mapping[str, Any]) -> Experiment:
    models = tuple(_model(each) for each in raw["models_without_run"])
    return Experiment(raw["name"], raw["tags"], tuple(_run(each) for each in raw["runs"]), models)


def _run(raw: Mapping[str, Any]) -> RecordedRun:
    artifacts = {
        each["path"]: Artifact(each["path"], each["size"], each.get("text"), each.get("problem", ""))
        for each in raw["artifacts"]
    }
    return RecordedRun(
        id=raw["id"],
        name=raw["name"],
        parent=raw["parent"] or "",
        status=raw["status"],
        params=raw["params"],
        metrics={
            name: [(entry[0], entry[1], entry[2]) for entry in history] for name, history in raw["metrics"].items()
        },
        tags=raw["tags"],
        datasets=tuple(raw["datasets"]),
        artifacts=artifacts,
        models=tuple(_model(each) for each in raw["models"]),
    )


def _model(raw: Mapping[str, Any]) -> Model:
    return Model(
        name=raw["name"],
        where=raw["where"],
        path=raw["path"],
        uri=raw["uri"],
        folder=raw.get("folder", ""),
        flavors=raw.get("flavors", {}),
        signature=raw.get("signature"),
        example=raw.get("example", False),
        files=tuple(each["path"] for each in raw.get("files", ())),
        problem=raw.get("problem", ""),
    )


def _registered(raw: Mapping[str, Any]) -> RegisteredModel:
    versions = {
        each["version"]: Version(
            each["version"], each["stage"], each["status"], each["run"], each["tags"], each["description"]
        )
        for each in raw["versions"]
    }  # fmt: skip
    return RegisteredModel(raw["name"], raw["description"], raw["tags"], raw["aliases"], versions)


def _cleaner(read: Snapshot, places: Mapping[str, str]) -> Callable[[str], str]:
    names = dict(places)
    for run in read.runs():
        names[run.id] = "<run>"
        names |= {model.uri.rpartition("/")[2]: "<model>" for model in run.models if model.where == "beside"}
    for experiment in read.experiments.values():
        names |= {model.uri.rpartition("/")[2]: "<model>" for model in experiment.models}
    ordered = sorted(filter(None, names), key=len, reverse=True)
    if not ordered:
        return str
    pattern = re.compile("|".join(map(re.escape, ordered)))
    return lambda text: pattern.sub(lambda found: names[found[0]], text)
