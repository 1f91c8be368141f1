import mlflow
from base import Base


class Boosted(Base):
    @property
    def flavor(self):
        return mlflow.xgboost
