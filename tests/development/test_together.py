"""Commands side by side: all of them end, all that they said is shown, and one that fails is not lost."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from development.together import main, run

MEET = """
import pathlib, sys, time

mine, other = map(pathlib.Path, sys.argv[1:])
mine.touch()
end = time.monotonic() + 60
while not other.exists():
    assert time.monotonic() < end
    time.sleep(0.01)
"""


def python(code: str, *arguments: str | Path) -> str:
    return shlex.join([sys.executable, "-c", code, *map(str, arguments)])


def test_they_run_at_the_same_time(tmp_path: Path) -> None:
    """Each waits for the other one to begin."""
    one, other = tmp_path / "one", tmp_path / "other"
    assert [ended.code for ended in run([python(MEET, one, other), python(MEET, other, one)], 2)] == [0, 0]


def test_one_that_fails_is_told_and_the_others_end(capsys: pytest.CaptureFixture[str]) -> None:
    first = python("import sys; print('said', flush=True); sys.stderr.write('complained'); sys.exit(3)")
    assert main([first, python("print('done')")]) == 1
    shown = capsys.readouterr().out
    assert f"{first}: exit code 3, " in shown
    assert "\nsaid\ncomplained\n" in shown
    assert "\ndone\n" in shown
    assert shown.endswith(f"failed: {first}\n")


def test_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([python("print('done')")]) == 0
    assert "failed" not in capsys.readouterr().out


def test_a_program_that_is_not_there_ends_it() -> None:
    with pytest.raises(FileNotFoundError):
        main(["no-such-program --flag"])
