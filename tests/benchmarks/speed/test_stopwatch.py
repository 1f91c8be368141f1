import sys
from pathlib import Path

import pytest

from benchmarks.speed.material import build, count
from benchmarks.speed.stopwatch import Contender, ContenderError, race


def python(code: str, **options: object) -> Contender:
    return Contender(code, (sys.executable, "-c", code), Path.cwd(), **options)  # type: ignore[arg-type]


def test_every_contender_runs_in_every_turn(tmp_path) -> None:
    prepared: list[int] = []
    write = f"open({str(tmp_path / 'log')!r}, 'a').write('x')"
    timings = race([python("pass"), python(write, prepare=lambda: prepared.append(1))], 2, {})
    assert [len(timing.wall) for timing in timings] == [2, 2]
    assert (tmp_path / "log").read_text() == "xxx"  # one more at first, which is not counted
    assert len(prepared) == 3


def test_a_contender_that_breaks_down_ends_the_race() -> None:
    with pytest.raises(ContenderError, match="exit 7: broken"):
        race([python("import sys; sys.stderr.write('broken'); sys.exit(7)")], 1, {})


def test_the_trees_have_the_wanted_files(tmp_path) -> None:
    packages = tmp_path / "packages"
    for number in range(50):
        path = packages / f"p{number}" / "m.py"
        path.parent.mkdir(parents=True)
        path.write_text("x = 1\n")
    everything, users = build(tmp_path / "trees", [packages], None, 400)
    number, size = count(users)
    assert size > 0
    assert count(everything)[0] == number + min(50, 400 - number)
    assert all(b"mlflow" in path.read_bytes() for path in users.rglob("train_*.py"))
