import sys
from unittest.mock import MagicMock

sys.modules["app.tracker"] = MagicMock()

from app import job


def test_run():
    assert job.run(1) == 1
