# Databricks notebook source
import mlflow

# COMMAND ----------

run_id = dbutils.notebook.run("./train", 600).split("/")[0]
model = mlflow.xgboost.load_model(f"runs:/{run_id}/model")
