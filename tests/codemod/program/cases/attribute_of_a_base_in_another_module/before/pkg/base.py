import importlib

from mlflow import MlflowClient


class Base:
    def __init__(self, flavor):
        self.client = MlflowClient()
        self.flavor = flavor

    def make(self):
        return MlflowClient()

    @property
    def module(self):
        return importlib.import_module(self.flavor)

    @module.setter
    def module(self, value):
        self.flavor = value
