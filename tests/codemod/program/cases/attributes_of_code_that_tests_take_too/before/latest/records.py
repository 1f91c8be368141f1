from types import SimpleNamespace


def record():
    return SimpleNamespace(run_uuid="1", name="a")
