import mlflow
from base import Trainer


class BoostedTrainer(Trainer):
    flavor = mlflow.xgboost


BoostedTrainer().log(1)
