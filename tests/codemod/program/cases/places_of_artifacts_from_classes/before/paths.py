from dataclasses import dataclass
from urllib.parse import urlparse


class Paths:
    def __init__(self, run):
        self.run = run
        self.encoder = run.info.artifact_uri + "/encoder"

    @property
    def decoder(self):
        return f"{self.run.info.artifact_uri}/decoder"

    def of(self, name):
        return f"{self.run.info.artifact_uri}/{name}"

    @property
    def root(self):
        return self.run.info.artifact_uri

    @property
    def report(self):
        return f"{self.run.info.artifact_uri}/report.html"


class MorePaths(Paths):
    pass


@dataclass
class Place:
    root: str

    def model(self):
        return f"{self.root}/model"


def folder(run):
    return urlparse(run.info.artifact_uri).path
