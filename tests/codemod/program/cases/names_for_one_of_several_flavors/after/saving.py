import mlflow


def save(model, path="models/best", flavor=mlflow.sklearn, **options):
    flavor.log_model(model, path, **options)


def save_all(model):
    for flavor in (mlflow.sklearn, mlflow.xgboost):
        flavor.log_model(model, "models/all")
        flavor.log_model(model, name="all")


def other(writer, model, path="a/b"):
    writer.write_model(model, path)
