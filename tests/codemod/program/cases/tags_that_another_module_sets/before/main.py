import mlflow

import train

print(mlflow.get_run(train.go()).data.tags["mlflow.gitRepoURL"])
