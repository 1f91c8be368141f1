import mlflow
from between import go
from both import of_both
from steps import finish

with mlflow.start_run():
    finish(None)
    go(None)
    of_both(None)
of_both(None)
