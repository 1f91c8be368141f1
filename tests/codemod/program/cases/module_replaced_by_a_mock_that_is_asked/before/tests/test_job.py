import sys
from unittest.mock import MagicMock

sys.modules["app.tracker"] = MagicMock()

from app import job


def test_run():
    job.run(1)
    assert job.log.call_args.kwargs == {"artifact_path": "model"}
