from types import SimpleNamespace

cfg = SimpleNamespace(name="churn", version="Production")
