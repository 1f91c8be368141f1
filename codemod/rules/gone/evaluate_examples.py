"""Examples of MLF405."""

from __future__ import annotations

from codemod.rules.base import Run, fixed, program, reported, untouched
from codemod.settings import Double, Project

_DATA = """\
import mlflow
import pandas as pd
from mlflow.models import MetricThreshold, infer_signature, make_metric
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression

data = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0], "y": [0, 0, 1, 1]})
X, y = data[["x"]], data["y"]
quiet = {"log_model_explainability": False}


def log(model, name):
    fitted = model.fit(X, y)
    return mlflow.sklearn.log_model(fitted, name, signature=infer_signature(X, fitted.predict(X))).model_uri


rows = make_metric(eval_fn=lambda predictions, targets, metrics: float(len(predictions)), greater_is_better=True, name="rows")
"""

_METRIC = f"""\
{_DATA}
with mlflow.start_run():
    candidate = log(LogisticRegression(), "candidate")
    outcome = mlflow.evaluate(
        candidate,
        data,
        targets="y",
        model_type="classifier",
        custom_metrics=[rows],
        evaluator_config=quiet,
    )
result = outcome.metrics["rows"] if "rows" in outcome.metrics else outcome.metrics["rows/v1"]
"""

_THRESHOLDS = f"""\
{_DATA}
with mlflow.start_run():
    candidate = log(LogisticRegression(), "candidate")
    baseline = log(DummyClassifier(), "baseline")
    thresholds = {{"accuracy_score": MetricThreshold(threshold=0.9, min_absolute_change=0.1, greater_is_better=True)}}
    mlflow.models.evaluate(
        candidate,
        data,
        targets="y",
        model_type="classifier",
        validation_thresholds=thresholds,
        baseline_model=baseline,
        evaluator_config=quiet,
    )
result = sorted(mlflow.last_active_run().data.metrics)
"""

_SEPARATE = f"""\
{_DATA}
with mlflow.start_run():
    candidate = log(LogisticRegression(), "candidate")
    baseline = log(DummyClassifier(), "baseline")
    thresholds = {{"accuracy_score": MetricThreshold(threshold=0.9, min_absolute_change=0.1, greater_is_better=True)}}
    evaluation_result = mlflow.models.evaluate(
        candidate,
        data,
        targets="y",
        model_type="classifier",
        evaluator_config=quiet,
    )
    baseline_result = mlflow.models.evaluate(
        baseline,
        data,
        targets="y",
        model_type="classifier",
        evaluator_config=quiet,
    )
    mlflow.validate_evaluation_results(validation_thresholds=thresholds, candidate_result=evaluation_result, baseline_result=baseline_result)
result = sorted(mlflow.last_active_run().data.metrics)
"""

