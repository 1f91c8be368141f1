import mlflow

mlflow.sklearn.autolog()


def fitted(model, data):
    return model.fit(data)
