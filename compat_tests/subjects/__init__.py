"""Training programs in MLflow 2 style. Never migrated here: the codemod makes the MLflow 3 form when a test needs it."""
