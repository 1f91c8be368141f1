import json
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from job import identifier


def load(name):
    text = (Path(__file__).parent / name).read_text()
    return json.loads(text, object_hook=lambda fields: SimpleNamespace(**fields))


def test_identifier():
    with patch("job.mlflow.get_run", return_value=load("run.json")):
        assert identifier("a") == "abc"
