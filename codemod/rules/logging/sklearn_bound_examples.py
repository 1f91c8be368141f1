"""The examples of MLF103 whose function a partial binds, or a variable holds."""

from __future__ import annotations

from codemod.rules.base import fixed, reported

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
)
