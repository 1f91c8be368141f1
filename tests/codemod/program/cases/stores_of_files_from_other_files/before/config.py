import os
from pathlib import Path

from base import ROOT

JOINED = "file:" + os.path.join(os.getcwd(), "mlruns")
AS_URI = Path("mlruns").absolute().as_uri()
FOLDER = Path.cwd() / "mlruns"
BELOW = ROOT / "mlruns"
FORMATTED = f"file://{ROOT / 'mlruns'}"
CHOSEN = os.getenv("MLFLOW_TRACKING_URI", "file:./mlruns")
OTHERWISE = os.getenv("MLFLOW_TRACKING_URI") or "./mlruns"
URIS = {"local": "file:" + os.path.join(os.getcwd(), "mlruns")}
DATABASE = f"sqlite:///{ROOT / 'mlflow.db'}"
SERVER = f"http://{os.getenv('HOST', 'localhost')}:5000"


class Stores:
    def __init__(self, root):
        self.root = Path(root)

    @property
    def uri(self):
        return (self.root / "mlruns").as_uri()


def store():
    return "file://" + os.path.abspath("mlruns")
