import sys

import mlflow

mlflow.register_model(f"runs:/{sys.argv[1]}/pickled", "line")
mlflow.register_model(f"runs:/{sys.argv[1]}/net", "line")
mlflow.register_model(f"runs:/{sys.argv[1]}/model", "line")
