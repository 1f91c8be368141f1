# runs:/$RUN_ID/models/first
mlflow models serve -m "runs:/${RUN_ID}/models-first" -p 5001
mlflow models serve -m "runs:/${RUN_ID}/models/other" -p 5002
mlflow models serve -m "runs:/$(cat run_id)/models-first" -p 5003
mlflow models serve -m "runs:/`cat run_id`/models-first" -p 5004
