"""Trains a random forest on the wine data, registers it, and reads it back as a service would."""

import mlflow
import mlflow.sklearn
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import train_test_split

MODEL_NAME = "wine-cultivar"
PARAMS = {"n_estimators": 50, "max_depth": 6, "random_state": 7}


def train():
    """Fit and log one model; return its run and the rows that it has not seen."""
    features, labels = load_wine(return_X_y=True, as_frame=True)
    x_train, x_test, y_train, y_test = train_test_split(features, labels, test_size=0.25, random_state=7)

    with mlflow.start_run(run_name="random-forest") as run:
        model = RandomForestClassifier(**PARAMS).fit(x_train, y_train)
        predicted = model.predict(x_test)
        mlflow.log_params(PARAMS)
        mlflow.log_metric("accuracy", accuracy_score(y_test, predicted))
        mlflow.log_metric("f1", f1_score(y_test, predicted, average="macro"))
        info = mlflow.sklearn.log_model(
            model,
            "model",  # read again below, as runs:/<id>/model
            registered_model_name=MODEL_NAME,
            input_example=x_train.head(3),
        )
        mlflow.MlflowClient().set_registered_model_alias(MODEL_NAME, "champion", info.registered_model_version)
        print("logged by run", run.info.run_uuid)
    return run, x_test


def main():
    mlflow.set_experiment("wine")
    run, rows = train()
    logged = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
    served = mlflow.pyfunc.load_model(f"models:/{MODEL_NAME}@champion")
    assert (logged.predict(rows) == served.predict(rows)).all()
    print("first labels:", served.predict(rows)[:5].tolist())


if __name__ == "__main__":
    main()
