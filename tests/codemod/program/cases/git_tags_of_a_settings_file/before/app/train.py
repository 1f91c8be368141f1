import yaml
import mlflow
def train(branch):
    with mlflow.start_run():
        mlflow.set_tags(yaml.safe_load(open("tags.yaml")))
