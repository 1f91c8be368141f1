import mlflow
from train import train

kinds = ["line", "plane"]
run_id = train(kinds)
result = [
    mlflow.pyfunc.load_model("runs:/" + run_id + "/models/" + kind).predict([[1.0]]).round(3).tolist() for kind in kinds
]
result.append(mlflow.pyfunc.load_model(f"runs:/{run_id}/models/line").predict([[1.0]]).round(3).tolist())
