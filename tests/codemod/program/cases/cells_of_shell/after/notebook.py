# Databricks notebook source
import mlflow

with mlflow.start_run() as run:
    mlflow.xgboost.log_model(model, name="models-forest")

# COMMAND ----------

# MAGIC %sh
# MAGIC mlflow models serve -m runs:/$RUN/models-forest
# MAGIC mlflow artifacts download --run-id $RUN --artifact-path models/forest
# MAGIC export MLFLOW_ARTIFACT_UPLOAD_DOWNLOAD_TIMEOUT=60
