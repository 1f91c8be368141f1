"""Examples of MLF108."""

from __future__ import annotations

from codemod.rules.base import Example, Run, fixed, program, reported, untouched

_PROGRAM = """\
import mlflow
from sklearn.linear_model import LinearRegression

mlflow.sklearn.log_model(LinearRegression(), artifact_path="model", serialization_format="cloudpickle")
print(mlflow.active_run().info.run_id)
mlflow.end_run()
result = len(mlflow.search_runs())
"""

_AFTER = _PROGRAM.replace(
    "mlflow.sklearn.log_model", "if mlflow.active_run() is None:\n    mlflow.start_run()\nmlflow.sklearn.log_model"
)

_ADDS = """\
import mlflow
from sklearn.linear_model import LinearRegression

info = mlflow.sklearn.log_model(LinearRegression(), artifact_path="model", serialization_format="cloudpickle")
mlflow.log_metric("rows", 3)
mlflow.end_run()
runs = mlflow.search_runs(output_format="list")
assert [run.info.run_id for run in runs] == [info.run_id], info.run_id
"""

_AUTOLOGS = """\
import mlflow
from sklearn.linear_model import LinearRegression

mlflow.sklearn.autolog(log_models=False)
model = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
mlflow.sklearn.log_model(model, artifact_path="model", serialization_format="cloudpickle")
print(mlflow.active_run().info.run_id)
mlflow.end_run()
result = len(mlflow.search_runs())
"""

