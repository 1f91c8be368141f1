import json
from types import SimpleNamespace


def fetch(name):
    return json.loads(open(name).read(), object_hook=lambda each: SimpleNamespace(**each))