EXAMPLES = (
    program(
        "metrics of one's own",
        _METRIC,
        _METRIC.replace("mlflow.evaluate", "mlflow.models.evaluate").replace("custom_metrics=", "extra_metrics="),
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(raises="TypeError: custom_metrics"),
            "3 after": Run(silent="mlflow.evaluate. API has been deprecated"),
        },
    ),
    program(
        "a baseline",
        _THRESHOLDS,
        _SEPARATE,
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(raises="TypeError: validation_thresholds"),
            "3 after": Run(),
        },
        unsafe=True,
    ),
    program(
        "the direction of a threshold",
        """
        from mlflow.models import MetricThreshold

        result = MetricThreshold(threshold=0.5, higher_is_better=True).threshold
        """,
        """
        from mlflow.models import MetricThreshold

        result = MetricThreshold(threshold=0.5, greater_is_better=True).threshold
        """,
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(raises="TypeError: higher_is_better"),
            "3 after": Run(),
        },
    ),
    fixed(
        "thresholds without a baseline",
        """
        import mlflow

        def gate(model, frame, limits):
            outcome = mlflow.evaluate(model, frame, targets="y", model_type="regressor", validation_thresholds=limits)  # the gate
            return outcome.metrics
        """,
        """
        import mlflow

        def gate(model, frame, limits):
            outcome = mlflow.models.evaluate(model, frame, targets="y", model_type="regressor")
            mlflow.validate_evaluation_results(validation_thresholds=limits, candidate_result=outcome)  # the gate
            return outcome.metrics
        """,
        unsafe=True,
    ),
    fixed(
        "an import",
        """
        from mlflow import evaluate, log_metric
        outcome = evaluate(model, data, targets='y', model_type='regressor')
        """,
        """
        from mlflow import log_metric
        from mlflow.models import evaluate
        outcome = evaluate(model, data, targets='y', model_type='regressor')
        """,
    ),
    fixed(
        "it runs on both",
        """
        import mlflow
        mlflow.evaluate(m, data, model_type='regressor', custom_metrics=[rows])
        """,
        """
        import mlflow
        mlflow.models.evaluate(m, data, model_type='regressor', extra_metrics=[rows])
        """,
        target="both",
    ),
    fixed(
        "a package under another name",
        """
        import mlflow as mf
        mf.evaluate(data=frame, predictions='p', targets='y', model_type='regressor')
        """,
        """
        import mlflow as mf
        mf.models.evaluate(data=frame, predictions='p', targets='y', model_type='regressor')
        """,
    ),
    fixed(
        "the attribute of a threshold",
        """
        from mlflow.models import MetricThreshold
        def up(limit: MetricThreshold):
            return limit.higher_is_better
        """,
        """
        from mlflow.models import MetricThreshold
        def up(limit: MetricThreshold):
            return limit.greater_is_better
        """,
    ),
    reported(
        "a result that is handed on at once",
        """
        import mlflow
        def run():
            return mlflow.models.evaluate(model, data, validation_thresholds=limits)
        """,
        unsafe=True,
    ),
    reported(
        "data that would be loaded twice",
        """
        import mlflow
        mlflow.models.evaluate(m, load(), targets='y', validation_thresholds=limits, baseline_model=old)
        """,
        unsafe=True,
    ),
    reported(
        "a baseline without thresholds",
        """
        import mlflow
        outcome = mlflow.models.evaluate(m, data, targets='y', model_type='regressor', baseline_model=old)
        """,
        unsafe=True,
    ),
    reported(
        "metrics of the baseline",
        """
        import mlflow
        outcome = mlflow.models.evaluate(m, data, model_type='regressor')
        print(outcome.baseline_model_metrics)
        """,
    ),
    reported(
        "an agent, which has an evaluation of its own",
        """
        import mlflow
        results = mlflow.evaluate("runs:/1/agent", data=data, model_type="databricks-agent")
        """,
    ),
    reported(
        "an agent, by an imported function",
        """
        from mlflow import evaluate
        KIND = "databricks-agent"
        results = evaluate("runs:/1/agent", data=data, model_type=KIND)
        """,
    ),
    reported(
        "an agent, by a parameter",
        """
        import mlflow

        def score(agent, kind="databricks-agent"):
            return mlflow.evaluate(agent, data=data, model_type=kind)
        """,
    ),
    untouched(
        "the new name",
        """
        import mlflow
        mlflow.models.evaluate(m, data, targets='y', model_type='regressor', extra_metrics=[rows])
        """,
    ),
    untouched(
        "another evaluate",
        """
        import mlflow
        import evaluate
        evaluate.load('bleu')
        trainer.evaluate()
        """,
    ),
    reported(
        "what a test sets up on a mock of all of MLflow, and the code that it tests",
        """
        from unittest.mock import patch
        import mlflow

        def score(model, frame):
            return mlflow.evaluate(model, frame).metrics

        def test_score():
            with patch("train.mlflow") as fake:
                fake.evaluate.return_value.metrics = {"r2": 0.5}
                score(1, 2)
        """,
        unsafe=True,
    ),
    *(
        reported(
            f"what takes the place of the whole of MLflow: {what}",
            f"""
            import sys
            from types import ModuleType
            from unittest.mock import MagicMock, patch
            import train

            def test_score(monkeypatch):
                double = {made}
                double.evaluate = lambda *args, **options: None
                {put}
                train.score(1, 2)
            """,
        )
        for what, made, put in (
            ("in sys.modules", 'ModuleType("mlflow")', 'sys.modules["mlflow"] = double'),
            ("in sys.modules, by monkeypatch", "MagicMock()", 'monkeypatch.setitem(sys.modules, "mlflow", double)'),
            ("in sys.modules, by patch.dict", "MagicMock()", 'patch.dict("sys.modules", {"mlflow": double}).start()'),
            ("as the name of a module", "MagicMock()", "train.mlflow = double"),
        )
    ),
    reported(
        "code whose function a test replaces",
        """
        import mlflow
        mlflow.evaluate(m, data)
        """,
        project=Project(doubles=frozenset({Double("mlflow.evaluate", "name", "test_it.py:4", moves=True)})),
    ),
    untouched(
        "evaluation of applications",
        """
        import mlflow
        mlflow.genai.evaluate(data=data, scorers=scorers)
        """,
    ),
    untouched(
        "an evaluate of one's own",
        """
        import mlflow
        def evaluate(model, custom_metrics):
            pass
        evaluate(m, custom_metrics=[])
        """,
    ),
    untouched(
        "another function of that name",
        """
        import mlflow
        from tools import evaluate
        evaluate(m, data, validation_thresholds={}, higher_is_better=True)
        """,
    ),
    reported(
        "the argument of what a parameter is by default, and may be something else",
        """
        import mlflow

        class Scorer:
            def __init__(self, backend=mlflow):
                self.backend = backend

            def score(self, model):
                return self.backend.evaluate(model, data, custom_metrics=[metric])
        """,
    ),
    reported(
        "an argument that a function hands on",
        """
        import mlflow
        def judge(model, **options):
            return mlflow.models.evaluate(model, data, **options)
        judge(model, custom_metrics=[metric])
        """,
    ),
    untouched(
        "an argument that a function takes for itself",
        """
        import mlflow
        def judge(model, custom_metrics=None, **options):
            return mlflow.models.evaluate(model, data, extra_metrics=custom_metrics, **options)
        judge(model, custom_metrics=[metric], targets="y")
        """,
    ),
    untouched(
        "code for both",
        """
        try:
            from mlflow.models import evaluate
        except ImportError:
            from mlflow import evaluate
        """,
    ),
)  # fmt: skip
