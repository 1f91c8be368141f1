import pytest

from helpers.data import Info


class Run:
    info = Info(run_uuid="abc")


@pytest.fixture
def run():
    return Run()
