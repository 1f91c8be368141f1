import mlflow

name = "line"
part = "MLmodel"
path = mlflow.artifacts.download_artifacts(f"models:/{name}@production/{part}")
other = mlflow.artifacts.download_artifacts("models:/%s@production/%s" % (name, part))
third = mlflow.artifacts.download_artifacts("models:/{}@production/{}".format(name, part))


def of_version(name, version, part):
    mlflow.artifacts.download_artifacts(f"models:/{name}/3/Production/{part}")
    mlflow.artifacts.download_artifacts("models:/%s/%s/%s" % (name, version, part))
    mlflow.artifacts.download_artifacts("models:/{n}/{v}/{p}".format(n=name, v=version, p=part))
    mlflow.artifacts.download_artifacts("models:/" + name + "/" + version + "/" + part)
    return mlflow.artifacts.download_artifacts(f"models:/{name}/{version}/{part}")
