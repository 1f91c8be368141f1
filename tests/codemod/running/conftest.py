"""What the tests of the ways of many files share: a folder to work in, and stand-ins for the engine that workers can import."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemod.running.jobs import Migrate
from codemod.running.scanning import Question

STANDINS = Path(__file__).parent / "standins"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(STANDINS))


def standin(name: str) -> Migrate:
    """Return a stand-in for the engine."""
    import engine_standin  # type: ignore[import-not-found]  # workers must find it by this name

    migrate: Migrate = getattr(engine_standin, name)
    return migrate


def question(name: str) -> Question[tuple[int, bytes]]:
    """Return a question about the bytes of files."""
    import question_standin  # type: ignore[import-not-found]  # workers must find it by this name

    asked: Question[tuple[int, bytes]] = getattr(question_standin, name)
    return asked
