"""Makes the packed data from MLflow's wheels, for `python -m codemod.mlflow_api.generate`.

Only that command needs it: wheels → modules (`reading`) → where names come from (`release`) → public names (`surface`)
→ file (`packing`).
"""
