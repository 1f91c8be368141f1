import mlflow

mlflow.pyfunc.load_model(f"runs:/{i}/a/b")
mlflow.artifacts.download_artifacts(run_id=i, artifact_path="a/b/MLmodel")
mlflow.artifacts.load_text(f"runs:/{i}/notes/a/b")
