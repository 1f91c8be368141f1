import os

import mlflow


def path(*parts):
    return "/".join(parts)


class Places:
    def uri(self, *parts):
        return "runs:/" + os.path.join(*parts)


def read(run_id, folder):
    mlflow.pyfunc.load_model(path("runs:", run_id, "line"))
    mlflow.pyfunc.load_model(Places().uri(run_id, "line"))
    os.makedirs("models/forest")
    return {"file": "models/forest/MLmodel"}
