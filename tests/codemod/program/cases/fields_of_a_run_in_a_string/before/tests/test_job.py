import sys
import types
from types import SimpleNamespace
from unittest import mock
from unittest.mock import ANY, DEFAULT, MagicMock, call, patch

import mlflow
import pytest

from app import job as j


from collections import namedtuple

FIELDS = "run_uuid status"
Info = namedtuple("Info", FIELDS)


def test_name():
    with patch("app.job.mlflow.get_run", return_value=SimpleNamespace(info=Info("a", "x"))):
        assert j.name("a") == "run a"
