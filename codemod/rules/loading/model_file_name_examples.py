"""Examples of MLF207."""

from __future__ import annotations

from codemod.rules.base import Example, Run, fixed, program, reported, untouched
from codemod.settings import Project

_PROGRAM = """\
import os

import mlflow
import numpy as np
import xgboost

X = np.arange(12.0).reshape(6, 2)
booster = xgboost.train({"max_depth": 2}, xgboost.DMatrix(X, label=X.sum(axis=1)), num_boost_round=2)
with mlflow.start_run() as run:
    mlflow.xgboost.log_model(booster, "model", pip_requirements=["xgboost"])
folder = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="model")
result = xgboost.Booster(model_file=os.path.join(folder, "model.xgb")).num_boosted_rounds()
"""

EXAMPLES: tuple[Example, ...] = (
    reported(
        "one of two models has a format of its own",
        """
        import mlflow, xgboost
        mlflow.xgboost.save_model(first, "first")
        mlflow.xgboost.save_model(second, "second", model_format="json")
        again = xgboost.Booster(model_file="first/model.xgb")
        """,
    ),
    program(
        "a booster that is read by its file",
        _PROGRAM,
        _PROGRAM.replace('pip_requirements=["xgboost"])', 'pip_requirements=["xgboost"], model_format="xgb")'),
        runs={"2 before": Run(), "2 after": Run(), "3 before": Run(raises="XGBoostError"), "3 after": Run()},
    ),
    fixed(
        "the file in a longer path",
        """
        import mlflow, xgboost
        mlflow.xgboost.save_model(booster, "saved")
        again = xgboost.Booster(model_file="saved/model.xgb")
        """,
        """
        import mlflow, xgboost
        mlflow.xgboost.save_model(booster, "saved", model_format="xgb")
        again = xgboost.Booster(model_file="saved/model.xgb")
        """,
    ),
    reported(
        "a reader of what other code logs",
        """
        import mlflow
        folder = mlflow.artifacts.download_artifacts("models:/forest/1")
        booster.load_model(f"{folder}/model.xgb")
        """,
    ),
    reported(
        "files by their ending",
        """
        import mlflow, pathlib
        folder = mlflow.artifacts.download_artifacts("models:/forest/1")
        booster.load_model(next(pathlib.Path(folder).glob("*.xgb")))
        """,
    ),
    fixed(
        "the file by a constant",
        """
        import os, mlflow, xgboost
        FILE = "model.xgb"
        mlflow.xgboost.save_model(booster, "saved")
        again = xgboost.Booster(model_file=os.path.join("saved", FILE))
        """,
        """
        import os, mlflow, xgboost
        FILE = "model.xgb"
        mlflow.xgboost.save_model(booster, "saved", model_format="xgb")
        again = xgboost.Booster(model_file=os.path.join("saved", FILE))
        """,
    ),
    untouched(
        "an ending of the code's own files",
        """
        import mlflow
        mlflow.log_artifact("forest.xgb")
        """,
    ),
    reported(
        "the pickle of a LightGBM model",
        """
        import joblib, mlflow
        mlflow.lightgbm.log_model(lgb_model, name="model")
        model = joblib.load(mlflow.artifacts.download_artifacts(uri) + "/model.pkl")
        """,
    ),
    reported(
        "the pickle of a LightGBM model, by its name, beside a model of scikit-learn",
        """
        import joblib, mlflow
        with mlflow.start_run() as run:
            mlflow.lightgbm.log_model(lgb_model, name="trees")
            mlflow.sklearn.log_model(pipeline, name="scale", serialization_format="cloudpickle")
        trees = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="trees/model.pkl")
        folder = mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/trees")
        print(joblib.load(trees), joblib.load(folder + "/model.pkl"))
        """,
    ),
    untouched(
        "the pickle of a model of scikit-learn beside one of LightGBM",
        """
        import joblib, mlflow
        with mlflow.start_run() as run:
            mlflow.lightgbm.log_model(lgb_model, name="trees")
            mlflow.sklearn.log_model(pipeline, name="scale", serialization_format="cloudpickle")
        folder = mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/scale")
        print(joblib.load(folder + "/model.pkl"))
        """,
    ),
    reported(
        "the file by a constant that no reader gets, and by an item of a dict",
        """
        import mlflow, shutil, xgboost
        from pathlib import Path
        FILE = "model.xgb"
        FILES = {"forest": "model.xgb"}
        folder = Path(mlflow.artifacts.download_artifacts("models:/forest/1"))
        shutil.copy(folder / FILE, "forest.bin")
        print((folder / FILE).stat(), xgboost.Booster(model_file=str(folder / FILES["forest"])))
        """,
    ),
    untouched(
        "a constant for a file of the code's own",
        """
        import mlflow
        from pathlib import Path
        FILE = "model.xgb"
        booster.save_model(Path("out") / FILE)
        mlflow.log_artifact(Path("out") / FILE)
        """,
    ),
    untouched(
        "the format is named",
        """
        import mlflow, xgboost
        mlflow.xgboost.save_model(booster, "saved", model_format="xgb")
        again = xgboost.Booster(model_file="saved/model.xgb")
        """,
    ),
    untouched(
        "a file of the code's own",
        """
        import mlflow
        booster.save_model("out/model.xgb")
        mlflow.log_artifact("out/model.xgb")
        """,
    ),
    untouched(
        "a model that others have trained",
        """
        import mlflow, os, xgboost
        booster = xgboost.Booster()
        booster.load_model("pretrained/model.xgb")
        again = xgboost.Booster(model_file=os.path.join("pretrained", "model.xgb"))
        """,
    ),
    fixed(
        "beside a model that others have trained",
        """
        import mlflow, xgboost
        first = xgboost.Booster(model_file="pretrained/model.xgb")
        mlflow.xgboost.save_model(booster, "saved")
        again = xgboost.Booster(model_file="saved/model.xgb")
        """,
        """
        import mlflow, xgboost
        first = xgboost.Booster(model_file="pretrained/model.xgb")
        mlflow.xgboost.save_model(booster, "saved", model_format="xgb")
        again = xgboost.Booster(model_file="saved/model.xgb")
        """,
    ),
    reported(
        "a file of a model that other code saves",
        """
        import mlflow, xgboost
        booster = xgboost.Booster(model_file="saved/model.xgb")
        """,
        project=Project(local_models=frozenset({"saved"})),
    ),
    reported(
        "a file in a folder of the name of a model",
        """
        import mlflow, xgboost
        booster = xgboost.Booster(model_file="downloads/forest/model.xgb")
        """,
        project=Project(logged=frozenset({"forest"})),
    ),
    reported(
        "the format by the model's own description",
        """
        import mlflow
        from mlflow.models import Model
        options = Model.load(path).flavors["xgboost"]
        assert options["model_format"] == "xgb"
        """,
    ),
    fixed(
        "the ending of the file that the description names",
        """
        import mlflow, os
        info = mlflow.xgboost.log_model(booster, name="model")
        print(os.path.splitext(info.flavors["xgboost"]["data"])[1] == ".xgb")
        """,
        """
        import mlflow, os
        info = mlflow.xgboost.log_model(booster, name="model", model_format="xgb")
        print(os.path.splitext(info.flavors["xgboost"]["data"])[1] == ".xgb")
        """,
    ),
    untouched(
        "a format of the code's own",
        """
        import mlflow
        if options.kind == "xgb" or kinds[0] == "xgb":
            mlflow.xgboost.log_model(booster, name="model")
        """,
    ),
    untouched(
        "the pickle of scikit-learn",
        """
        import joblib, mlflow
        mlflow.sklearn.log_model(model, name="model", serialization_format="cloudpickle")
        model = joblib.load(mlflow.artifacts.download_artifacts(uri) + "/model.pkl")
        """,
    ),
    untouched(
        "the name of MLflow 3",
        """
        import mlflow
        mlflow.artifacts.download_artifacts("models:/a/1/model.ubj")
        """,
    ),
    untouched(
        "an older target",
        """
        import mlflow
        mlflow.xgboost.save_model(b, "saved")
        open("saved/model.xgb")
        """,
        target="3.5",
    ),
    untouched(
        "a file of another library",
        """
        import mlflow
        from ray.tune.integration.xgboost import TuneReportCheckpointCallback
        TuneReportCheckpointCallback(filename="model.xgb")
        """,
    ),
    reported(
        "the file by a constant of a class",
        """
        import os, mlflow, xgboost
        class Files:
            MODEL = "model.xgb"
            def __init__(self):
                self.old = "model.xgb"
        mlflow.xgboost.save_model(booster, "saved", model_format=chosen)
        mlflow.xgboost.save_model(booster, "saved")
        first = xgboost.Booster(model_file=os.path.join("saved", Files.MODEL))
        """,
    ),
)
