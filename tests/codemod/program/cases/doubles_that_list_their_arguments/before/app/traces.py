import mlflow


def rows(experiment):
    return mlflow.search_traces(experiment_ids=[experiment], return_type="list")


def found(experiment):
    return mlflow.MlflowClient().search_traces(experiment_ids=[experiment])


def one(name):
    return mlflow.get_trace(request_id=name)


def setup():
    mlflow.tensorflow.autolog(every_n_iter=1)


def save(model):
    mlflow.lightgbm.log_model(model, name="model")


def register():
    mlflow.register_prompt(name="a", template="b", version_metadata={"x": "1"})
