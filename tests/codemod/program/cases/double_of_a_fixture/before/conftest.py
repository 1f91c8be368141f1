import pytest
@pytest.fixture
def lm(mocker):
    return mocker.patch("main.mlflow.sklearn.log_model")
