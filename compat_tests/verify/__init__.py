"""Proves any project: runs it on MLflow 2 and, migrated, on MLflow 3, and shows what it recorded and what never ran."""
