"""The trees, what is left out, and the page; on small trees, as whole processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.performance import page
from benchmarks.performance.contenders import APPLY, NAIVE
from benchmarks.performance.measuring import TreeTiming, measure
from benchmarks.performance.results import Results
from benchmarks.performance.trees import gather, make
from benchmarks.programs.material import MaterialError
from benchmarks.speed.material import build
from benchmarks.speed.stopwatch import Contender, Timing, run_once
from codemod.running.discovery import discover


def python(code: str, name: str = "ruff") -> Contender:
    return Contender(name, (sys.executable, "-c", code), Path.cwd())


def cell(name: str, files: int, walls: list[float], share: float = 0.1) -> TreeTiming:
    return TreeTiming(
        python("pass", name), files, share, Timing(name, list(walls), [wall * 2 for wall in walls], [5_000_000])
    )


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    folder = tmp_path / "site-packages"  # which every tool leaves out by its name
    for number in range(30):
        path = folder / f"p{number}" / "m.py"
        path.parent.mkdir(parents=True)
        path.write_text(f"x = {number}\n" + ("import mlflow\n" if number % 10 == 0 else ""))
    return folder


def test_a_tree_has_the_wanted_files_and_users_each_time(packages: Path, tmp_path: Path) -> None:
    material = gather([packages], [])
    assert (len(material.others), len(material.users)) == (27, 3)
    for name in ("one", "two"):
        make(tmp_path / name, material, 50, 0.2, seed=7)
    texts = {
        name: {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.py")}
        for name in ("one", "two")
    }
    assert texts["one"] == texts["two"]
    assert len(texts["one"]) == len(discover([str(tmp_path / "one")]).targets) == 50
    assert sum(b"mlflow" in text for text in texts["one"].values()) == 10
    drawn = []
    for seed in (7, 8):
        make(tmp_path / f"seed{seed}", material, 20, 0.1, seed)
        drawn.append({path.relative_to(tmp_path / f"seed{seed}") for path in (tmp_path / f"seed{seed}").rglob("*.py")})
    assert drawn[0] != drawn[1]


def test_files_that_are_rewritten_can_be_parsed(packages: Path) -> None:
    (packages / "p0" / "m.py").write_text("import mlflow\nprint 'old'\n")
    found = gather([packages], [])
    assert {name for _, name in found.users} - {name for _, name in found.parsable().users} == {"p0/m.py"}
    for _, name in found.users:
        (packages / name).write_text("import mlflow\nprint 'old'\n")
    with pytest.raises(MaterialError, match="can parse no file"):
        found.parsable()


def test_no_users_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("x = 1\n")
    with pytest.raises(MaterialError, match="no file there imports MLflow"):
        gather([tmp_path], [])
    with pytest.raises(MaterialError, match="no Python files"):
        gather([], [tmp_path])


def test_memory_is_that_of_all_processes() -> None:
    child = "import time; x = bytearray(60_000_000); time.sleep(1)"
    alone = run_once(python(child), {})[2]
    both = run_once(python(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"), {})[2]
    assert alone > 60_000_000
    assert both > alone + 3_000_000


def test_what_would_take_too_long_is_left_out_and_said() -> None:
    slow = [
        TreeTiming(python("import time; time.sleep(0.3)", "slow"), files, 0.1, Timing("slow")) for files in (10, 1000)
    ]
    quick = [TreeTiming(python("pass", "quick"), files, 0.1, Timing("quick")) for files in (10, 20)]
    skipped = measure([*slow, *quick], 2, 60, lambda _: None)
    assert [len(each.timing.wall) for each in slow] == [2, 0]
    assert [len(each.timing.wall) for each in quick] == [2, 2]
    assert len(skipped) == 1
    assert skipped[0].startswith("slow on 1,000 files, 10%: it would take about ")


def test_no_time_is_said_to_be_none() -> None:
    assert measure([TreeTiming(python("pass", "quick"), 10, 0.1, Timing("quick"))], 1, -1, lambda _: None) == [
        "quick on 10 files, 10%: no time was left"
    ]


def test_a_run_goes_on_where_it_was(tmp_path: Path) -> None:
    file = tmp_path / "build" / "results.json"
    kept = Results(file, ["a card"])
    first = TreeTiming(python("pass", "ruff"), 10, 0.1, Timing("ruff"))
    measure([first], 1, 60, lambda _: None, kept.keep)
    again = TreeTiming(python("pass", "ruff"), 10, 0.1, Timing("ruff"))
    known = Results(file, ["a card"])
    known.fill(again)
    assert again.timing == first.timing
    measure([again], 3, 60, lambda _: None, known.keep)
    assert [len(each) for each in (again.timing.wall, again.timing.cpu, again.timing.memory, again.timing.load)] == [
        3
    ] * 4
    assert again.timing.wall[0] == first.timing.wall[0]
    assert [each.timing for each in Results(file, ["a card"]).cells()] == [again.timing]
    with pytest.raises(MaterialError, match="another machine"):
        Results(file, ["another card"])


def test_the_command_writes_the_page_of_what_was_measured(packages: Path, tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "benchmarks.performance", "--packages", str(packages), "--files", "100", "--share", "0.1", "--repeat", "1",
        "--tool", "reading all bytes", "--results", str(tmp_path / "r.json"), "--output", str(tmp_path), "--sample", "2",
    ]  # fmt: skip
    for _ in range(2):
        said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    assert "turn" not in said.stderr
    assert "| reading all bytes |" in (tmp_path / "performance.md").read_text()
    assert (tmp_path / "assets" / "performance.svg").read_text().startswith("<svg ")


def test_a_folder_without_the_clones_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(MaterialError, match="no clone in it"):
        build(tmp_path / "trees", [tmp_path], tmp_path, 10)


def test_a_busy_machine_is_told() -> None:
    busy = cell("ruff", 100, [1.0])
    busy.timing.load.append(400.0)
    said = page.text([], [busy], [], users=1, remarks=[])
    assert "**The machine was shared**: 400 processes" in said
    assert "shared" not in page.text([], [cell("ruff", 100, [1.0])], [], users=1, remarks=[])


def test_ratios_are_taken_turn_by_turn() -> None:
    ours, ruff = cell("codemod check", 100, [1.0, 4.0, 3.0]), cell("ruff", 100, [2.0, 4.0, 2.0])
    assert page.ratio(ours.timing, ruff.timing) == "1.00 (0.50–1.50)"
    lines = page.table([ours, ruff])
    assert "| codemod check | 6.00 s | 3.00 s | 5 MB | 3 | 1.00 (0.50–1.50) | 1 | 1.00 (0.50–1.50) |" in lines


def test_growth_is_against_linear() -> None:
    cells = [cell("ruff", 1000, [1.0]), cell("ruff", 10_000, [13.0])]
    assert page.growth(cells)[-1] == "| ruff | 10% | 1,000 → 10,000 | 1.30 |"
    plot = page.plot(cells)
    assert plot.startswith("<svg ")
    assert plot.count("<circle ") == 2


def test_the_card_names_no_host_and_no_folder() -> None:
    import platform

    card = "\n".join(page.machine([("python", (sys.executable,))]))
    assert platform.node() not in card
    assert str(Path.home()) not in card
    assert "to use" in card


def test_what_is_rewritten_has_a_table_for_each_tree() -> None:
    alone = [cell(APPLY, 40, [1.0], share=1.0), cell(NAIVE, 40, [5.0], share=1.0)]
    among = [cell(APPLY, 400, [2.0]), cell(NAIVE, 400, [50.0])]
    lines = page.rewriting([*among, *alone, cell(NAIVE, 4000, [])])
    assert [line for line in lines if line.startswith("###")] == [
        "### Rewriting 40 files, 100% use MLflow",
        "### Rewriting 400 files, 10% use MLflow",
    ]
    assert [line.split(" | ")[-1] for line in lines if line.startswith(f"| {NAIVE}")] == ["5.00 |", "25.00 |"]
