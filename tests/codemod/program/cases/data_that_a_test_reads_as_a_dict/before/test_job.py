import json
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from job import identifier

EXPECTED = json.loads((Path(__file__).parent / "expected.json").read_text())
OPTIONS = SimpleNamespace(**{"name": "a"})


def test_identifier():
    with patch("job.mlflow.get_run") as get_run:
        get_run.return_value.info.run_id = "abc"
        assert identifier(OPTIONS.name) == EXPECTED["identifier"]
