import mlflow
import xgboost


def save(booster, folder):
    mlflow.xgboost.save_model(booster, "saved/forest")
    booster.save_model("plain/model.xgb")
