import mlflow, mlflow.sklearn
from sklearn.linear_model import LinearRegression
with mlflow.start_run() as run:
    info = mlflow.sklearn.log_model(
        LinearRegression().fit([[1]], [1]),
        name="best",
        serialization_format="cloudpickle",
    )
catalog = {}
catalog.update(model_id=info.model_uri.split("/")[-1])
print(catalog["model_id"] == "best")
