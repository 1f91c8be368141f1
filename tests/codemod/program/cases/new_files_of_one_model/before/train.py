import mlflow


def train(churn, price, model, name):
    mlflow.sklearn.log_model(churn, name="churn")
    mlflow.sklearn.log_model(price, name="price")
    mlflow.sklearn.log_model(model, name=name)
