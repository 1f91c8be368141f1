# Databricks notebook source
import mlflow

# COMMAND ----------

uri = dbutils.notebook.run("./train", 600)
run_id = uri.split("/")[1]
model = mlflow.xgboost.load_model(uri)

# COMMAND ----------

given = dbutils.jobs.taskValues.get(taskKey="train", key="model_uri")
path = given.replace("runs:/", "")
table = dbutils.jobs.taskValues.get(taskKey="train", key="table").split("/")
