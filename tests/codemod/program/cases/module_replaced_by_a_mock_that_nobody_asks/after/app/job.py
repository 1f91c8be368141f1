from .tracker import log


def run(model):
    log(model, name="model", serialization_format="cloudpickle")
    return 1
