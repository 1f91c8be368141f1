import alias
def test(monkeypatch):
    seen = []
    monkeypatch.setattr(alias, "log", lambda m, path: seen.append(path))
    alias.train(1)
    assert seen == ["model"]
