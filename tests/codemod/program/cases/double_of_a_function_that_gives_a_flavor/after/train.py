from logs import get_flavor


def train(model):
    get_flavor().log_model(model, name="model")
