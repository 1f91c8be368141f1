import mlflow


class Base:
    @property
    def flavor(self):
        raise NotImplementedError("the flavor")

    def store(self, model, path):
        self.flavor.save_model(model, path)


class Forest(Base):
    @property
    def flavor(self):
        return mlflow.sklearn
