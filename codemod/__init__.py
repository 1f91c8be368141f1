"""Moves MLflow 2 code to MLflow 3: finds, rewrites and reports. Imports neither MLflow nor torch."""

__version__ = "0.1.0"
