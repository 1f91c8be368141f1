pytest_plugins = ["helpers.offline"]
