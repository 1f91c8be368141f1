from contextlib import contextmanager
from typing import NamedTuple

import mlflow


class Handle(NamedTuple):
    run_id: str
    root: str


class Experiment:
    @contextmanager
    def run(self):
        with mlflow.start_run() as run:
            yield Handle(run.info.run_id, run.info.artifact_uri)
