from dataclasses import dataclass
import mlflow
@dataclass
class Result:
    root: str
    score: float
    def load(self):
        return mlflow.pyfunc.load_model(f"{self.root}/model")
