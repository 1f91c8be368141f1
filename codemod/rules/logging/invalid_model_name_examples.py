"""The examples of MLF102."""

from __future__ import annotations

from codemod.rules.base import Run, fixed, program, reported, untouched
from codemod.settings import Project

_PROGRAM = """\
import mlflow
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0]], [0.0, 2.0]
with mlflow.start_run() as run:
    model = LinearRegression().fit(X, y)
    mlflow.sklearn.log_model(model, artifact_path="models/line", serialization_format="cloudpickle")
result = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/models/line").predict(X).tolist()
"""

EXAMPLES = (
    fixed(
        "a path becomes a name, and the reader in the same file follows",
        """
            import mlflow

            with mlflow.start_run() as run:
                mlflow.sklearn.log_model(model, "models/forest", serialization_format="cloudpickle")
            loaded = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/models/forest")
            """,
        """
        import mlflow

        with mlflow.start_run() as run:
            mlflow.sklearn.log_model(
                model,
                name="models-forest",
                serialization_format="cloudpickle",
            )
        loaded = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/models-forest")
        """,
        unsafe=True,
    ),
    program(
        "a path that MLflow 3 refuses",
        _PROGRAM,
        _PROGRAM.replace('artifact_path="models/line"', 'name="models-line"').replace("/models/line", "/models-line"),
        runs={"2 before": Run(), "3 before": Run(raises="MlflowException: Invalid model name"), "3 after": Run()},
        unsafe=True,
    ),
    fixed(
        "a leading ./ means nothing in a name",
        """
            import mlflow
            mlflow.xgboost.log_model(booster, artifact_path="./model")
            """,
        """
            import mlflow
            mlflow.xgboost.log_model(booster, name="model")
            """,
        unsafe=True,
    ),
    fixed(
        "`name=` of code that was renamed already",
        """
            import mlflow
            mlflow.xgboost.log_model(booster, name='v1.2')
            """,
        """
            import mlflow
            mlflow.xgboost.log_model(booster, name='v1-2')
            """,
        unsafe=True,
    ),
    fixed(
        "readers follow a model that takes its registered name",
        """
            import mlflow
            mlflow.onnx.log_model(m, name="fraud", registered_model_name="fraud")
            mlflow.onnx.load_model(f"runs:/{run_id}/model")
            """,
        """
            import mlflow
            mlflow.onnx.log_model(m, name="fraud", registered_model_name="fraud")
            mlflow.onnx.load_model(f"runs:/{run_id}/fraud")
            """,
        unsafe=True,
        project=Project(renamed=(("model", "fraud"),)),
    ),
    reported(
        "code for releases of MLflow 2, and thus for MLflow 3, too",
        """
            import mlflow, time
            if tuple(int(part) for part in mlflow.__version__.split(".")[:2]) >= (2, 9):
                mlflow.onnx.log_model(m, time.strftime("%H:%M"))
            """,
    ),
    reported(
        "without --unsafe it is only named",
        """
            import mlflow
            mlflow.onnx.log_model(m, "a/b")
            """,
    ),
    reported(
        "a joined path",
        """
            import mlflow, os
            mlflow.onnx.log_model(m, os.path.join("models", name))
            """,
        unsafe=True,
    ),
    reported(
        "a path as a string",
        """
            import mlflow
            mlflow.onnx.log_model(m, str(folder / "model"))
            """,
        unsafe=True,
    ),
    reported(
        "a path of Windows",
        """
        import mlflow
        mlflow.onnx.log_model(m, "C:\\\\models\\\\forest")
        """,
        unsafe=True,
    ),
    reported(
        "a name of two lines",
        """
        import mlflow
        mlflow.onnx.log_model(m, "a:\\nb")
        """,
        unsafe=True,
    ),
    reported(
        "half of a character",
        """
        import mlflow
        mlflow.onnx.log_model(m, "a:\\ud800")
        """,
        unsafe=True,
    ),
    reported(
        "an empty path",
        """
            import mlflow
            mlflow.onnx.log_model(m, "")
            """,
    ),
    reported(
        "a refused character in the fixed text of an f-string",
        """
            import mlflow
            mlflow.onnx.log_model(m, f"models/{kind}")
            """,
    ),
    reported(
        "a constant defined elsewhere may have other readers",
        """
            import mlflow
            PATH = "models/forest"
            mlflow.onnx.log_model(m, PATH)
            """,
        unsafe=True,
    ),
    reported(
        "a number",
        """
            import mlflow
            mlflow.onnx.log_model(m, artifact_path=1)
            """,
        unsafe=True,
    ),
    reported(
        "a path object",
        """
            from pathlib import Path
            import mlflow
            mlflow.onnx.log_model(m, Path('model'))
            """,
        unsafe=True,
    ),
    reported(
        "a flavor of one's own that names its models so",
        """
            import sys
            from mlflow.models import Model

            def log_model(table, **kwargs):
                return Model.log(artifact_path="models/table", flavor=sys.modules[__name__], table=table, **kwargs)
            """,
    ),
    reported(
        "by position",
        """
            import my_flavor
            from mlflow.models import Model
            Model.log("v1.2", my_flavor, table={})
            """,
    ),
    untouched(
        "Model.log with a valid name, or another class's",
        """
            import my_flavor
            from mlflow.models import Model
            from shop import Model as Product
            Model.log("table", my_flavor, table={})
            Model.log(None, my_flavor, name="table", table={})
            Product.log("a/b", my_flavor)
            """,
    ),
    untouched(
        "a valid name",
        """
            import mlflow
            mlflow.onnx.log_model(m, "model")
            """,
    ),
    untouched(
        "blanks, dashes and other letters are fine",
        """
            import mlflow
            mlflow.onnx.log_model(m, "modèle 1-a_b@c")
            """,
    ),
    reported(
        "a float in it",
        """
            import mlflow
            for alpha in (0.1, 0.5):
                mlflow.onnx.log_model(m, name=f"ridge_{alpha}")
            """,
    ),
    reported(
        "a time in it",
        """
            from datetime import datetime
            import mlflow
            mlflow.onnx.log_model(m, name="net_" + datetime.now().strftime("%H:%M"))
            """,
    ),
    reported(
        "a joined path behind a variable",
        """
            import mlflow, os
            path = os.path.join("models", kind)
            mlflow.onnx.log_model(m, name=path)
            """,
    ),
    reported(
        "numbers that are floats by a library, an option, or their declaration",
        """
        import argparse, mlflow, numpy as np

        parser = argparse.ArgumentParser()
        parser.add_argument("--alpha", type=float)
        args = parser.parse_args()
        mlflow.onnx.log_model(m, name=f"ridge_{args.alpha}")
        for ratio in np.linspace(0, 1, 5):
            mlflow.onnx.log_model(m, name=f"lasso_{ratio}")

        def objective(trial, momentum: float):
            rate = trial.suggest_float("rate", 1e-4, 1e-1)
            mlflow.onnx.log_model(m, name=f"net_{rate}")
            mlflow.onnx.log_model(m, name=f"net_{momentum}")
        """,
    ),
    untouched(
        "whole numbers by a library, an option, or their declaration",
        """
        import argparse, mlflow

        parser = argparse.ArgumentParser()
        parser.add_argument("--depth", type=int)
        args = parser.parse_args()
        mlflow.onnx.log_model(m, name=f"tree_{args.depth}")

        def objective(trial, layers: int):
            depth = trial.suggest_int("depth", 1, 9)
            mlflow.onnx.log_model(m, name=f"tree_{depth}")
            mlflow.onnx.log_model(m, name=f"net_{layers}")
            mlflow.onnx.log_model(m, name=f"half_{int(layers / 2)}")
        """,
    ),
    reported(
        "what a function of one's own gives, and what its callers give it",
        """
        import mlflow

        def path(kind):
            return f"models/{kind}"

        def log(model, name):
            mlflow.onnx.log_model(model, name=name)

        mlflow.onnx.log_model(m, name=path("forest"))
        log(m, "v1.0")
        """,
    ),
    untouched(
        "what callers give a function that names its models otherwise",
        """
        import mlflow

        def log(model, title):
            mlflow.set_tag("title", title)
            mlflow.onnx.log_model(model, name=title.replace("/", "-"))

        log(m, "models/forest")
        """,
    ),
    untouched(
        "whole numbers, days and the name of a class in it",
        """
            from datetime import datetime
            import mlflow
            for depth in (2, 3):
                mlflow.onnx.log_model(m, name=f"tree_{depth}")
            mlflow.onnx.log_model(m, name=f"{datetime.now():%Y-%m-%d}")
            mlflow.onnx.log_model(m, name=type(m).__name__ + datetime.now().strftime("%Y%m%d_%H%M%S"))
            """,
    ),
    untouched(
        "nobody can tell before it runs",
        """
            import mlflow
            mlflow.onnx.log_model(m, path)
            """,
    ),
    untouched(
        "code for releases of MLflow 2 that are older than another",
        """
            import mlflow
            from packaging.version import Version
            release = tuple(int(part) for part in mlflow.__version__.split(".")[:2])
            if release < (2, 9):
                mlflow.onnx.log_model(m, "models/forest")
            if Version(mlflow.__version__) >= Version("2.9"):
                mlflow.set_tag("new", "yes")
            else:
                mlflow.onnx.log_model(m, "models/tree")
            """,
    ),
    untouched(
        "a run artifact may have any path",
        """
            import mlflow
            mlflow.log_artifact("x.png", "plots/x.y")
            """,
    ),
    untouched(
        "Spark models stay run artifacts",
        """
            import mlflow
            mlflow.spark.log_model(m, "models/spark")
            """,
    ),
    untouched(
        "readers of other names",
        """
            import mlflow
            mlflow.onnx.load_model(f"runs:/{run_id}/model")
            """,
    ),
    untouched(
        "not MLflow",
        """
            import wandb
            wandb.run.log_model("a/b.pt", name="v1.2")
            """,
    ),
    reported(
        "one of the names of a loop",
        """
        import mlflow
        models = {"tree/forest": forest, "linear": line}
        for name, model in models.items():
            mlflow.xgboost.log_model(model, name)
        """,
    ),
    reported(
        "a part that a loop gives",
        """
        import mlflow
        for number, kind in enumerate(("tree/forest", "linear")):
            mlflow.xgboost.log_model(models[number], f"model_{kind}")
        """,
    ),
    untouched(
        "another variable of the loop",
        """
        import mlflow
        for title, name in [("trees/forest", "forest"), ("lines", "linear")]:
            mlflow.xgboost.log_model(models[title], name=name)
        """,
    ),
)
