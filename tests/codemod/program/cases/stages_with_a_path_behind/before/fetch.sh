mlflow artifacts download -u models:/line/Production/MLmodel
