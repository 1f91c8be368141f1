import inspect

from app.job import train


def test_source():
    source = inspect.getsource(train)
    assert "seed" in source
    assert "mlflow.sklearn.log_model" in source
    assert source.count("return") == 1
