"""Makes the packed data from MLflow's wheels: `python -m codemod.mlflow_api.generate`. Not used when the codemod runs."""
