# Databricks notebook source
# MAGIC %md Names that every notebook of this job shares.

# COMMAND ----------

import mlflow

dbutils.widgets.text("catalog", "dev")
catalog = dbutils.widgets.get("catalog")
model_name = f"{catalog}.wine.cultivar"
mlflow.set_registry_uri("databricks-uc")
