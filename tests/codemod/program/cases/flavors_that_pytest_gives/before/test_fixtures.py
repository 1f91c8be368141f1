def test_flavor(flavor, model):
    flavor.log_model(model, "model")


def test_only(only, model):
    only.log_model(model, "model")


def test_kind(kind, model):
    kind.log_model(model, "model")


def test_library(library, model):
    library.log_model(model, "model")
