import mlflow
from base import Base, Mid


class Forest(Base):
    @property
    def flavor(self):
        return mlflow.sklearn


class Line(Mid):
    def __init__(self):
        self.flavor = mlflow.sklearn


class Net(Mid):
    def get(self):
        return mlflow.pytorch


class Trees(Mid):
    flavor = mlflow.xgboost
    other = mlflow.sklearn
