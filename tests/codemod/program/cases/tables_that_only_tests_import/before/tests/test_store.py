from app.store import row
from app.tables import columns


def test_row():
    assert row(["a", "b"])["status"] == "b" and columns
