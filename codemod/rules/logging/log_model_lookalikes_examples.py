"""Examples of MLF101: code that is none of its business, and what looks like it."""

from __future__ import annotations

from codemod.rules.base import fixed, reported, untouched
from codemod.settings import Project

EXAMPLES = (
    untouched(
        "already the new form",
        """
        import mlflow
        mlflow.xgboost.log_model(booster, name="model")
        """,
    ),
    untouched(
        "a model without a name",
        """
        import mlflow
        mlflow.xgboost.log_model(booster)
        """,
    ),
    untouched(
        "artifacts of the run keep their path",
        """
        import mlflow
        mlflow.log_artifacts("plots", artifact_path="plots")
        mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="model")
        """,
    ),
    untouched(
        "Spark has no name",
        """
        import mlflow
        mlflow.spark.log_model(model, artifact_path="model")
        """,
    ),
    untouched(
        "flavors that MLflow 3 has not",
        """
        import mlflow
        mlflow.fastai.log_model(learner, artifact_path="model")
        """,
    ),
    untouched(
        "Model.log in the form of MLflow 3",
        """
        from mlflow.models import Model
        Model.log(artifact_path=None, name="model", flavor=flavor)
        """,
    ),
    untouched(
        "Model.log runs on both",
        """
        from mlflow.models import Model
        Model.log(artifact_path="model", flavor=flavor)
        """,
        target="both",
    ),
    reported(
        "a flavor of one's own that hands its path to Model.log",
        """
        import sys
        from mlflow.models import Model

        def log_model(table, artifact_path, **kwargs):
            return Model.log(artifact_path=artifact_path, flavor=sys.modules[__name__], table=table, **kwargs)
        """,
    ),
    reported(
        "Model.log by position",
        """
        from mlflow.models import Model
        Model.log("model", flavor, sk_model=model)
        """,
    ),
    fixed(
        "a condition on something else than MLflow's version",
        """
        import mlflow

        def log(model, model_version=None):
            if model_version:
                mlflow.xgboost.log_model(model, name="model", metadata={"version": model_version})
            else:
                mlflow.xgboost.log_model(model, artifact_path="model")
        """,
        """
        import mlflow

        def log(model, model_version=None):
            if model_version:
                mlflow.xgboost.log_model(model, name="model", metadata={"version": model_version})
            else:
                mlflow.xgboost.log_model(model, name="model")
        """,
    ),
    fixed(
        "a condition on whether MLflow is used",
        """
        import mlflow

        def log(model, use_mlflow, registered=None):
            if use_mlflow and registered:
                mlflow.xgboost.log_model(model, name="model", registered_model_name=registered)
            else:
                mlflow.xgboost.log_model(model, artifact_path="model")
        """,
        """
        import mlflow

        def log(model, use_mlflow, registered=None):
            if use_mlflow and registered:
                mlflow.xgboost.log_model(model, name="model", registered_model_name=registered)
            else:
                mlflow.xgboost.log_model(model, name="model")
        """,
    ),
    untouched(
        "explanations and state dicts stay run artifacts",
        """
        import mlflow
        mlflow.shap.log_explanation(f, X, artifact_path="shap")
        mlflow.pytorch.log_state_dict(state, artifact_path="checkpoint")
        """,
    ),
    untouched(
        "wandb",
        """
        import wandb
        run = wandb.init()
        run.log_model("model.pt", artifact_path="model")
        """,
    ),
    untouched(
        "Comet",
        """
        import comet_ml
        experiment = comet_ml.Experiment()
        experiment.log_model(model, artifact_path="model")
        """,
    ),
    untouched(
        "Databricks' feature store",
        """
        import mlflow
        from databricks.feature_engineering import FeatureEngineeringClient
        fe = FeatureEngineeringClient()
        fe.log_model(model=model, artifact_path="model", flavor=mlflow.sklearn, training_set=training_set)
        """,
    ),
    untouched(
        "a method of one's own",
        """
        import mlflow

        class Tracker:
            def log_model(self, model, artifact_path):
                mlflow.log_dict({"kind": str(model)}, artifact_path)

        Tracker().log_model(model, artifact_path="model.json")
        """,
    ),
    untouched(
        "a parameter that is called mlflow but is somebody's own class",
        """
        class Client:
            def log_model(self, model, artifact_path):
                return artifact_path

        def save(mlflow: Client, model):
            mlflow.log_model(model, artifact_path="model")
        """,
    ),
    untouched(
        "a function that the program replaced",
        """
        import mlflow
        mlflow.xgboost.log_model = fake
        mlflow.xgboost.log_model(booster, artifact_path="model")
        """,
    ),
    untouched(
        "a flavor of one's own under MLflow's name",
        """
        import mlflow
        mlflow.my_flavor.log_model(model, artifact_path="model")
        """,
    ),
    untouched(
        "a module of the project that has a log_model of its own",
        """
        import mlflow
        from package import onnx_utils
        onnx_utils.log_model(model, 'model')
        """,
        project=Project(functions=frozenset({"onnx_utils.log_model"})),
    ),
    untouched(
        "a function of such a module",
        """
        import mlflow
        from .onnx_utils import log_model
        log_model(model, artifact_path='model')
        """,
        project=Project(functions=frozenset({"onnx_utils.log_model"})),
    ),
    untouched(
        "code that asks for MLflow's version",
        """
        import mlflow
        from packaging import version

        if version.parse(mlflow.__version__) >= version.parse("3.0.0"):
            mlflow.xgboost.log_model(booster, name="model")
        else:
            mlflow.xgboost.log_model(booster, artifact_path="model")
        """,
    ),
    untouched(
        "a match on MLflow's version",
        """
        import mlflow

        match mlflow.__version__.split(".")[0]:
            case "2":
                mlflow.xgboost.log_model(booster, "model")
            case _:
                mlflow.xgboost.log_model(booster, name="model")
        """,
    ),
    untouched(
        "arguments that follow MLflow's version",
        """
        import mlflow

        IS_3 = int(mlflow.__version__.split(".")[0]) >= 3
        IS_3 or mlflow.xgboost.log_model(booster, "model")
        mlflow.xgboost.log_model(booster, **({"name": "model"} if IS_3 else {"artifact_path": "model"}))
        mlflow.xgboost.log_model(booster, **{"name" if IS_3 else "artifact_path": "model"})
        """,
    ),
    untouched(
        "code that falls back to the old form",
        """
        import mlflow

        try:
            mlflow.xgboost.log_model(booster, name="model")
        except TypeError:
            mlflow.xgboost.log_model(booster, artifact_path="model")
        """,
    ),
)
