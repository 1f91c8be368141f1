# Databricks notebook source
# MAGIC %run ./script

# COMMAND ----------

fit(model, log=own)
