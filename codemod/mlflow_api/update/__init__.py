"""Brings the API data and all that is derived from it up to the newest MLflow, for `python -m codemod.mlflow_api.update`.

Only that command needs it: package index → wheels of new releases → packed data → derived files → examples → report.
"""
