import mlflow
from state import state


def begin():
    state.run = mlflow.start_run()
