# Databricks notebook source
import mlflow

# COMMAND ----------

with mlflow.start_run() as run:
    mlflow.xgboost.log_model(model, name="model")
dbutils.notebook.exit(run.info.run_id)
