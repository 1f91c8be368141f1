# Databricks notebook source
from mlflow import MlflowClient
client = MlflowClient()
