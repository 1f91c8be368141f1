"""Examples of MLF101, by the ways in which real code reaches MLflow."""

from __future__ import annotations

from codemod.rules.base import Run, fixed, program, reported
from codemod.rules.logging.log_model_chosen_examples import EXAMPLES as CHOSEN
from codemod.rules.logging.log_model_doubles_examples import EXAMPLES as TESTS
from codemod.rules.logging.log_model_kept_examples import EXAMPLES as KEPT
from codemod.rules.logging.log_model_keywords_examples import EXAMPLES as KEYWORDS
from codemod.rules.logging.log_model_lookalikes_examples import EXAMPLES as LOOKALIKES

_PROGRAM = """\
import mlflow
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression().fit(X, y), "model", serialization_format="cloudpickle")
result = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").predict(X).tolist()
"""

_REWRITTEN = [
    program(
        "the path by position",
        _PROGRAM,
        _PROGRAM.replace('y), "model"', 'y), name="model"'),
        runs={
            "2 before": Run(),
            "2 after": Run(raises="TypeError: unexpected keyword argument 'name'"),
            "3 before": Run(says="`artifact_path` is deprecated"),
            "3 after": Run(silent="artifact_path"),
        },
    ),
    fixed(
        "the path by keyword",
        """
        import mlflow
        mlflow.xgboost.log_model(booster, artifact_path="model")
        """,
        """
        import mlflow
        mlflow.xgboost.log_model(booster, name="model")
        """,
    ),
    fixed(
        "what follows by position keeps its meaning by keyword",
        """
        import mlflow
        mlflow.onnx.log_model(model, "model", None, code_paths, "registered")
        """,
        """
        import mlflow
        mlflow.onnx.log_model(
            model,
            name="model",
            conda_env=None,
            code_paths=code_paths,
            registered_model_name="registered",
        )
        """,
    ),
    fixed(
        "pyfunc takes the path first",
        """
        import mlflow
        mlflow.pyfunc.log_model("model", python_model=Model())
        """,
        """
        import mlflow
        mlflow.pyfunc.log_model(name="model", python_model=Model())
        """,
    ),
    fixed(
        "comments, line breaks and a trailing comma stay",
        """
        import mlflow

        mlflow.prophet.log_model(
            model,  # fitted above
            "prophet",  # read by the scoring job
            signature=signature,
        )
        """,
        """
        import mlflow

        mlflow.prophet.log_model(
            model,  # fitted above
            name="prophet",  # read by the scoring job
            signature=signature,
        )
        """,
    ),
    fixed(
        "an alias of the flavor",
        """
        import mlflow.xgboost as mx
        mx.log_model(booster, "model")
        """,
        """
        import mlflow.xgboost as mx
        mx.log_model(booster, name="model")
        """,
    ),
    fixed(
        "the function imported by name",
        """
        from mlflow.xgboost import log_model as save
        save(booster, "model")
        """,
        """
        from mlflow.xgboost import log_model as save
        save(booster, name="model")
        """,
    ),
    fixed(
        "a module kept in an attribute",
        """
        import mlflow

        class Trainer:
            def __init__(self):
                self.flavor = mlflow.xgboost

            def save(self, booster):
                self.flavor.log_model(booster, "model")
        """,
        """
        import mlflow

        class Trainer:
            def __init__(self):
                self.flavor = mlflow.xgboost

            def save(self, booster):
                self.flavor.log_model(booster, name="model")
        """,
    ),
    fixed(
        "importlib and a literal name",
        """
        import importlib
        flavor = importlib.import_module("mlflow.xgboost")
        flavor.log_model(booster, "model")
        """,
        """
        import importlib
        flavor = importlib.import_module("mlflow.xgboost")
        flavor.log_model(booster, name="model")
        """,
    ),
    fixed(
        "functools.partial",
        """
        import functools
        import mlflow
        log = functools.partial(mlflow.xgboost.log_model, artifact_path="model")
        log(booster)
        """,
        """
        import functools
        import mlflow
        log = functools.partial(mlflow.xgboost.log_model, name="model")
        log(booster)
        """,
    ),
    fixed(
        "a dict of keyword arguments in reach",
        """
        import mlflow
        options = {"artifact_path": "model", "signature": None}
        mlflow.xgboost.log_model(booster, **options)
        """,
        """
        import mlflow
        options = {"name": "model", "signature": None}
        mlflow.xgboost.log_model(booster, **options)
        """,
    ),
    fixed(
        "a wrapper keeps its own parameter",
        """
        import mlflow
        def log(model, artifact_path):
            mlflow.xgboost.log_model(model, artifact_path)
        """,
        """
        import mlflow
        def log(model, artifact_path):
            mlflow.xgboost.log_model(model, name=artifact_path)
        """,
    ),
    fixed(
        "an explainer",
        """
        import mlflow
        mlflow.shap.log_explainer(explainer, "explainer")
        """,
        """
        import mlflow
        mlflow.shap.log_explainer(explainer, name="explainer")
        """,
    ),
    fixed(
        "the registered name, when it is asked for",
        """
        import mlflow
        mlflow.xgboost.log_model(booster, "model", registered_model_name="fraud")
        """,
        """
        import mlflow
        mlflow.xgboost.log_model(booster, name="fraud", registered_model_name="fraud")
        """,
        name_from="registered",
        unsafe=True,
    ),
]

