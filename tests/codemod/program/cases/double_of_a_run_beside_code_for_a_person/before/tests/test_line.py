from unittest.mock import MagicMock

from svc.line import line


def test_line():
    run = MagicMock()
    run.info.run_uuid = "abc"
    assert line(run) == "abc"
