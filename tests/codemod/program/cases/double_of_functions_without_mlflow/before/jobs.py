import mlflow


class Collector:
    def call(self, name, request):
        return [name, request]

    def stop(self, ids):
        mlflow.log_param("ids", ids)
        return self.call("stop", ids)


def start(cluster, **options):
    return cluster.make(**options)


def keep(model):
    mlflow.xgboost.log_model(model, name="model")
