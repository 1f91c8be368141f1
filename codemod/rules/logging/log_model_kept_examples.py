"""The examples of MLF101 whose function is kept or handed on, and called out of sight."""

from __future__ import annotations

from codemod.rules.base import fixed, reported, untouched

EXAMPLES = [
    reported(
        "a function that a partial binds, of a parameter of which nothing is known",
        """
        import functools, mlflow

        def keep(flavor):
            return functools.partial(flavor.log_model, pip_requirements=["a"])
        """,
    ),
    reported(
        "the function of a flavor that a parameter is by default",
        """
        import functools, mlflow

        def keep(model, flavor=mlflow.xgboost):
            return functools.partial(flavor.log_model, artifact_path="model")
        """,
    ),
    reported(
        "functions kept by the kind of model",
        """
        import mlflow

        LOGGERS = {"xgboost": mlflow.xgboost.log_model, "onnx": mlflow.onnx.log_model}
        LOGGERS[kind](model, "model")
        """,
    ),
    fixed(
        "a function chosen by a condition",
        """
        import mlflow
        log = mlflow.xgboost.log_model if boosted else mlflow.onnx.log_model
        log(model, "model")
        """,
        """
        import mlflow
        log = mlflow.xgboost.log_model if boosted else mlflow.onnx.log_model
        log(model, name="model")
        """,
    ),
    fixed(
        "a variable that holds one of two functions",
        """
        import mlflow

        if boosted:
            log = mlflow.xgboost.log_model
        else:
            log = mlflow.onnx.log_model
        log(model, "model")
        """,
        """
        import mlflow

        if boosted:
            log = mlflow.xgboost.log_model
        else:
            log = mlflow.onnx.log_model
        log(model, name="model")
        """,
    ),
    reported(
        "one of two functions that takes the path first",
        """
        import mlflow
        log = mlflow.xgboost.log_model if boosted else mlflow.pyfunc.log_model
        log(model, "model")
        """,
    ),
    reported(
        "one of two functions that other code gets, too",
        """
        import mlflow
        log = mlflow.xgboost.log_model if boosted else mlflow.onnx.log_model
        register(log)
        """,
    ),
    reported(
        "a parameter's default",
        """
        import mlflow

        def train(log=mlflow.xgboost.log_model):
            log(model, "model")
        """,
    ),
    reported(
        "a function that is returned to code elsewhere",
        """
        import mlflow

        def logger():
            return mlflow.xgboost.log_model
        """,
    ),
    reported(
        "the function of a module that is chosen at run time",
        """
        import mlflow
        getattr(getattr(mlflow, flavor), "log_model")(model, "model")
        """,
    ),
    reported(
        "such a function, kept",
        """
        import mlflow
        log = getattr(mlflow, flavor).log_model
        log(model, "model")
        """,
    ),
    reported(
        "a dict that takes over another",
        """
        import mlflow
        options = {"artifact_path": "model", **given}
        mlflow.xgboost.log_model(model, **options)
        """,
    ),
    fixed(
        "a function that is returned to code in reach",
        """
        import mlflow

        def logger():
            return mlflow.xgboost.log_model

        logger()(model, "model")
        """,
        """
        import mlflow

        def logger():
            return mlflow.xgboost.log_model

        logger()(model, name="model")
        """,
    ),
    untouched(
        "what doubles stand for, or hand their calls on to",
        """
        from unittest import mock
        import mlflow
        import app
        def test_train(mocker):
            with mock.patch.object(mlflow.sklearn, "log_model", wraps=mlflow.sklearn.log_model):
                app.train(1)
            app.train(1, mock.MagicMock(side_effect=mlflow.sklearn.log_model))
            app.train(1, mock.create_autospec(mlflow.sklearn.log_model))
            mocker.patch("app.mlflow.sklearn.log_model", wraps=mlflow.sklearn.log_model)
        """,
    ),
    untouched(
        "a function that is only looked at",
        """
        import functools, inspect, mlflow

        @functools.wraps(mlflow.xgboost.log_model)
        def log(*args): ...

        print(mlflow.xgboost.log_model, inspect.signature(mlflow.xgboost.log_model))
        """,
    ),
    untouched(
        "an option that is called like it",
        """
        import mlflow

        def logger(log_model=True):
            options = {'log_model': log_model}
            self.log_model = log_model or None
            return Logger(log_model=log_model)
        """,
    ),
    fixed(
        "the dict of a module",
        """
        import mlflow

        vars(mlflow.xgboost)["log_model"](booster, artifact_path="model")
        log = mlflow.xgboost.__dict__.get("log_model")
        log(booster, artifact_path="other")
        """,
        """
        import mlflow

        vars(mlflow.xgboost)["log_model"](booster, name="model")
        log = mlflow.xgboost.__dict__.get("log_model")
        log(booster, name="other")
        """,
    ),
    untouched(
        "the dict of another object, and a name that is computed",
        """
        import mlflow

        vars(args)["log_model"](booster, artifact_path="model")
        vars(mlflow.xgboost)[kind](booster, artifact_path="model")

        def put(vars, booster):
            vars(mlflow.xgboost)["log_model"](booster, artifact_path="model")
        """,
    ),
    *(
        reported(
            f"a partial without the model's name that is handed on: {title}",
            f"""
            import functools, itertools, mlflow

            def put(models, pool):
                log = functools.partial(mlflow.xgboost.log_model, pip_requirements=["a"])
                {call}
            """,
        )
        for title, call in (
            ("`map`", "list(map(log, models, models))"),
            ("`starmap`", "list(itertools.starmap(log, models.items()))"),
            ("a pool", "pool.submit(log, models[0], 'a')"),
        )
    ),
    untouched(
        "a partial that is called with the new name",
        """
        import functools, mlflow

        def put(models, pool):
            log = functools.partial(mlflow.xgboost.log_model, pip_requirements=["a"])
            pool.submit(log, models[0], name="a")
            pool.submit(mlflow.xgboost.log_model, models[0], name="a")
        """,
    ),
]