_FOR_BOTH = """\
import mlflow


class Same(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input


with mlflow.start_run() as run:
    mlflow.pyfunc.log_model("model", python_model=Same())
result = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").predict([1])
"""

_REPORTED = [
    reported(
        "a flavor chosen at run time",
        """
        import mlflow
        getattr(mlflow, flavor).log_model(model, "model")
        """,
    ),
    reported(
        "a module imported by a computed name",
        """
        import importlib
        module = importlib.import_module(f"mlflow.{flavor}")
        module.log_model(model, artifact_path="model")
        """,
    ),
    reported(
        "a name that is bound to two things",
        """
        import mlflow
        import home_made

        if fast:
            logger = home_made
        else:
            logger = mlflow.xgboost
        logger.log_model(model, "model")
        """,
    ),
    reported(
        "keyword arguments that nobody sees",
        """
        import mlflow
        def log(model, **kwargs):
            mlflow.xgboost.log_model(model, **kwargs)
        """,
    ),
    reported(
        "a function that other code calls",
        """
        import mlflow
        pool.submit(mlflow.xgboost.log_model, booster, "model")
        """,
    ),
    reported(
        "code that must run on MLflow 2 as well",
        """
        import mlflow
        mlflow.xgboost.log_model(booster, "model")
        """,
        target="both",
    ),
    reported(
        "code that must run on MLflow 2 as well, where no branch can stand",
        """
        import mlflow
        if mlflow.xgboost.log_model(booster, "model"):
            pass
        """,
        target="both",
        unsafe=True,
    ),
    program(
        "both forms for code that must run on MLflow 2 as well",
        _FOR_BOTH,
        _FOR_BOTH.replace("import mlflow\n", "import mlflow\nfrom packaging.version import Version\n").replace(
            '    mlflow.pyfunc.log_model("model", python_model=Same())\n',
            """\
    if Version(mlflow.__version__).major >= 3:
        mlflow.pyfunc.log_model(name="model", python_model=Same())
    else:
        mlflow.pyfunc.log_model("model", python_model=Same())
""",
        ),
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(says="artifact_path. is deprecated"),
            "3 after": Run(silent="artifact_path. is deprecated"),
        },
        target="both",
        unsafe=True,
    ),
]

EXAMPLES = (*_REWRITTEN, *_REPORTED, *KEPT, *KEYWORDS, *TESTS, *LOOKALIKES, *CHOSEN)
