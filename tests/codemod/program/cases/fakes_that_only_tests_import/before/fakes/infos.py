from types import SimpleNamespace


def run():
    return SimpleNamespace(info=SimpleNamespace(run_uuid="1"))


def show():
    box = SimpleNamespace(info=None)
    box.info = SimpleNamespace(run_uuid="2")
    print(box.info.run_uuid)
