"""Asks models over ``/invocations``: `mlflow models serve` in each world, with the body of the model's own example."""

from __future__ import annotations

import urllib.error
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from compat_tests.processes import StartError, post_json
from compat_tests.servers import model_server
from compat_tests.verify.comparing import ModelPair
from compat_tests.verify.models import compare_predictions
from compat_tests.verify.rows import Row, Status
from compat_tests.verify.world import World


def compare(
    first: World,
    second: World,
    pairs: Sequence[ModelPair],
    asked: Mapping[str, Any],
    tolerance: float,
    say: Callable[[str], None],
) -> list[Row]:
    """Return a row for each model: what its server answers in both worlds.

    Args:
        first: The first world.
        second: The other one.
        pairs: The models.
        asked: The answers of ``predictor.py`` in the first world, by the model's folder; they hold the body of a request.
        tolerance: Largest difference that numbers may have, relative to the largest number of the answer.
        say: Is told what goes on.
    """
    rows = []
    for pair in pairs:
        payload = asked.get(pair.first.folder, {}).get("payload")
        if payload is None:
            rows.append(Row("served", pair.key, Status.NOT_COMPARABLE, reason="there is no input to ask with"))
            continue
        say(f"serving {pair.key}")
        old, new = _answer(first, pair.first.folder, payload), _answer(second, pair.second.folder, payload)
        rows.append(compare_predictions(pair.key, old, new, tolerance, "served"))
    return rows


def _answer(world: World, model: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    variables = world.variables()
    for name in ("MLFLOW_CODEMOD_COVERAGE", "COVERAGE_PROCESS_START"):
        variables.pop(name, None)
    try:
        with model_server(world.client.environment, world.folder / "serving", model, variables) as service:
            return {"prediction": {"kind": "answer", "data": post_json(f"{service.uri}/invocations", payload)}}
    except urllib.error.HTTPError as error:
        return {"error": world.redact(f"status {error.code}: {error.read().decode('utf-8', 'replace')[:300]}")}
    except (StartError, OSError, ValueError) as error:
        return {"error": world.redact(" ".join(str(error).split())[-300:])}