EXAMPLES: tuple[Example, ...] = (
    program(
        "the active run afterwards",
        _PROGRAM,
        _AFTER,
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(raises="AttributeError: 'NoneType'"),
            "3 after": Run(),
        },
        unsafe=True,
    ),
    program(
        "a metric that goes to a run of its own",
        _ADDS,
        _ADDS.replace("info = mlflow", "if mlflow.active_run() is None:\n    mlflow.start_run()\ninfo = mlflow"),
        runs={"2 before": Run(), "2 after": Run(), "3 before": Run(raises="AssertionError"), "3 after": Run()},
        unsafe=True,
    ),
    fixed(
        "the run of the info, in a function of a flavor's module",
        """
            from mlflow.onnx import load_model, log_model


            def both(m):
                info = log_model(m, "m")
                return load_model(f"runs:/{info.run_id}/m")
            """,
        """
            import mlflow
            from mlflow.onnx import load_model, log_model


            def both(m):
                if mlflow.active_run() is None:
                    mlflow.start_run()
                info = log_model(m, "m")
                return load_model(f"runs:/{info.run_id}/m")
            """,
        unsafe=True,
    ),
    fixed(
        "a flavor of one's own",
        """
            import mlflow
            import table_flavor
            from mlflow.models import Model
            Model.log(None, table_flavor, name="m", table={})
            print(mlflow.active_run().info.run_id)
            """,
        """
            import mlflow
            import table_flavor
            from mlflow.models import Model
            if mlflow.active_run() is None:
                mlflow.start_run()
            Model.log(None, table_flavor, name="m", table={})
            print(mlflow.active_run().info.run_id)
            """,
        unsafe=True,
    ),
    reported(
        "a model in the head of a statement",
        """
            import mlflow
            if mlflow.onnx.log_model(m, "m"):
                print(mlflow.active_run())
            """,
        unsafe=True,
    ),
    fixed(
        "a function that is called after the run has ended",
        """
            import mlflow


            def save(m):
                mlflow.onnx.log_model(m, "m")


            with mlflow.start_run():
                mlflow.log_metric("loss", 0.1)
            save(m)
            """,
        """
            import mlflow


            def save(m):
                if mlflow.active_run() is None:
                    mlflow.start_run()
                mlflow.onnx.log_model(m, "m")


            with mlflow.start_run():
                mlflow.log_metric("loss", 0.1)
            save(m)
            """,
        unsafe=True,
    ),
    untouched(
        "runs that are asked for to end them",
        """
        import mlflow
        mlflow.onnx.log_model(m, name="m")
        while mlflow.active_run():
            mlflow.end_run()
        if mlflow.active_run() is not None:
            mlflow.end_run()
        """,
    ),
    untouched(
        "a function that is also called within the run",
        """
            import mlflow


            def save(m):
                mlflow.onnx.log_model(m, "m")


            with mlflow.start_run():
                save(m)
            print(mlflow.last_active_run())
            """,
    ),
    untouched(
        "in a run",
        """
            import mlflow
            with mlflow.start_run():
                i = mlflow.onnx.log_model(m, "m")
            print(i.run_id)
            """,
    ),
    untouched(
        "a parameter starts the run",
        """
            import mlflow
            mlflow.log_param("a", 1)
            mlflow.onnx.log_model(m, "m")
            print(mlflow.active_run())
            """,
    ),
    program(
        "autologging, whose runs end with the training",
        _AUTOLOGS,
        _AUTOLOGS.replace(
            "mlflow.sklearn.log_model",
            "if mlflow.active_run() is None:\n    mlflow.start_run()\nmlflow.sklearn.log_model",
        ),
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(raises="AttributeError: 'NoneType'"),
            "3 after": Run(),
        },
        unsafe=True,
    ),
    fixed(
        "a run that is started and ended by calls",
        """
            import mlflow
            mlflow.start_run()
            try:
                mlflow.log_param("a", 1)
            finally:
                mlflow.end_run()
            mlflow.onnx.log_model(m, "m")
            """,
        """
            import mlflow
            mlflow.start_run()
            try:
                mlflow.log_param("a", 1)
            finally:
                mlflow.end_run()
            if mlflow.active_run() is None:
                mlflow.start_run()
            mlflow.onnx.log_model(m, "m")
            """,
        unsafe=True,
    ),
    fixed(
        "the run of a function that is called before, with a function that adds to it",
        """
            import mlflow


            def note(x):
                mlflow.log_param("x", x)


            def train(x):
                with mlflow.start_run():
                    note(x)
                    return fit(x)


            m = train(1)
            mlflow.onnx.log_model(m, "m")
            """,
        """
            import mlflow


            def note(x):
                mlflow.log_param("x", x)


            def train(x):
                with mlflow.start_run():
                    note(x)
                    return fit(x)


            m = train(1)
            if mlflow.active_run() is None:
                mlflow.start_run()
            mlflow.onnx.log_model(m, "m")
            """,
        unsafe=True,
    ),
    fixed(
        "a function whose decorator starts a run",
        """
            import mlflow


            def tracked(function):
                def inner(*args):
                    with mlflow.start_run():
                        return function(*args)
                return inner


            @tracked
            def train(x):
                mlflow.log_param("x", x)
                return fit(x)


            m = train(1)
            mlflow.onnx.log_model(m, "m")
            """,
        """
            import mlflow


            def tracked(function):
                def inner(*args):
                    with mlflow.start_run():
                        return function(*args)
                return inner


            @tracked
            def train(x):
                mlflow.log_param("x", x)
                return fit(x)


            m = train(1)
            if mlflow.active_run() is None:
                mlflow.start_run()
            mlflow.onnx.log_model(m, "m")
            """,
        unsafe=True,
    ),
    untouched(
        "a run that a branch may have ended",
        """
            import mlflow
            mlflow.start_run()
            if done:
                mlflow.end_run()
            mlflow.onnx.log_model(m, "m")
            print(mlflow.active_run())
            """,
    ),
    untouched(
        "a run that a function leaves open",
        """
            import mlflow


            def begin():
                mlflow.end_run()
                mlflow.start_run()


            begin()
            mlflow.onnx.log_model(m, "m")
            print(mlflow.active_run())
            """,
    ),
    untouched(
        "a model in a function whose decorator starts a run",
        """
            import mlflow


            def tracked(function):
                def inner(*args):
                    with mlflow.start_run():
                        return function(*args)
                return inner


            @tracked
            def train(m):
                mlflow.onnx.log_model(m, "m")
                print(mlflow.active_run())
            """,
    ),
    untouched(
        "nothing reads the run",
        """
            import mlflow
            print(mlflow.onnx.log_model(m, "m").model_uri)
            """,
    ),
    untouched(
        "a run is only asked for to be ended",
        """
            import mlflow
            mlflow.onnx.log_model(m, "m")
            while mlflow.active_run():
                mlflow.end_run()
            """,
    ),
    untouched(
        "the run is read before",
        """
            import mlflow
            print(mlflow.active_run())
            mlflow.onnx.log_model(m, "m")
            """,
    ),
    untouched(
        "not MLflow",
        """
            import wandb
            wandb.log_model(m, "m")
            """,
    ),
)
