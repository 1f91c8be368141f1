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
        """
        from mlflow import MlflowClient
        MlflowClient().search_traces(experiment_ids=["0"], max_results=5)
        """,
        """
        from mlflow import MlflowClient
        MlflowClient().search_traces(locations=["0"], max_results=5)
        """,
    ),
    reported("an import", "from mlflow.metrics.genai import answer_similarity, faithfulness\n"),
    reported(
        "a base class",
        """
        import mlflow
        class Bot(mlflow.pyfunc.ChatModel):
            pass
        """,
    ),
    reported(
        "a flavor",
        """
        import mlflow
        mlflow.pmdarima.log_model(model, name="model")
        """,
    ),
    reported(
        "a method",
        """
        from mlflow import MlflowClient
        MlflowClient().get_model_version_stages("m", "1")
        """,
    ),
    reported(
        "the stage of a tag",
        """
        import mlflow
        client = mlflow.MlflowClient()
        client.set_model_version_tag("m", key="k", value="v", stage="Production")
        """,
    ),
    reported(
        "fields as columns",
        """
        import mlflow
        mlflow.search_traces(extract_fields=["answer.outputs"])
        """,
    ),
    untouched(
        "on a release that does not warn yet",
        """
        import mlflow
        mlflow.search_traces(experiment_ids=["0"])
        mlflow.metrics.latency()
        """,
        target="3.3",
    ),
    untouched(
        "the list by position, which does not warn",
        """
        import mlflow
        mlflow.search_traces(["0"])
        """,
    ),
    untouched(
        "the new name",
        """
        import mlflow
        mlflow.search_traces(locations=["0"])
        """,
    ),
    untouched(
        "a tag of a version",
        """
        import mlflow
        mlflow.MlflowClient().set_model_version_tag("m", "1", "k", "v")
        """,
    ),
    untouched(
        "a metric that stays",
        """
        import mlflow
        mlflow.metrics.mse()
        """,
    ),
    untouched(
        "something else of that name",
        """
        import timing
        timing.latency()
        """,
    ),
    untouched(
        "what another rule speaks of",
        """
        from mlflow import MlflowClient
        MlflowClient().get_latest_versions("m")
        """,
    ),
)
