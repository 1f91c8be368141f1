"""What one life cycle left behind, as JSON: the form in which worlds of different MLflow releases are compared."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Prediction:
    """An array, bit for bit.

    Attributes:
        dtype: Type of the numbers, in numpy's notation.
        shape: Length of each axis.
        data: The bytes in C order, as base64.
    """

    dtype: str
    shape: tuple[int, ...]
    data: str

    @classmethod
    def of(cls, array: npt.ArrayLike) -> Prediction:
        """Return the record of ``array``."""
        values = np.ascontiguousarray(array)
        return cls(values.dtype.str, values.shape, base64.b64encode(values.tobytes()).decode())

    def array(self) -> npt.NDArray[Any]:
        """Return the array itself."""
        return np.frombuffer(base64.b64decode(self.data), dtype=self.dtype).reshape(self.shape)

    def __str__(self) -> str:
        """Return type, shape and the start of the bytes' SHA-256."""
        digest = hashlib.sha256(base64.b64decode(self.data)).hexdigest()
        return f"{self.dtype}{list(self.shape)} sha256:{digest[:16]}"


@dataclass(frozen=True, slots=True)
class Message:
    """A warning or a log record of MLflow.

    Attributes:
        text: What it says, with its category or logger in front.
        call: Where the training code stood, as ``file:line: source``.
    """

    text: str
    call: str


@dataclass(frozen=True, slots=True)
class StepFailure:
    """Why a life cycle ended early.

    Attributes:
        step: The step that failed, such as ``train``.
        call: The innermost line of the training code, as ``file:line: source``.
        error: Class and text of the error.
    """

    step: str
    call: str
    error: str

    def __str__(self) -> str:
        """Return one line for people."""
        return f"step {self.step!r} failed at {self.call}: {self.error}"


@dataclass(slots=True)
class LifeCycleRecord:
    """One life cycle: train, log, register, alias, load, serve, predict.

    Attributes:
        client: Release of the MLflow client.
        server: Release of the tracking server.
        params: Parameters of the run, as MLflow gives them back.
        metrics: All values of the metrics of the run, by name and step.
        tags: Tags that the training set, without those that MLflow sets by itself.
        run_artifacts: Files of the run, without the model: MLflow 3 keeps that beside the run.
        model_files: Files of the model.
        signature: Signature of the model, as `mlflow.models.ModelSignature.to_dict` writes it; None without one.
        versions: Status of each registered version, by its number.
        aliases: Version of each alias.
        predictions: What the model said of the subject's sample, by the way in which it was loaded.
        payload: Body that asks ``/invocations`` the same.
        messages: What MLflow warned of on the way.
        failure: Set when a step failed; then the rest is what was known until there.
    """

    client: str
    server: str
    params: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    run_artifacts: list[str] = field(default_factory=list)
    model_files: list[str] = field(default_factory=list)
    signature: dict[str, Any] | None = None
    versions: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    predictions: dict[str, Prediction] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    failure: StepFailure | None = None

    def write(self, file: Path) -> None:
        """Write the record; a reader sees the old file or the new one, never a part."""
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f"{file.name}.tmp")
        beside.write_text(json.dumps(dataclasses.asdict(self), indent=1), encoding="utf-8")
        beside.replace(file)

    @classmethod
    def read(cls, file: Path) -> LifeCycleRecord:
        """Read what `write` wrote."""
        content: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        record = cls(**content)
        record.predictions = {
            way: Prediction(raw["dtype"], tuple(raw["shape"]), raw["data"])
            for way, raw in content["predictions"].items()
        }
        record.messages = [Message(**raw) for raw in content["messages"]]
        record.failure = StepFailure(**content["failure"]) if content["failure"] else None
        return record
