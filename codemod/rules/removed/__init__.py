"""What is gone in MLflow 3, as one table, and the checks that read it."""
