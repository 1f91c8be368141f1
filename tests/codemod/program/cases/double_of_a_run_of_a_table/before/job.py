import mlflow


def identifier(name):
    return mlflow.get_run(name).info.run_uuid
