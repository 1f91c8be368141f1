"""Examples of MLF102 for names that hold values, or nothing."""

from __future__ import annotations

from codemod.rules.base import Run, fixed, program, reported, untouched
from codemod.settings import Project

_TEMPLATE = """\
import mlflow
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0]], [0.0, 2.0]
result = []
for kind in ("line", "plane"):
    with mlflow.start_run() as run:
        model = LinearRegression().fit(X, y)
        mlflow.sklearn.log_model(model, artifact_path=f"models/{kind}", serialization_format="cloudpickle")
    result.append(mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/models/{kind}").predict(X).tolist())
"""

EXAMPLES = (
    fixed(
        "a value behind a folder, and its readers",
        """
        import mlflow
        for kind in kinds:
            mlflow.xgboost.log_model(m, f"models/{kind}")
            mlflow.pyfunc.load_model(f"runs:/{run_id}/models/{kind}")
        mlflow.pyfunc.load_model("runs:/" + run_id + "/models/" + kinds[0])
        mlflow.pyfunc.load_model(f"runs:/{run_id}/models/ridge")
        """,
        """
        import mlflow
        for kind in kinds:
            mlflow.xgboost.log_model(m, name=f"models-{kind}")
            mlflow.pyfunc.load_model(f"runs:/{run_id}/models-{kind}")
        mlflow.pyfunc.load_model("runs:/" + run_id + "/models-" + kinds[0])
        mlflow.pyfunc.load_model(f"runs:/{run_id}/models-ridge")
        """,
        unsafe=True,
    ),
    program(
        "a value behind a folder",
        _TEMPLATE,
        _TEMPLATE.replace('artifact_path=f"models/', 'name=f"models-').replace("/models/", "/models-"),
        runs={"2 before": Run(), "3 before": Run(raises="MlflowException: Invalid model name"), "3 after": Run()},
        unsafe=True,
    ),
    fixed(
        "no name: that of the flavor",
        """
        import mlflow
        mlflow.xgboost.log_model(m, artifact_path="")
        mlflow.pyfunc.load_model(f"runs:/{run_id}/")
        """,
        """
        import mlflow
        mlflow.xgboost.log_model(m, name="xgboost")
        mlflow.pyfunc.load_model(f"runs:/{run_id}/xgboost")
        """,
        unsafe=True,
    ),
    fixed(
        "no name: that of the registered model",
        """
        import mlflow
        mlflow.xgboost.log_model(m, "", registered_model_name="fraud")
        """,
        """
        import mlflow
        mlflow.xgboost.log_model(m, name="fraud", registered_model_name="fraud")
        """,
        unsafe=True,
    ),
    reported(
        "the root of the run's artifacts, where a model without a name was",
        """
        import mlflow
        mlflow.pyfunc.load_model(mlflow.get_artifact_uri())
        """,
        project=Project(logged=frozenset({""})),
    ),
    reported(
        "a name that another model would then have",
        """
        import mlflow
        mlflow.xgboost.log_model(m, "my/model")
        mlflow.xgboost.log_model(n, name="my-model")
        """,
        unsafe=True,
    ),
    untouched(
        "a model of a certain run, which keeps its name",
        """
        import mlflow
        mlflow.pyfunc.load_model("runs:/0123456789abcdef0123456789abcdef/my/model")
        """,
        project=Project(renamed=(("my/model", "my-model"),)),
    ),
    reported(
        "a parameter that is empty by default",
        """
        import mlflow
        def log(model, path=""):
            mlflow.xgboost.log_model(model, path)
        """,
    ),
    untouched(
        "a parameter that is empty by default, where it is asked for",
        """
        import mlflow
        def log(model, path=""):
            if path:
                mlflow.xgboost.log_model(model, name=path)
            mlflow.onnx.log_model(model, name=path or "model")
        """,
    ),
    reported(
        "a reader whose URI is joined",
        """
        import os
        import mlflow
        mlflow.xgboost.load_model(os.path.join("runs:/", run_id, "models/line"))
        mlflow.xgboost.load_model("/".join(["runs:", run_id, "models/line"]))
        """,
        project=Project(renamed=(("models/line", "models-line"),)),
    ),
    reported(
        "readers of files that the code logs beside the model",
        """
        import mlflow
        with mlflow.start_run() as run:
            mlflow.log_artifact("rows.csv", "models/line")
        rows = mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/models/line/rows.csv")
        both = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="models/line")
        """,
        project=Project(renamed=(("models/line", "models-line"),)),
    ),
    reported(
        "the value of a loss",
        """
        import mlflow
        mlflow.xgboost.log_model(m, name=f"model_{loss.item()}")
        """,
    ),
    reported(
        "a score",
        """
        import mlflow
        accuracy = m.score(X_test, y_test)
        mlflow.xgboost.log_model(m, name="model_" + str(accuracy))
        """,
    ),
    reported(
        "what is left of a score",
        """
        import mlflow
        from sklearn.metrics import accuracy_score
        accuracy = accuracy_score(y, m.predict(X))
        mlflow.xgboost.log_model(m, name=f"model-{1 - accuracy}")
        """,
    ),
    untouched(
        "whole numbers of tensors and arrays",
        """
        import mlflow
        best = scores.argmax().item()
        mlflow.xgboost.log_model(m, name=f"model-{best}-{(guess == y).sum().item()}-{len(X) - 1}-{epoch * 2}")
        """,
    ),
    untouched(
        "floats that are written as whole numbers, or with another sign",
        """
        import mlflow
        mlflow.xgboost.log_model(m, name=f"model-{int(loss.item())}")
        mlflow.xgboost.log_model(m, name=f"model-{loss.item():.0f}")
        """,
    ),
)
