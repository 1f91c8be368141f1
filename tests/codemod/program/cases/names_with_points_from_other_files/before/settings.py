import argparse
import os
from dataclasses import dataclass, field
from datetime import datetime

ALPHA = 0.5
DEPTH = 5
PARAMETERS = {"alpha": 0.5, "depth": 5}
STAMP = datetime.now().strftime("%Y-%m-%d %H:%M")
DAY = datetime.now().strftime("%Y-%m-%d")
KIND = os.getenv("KIND", "ridge.small")


@dataclass
class Options:
    alpha: float
    depth: int
    when: datetime = field(default_factory=datetime.now)


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--alpha", type=float)
    parser.add_argument("--depth", type=int)
    return parser.parse_args()


def suggested(trial):
    return trial.suggest_float("alpha", 0.1, 1)


def name_of(kind, number):
    return f"{kind}/{number}"
