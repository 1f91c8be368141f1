from flexmock import flexmock

import train


def test_train():
    flexmock(train.mlflow.sklearn).should_receive("log_model").with_args(1, artifact_path="model").once()
    train.train(1)
