from unittest.mock import MagicMock

from svc.line import line


def test_line():
    run = MagicMock()
    run.info.run_uuid = "abc"
    run.info.run_id = run.info.run_uuid
    assert line(run) == "abc"
