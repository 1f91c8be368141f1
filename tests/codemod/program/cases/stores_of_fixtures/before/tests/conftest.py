import pytest


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    return f"file://{tmp_path_factory.mktemp('mlruns')}"


@pytest.fixture
def folder(tmp_path):
    yield (tmp_path / "mlruns").as_uri()


@pytest.fixture
def server():
    return "http://localhost:5000"
