from mlflow.entities import Run


def ids(runs: list[Run]):
    return {run.info.run_uuid: run for run in runs}
