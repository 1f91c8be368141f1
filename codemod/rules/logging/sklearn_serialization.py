"""MLF103: scikit-learn models were pickled; MLflow 3 writes skops, which refuses many of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.names import Unknown
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.arguments import shown
from codemod.rules.idioms.log_model_references import given_mlflow
from codemod.rules.idioms.serialization import Format, also, check_format
from codemod.rules.selectors import LIBRARY, calls, calls_named

_FORMAT = Format(
    functions=("mlflow.sklearn.log_model", "mlflow.sklearn.save_model"),
    keeps="cloudpickle",
    default="skops",
    default_since="3.14",
    parameter_since_2=True,
    message=(
        "since 3.14 MLflow writes scikit-learn models as skops, which refuses many of them; the fix keeps the format of "
        "MLflow 2, cloudpickle (`--sklearn-format skops` takes the new one, whose files cannot run code)"
    ),
)


def _is_wanted(context: Context) -> bool:
    return context.settings.sklearn_format == "cloudpickle"


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    if _is_wanted(context):
        yield from check_format(call, context, _FORMAT)


def _check_unknown(node: ast.Call, context: Context) -> Iterator[Match]:
    """Report a `save_model` of a flavor that is chosen while the program runs; it may be any, this one among them."""
    value = context.resolve(node.func)
    if not _is_wanted(context) or not isinstance(value, Unknown) or not isinstance(node.func, ast.Attribute):
        return
    named = "mlflow" in f"{value.reason} {shown(node.func)}".lower()
    formats = [keyword.arg for keyword in node.keywords if keyword.arg in ("serialization_format", None)]
    if (
        (named or given_mlflow(node.func.value, context))
        and not formats
        and context.target.at_least(_FORMAT.default_since)
    ):
        message = "MLflow 3 writes scikit-learn models as skops, and those of PyTorch and LightGBM in other formats than MLflow 2"
        yield Match(node, f"cannot tell which flavor this is: {value.reason}; {message}", Safety.MANUAL)


_FOREST = """\
import mlflow
from sklearn.ensemble import RandomForestRegressor

X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(RandomForestRegressor(n_estimators=2, random_state=0).fit(X, y), artifact_path="model")
result = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").predict(X).tolist()
"""

RULE = Rule(
    code="MLF103",
    name="sklearn-serialization",
    summary="`mlflow.sklearn` writes skops by default since 3.14, which refuses many models.",
    why="""\
MLflow 2 wrote `model.pkl` by cloudpickle. Since 3.14 the default of `serialization_format` in `mlflow.sklearn.log_model` and
`save_model` is `"skops"` (`mlflow/sklearn/__init__.py`; since 3.17 not in a Databricks runtime or with a Databricks tracking URI). skops writes only types that
it trusts: RandomForest, GradientBoosting, HistGradientBoosting, KNeighbors, GridSearchCV, lambdas and classes of one's own end
in `MlflowException: The saved sklearn model references untrusted types`, also inside a Pipeline, and the run is FAILED. Linear
models, SVC, KMeans and scalers pass, but their file is `model.skops` then, so that code that reads `model/model.pkl` breaks.

