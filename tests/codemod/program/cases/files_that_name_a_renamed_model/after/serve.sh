mlflow models serve -m "runs:/$RUN/nets-wide"
mlflow models serve -m "runs:/{run_id}/models-forest"
mlflow artifacts download --run-id $RUN --artifact-path models/forest
mlflow artifacts download --run-id $RUN --artifact-path nets/deep
cp -r ./models/forest.pkl $ARTIFACT_ROOT/models/forest /srv
