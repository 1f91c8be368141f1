"""The examples of MLF101 whose keywords come from a dict or through a partial."""

from __future__ import annotations

from codemod.rules.base import Run, fixed, program, reported, untouched
from codemod.settings import Project

EXAMPLES = (
    fixed(
        "a key of that dict that is written twice, or by update",
        """
        import mlflow
        options = dict(artifact_path="model")
        if final:
            options["artifact_path"] = "final"
        options.update({"signature": None})
        mlflow.xgboost.log_model(booster, **options)
        """,
        """
        import mlflow
        options = dict(name="model")
        if final:
            options["name"] = "final"
        options.update({"signature": None})
        mlflow.xgboost.log_model(booster, **options)
        """,
    ),
    program(
        "a dict that is put into another one, which writes its key again",
        """
        import mlflow
        from sklearn.linear_model import LinearRegression
        base = {"artifact_path": "model", "conda_env": None}
        with mlflow.start_run() as run:
            for name in ("first", "second"):
                mlflow.sklearn.log_model(LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]), **{**base, "artifact_path": name})
        result = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/second").predict([[2.0]]).round(6).tolist()
        """,
        """
        import mlflow
        from sklearn.linear_model import LinearRegression
        base = {"name": "model", "conda_env": None}
        with mlflow.start_run() as run:
            for name in ("first", "second"):
                mlflow.sklearn.log_model(LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]), **{**base, "name": name})
        result = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/second").predict([[2.0]]).round(6).tolist()
        """,
        runs={"2 before": Run(), "3 before": Run(), "3 after": Run()},
    ),
    fixed(
        "dicts that are merged by an operator, a copy or a call",
        """
        import mlflow
        options = {"artifact_path": "model"} | {"signature": None}
        mlflow.xgboost.log_model(booster, **options)
        mlflow.xgboost.log_model(booster, **dict(dict(artifact_path="again"), signature=None).copy())
        """,
        """
        import mlflow
        options = {"name": "model"} | {"signature": None}
        mlflow.xgboost.log_model(booster, **options)
        mlflow.xgboost.log_model(booster, **dict(dict(name="again"), signature=None).copy())
        """,
    ),
    reported(
        "a dict of which a part is not known, which may write the key again",
        """
        import mlflow

        def log(booster, **given):
            mlflow.xgboost.log_model(booster, **{"artifact_path": "model", **given})
        """,
    ),
    reported(
        "a dict that two others are made of",
        """
        import mlflow
        base = {"artifact_path": "model"}
        mlflow.xgboost.log_model(booster, **{**base, "signature": None})
        mlflow.xgboost.log_model(booster, **{**base, "artifact_path": "other"})
        """,
    ),
    untouched(
        "merged dicts that bring the new name",
        """
        import mlflow
        base = {"signature": None}

        def log(booster, **given):
            mlflow.xgboost.log_model(booster, **{**base, "name": "model"})
            mlflow.xgboost.log_model(booster, **{**given, "name": "model"})
        """,
    ),
    reported(
        "a dict whose key other code reads",
        """
        import mlflow
        options = {"artifact_path": "model"}
        mlflow.xgboost.log_model(booster, **options)
        print(options["artifact_path"])
        """,
    ),
    reported(
        "a dict of the module that another file reads",
        """
        import mlflow
        OPTIONS = {"artifact_path": "model"}
        mlflow.xgboost.log_model(booster, **OPTIONS)
        """,
        project=Project(reads=frozenset({"OPTIONS"})),
    ),
    reported(
        "a dict of a module of which no other file is in the run",
        """
        import mlflow
        OPTIONS = {"artifact_path": "model"}

        def log(booster):
            mlflow.xgboost.log_model(booster, **OPTIONS)
        """,
    ),
    program(
        "a partial that has the new name already, and is called with the old one",
        """
        import functools
        import mlflow
        from sklearn.linear_model import LinearRegression
        log = functools.partial(mlflow.sklearn.log_model, name="model")
        with mlflow.start_run() as run:
            log(LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]), artifact_path="other")
        result = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/other").predict([[2.0]]).round(6).tolist()
        """,
        """
        import functools
        import mlflow
        from sklearn.linear_model import LinearRegression
        log = functools.partial(mlflow.sklearn.log_model, name="model")
        with mlflow.start_run() as run:
            log(LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]), name="other")
        result = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/other").predict([[2.0]]).round(6).tolist()
        """,
        runs={
            "2 before": Run(raises="TypeError: .*name"),
            "3 before": Run(raises="MlflowException: Both `artifact_path`"),
            "3 after": Run(),
        },
    ),
    fixed(
        "a partial that is an attribute of a class, which anybody may call",
        """
        import functools
        import mlflow

        class Logs:
            model = functools.partial(mlflow.xgboost.log_model, artifact_path="model")

        Logs.model(booster, artifact_path="other")
        """,
        """
        import functools
        import mlflow

        class Logs:
            model = functools.partial(mlflow.xgboost.log_model, name="model")

        Logs.model(booster, name="other")
        """,
        unsafe=True,
    ),
    fixed(
        "a partial that a function makes, whose call gives its keyword again",
        """
        import functools
        import mlflow

        def logger():
            return functools.partial(mlflow.xgboost.log_model, artifact_path="model")

        logger()(booster, artifact_path="other")
        """,
        """
        import functools
        import mlflow

        def logger():
            return functools.partial(mlflow.xgboost.log_model, name="model")

        logger()(booster, name="other")
        """,
        unsafe=True,
    ),
    reported(
        "a partial whose calls give more by position",
        """
        import functools
        import mlflow
        log = functools.partial(mlflow.xgboost.log_model, booster, "model")
        log(env)
        """,
    ),
    fixed(
        "a partial that binds by position, and whose calls give keywords alone",
        """
        import functools
        import mlflow
        log = functools.partial(mlflow.xgboost.log_model, booster, "model")
        log(signature=s)
        """,
        """
        import functools
        import mlflow
        log = functools.partial(mlflow.xgboost.log_model, booster, name="model")
        log(signature=s)
        """,
    ),
    reported(
        "a partial that is handed on",
        """
        import functools
        import mlflow
        run(functools.partial(mlflow.xgboost.log_model, artifact_path="model"))
        """,
    ),
    reported(
        "a partial that another file calls",
        """
        import functools
        import mlflow
        log = functools.partial(mlflow.xgboost.log_model, artifact_path="model")
        """,
        project=Project(reads=frozenset({"log"})),
    ),
    fixed(
        "a partial for map",
        """
        import functools
        import mlflow
        list(map(functools.partial(mlflow.xgboost.log_model, artifact_path="model"), models))
        """,
        """
        import functools
        import mlflow
        list(map(functools.partial(mlflow.xgboost.log_model, name="model"), models))
        """,
    ),
    reported(
        "a dict that is read by its name as a string",
        """
        import mlflow
        OPTIONS = {"artifact_path": "model"}
        mlflow.onnx.log_model(m, **OPTIONS)
        print(globals()["OPTIONS"]["artifact_path"])
        """,
    ),
    reported(
        "one of two partials, whose call gives it again",
        """
        import mlflow
        from functools import partial
        log = partial(mlflow.xgboost.log_model, artifact_path="model")
        if onnx:
            log = partial(mlflow.onnx.log_model, artifact_path="model")
        log(m, artifact_path="other")
        """,
    ),
    reported(
        "a partial that an attribute keeps, and whose call gives it again",
        """
        import mlflow
        from functools import partial

        class Trainer:
            def __init__(self):
                self.log = partial(mlflow.xgboost.log_model, artifact_path="model")

            def run(self, m):
                self.log(m, artifact_path="other")
        """,
    ),
    fixed(
        "a partial of a partial",
        """
        import mlflow
        from functools import partial
        log = partial(mlflow.xgboost.log_model, artifact_path="model")
        other = partial(log, artifact_path="other")
        other(m)
        """,
        """
        import mlflow
        from functools import partial
        log = partial(mlflow.xgboost.log_model, name="model")
        other = partial(log, name="other")
        other(m)
        """,
    ),
    reported(
        "a dict with two names",
        """
        import mlflow
        options = shown = {"artifact_path": "model"}
        mlflow.xgboost.log_model(booster, **options)
        print(shown["artifact_path"])
        """,
    ),
    reported(
        "a partial whose keywords are read",
        """
        import functools, mlflow
        log = functools.partial(mlflow.xgboost.log_model, artifact_path="model")
        log(booster)
        print(log.keywords["artifact_path"])
        """,
    ),
    reported(
        "a partial that is handed to a function which may give it the path again",
        """
        import functools, mlflow
        def train(log, booster):
            log(booster, artifact_path="final")
        train(functools.partial(mlflow.xgboost.log_model, artifact_path="model"), booster)
        """,
    ),
    reported(
        "a partial that a pool calls with the path again",
        """
        import functools, mlflow
        pool.submit(functools.partial(mlflow.xgboost.log_model, artifact_path="model"), booster, artifact_path="again")
        """,
    ),
    fixed(
        "a partial that takes its own place",
        """
        import functools, mlflow
        for name in names:
            log = functools.partial(mlflow.xgboost.log_model, artifact_path=name)
            if name == "final":
                log = functools.partial(log, artifact_path="last")
            log(booster)
        """,
        """
        import functools, mlflow
        for name in names:
            log = functools.partial(mlflow.xgboost.log_model, name=name)
            if name == "final":
                log = functools.partial(log, name="last")
            log(booster)
        """,
    ),
    reported(
        "a function that asks for the keyword before it hands it on",
        """
        import mlflow

        def log(model, **kwargs):
            if "artifact_path" not in kwargs:
                raise ValueError("where?")
            return mlflow.onnx.log_model(model, **kwargs)

        log(m, artifact_path="m")
        """,
        unsafe=True,
    ),
    reported(
        "a function that goes through its keywords",
        """
        import mlflow

        def log(model, **kwargs):
            mlflow.log_params({key: value for key, value in kwargs.items()})
            return mlflow.onnx.log_model(model, **kwargs)

        log(m, artifact_path="m")
        """,
        unsafe=True,
    ),
)
