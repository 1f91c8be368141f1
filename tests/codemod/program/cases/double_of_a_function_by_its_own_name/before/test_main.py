import main
def test(monkeypatch):
    seen = []
    monkeypatch.setattr(main, "log", lambda m, path: seen.append(path))
    main.train(1)
    assert seen == ["model"]
