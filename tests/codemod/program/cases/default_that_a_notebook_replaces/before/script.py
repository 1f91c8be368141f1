# Databricks notebook source
import mlflow


def fit(model, log=mlflow.xgboost.log_model):
    log(model, artifact_path="model")


fit(model)
