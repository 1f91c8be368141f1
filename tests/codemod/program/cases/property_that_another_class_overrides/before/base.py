import mlflow


class Base:
    flavor = mlflow.sklearn

    def store(self, model, path):
        self.flavor.save_model(model, path)
