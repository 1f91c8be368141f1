import mlflow
from app.session import Session
from app.third import Third
def main(config, data):
    with Session() as current:
        mlflow.onnx.log_model(make(data), name="first")
        print(mlflow.active_run().info.run_id)
        Third(config).fit(data)
