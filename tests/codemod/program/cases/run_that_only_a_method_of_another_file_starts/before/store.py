import mlflow


class Entered:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


class Store(Entered):
    def fit(self):
        with mlflow.start_run():
            mlflow.log_param("a", 1)


class Session(Entered):
    def __enter__(self):
        self._begin()
        return self

    def _begin(self):
        mlflow.start_run()

    def __exit__(self, *error):
        mlflow.end_run()
