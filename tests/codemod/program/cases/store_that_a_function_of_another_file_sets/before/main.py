import mlflow
from conf import setup
from train import train

if __name__ == "__main__":
    setup()
    with mlflow.start_run():
        mlflow.log_param("a", 1)
    train()
