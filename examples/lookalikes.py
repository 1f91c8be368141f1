"""Calls that look like the ones MLflow 3 changed and are not: the codemod leaves every line of this file as it is."""

import json
import tempfile
from pathlib import Path

import matplotlib
import mlflow
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import ConfusionMatrixDisplay

matplotlib.use("Agg")


class ModelCards:
    """A tracker of our own, in the manner of wandb's or comet's run."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def log_model(self, model, artifact_path):
        """Write the parameters of a model into the folder, as JSON."""
        (self.folder / f"{artifact_path}.json").write_text(json.dumps(model.get_params()))


def main():
    features, labels = load_wine(return_X_y=True, as_frame=True)
    model = LogisticRegression(max_iter=10_000).fit(features, labels)

    mlflow.set_experiment("wine")
    with mlflow.start_run() as run, tempfile.TemporaryDirectory() as folder:
        ConfusionMatrixDisplay.from_estimator(model, features, labels).figure_.savefig(Path(folder) / "confusion.png")
        cards = ModelCards(folder)
        cards.log_model(model, artifact_path="card")  # not MLflow's log_model
        mlflow.log_artifacts(folder, artifact_path="plots")  # artifacts keep their path in MLflow 3

    names = [file.path for file in mlflow.MlflowClient().list_artifacts(run.info.run_id, "plots")]
    print("logged:", ", ".join(names))


if __name__ == "__main__":
    main()
