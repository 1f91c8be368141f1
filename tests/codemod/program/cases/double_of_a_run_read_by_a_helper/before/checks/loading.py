import json
from pathlib import Path


class Record:
    def __init__(self, fields):
        self.__dict__.update(fields)


def load(name):
    with open(Path(__file__).parent / name) as file:
        return json.load(file, object_hook=Record)
