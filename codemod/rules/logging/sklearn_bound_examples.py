"""The examples of MLF103 whose function a partial binds, or a variable holds."""

from __future__ import annotations

from codemod.rules.base import fixed, reported, untouched

EXAMPLES = (
    fixed(
        "`Model.log` with a dict that is seen as a whole",
        """
        import mlflow
        from mlflow.models import Model

        options = dict(artifact_path=None, name="model", flavor=mlflow.sklearn)
        Model.log(sk_model=model, **options)
        """,
        """
        import mlflow
        from mlflow.models import Model

        options = dict(artifact_path=None, name="model", flavor=mlflow.sklearn)
        Model.log(sk_model=model, **options, serialization_format="cloudpickle")
        """,
    ),
    reported(
        "the function of a flavor by its name",
        """
        import operator

        import mlflow

        save = operator.attrgetter("sklearn.save_model")(mlflow)
        submit(save, model, path)
        """,
    ),
    fixed(
        "a partial that a dict keeps",
        """
        import functools

        import mlflow

        LOGS = {"a": functools.partial(mlflow.sklearn.log_model, name="a")}
        """,
        """
        import functools

        import mlflow

        LOGS = {"a": functools.partial(
            mlflow.sklearn.log_model,
            name="a",
            serialization_format="cloudpickle",
        )}
        """,
    ),
    reported(
        "the function of a flavor that a parameter is by default, in a partial",
        """
        import functools

        import mlflow

        class Tracker:
            def __init__(self, flavor=mlflow.sklearn):
                self.log = functools.partial(flavor.log_model, name="model")
        """,
    ),
    reported(
        "the function of a flavor that a call gives, in a variable",
        """
        import mlflow

        def keep(flavor, model):
            log = flavor.log_model
            log(model, name="model")

        keep(mlflow.sklearn, forest)
        """,
    ),
    reported(
        "a flavor that the code hands on in a dict that a call unpacks",
        """
        import mlflow

        OPTIONS = {"flavor": mlflow.sklearn, "artifact_path": "a"}

        def keep(model, flavor, **more):
            flavor.log_model(model, **more)

        keep(forest, **OPTIONS)
        """,
    ),
    reported(
        "a flavor that the code hands on in a dict",
        """
        import mlflow

        def keep(model, spec):
            spec.pop("flavor").log_model(model, **spec)

        keep(forest, dict(flavor=mlflow.sklearn, artifact_path="a"))
        """,
    ),
    reported(
        "a flavor that the code hands on in a tuple",
        """
        import mlflow

        def keep(model, spec):
            flavor, more = spec
            flavor.log_model(model, **more)

        keep(forest, (mlflow.sklearn, {"artifact_path": "a"}))
        """,
    ),
    reported(
        "a flavor that the code hands on as a field",
        """
        from dataclasses import dataclass

        import mlflow

        @dataclass
        class Kept:
            flavor: object
            more: dict

            def write(self, model):
                self.flavor.log_model(model, **self.more)

        Kept(mlflow.sklearn, {"artifact_path": "a"}).write(forest)
        """,
    ),
    untouched(
        "a method of that name beside a flavor that the code hands on",
        """
        import mlflow

        check(mlflow.sklearn)
        store.save_model(model)
        store.save_model("model", model)
        """,
    ),
)
