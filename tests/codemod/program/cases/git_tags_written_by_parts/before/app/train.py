import mlflow
from app.tags import tags
def train(branch):
    with mlflow.start_run(tags=tags(branch)):
        pass
