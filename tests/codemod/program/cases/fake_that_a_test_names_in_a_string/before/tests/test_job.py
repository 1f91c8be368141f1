from app.job import identifiers


def test_identifiers():
    assert identifiers("app._fakes.FakeClient") == ["abc"]
