from types import SimpleNamespace

config = SimpleNamespace(track=False)
