"""The examples of MLF103 whose function or flavor is not written where the model is, and of conditions around it."""

from __future__ import annotations

from codemod.rules.base import fixed, reported, untouched

EXAMPLES = (
    untouched(
        "a format that comes from one of several dicts that are merged",
        """
        import mlflow

        FORMAT = {"serialization_format": "cloudpickle"}

        def log(model, given):
            mlflow.sklearn.log_model(model, name="a", **{**given, **FORMAT})
            mlflow.sklearn.log_model(model, name="b", **(given | FORMAT))
            mlflow.sklearn.log_model(model, name="c", **dict(given, **FORMAT))
            options = {"serialization_format": "cloudpickle", **given}
            mlflow.sklearn.log_model(model, name="d", **options)
        """,
    ),
    reported(
        "one of several flavors, by a branch or a dict",
        """
        import mlflow

        if kind == "net":
            flavor = mlflow.pytorch
        else:
            flavor = mlflow.sklearn
        flavor.save_model(model, path)
        {"line": mlflow.sklearn, "trees": mlflow.xgboost}[kind].save_model(model, path)
        """,
    ),
    reported(
        "a method by its name, and a field of a class",
        """
        import operator
        from dataclasses import dataclass
        from typing import Callable

        import mlflow

        operator.methodcaller("save_model", model, path)(mlflow.sklearn)

        @dataclass
        class Options:
            save: Callable = mlflow.sklearn.save_model
        """,
    ),
    untouched(
        "one of several flavors that write what they wrote",
        """
        import mlflow

        flavor = mlflow.onnx if small else mlflow.xgboost
        flavor.save_model(model, path)
        """,
    ),
    reported(
        "a flavor by its name, kept in a variable, an attribute or what a function returns",
        """
        import importlib

        import mlflow

        def flavor_of(name):
            return getattr(mlflow, name)

        class Saver:
            def __init__(self, flavor):
                self.log = getattr(mlflow, flavor).log_model

            def save(self, model, kind):
                module = importlib.import_module(f"mlflow.{kind}")
                module.save_model(model, "path")
                flavor_of(kind).save_model(model, "path")
                vars(mlflow)[kind].save_model(model, "path")
                self.log(model, name="model")

        def hand_on(module, model):
            module.save_model(model, "path")

        hand_on(getattr(mlflow, KIND), model)
        """,
    ),
    reported(
        "a flavor by its name within MLflow",
        """
        import importlib

        def log(kind, model):
            importlib.import_module("." + kind, "mlflow").log_model(model, name="m")
        """,
    ),
    untouched(
        "what is chosen is no module of MLflow",
        """
        import importlib

        import mlflow

        def save(store, kind, model):
            importlib.import_module(f"trainers.{kind}").save_model(model, "path")
            getattr(store, kind).save_model(model, "path")
            getattr(mlflow.MlflowClient(), kind)(model, "path")
            log = getattr(mlflow, kind)
            log(model, "path")
        """,
    ),
    reported(
        "a function that is handed on",
        """
        import mlflow
        pool.submit(mlflow.sklearn.save_model, model, path)
        """,
    ),
    reported(
        "a function in a dict",
        """
        import mlflow
        SAVE = {"sklearn": mlflow.sklearn.save_model}
        """,
    ),
    reported(
        "a flavor by its name",
        """
        import mlflow
        getattr(mlflow, flavor).save_model(model, path)
        """,
    ),
    reported(
        "a flavor that is a parameter",
        """
        import mlflow

        def save(flavor, model):
            flavor.save_model(model, 'out')

        save(mlflow.sklearn, model)
        """,
    ),
    reported(
        "a parameter that logs, whose keywords nobody sees",
        """
            import mlflow

            def log(flavor, model, **kwargs):
                return flavor.log_model(model, **kwargs)

            log(mlflow.sklearn, model, name="model")
            """,
    ),
    reported(
        "one of several flavors",
        """
            import mlflow
            FLAVORS = {"forest": mlflow.sklearn, "net": mlflow.pytorch}
            FLAVORS[kind].save_model(model, "out")
            """,
    ),
    reported(
        "a flavor that a condition chooses",
        """
            import mlflow
            flavor = mlflow.sklearn if simple else mlflow.lightgbm
            flavor.log_model(model, name="model")
            """,
    ),
    reported(
        "a flavor that a feature store's client gets by its name",
        """
            import mlflow
            from databricks.feature_engineering import FeatureEngineeringClient
            FeatureEngineeringClient().log_model(model=m, artifact_path="m", flavor=getattr(mlflow, kind), training_set=t)
            """,
    ),
    reported(
        "a function by its name, handed on",
        """
        from mlflow.sklearn import log_model
        pool.submit(log_model, model, name='m')
        """,
    ),
    reported(
        "a flavor that a feature store's client gets as a parameter",
        """
            import mlflow
            from databricks.feature_engineering import FeatureEngineeringClient

            def log(model, flavor):
                FeatureEngineeringClient().log_model(model=model, artifact_path="m", flavor=flavor, training_set=rows)
            """,
    ),
    reported(
        "a flavor that is handed to Model.log",
        """
            import mlflow
            from mlflow.models import Model

            def log(flavor, model):
                Model.log(None, flavor, name="m", sk_model=model)

            log(mlflow.sklearn, model)
            """,
    ),
    fixed(
        "the flavor by position",
        """
            import mlflow
            from mlflow.models import Model
            Model.log(None, mlflow.sklearn, name="m", sk_model=model)
            """,
        """
        import mlflow
        from mlflow.models import Model
        Model.log(
            None,
            mlflow.sklearn,
            name="m",
            sk_model=model,
            serialization_format="cloudpickle",
        )
        """,
    ),
    untouched(
        "a flavor of one's own, and a parameter that gets no module of MLflow",
        """
            import sys
            import mlflow
            from mlflow.models import Model

            def log_model(table, store, name):
                store.save_model(table, "out")
                return Model.log(None, sys.modules[__name__], name=name, table=table)
            """,
    ),
    fixed(
        "settings made by a call that also hold MLflow's version",
        """
            import mlflow
            CONFIG = dict(mlflow=mlflow.__version__, trees=3, log=True)
            if CONFIG["log"]:
                mlflow.sklearn.log_model(model, name="m")
            """,
        """
        import mlflow
        CONFIG = dict(mlflow=mlflow.__version__, trees=3, log=True)
        if CONFIG["log"]:
            mlflow.sklearn.log_model(model, name="m", serialization_format="cloudpickle")
        """,
    ),
    fixed(
        "a flag of Python's version beside an old one of MLflow's",
        """
            import sys
            import mlflow
            FINE = sys.version_info >= (3, 9) and mlflow.__version__ >= "2.1"
            if FINE:
                mlflow.sklearn.log_model(model, name="m")
            """,
        """
        import sys
        import mlflow
        FINE = sys.version_info >= (3, 9) and mlflow.__version__ >= "2.1"
        if FINE:
            mlflow.sklearn.log_model(model, name="m", serialization_format="cloudpickle")
        """,
    ),
    untouched(
        "a signature that a function inspects",
        """
            import inspect
            import mlflow

            def takes(function, name):
                return name in inspect.signature(function).parameters

            if takes(mlflow.sklearn.log_model, "name"):
                mlflow.sklearn.log_model(model, name="m", serialization_format="cloudpickle")
            else:
                mlflow.sklearn.log_model(model, artifact_path="m")
            """,
    ),
    untouched(
        "a flag of MLflow's version that is set elsewhere",
        """
            import mlflow
            from compat import MLFLOW_VERSION
            if MLFLOW_VERSION >= (3, 0):
                mlflow.sklearn.log_model(model, name="m", serialization_format="cloudpickle")
            else:
                mlflow.sklearn.log_model(model, artifact_path="m")
            """,
    ),
    fixed(
        "the flavor as an argument",
        """
        import mlflow
        from mlflow.models import Model
        Model.log(artifact_path='m', flavor=mlflow.sklearn, sk_model=model)
        """,
        """
        import mlflow
        from mlflow.models import Model
        Model.log(
            artifact_path='m',
            flavor=mlflow.sklearn,
            sk_model=model,
            serialization_format="cloudpickle",
        )
        """,
    ),
    fixed(
        "the client of a feature store, which hands its keywords to the flavor; its path keeps its name",
        """
        import mlflow
        from databricks.feature_engineering import FeatureEngineeringClient
        fe = FeatureEngineeringClient()
        fe.log_model(model=model, artifact_path='m', flavor=mlflow.sklearn, training_set=rows)
        """,
        """
        import mlflow
        from databricks.feature_engineering import FeatureEngineeringClient
        fe = FeatureEngineeringClient()
        fe.log_model(
            model=model,
            artifact_path='m',
            flavor=mlflow.sklearn,
            training_set=rows,
            serialization_format="cloudpickle",
        )
        """,
        unsafe=True,
    ),
    fixed(
        "a condition on settings that also hold MLflow's version",
        """
        import mlflow
        CONFIG = {"mlflow": mlflow.__version__, "trees": 3, "log": True}
        if CONFIG["log"]:
            mlflow.sklearn.log_model(model, name='m')
        """,
        """
        import mlflow
        CONFIG = {"mlflow": mlflow.__version__, "trees": 3, "log": True}
        if CONFIG["log"]:
            mlflow.sklearn.log_model(model, name='m', serialization_format="cloudpickle")
        """,
    ),
    fixed(
        "a condition on Python's version, and one on what both lines have",
        """
        import sys
        import mlflow
        if sys.version_info >= (3, 9) and mlflow.__version__ and hasattr(mlflow, 'sklearn'):
            mlflow.sklearn.log_model(model, name='m')
        """,
        """
        import sys
        import mlflow
        if sys.version_info >= (3, 9) and mlflow.__version__ and hasattr(mlflow, 'sklearn'):
            mlflow.sklearn.log_model(model, name='m', serialization_format="cloudpickle")
        """,
    ),
    fixed(
        "the form of MLflow 3 in a branch on its version",
        """
        import mlflow
        if mlflow.__version__ >= '3':
            mlflow.sklearn.log_model(model, name='m')
        else:
            mlflow.sklearn.log_model(model, 'm')
        """,
        """
        import mlflow
        if mlflow.__version__ >= '3':
            mlflow.sklearn.log_model(model, name='m', serialization_format="cloudpickle")
        else:
            mlflow.sklearn.log_model(model, 'm')
        """,
    ),
    untouched(
        "a registry of one's own, which takes no path",
        """
        import mlflow
        from my_mlflow_tools import ModelRegistry
        ModelRegistry("models").save_model(model=model, name="fraud", tags=["v1"])
        """,
    ),
)
