# Databricks notebook source
# MAGIC %run ./includes/setup

# COMMAND ----------

print(client.get_run("1").info.run_id, "mlflow")
