def save(model, path, flavor):
    flavor.save_model(model, path)


class Saver:
    def __init__(self, flavor):
        self.flavor = flavor

    def save(self, model, path):
        self.flavor.save_model(model, path)


def checked(model, path, flavor):
    flavor.save_model(model, path, serialization_format="pickle")
