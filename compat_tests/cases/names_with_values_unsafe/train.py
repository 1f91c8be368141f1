import mlflow
from sklearn.linear_model import LinearRegression


def train(kinds):
    with mlflow.start_run() as run:
        for kind in kinds:
            model = LinearRegression().fit([[0.0], [1.0]], [0.0, float(len(kind))])
            mlflow.sklearn.log_model(model, f"models/{kind}", serialization_format="cloudpickle")
    return run.info.run_id
