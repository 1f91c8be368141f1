"""Examples of MLF405."""

from __future__ import annotations

from codemod.rules.base import Run, fixed, program, reported, untouched

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
        "from mlflow.models import MetricThreshold\n\nresult = MetricThreshold(threshold=0.5, higher_is_better=True).threshold\n",
        "from mlflow.models import MetricThreshold\n\nresult = MetricThreshold(threshold=0.5, greater_is_better=True).threshold\n",
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(raises="TypeError: higher_is_better"),
            "3 after": Run(),
        },
    ),
    fixed(
        "thresholds without a baseline",
        """\
import mlflow

def gate(model, frame, limits):
    outcome = mlflow.evaluate(model, frame, targets="y", model_type="regressor", validation_thresholds=limits)  # the gate
    return outcome.metrics
""",
        """\
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
        "from mlflow import evaluate, log_metric\noutcome = evaluate(model, data, targets='y', model_type='regressor')\n",
        """\
from mlflow import log_metric
from mlflow.models import evaluate
outcome = evaluate(model, data, targets='y', model_type='regressor')
""",
    ),
    fixed(
        "it runs on both",
        "import mlflow\nmlflow.evaluate(m, data, model_type='regressor', custom_metrics=[rows])\n",
        "import mlflow\nmlflow.models.evaluate(m, data, model_type='regressor', extra_metrics=[rows])\n",
        target="both",
    ),
    fixed(
        "a package under another name",
        "import mlflow as mf\nmf.evaluate(data=frame, predictions='p', targets='y', model_type='regressor')\n",
        "import mlflow as mf\nmf.models.evaluate(data=frame, predictions='p', targets='y', model_type='regressor')\n",
    ),
    fixed(
        "the attribute of a threshold",
        "from mlflow.models import MetricThreshold\ndef up(limit: MetricThreshold):\n    return limit.higher_is_better\n",
        "from mlflow.models import MetricThreshold\ndef up(limit: MetricThreshold):\n    return limit.greater_is_better\n",
    ),
    reported(
        "a result that is handed on at once",
        "import mlflow\ndef run():\n    return mlflow.models.evaluate(model, data, validation_thresholds=limits)\n",
        unsafe=True,
    ),
    reported(
        "data that would be loaded twice",
        "import mlflow\nmlflow.models.evaluate(m, load(), targets='y', validation_thresholds=limits, baseline_model=old)\n",
        unsafe=True,
    ),
    reported(
        "a baseline without thresholds",
        "import mlflow\noutcome = mlflow.models.evaluate(m, data, targets='y', model_type='regressor', baseline_model=old)\n",
        unsafe=True,
    ),
    reported(
        "metrics of the baseline",
        "import mlflow\noutcome = mlflow.models.evaluate(m, data, model_type='regressor')\nprint(outcome.baseline_model_metrics)\n",
    ),
    untouched(
        "the new name",
        "import mlflow\nmlflow.models.evaluate(m, data, targets='y', model_type='regressor', extra_metrics=[rows])\n",
    ),
    untouched("another evaluate", "import mlflow\nimport evaluate\nevaluate.load('bleu')\ntrainer.evaluate()\n"),
    untouched("evaluation of applications", "import mlflow\nmlflow.genai.evaluate(data=data, scorers=scorers)\n"),
    untouched("an evaluate of one's own", "import mlflow\ndef evaluate(model, custom_metrics):\n    pass\nevaluate(m, custom_metrics=[])\n"),
    untouched(
        "another function of that name",
        "import mlflow\nfrom tools import evaluate\nevaluate(m, data, validation_thresholds={}, higher_is_better=True)\n",
    ),
    untouched(
        "code for both",
        """\
try:
    from mlflow.models import evaluate
except ImportError:
    from mlflow import evaluate
""",
    ),
)  # fmt: skip
