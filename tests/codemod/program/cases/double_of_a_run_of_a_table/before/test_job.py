import csv
from pathlib import Path
from types import SimpleNamespace

import job


def rows():
    with open(Path(__file__).parent / "runs.csv") as file:
        return [SimpleNamespace(**row) for row in csv.DictReader(file)]


def test_identifier(monkeypatch):
    monkeypatch.setattr(job.mlflow, "get_run", lambda name: SimpleNamespace(info=rows()[0]))
    assert job.identifier("a") == "abc"
