from types import SimpleNamespace

import mlflow


class Session:
    def __enter__(self):
        self.run = mlflow.start_run()
        self.places = {"root": self.run.info.artifact_uri, "id": self.run.info.run_id}
        return self

    def __exit__(self, *error):
        mlflow.end_run()

    def keep(self, model, name):
        mlflow.pyfunc.log_model(name=name, python_model=model)
        self.latest = SimpleNamespace(name=name, root=self.places["root"], id=self.places["id"])


with Session() as session:
    session.keep(lambda x: x, "best")
mlflow.pyfunc.load_model("{}/{}".format(session.latest.root, session.latest.name))
mlflow.pyfunc.load_model("runs:/{}/{}".format(session.latest.id, session.latest.name))
