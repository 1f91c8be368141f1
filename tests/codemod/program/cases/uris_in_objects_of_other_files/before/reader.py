from holders import Holder
from runs import log_all


def read(models):
    for entry in log_all(models):
        print(entry.uri.split("/")[1])
        print(entry.name.split("/")[1])


def others(paths):
    return [Holder(path).uri.split("/")[1] for path in paths]
