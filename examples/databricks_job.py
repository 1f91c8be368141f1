# Databricks notebook source
# MAGIC %md
# MAGIC # Weekly training of the wine model
# MAGIC Registers a new version in Unity Catalog and scores one table with it.

# COMMAND ----------

# MAGIC %pip install "mlflow>=2.9,<3" scikit-learn
# MAGIC dbutils.library.restartPython()

# COMMAND ----------

# MAGIC %run ./databricks_setup

# COMMAND ----------

# `mlflow` and `model_name` come from the notebook that the cell above runs.
from databricks.feature_engineering import FeatureEngineeringClient, FeatureLookup
from mlflow.models import infer_signature
from sklearn.ensemble import GradientBoostingClassifier

rows = spark.table(f"{catalog}.wine.samples").toPandas()
features, labels = rows.drop(columns=["sample_id", "cultivar"]), rows["cultivar"]

# COMMAND ----------

# MAGIC %sql
# MAGIC SELECT cultivar, count(*) AS samples FROM wine.samples GROUP BY cultivar

# COMMAND ----------

with mlflow.start_run(run_name="weekly") as run:
    model = GradientBoostingClassifier(random_state=7).fit(features, labels)
    mlflow.sklearn.log_model(
        sk_model=model,
        artifact_path="model",
        signature=infer_signature(features, labels),
        registered_model_name=model_name,
    )

# COMMAND ----------

# The feature store has a log_model of its own, which keeps artifact_path.
store = FeatureEngineeringClient()
lookup = FeatureLookup(table_name=f"{catalog}.wine.features", lookup_key="sample_id")
training_set = store.create_training_set(
    df=spark.table(f"{catalog}.wine.labels"), feature_lookups=[lookup], label="cultivar"
)
store.log_model(model=model, artifact_path="model", flavor=mlflow.sklearn, training_set=training_set)

# COMMAND ----------

score = mlflow.pyfunc.spark_udf(spark, f"runs:/{run.info.run_id}/model")
spark.table(f"{catalog}.wine.incoming").withColumn("cultivar", score()).write.saveAsTable(f"{catalog}.wine.scored")
