from unittest.mock import MagicMock

import pytest


@pytest.fixture
def saved(monkeypatch):
    import app.job

    fake = MagicMock()
    monkeypatch.setattr(app.job, "flavor", fake)
    app.job.save(1)
    return fake
