# runs:/$RUN_ID/models/first
mlflow models serve -m "runs:/${RUN_ID}/models-first" -p 5001
mlflow models serve -m "runs:/${RUN_ID}/models/other" -p 5002
