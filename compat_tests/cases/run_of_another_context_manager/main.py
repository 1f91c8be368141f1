import mlflow
from runs import nested
from sklearn.linear_model import LinearRegression

X = [[0.0], [1.0]]
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression().fit(X, [0.0, 1.0]), "model", serialization_format="cloudpickle")
    with nested():
        mlflow.sklearn.log_model(LinearRegression().fit(X, [0.0, 5.0]), "model", serialization_format="cloudpickle")
        model = mlflow.sklearn.load_model(mlflow.get_artifact_uri("model"))
result = model.predict([[1.0]]).round(3).tolist()
