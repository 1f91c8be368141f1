from types import SimpleNamespace

state = SimpleNamespace(run=None, model=None)
