import sys
from types import ModuleType
from unittest import mock

import pytest


@pytest.fixture
def wandb_mock(monkeypatch):
    wandb = ModuleType("wandb")
    wandb.init = mock.Mock()
    wandb.Artifact = mock.Mock()
    monkeypatch.setitem(sys.modules, "wandb", wandb)
    return wandb


@pytest.fixture
def client_mock():
    return mock.Mock()
