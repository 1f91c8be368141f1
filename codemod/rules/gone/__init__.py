"""MLF4xx: what MLflow 3 renamed or removed."""
