import mlflow


def _begin():
    mlflow.start_run()


def begin():
    print("begins")
    _begin()


def begin_and_end():
    _begin()
    mlflow.end_run()


class Logger:
    def _begin(self):
        mlflow.start_run()

    def init(self):
        self._begin()

    def once(self):
        self._begin()
        mlflow.end_run()
