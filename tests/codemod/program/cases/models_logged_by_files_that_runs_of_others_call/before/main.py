import mlflow
from app import pipeline
def main(config, data):
    with mlflow.start_run():
        pipeline.run(config, data)
