import train
from flexmock import flexmock
from mockito import ANY, expect, when


def test_train():
    flexmock(train.mlflow, evaluate=None)
    when(train.mlflow.sklearn).log_model(ANY, artifact_path="model").thenReturn(None)
    expect(train.mlflow.pyfunc).log_model(...)
    train.train(1)
