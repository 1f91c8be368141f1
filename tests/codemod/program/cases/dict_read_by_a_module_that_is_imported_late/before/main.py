import importlib
t = importlib.import_module("train")
print(t.OPTS["artifact_path"])
