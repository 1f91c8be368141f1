"""Holds that the time for a file grows with its length, not with the square of it: generated code has thousands of lines."""

import gc
import time
from collections.abc import Callable

import pytest

from codemod.analysis import parsing
from codemod.engine import migrate
from codemod.settings import Settings

# Four times the code may take six times as long; work that looks at each place from each place takes up to sixteen times.
_FACTOR, _MOST = 4, 6.0
_HEAD = "import mlflow\nimport mlflow.sklearn\nfrom mlflow import MlflowClient\n\nclient = MlflowClient()\nrun = mlflow.start_run()\n"


def _metrics(count: int) -> str:
    return "".join(f'mlflow.log_metric("m{index}", {index})\n' for index in range(count))


def _one_line(count: int) -> str:
    calls = ", ".join(f'mlflow.log_metric("m", {index})' for index in range(count))
    return f"logged = [{calls}]\n"


def _models(count: int) -> str:
    """Return functions that log a model each; all calls are rewritten."""
    body = '\n    with mlflow.start_run():\n        mlflow.sklearn.log_model(model, "model")\n\n'
    return "".join(f"\ndef train_{index}(model):{body}" for index in range(count))


def _models_of_one_run(count: int) -> str:
    """Return calls that log models of one name into one run."""
    calls = "".join(f'    mlflow.sklearn.log_model(model_{index}, "model")\n' for index in range(count))
    return f"with mlflow.start_run():\n{calls}"


def _versions(count: int) -> str:
    return "".join(
        f'found_{index} = client.get_latest_versions("m{index}", stages=["Production"])\n'
        f'uri_{index} = f"models:/m{index}/{{found_{index}[0].version}}"\n'
        f"mlflow.pyfunc.load_model(uri_{index})\n"
        for index in range(count)
    )


def _stores(count: int) -> str:
    """Return functions that set a store of files each: one change serves them all."""
    return "".join(
        f'\ndef set_{index}():\n    mlflow.set_tracking_uri("file:./runs{index}")\n\n' for index in range(count)
    )


def _helper(count: int) -> str:
    """Return calls of a function that hands its arguments on to MLflow."""
    head = "def log(model, name):\n    mlflow.sklearn.log_model(model, name)\n\n\n"
    return head + "".join(f'log(model_{index}, "model{index}")\n' for index in range(count))


def _plain(count: int) -> str:
    return "".join(f"\ndef add_{index}(a, b):\n    c = a + b\n    print(c)\n    return c\n\n" for index in range(count))


@pytest.mark.parametrize(
    ("code", "count"),
    [(_metrics, 250), (_one_line, 250), (_models, 30), (_models_of_one_run, 30), (_versions, 40), (_stores, 40), (_helper, 60), (_plain, 100)],
)  # fmt: skip
def test_the_time_for_a_file_grows_with_its_length(code: Callable[[int], str], count: int) -> None:
    _seconds(code(2))  # loads what the first file of a process loads
    short, long = _HEAD + code(count), _HEAD + code(_FACTOR * count)
    assert _seconds(long) < _MOST * _seconds(short)


def _seconds(text: str) -> float:
    """Return the least CPU time of three that a file takes."""
    gc.collect()
    gc.disable()  # a collection of all that other tests left costs more than a file
    try:
        return min(map(_taken, [text] * 3))
    finally:
        gc.enable()


def _taken(text: str) -> float:
    parsing.forget()
    start = time.process_time()
    outcome = migrate("generated.py", text.encode(), Settings())
    seconds = time.process_time() - start
    assert not outcome.reason
    return seconds
