import mlflow


def identifier():
    return mlflow.active_run().info.run_id
