import mlflow
from mlflow.models import infer_signature, set_signature
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0]], [0.0, 1.0]


def train(intercept):
    global info
    with mlflow.start_run() as run:
        model = LinearRegression(fit_intercept=intercept).fit(X, y)
        info = mlflow.sklearn.log_model(model, "model", serialization_format="cloudpickle")
    return run, info


first, kept = train(True)
second, _ = train(False)
try:
    set_signature(f"runs:/{first.info.run_id}/model", infer_signature(X, y))
except mlflow.MlflowException:
    set_signature(kept.model_uri, infer_signature(X, y))  # MLflow 3, to which `runs:/` is told by hand
result = [
    mlflow.models.get_model_info(f"runs:/{run.info.run_id}/model").signature is not None for run in (first, second)
]
