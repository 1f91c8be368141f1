from pkg.middle import Middle, Open
from pkg.use import Use as Named

Middle("mlflow.sklearn").client.get_latest_versions("m", ["None"])
Middle("mlflow.sklearn").get_latest_versions("m", ["None"])
Named("mlflow.sklearn").client.get_latest_versions("m", ["None"])
Open().client.get_latest_versions("m", ["None"])


class End(Middle):
    def go(self, model):
        self.make().get_latest_versions("m", ["None"])
        self.module.save_model(model, "path")
