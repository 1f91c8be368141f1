import mlflow


class Lone:
    def run(self, name):
        return mlflow.get_run(name)

    def show(self, name):
        return self.run(name).info.run_uuid
