"""Examples of MLF410."""

from __future__ import annotations

from codemod.rules.base import Run, fixed, program, reported, untouched

_SEARCH = """\
import mlflow

experiment = mlflow.set_experiment("traces")
with mlflow.start_span("question") as span:
    span.set_inputs({"text": "?"})
flush = getattr(mlflow, "flush_trace_async_logging", None)
if flush is not None:
    flush()
found = mlflow.search_traces(experiment_ids=[experiment.experiment_id])
result = len(found)
"""
_METRIC = """\
import mlflow.metrics

metric = mlflow.metrics.latency()
result = metric.name
"""

EXAMPLES = (
    program(
        "an argument that is only renamed",
        _SEARCH,
        _SEARCH.replace("experiment_ids=", "locations="),
        runs={
            "2 before": Run(),
            "3 before": Run(says="Parameter 'experiment_ids' is deprecated"),
            "3 after": Run(silent="experiment_ids"),
        },
    ),
    program(
        "a metric for language models",
        _METRIC,
        runs={"2 before": Run(silent="deprecated"), "3 before": Run(says="latency.* is deprecated since 3.4.0")},
    ),
    fixed(
        "the client's search",
        'from mlflow import MlflowClient\nMlflowClient().search_traces(experiment_ids=["0"], max_results=5)\n',
        'from mlflow import MlflowClient\nMlflowClient().search_traces(locations=["0"], max_results=5)\n',
    ),
    reported("an import", "from mlflow.metrics.genai import answer_similarity, faithfulness\n"),
    reported("a base class", "import mlflow\nclass Bot(mlflow.pyfunc.ChatModel):\n    pass\n"),
    reported("a flavor", 'import mlflow\nmlflow.pmdarima.log_model(model, name="model")\n'),
    reported(
        "a method",
        'from mlflow import MlflowClient\nMlflowClient().get_model_version_stages("m", "1")\n',
    ),
    reported(
        "the stage of a tag",
        'import mlflow\nclient = mlflow.MlflowClient()\nclient.set_model_version_tag("m", key="k", value="v", stage="Production")\n',
    ),
    reported("fields as columns", 'import mlflow\nmlflow.search_traces(extract_fields=["answer.outputs"])\n'),
    untouched(
        "on a release that does not warn yet",
        'import mlflow\nmlflow.search_traces(experiment_ids=["0"])\nmlflow.metrics.latency()\n',
        target="3.3",
    ),
    untouched("the list by position, which does not warn", 'import mlflow\nmlflow.search_traces(["0"])\n'),
    untouched("the new name", 'import mlflow\nmlflow.search_traces(locations=["0"])\n'),
    untouched("a tag of a version", 'import mlflow\nmlflow.MlflowClient().set_model_version_tag("m", "1", "k", "v")\n'),
    untouched("a metric that stays", "import mlflow\nmlflow.metrics.mse()\n"),
    untouched("something else of that name", "import timing\ntiming.latency()\n"),
    untouched(
        "what another rule speaks of", 'from mlflow import MlflowClient\nMlflowClient().get_latest_versions("m")\n'
    ),
)
