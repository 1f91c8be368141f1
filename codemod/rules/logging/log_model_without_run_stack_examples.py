"""Examples of MLF108: runs that a stack ends, and runs that are started only after the model was logged."""

from __future__ import annotations

from codemod.rules.base import fixed, reported, untouched

EXAMPLES = (
    fixed(
        "the run of a stack that has ended",
        """
        from contextlib import ExitStack
        import mlflow
        with ExitStack() as stack:
            stack.enter_context(mlflow.start_run())
            mlflow.log_param("a", 1)
        mlflow.pyfunc.log_model(name="model", python_model=model)
        print(mlflow.search_runs())
        """,
        """
        from contextlib import ExitStack
        import mlflow
        with ExitStack() as stack:
            stack.enter_context(mlflow.start_run())
            mlflow.log_param("a", 1)
        if mlflow.active_run() is None:
            mlflow.start_run()
        mlflow.pyfunc.log_model(name="model", python_model=model)
        print(mlflow.search_runs())
        """,
        unsafe=True,
    ),
    untouched(
        "the run of a function that yields within it",
        """
        from contextlib import contextmanager
        import mlflow
        class Experiment:
            @contextmanager
            def run(self):
                with mlflow.start_run() as run:
                    yield run
        @contextmanager
        def tracked():
            with mlflow.start_run() as run:
                yield run.info.artifact_uri
        with tracked() as root:
            mlflow.pyfunc.log_model(name="model", python_model=model)
        with Experiment().run():
            mlflow.pyfunc.log_model(name="model", python_model=model)
            mlflow.log_param("a", 1)
        print(mlflow.search_runs())
        """,
    ),
    untouched(
        "the run of a stack",
        """
        from contextlib import ExitStack
        import mlflow
        def log():
            mlflow.pyfunc.log_model(name="model", python_model=model)
            mlflow.log_param("a", 1)
        with ExitStack() as stack:
            run = stack.enter_context(mlflow.start_run())
            log()
            mlflow.pyfunc.log_model(name="other", python_model=model)
        print(mlflow.search_runs())
        """,
    ),
    untouched(
        "the run of a stack that nobody sees the end of",
        """
        import mlflow
        class Session:
            def __enter__(self):
                self.stack.enter_context(mlflow.start_run())
            def log(self, model):
                mlflow.pyfunc.log_model(name="model", python_model=model)
                mlflow.log_param("a", 1)
        """,
    ),
    fixed(
        "a method that starts a run after the model was logged",
        """
        import mlflow
        class Reporter:
            def on_end(self, model, metrics):
                mlflow.pyfunc.log_model(name="final", python_model=model)
                self._metrics(metrics)
            def _metrics(self, metrics):
                mlflow.log_metrics(metrics)
                self.run_id = mlflow.active_run().info.run_id
        """,
        """
        import mlflow
        class Reporter:
            def on_end(self, model, metrics):
                if mlflow.active_run() is None:
                    mlflow.start_run()
                mlflow.pyfunc.log_model(name="final", python_model=model)
                self._metrics(metrics)
            def _metrics(self, metrics):
                mlflow.log_metrics(metrics)
                self.run_id = mlflow.active_run().info.run_id
        """,
        unsafe=True,
    ),
    untouched(
        "a method that starts a run before",
        """
        import mlflow
        class Reporter:
            def on_end(self, model, metrics):
                self._metrics(metrics)
                mlflow.pyfunc.log_model(name="final", python_model=model)
                self.run_id = mlflow.active_run().info.run_id
            def _metrics(self, metrics):
                mlflow.log_metrics(metrics)
        """,
    ),
    reported(
        "behind a run that has ended, in code that was written for MLflow 3",
        """
        import mlflow

        mlflow.start_run()
        mlflow.end_run()
        mlflow.xgboost.log_model(model, name="model", registered_model_name="line")
        """,
        unsafe=True,
    ),
    reported(
        "behind a run that has ended, beside a call that was written for MLflow 2",
        """
        import mlflow

        mlflow.start_run()
        mlflow.end_run()
        mlflow.xgboost.log_model(model, name="model")
        mlflow.xgboost.log_model(other, "other")
        """,
    ),
    untouched(
        "within context managers of one's own that start a run",
        """
        from contextlib import ExitStack, asynccontextmanager, contextmanager
        import mlflow
        @contextmanager
        def stage(name):
            with mlflow.start_run(run_name=name, nested=True) as run:
                yield run
        @asynccontextmanager
        async def later(name):
            mlflow.start_run(run_name=name)
            yield
            mlflow.end_run()
        class Session:
            def __enter__(self):
                self.run = mlflow.start_run()
            def __exit__(self, *error):
                mlflow.end_run()
        def log(model):
            _log(model)
        def _log(model):
            mlflow.pyfunc.log_model(name="a", python_model=model)
            print(mlflow.active_run().info.run_id)
        with stage("outer"):
            mlflow.pyfunc.log_model(name="b", python_model=model)
            print(mlflow.active_run().info.run_id)
        async def main():
            async with later("x"):
                mlflow.pyfunc.log_model(name="c", python_model=model)
                print(mlflow.active_run().info.run_id)
        with ExitStack() as stack:
            stack.enter_context(stage("y"))
            mlflow.pyfunc.log_model(name="d", python_model=model)
            print(mlflow.active_run().info.run_id)
        with Session():
            log(model)
        """,
    ),
    untouched(
        "in the rounds of a generator that starts a run for each, and in a function that a class wraps into one",
        """
        import mlflow
        def folds(count):
            for index in range(count):
                with mlflow.start_run(run_name=str(index)) as run:
                    yield index, run
        class tracked:
            def __call__(self, function):
                def inner(*args):
                    with mlflow.start_run():
                        return function(*args)
                return inner
        for index, (number, run) in enumerate(folds(3)):
            mlflow.pyfunc.log_model(name="fold", python_model=model)
            print(mlflow.active_run().info.run_id)
        @tracked()
        def main():
            mlflow.pyfunc.log_model(name="a", python_model=model)
            print(mlflow.active_run().info.run_id)
        """,
    ),
    reported(
        "within a context manager of one's own that starts none",
        """
        from contextlib import contextmanager
        import mlflow
        @contextmanager
        def timed(name):
            yield
            print(name)
        with timed("fit"):
            mlflow.pyfunc.log_model(name="a", python_model=model)
            print(mlflow.active_run().info.run_id)
        """,
    ),
    *(
        reported(
            f"behind a run that ended before: {title}",
            f"""
from contextlib import contextmanager
import mlflow
{program}
    mlflow.pyfunc.log_model(name="a", python_model=model)
    print(mlflow.active_run().info.run_id)
""",
        )
        for title, program in (
            (
                "in a function whose result is looped over",
                """\
def trained(data):
    found = []
    for each in data:
        with mlflow.start_run():
            found.append(fit(each))
    return found
for model in trained(data):""",
            ),
            (
                "before a context manager yields",
                """\
@contextmanager
def prepared(count):
    with mlflow.start_run():
        mlflow.log_param("count", count)
    mlflow.start_run()
    mlflow.end_run()
    yield count
with prepared(3):""",
            ),
            (
                "in a method that entering does not call",
                """\
class Trainer:
    def __enter__(self):
        return self
    def __exit__(self, *error):
        return None
    def train(self):
        with mlflow.start_run():
            return fit(self)
with Trainer() as trainer:
    model = trainer.train()""",
            ),
        )
    ),
    untouched(
        "within what starts a run by another method, of a class behind it, or for a stack that lives on",
        """
        from contextlib import ExitStack, closing
        import mlflow
        class Base:
            def __enter__(self):
                self._begin()
                return self
            def __exit__(self, *error):
                mlflow.end_run()
        class Session(Base):
            def _begin(self):
                mlflow.start_run()
        class Stacked:
            def __enter__(self):
                with ExitStack() as stack:
                    stack.enter_context(mlflow.start_run())
                    self._stack = stack.pop_all()
        class Folds:
            def __iter__(self):
                for fold in range(3):
                    with mlflow.start_run():
                        yield fold
        def opened(nested):
            return mlflow.start_run(nested=True) if nested else Session()
        def through():
            yield from Folds()
        with Session():
            mlflow.pyfunc.log_model(name="a", python_model=model)
            print(mlflow.active_run().info.run_id)
        with Stacked():
            mlflow.pyfunc.log_model(name="b", python_model=model)
            print(mlflow.active_run().info.run_id)
        for fold in Folds():
            mlflow.pyfunc.log_model(name="c", python_model=model)
            print(mlflow.active_run().info.run_id)
        with opened(False):
            mlflow.pyfunc.log_model(name="d", python_model=model)
            print(mlflow.active_run().info.run_id)
        for fold in through():
            mlflow.pyfunc.log_model(name="e", python_model=model)
            print(mlflow.active_run().info.run_id)
        """,
    ),
)
