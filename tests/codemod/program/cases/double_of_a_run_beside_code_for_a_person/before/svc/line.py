from mlflow.entities import Run


def line(run: Run) -> str:
    return run.info.run_uuid
