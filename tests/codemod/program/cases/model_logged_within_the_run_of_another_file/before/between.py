from steps import finish


def go(model):
    finish(model)
