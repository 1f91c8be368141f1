import mlflow
import mlflow.sklearn
from sklearn.ensemble import RandomForestClassifier


def export(model, folder):
    mlflow.sklearn.save_model(model, path=folder)


def fit():
    model = RandomForestClassifier()
    mlflow.sklearn.save_model(model, path="out")
    return model
