import utils


def top(name):
    return __import__(name)


mlf = top("mlflow.xgboost")
mlf.xgboost.log_model(model, name="model")
utils.stub_if_missing("mlflow.xgboost").log_model(model, name="model")
