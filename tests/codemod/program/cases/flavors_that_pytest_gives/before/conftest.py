import mlflow
import pytest
import sklearn


@pytest.fixture(params=[mlflow.sklearn, mlflow.xgboost])
def flavor(request):
    return request.param


@pytest.fixture(params=[mlflow.xgboost])
def only(request):
    return request.param


@pytest.fixture(params=["a", "b"])
def kind(request):
    return request.param


@pytest.fixture(params=[sklearn])
def library(request):
    return request.param
