mlflow artifacts download -u models:/line@production/MLmodel
