import profile


def test_score():
    profile.mlflow.evaluate = lambda model, data: 1
    assert profile.score(None, None) == 1


def test_log(mocker):
    fake = mocker.patch("profile.log")
    profile.log(1, artifact_path="m")
    fake.assert_called_once_with(1, artifact_path="m")
