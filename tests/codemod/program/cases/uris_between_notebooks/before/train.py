# Databricks notebook source
import mlflow

# COMMAND ----------

with mlflow.start_run():
    info = mlflow.xgboost.log_model(model, name="model")
dbutils.jobs.taskValues.set(key="model_uri", value=info.model_uri)
dbutils.jobs.taskValues.set(key="table", value="a/b")
dbutils.notebook.exit(info.model_uri)
