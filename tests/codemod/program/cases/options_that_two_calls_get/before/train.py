import mlflow

OPTIONS = {"name": "model", "code_path": ["src"]}


class Job:
    def options(self):
        return dict(OPTIONS)

    def run(self, model):
        mlflow.pyfunc.log_model(python_model=model, **self.options())

    def run_again(self, model):
        mlflow.pyfunc.log_model(python_model=model, **self.options())
