import pytest

@pytest.fixture
def logged(mocker):
    return mocker.patch("app.train.flavor")