`serialization_format="cloudpickle"` is valid on every 2.x and 3.x and writes what MLflow 2 wrote. The new default is there for a
reason: loading a pickle can run any code, a skops file cannot. `--sklearn-format skops` accepts it.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(
        calls(*_FORMAT.functions, check=_check),
        calls_named("save_model", check=_check_unknown, needs=(LIBRARY,)),
        *also(_FORMAT, _is_wanted),
    ),
    since="3.14",
    examples=(
        program(
            "a forest",
            _FOREST,
            _FOREST.replace('artifact_path="model")', 'artifact_path="model", serialization_format="cloudpickle")'),
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(raises="MlflowException: untrusted types"),
                "3 after": Run(),
            },
        ),
        fixed(
            "save_model too, in the layout of the call",
            """
            import mlflow.sklearn

            mlflow.sklearn.save_model(
                model,
                path,
                signature=signature,
            )
            """,
            """
            import mlflow.sklearn

            mlflow.sklearn.save_model(
                model,
                path,
                signature=signature,
                serialization_format="cloudpickle",
            )
            """,
        ),
        fixed(
            "it runs on both",
            """
            import mlflow
            mlflow.sklearn.log_model(model, "model")
            """,
            """
            import mlflow
            mlflow.sklearn.log_model(model, "model", serialization_format="cloudpickle")
            """,
            target="both",
        ),
        reported(
            "keyword arguments that nobody sees may hold a format",
            """
            import mlflow
            def log(model, **kwargs):
                mlflow.sklearn.log_model(model, **kwargs)
            """,
        ),
        reported(
            "a function that is handed on",
            "import mlflow\npool.submit(mlflow.sklearn.save_model, model, path)\n",
        ),
        reported("a function in a dict", 'import mlflow\nSAVE = {"sklearn": mlflow.sklearn.save_model}\n'),
        reported("a flavor by its name", "import mlflow\ngetattr(mlflow, flavor).save_model(model, path)\n"),
        reported(
            "a flavor that is a parameter",
            "import mlflow\n\ndef save(flavor, model):\n    flavor.save_model(model, 'out')\n\nsave(mlflow.sklearn, model)\n",
        ),
        fixed(
            "the flavor as an argument",
            "import mlflow\nfrom mlflow.models import Model\nModel.log(artifact_path='m', flavor=mlflow.sklearn, sk_model=model)\n",
            "import mlflow\nfrom mlflow.models import Model\n"
            "Model.log(artifact_path='m', flavor=mlflow.sklearn, sk_model=model, serialization_format=\"cloudpickle\")\n",
        ),
        fixed(
            "the client of a feature store, which hands its keywords to the flavor; its path keeps its name",
            "import mlflow\nfrom databricks.feature_engineering import FeatureEngineeringClient\nfe = FeatureEngineeringClient()\n"
            "fe.log_model(model=model, artifact_path='m', flavor=mlflow.sklearn, training_set=rows)\n",
            "import mlflow\nfrom databricks.feature_engineering import FeatureEngineeringClient\nfe = FeatureEngineeringClient()\n"
            "fe.log_model(model=model, artifact_path='m', flavor=mlflow.sklearn, training_set=rows, serialization_format=\"cloudpickle\")\n",
            unsafe=True,
        ),
        fixed(
            "a condition on settings that also hold MLflow's version",
            'import mlflow\nCONFIG = {"mlflow": mlflow.__version__, "trees": 3, "log": True}\nif CONFIG["log"]:\n'
            "    mlflow.sklearn.log_model(model, name='m')\n",
            'import mlflow\nCONFIG = {"mlflow": mlflow.__version__, "trees": 3, "log": True}\nif CONFIG["log"]:\n'
            "    mlflow.sklearn.log_model(model, name='m', serialization_format=\"cloudpickle\")\n",
        ),
        fixed(
            "a condition on Python's version, and one on what both lines have",
            "import sys\nimport mlflow\nif sys.version_info >= (3, 9) and mlflow.__version__ and hasattr(mlflow, 'sklearn'):\n"
            "    mlflow.sklearn.log_model(model, name='m')\n",
            "import sys\nimport mlflow\nif sys.version_info >= (3, 9) and mlflow.__version__ and hasattr(mlflow, 'sklearn'):\n"
            "    mlflow.sklearn.log_model(model, name='m', serialization_format=\"cloudpickle\")\n",
        ),
        fixed(
            "the form of MLflow 3 in a branch on its version",
            "import mlflow\nif mlflow.__version__ >= '3':\n    mlflow.sklearn.log_model(model, name='m')\nelse:\n"
            "    mlflow.sklearn.log_model(model, 'm')\n",
            "import mlflow\nif mlflow.__version__ >= '3':\n    mlflow.sklearn.log_model(model, name='m', serialization_format=\"cloudpickle\")\n"
            "else:\n    mlflow.sklearn.log_model(model, 'm')\n",
        ),
        untouched(
            "the format is chosen",
            """
            import mlflow
            mlflow.sklearn.log_model(model, "model", serialization_format="skops")
            """,
        ),
        untouched(
            "the format is chosen by position",
            """
            import mlflow
            mlflow.sklearn.log_model(model, "model", None, None, "pickle")
            """,
        ),
        untouched(
            "before 3.14 the default was cloudpickle",
            """
            import mlflow
            mlflow.sklearn.log_model(model, name="model")
            """,
            target="3.13",
        ),
        untouched(
            "the new default is wanted",
            """
            import mlflow
            mlflow.sklearn.log_model(model, name="model")
            """,
            sklearn_format="skops",
        ),
        untouched(
            "other flavors",
            """
            import mlflow
            mlflow.xgboost.log_model(model, name="model")
            """,
        ),
        untouched(
            "autolog keeps cloudpickle by itself",
            """
            import mlflow
            mlflow.sklearn.autolog()
            """,
        ),
        untouched(
            "not MLflow",
            """
            import joblib
            joblib.sklearn.save_model(model, path)
            """,
        ),
    ),
)
