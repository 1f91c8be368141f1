import mlflow
import xgboost


def load():
    first = xgboost.Booster(model_file="saved/forest/model.xgb")
    pretrained = xgboost.Booster(model_file="pretrained/model.xgb")
    plain = xgboost.Booster(model_file="plain/model.xgb")
    return first, pretrained, plain
