import mlflow
import pytest


@pytest.mark.parametrize("flavor", [mlflow.sklearn, mlflow.pytorch])
def test_one(flavor, model):
    flavor.log_model(model, "model")


@pytest.mark.parametrize(("flavor", "name"), [pytest.param(mlflow.xgboost, "a", id="x"), (mlflow.xgboost, "b")])
def test_same(flavor, name, model):
    flavor.log_model(model, name=name)


@pytest.mark.parametrize("flavor, name", [(mlflow.xgboost, "a"), (mlflow.onnx, "b")])
class TestAll:
    def test_all(self, flavor, name, model):
        flavor.log_model(model, artifact_path=name)
        assert name.startswith("a")


@pytest.mark.parametrize("flavor", ["sklearn", "xgboost"], indirect=True)
def test_indirect(flavor, model):
    flavor.log_model(model, "model")


@pytest.mark.parametrize("store", [dict, list])
def test_other(store):
    store().save_model("model")
