import mlflow
from train import train

train(1)
