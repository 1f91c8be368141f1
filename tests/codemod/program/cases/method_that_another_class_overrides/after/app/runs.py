import mlflow
from mlflow.entities import Run

from app.legacy import fetch


class Base:
    def run(self, name):
        return mlflow.get_run(name)

    def show(self, name):
        return self.run(name).info.run_uuid


class Own(Base):
    def run(self, name):
        return fetch(name)


class Same:
    def run(self, name):
        return mlflow.get_run(name)

    def show(self, name):
        return self.run(name).info.run_id


class First(Same):
    def run(self, name):
        return mlflow.MlflowClient().get_run(name)


class Told:
    def run(self, name) -> Run:
        return mlflow.get_run(name)

    def show(self, name):
        return self.run(name).info.run_id


class Cached(Told):
    def run(self, name) -> Run:
        return fetch(name)


class Asking:
    client = mlflow.MlflowClient()

    def show(self, name):
        return self.client.get_run(name).info.run_uuid


class Kept(Asking):
    @property
    def client(self):
        return fetch("client.json")
