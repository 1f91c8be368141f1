"""The way of many files through workers and back onto the disk."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from codemod.analysis.summaries import summary_of
from codemod.disk.patterns import Patterns
from codemod.findings import Outcome, State
from codemod.names.imported_files import ImportedFiles
from codemod.names.modules import Summary
from codemod.running import modules, neighbours, reach, runner
from codemod.running.discovery import Input, discover
from codemod.running.jobs import Job
from codemod.running.pools import FEW, LocalPool
from codemod.running.runner import RunOptions, run
from codemod.settings import Settings
from tests.codemod.running.conftest import STANDINS, standin

Write = Callable[..., Path]

PROJECT = Path(__file__).parents[3]
MANY = 3 * FEW
ANY = re.compile(b"")


def outcomes(targets: Iterable[Input], plan: RunOptions) -> dict[str, Outcome]:
    """Run, and make sure that every target is recorded once."""
    targets = list(targets)
    recorded: list[Outcome] = []
    run(targets, plan, recorded.append)
    assert sorted(outcome.path for outcome in recorded) == sorted(target.path for target in targets)
    return {outcome.path: outcome for outcome in recorded}


def plan(name: str, **more: object) -> RunOptions:
    more.setdefault("write", True)
    more.setdefault("triggers", ANY)
    return RunOptions(Settings(), migrate=standin(name), **more)  # type: ignore[arg-type]


def everything() -> tuple[Input, ...]:
    return discover(["."]).targets


class TestReading:
    def test_a_file_without_a_trigger_word_is_done(self, write: Write) -> None:
        write("none.py", b"import mlflow")
        write("other.py", b"wandb.log_model()")
        write("both.py", b"import mlflow; log_model()")
        done = outcomes(everything(), plan("upper", triggers=re.compile(b"log_model")))
        assert {path: outcome.state for path, outcome in done.items()} == {
            "none.py": State.UNCHANGED,
            "other.py": State.CHANGED,
            "both.py": State.CHANGED,
        }
        assert done["none.py"].old is None, "the bytes of files that are done are forgotten"

    def test_a_skipped_target_keeps_its_reason(self) -> None:
        done = outcomes([Input("a.py", "/a.py", "because")], plan("upper"))
        assert done == {"a.py": Outcome("a.py", State.SKIPPED, reason="because")}

    def test_a_file_that_vanished(self, tmp_path: Path) -> None:
        done = outcomes([Input("a.py", str(tmp_path / "a.py"))], plan("upper"))
        assert done["a.py"] == Outcome("a.py", State.FAILED, reason="vanished before it could be read")

    def test_a_file_that_cannot_be_read(self, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        write("a.py")
        write("b.py", b"mlflow")

        def refuse(path: str, *arguments: int) -> int:
            if path.endswith("a.py"):
                raise PermissionError(13, "Permission denied")
            return os_open(path, *arguments)

        os_open = os.open
        monkeypatch.setattr(runner.os, "open", refuse)
        done = outcomes(everything(), plan("upper"))
        assert done["a.py"] == Outcome("a.py", State.FAILED, reason="cannot be read: Permission denied")
        assert done["b.py"].state is State.CHANGED

    def test_a_pipe_that_took_the_files_place_does_not_block(self, tmp_path: Path) -> None:
        os.mkfifo("a.py")
        done = outcomes([Input("a.py", str(tmp_path / "a.py"))], plan("upper"))
        assert done["a.py"].reason == "cannot be read: it is not a regular file"

    def test_a_large_file_is_read_whole(self, write: Write) -> None:
        path = write("a.py", b"mlflow " * 1_000_000)
        outcomes(everything(), plan("upper"))
        assert path.read_bytes() == b"MLFLOW " * 1_000_000

    def test_the_search_for_words_loses_no_finding(self, write: Write) -> None:
        from codemod.rules import all_rules

        examples = [example for rule in all_rules() for example in rule.examples if example.found]
        examples = [example for example in examples if example.path.endswith(".py")]
        assert len(examples) > 50
        for number, example in enumerate(examples):
            write(f"e{number}.py", example.before)
        every = RunOptions(Settings(select=("ALL",)), migrate=standin("upper"))
        assert {outcome.state for outcome in outcomes(everything(), every).values()} == {State.CHANGED}


class TestWriting:
    def test_the_file_behind_a_link_is_written_and_the_link_stays(self, write: Write) -> None:
        real = write("outside/real.py", b"mlflow")
        Path("inside").mkdir()
        Path("inside/link.py").symlink_to("../outside/real.py")
        outcomes(discover(["inside"], follow_links=True).targets, plan("upper"))
        assert real.read_bytes() == b"MLFLOW"
        assert os.readlink("inside/link.py") == "../outside/real.py"
        assert stat.S_ISREG(real.lstat().st_mode)

    def test_nothing_is_written_when_not_asked_to(self, write: Write) -> None:
        path = write("a.py", b"mlflow")
        done = outcomes(everything(), plan("upper", write=False))
        assert done["a.py"].new == b"MLFLOW"
        assert path.read_bytes() == b"mlflow"

    def test_an_unchanged_file_is_not_touched(self, write: Write) -> None:
        path = write("a.py", b"MLFLOW")
        before = path.stat()
        outcomes(everything(), plan("upper"))
        after = path.stat()  # reading may change the time of the last access
        assert (after.st_ino, after.st_mtime_ns, after.st_ctime_ns) == (
            before.st_ino,
            before.st_mtime_ns,
            before.st_ctime_ns,
        )

    def test_a_file_that_somebody_changes_meanwhile_stays_theirs(self, write: Write) -> None:
        path = write("a.py", b"mlflow")

        def meanwhile(name: str, data: bytes, settings: Settings) -> Outcome:
            path.write_bytes(b"mlflow, theirs")
            return Outcome(name, State.CHANGED, old=data, new=data.upper())

        done = outcomes(everything(), RunOptions(Settings(), write=True, migrate=meanwhile, triggers=ANY))
        assert done["a.py"].state is State.FAILED
        assert done["a.py"].new == done["a.py"].old
        assert path.read_bytes() == b"mlflow, theirs"


@pytest.mark.parametrize("jobs", [1, 2, None])
def test_many_files(write: Write, jobs: int | None) -> None:
    paths = [write(f"d{number % 7}/f{number}.py", f"mlflow {number}") for number in range(MANY)]
    done = outcomes(everything(), plan("upper", jobs=jobs))
    assert {outcome.state for outcome in done.values()} == {State.CHANGED}
    assert all(outcome.old == outcome.new.lower() for outcome in done.values() if outcome.new is not None)
    assert [path.read_bytes() for path in paths] == [f"MLFLOW {number}".encode() for number in range(MANY)]


def test_few_files_stay_in_this_process_and_many_leave_it(write: Write) -> None:
    Path("meeting").mkdir()
    for number in range(MANY):
        write(f"few/f{number}.py", b"mlflow")
        write(f"many/f{number}.py", b"mlflow meet in " + os.fsencode(Path("meeting").absolute()))
    few = outcomes(discover(["few"]).targets[:FEW], plan("process_id", jobs=2))
    assert {outcome.reason for outcome in few.values()} == {str(os.getpid())}
    many = outcomes(discover(["many"]).targets, plan("process_id", jobs=2))
    assert str(os.getpid()) not in {outcome.reason for outcome in many.values()}
    assert len({outcome.reason for outcome in many.values()}) == 2


class TestTrouble:
    @pytest.mark.parametrize("jobs", [1, 2])
    def test_what_the_engine_raises_fails_one_file(self, write: Write, jobs: int) -> None:
        for number in range(MANY):
            write(f"good{number}.py", b"mlflow")
        for name in ("recursion", "memory", "bug"):
            write(f"{name}.py", f"mlflow {name}")
        done = outcomes(everything(), plan("raises", jobs=jobs))
        failed = {path: outcome.reason for path, outcome in done.items() if outcome.state is State.FAILED}
        line = re.search(r"\(engine_standin\.py:\d+\)$", failed["bug.py"])
        assert line is not None
        assert failed == {
            "recursion.py": "nested too deeply to be analysed",
            "memory.py": "not enough memory to analyse it",
            "bug.py": f"internal error, please report it: KeyError: 'a bug\\nin two lines' {line[0]}",
        }
        assert sum(outcome.state is State.CHANGED for outcome in done.values()) == MANY

    def test_a_worker_that_dies_costs_only_the_file_that_killed_it(self, write: Write) -> None:
        filler = b"mlflow " * 20_000  # more than a pipe holds
        for number in range(MANY):
            write(f"f{number:03}.py", filler + b"poison" if number in (10, MANY - 1) else filler)
        done = outcomes(everything(), plan("dies_of_poison", jobs=2))
        failed = {path: outcome.reason for path, outcome in done.items() if outcome.state is State.FAILED}
        assert set(failed) == {"f010.py", f"f{MANY - 1}.py"}
        assert set(failed.values()) == {"the worker process ended by SIGKILL while it was migrating this file, twice"}
        assert sum(outcome.state is State.CHANGED for outcome in done.values()) == MANY - 2

    def test_so_does_one_that_kills_it_in_the_first_pass(self, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        import engine_standin  # type: ignore[import-not-found]  # workers must find it by this name

        monkeypatch.setattr(neighbours, "first_look", engine_standin.first_look)
        for number in range(MANY):
            write(f"f{number:03}.py", 'import mlflow\nmlflow.sklearn.log_model(m, "model")\n')
        write("bad.py", "import mlflow  # poison\n")
        done = outcomes(everything(), RunOptions(Settings(), jobs=2))
        failed = {path: outcome.reason for path, outcome in done.items() if outcome.state is State.FAILED}
        assert failed == {"bad.py": "the worker process ended by SIGKILL while it was migrating this file, twice"}
        assert sum(outcome.state is State.CHANGED for outcome in done.values()) == MANY

    def test_a_module_that_kills_whoever_reads_it_costs_none_of_those_that_import_it(
        self, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import engine_standin

        monkeypatch.setattr(neighbours, "summarise", engine_standin.summarise)
        write("bad.py", "import mlflow  # poison\n")
        write("user.py", "import bad\n")
        for number in range(MANY):
            write(
                f"f{number:03}.py",
                f'import mlflow\nimport {("bad", "good", "user")[number % 3]}\nmlflow.sklearn.log_model(m, "model")\n',
            )
        write("good.py", "import mlflow\nimport f000\nimport f001\n")
        done = outcomes(everything(), RunOptions(Settings(), jobs=2))
        failed = {path: outcome.reason for path, outcome in done.items() if outcome.state is State.FAILED}
        assert failed == {"bad.py": "the worker process ended by SIGKILL while it was migrating this file, twice"}
        assert sum(outcome.state is State.CHANGED for outcome in done.values()) == MANY

    def test_a_single_file_that_kills_its_worker_once_is_tried_again(self, write: Write, tmp_path: Path) -> None:
        for number in range(MANY):
            write(f"f{number:03}.py", b"mlflow")
        large = b"mlflow " * 200_000  # it makes a task by itself
        path = write("large.py", large + b"poison " + os.fsencode(tmp_path / "was here"))
        done = outcomes(everything(), plan("dies_once", jobs=2))
        assert {outcome.state for outcome in done.values()} == {State.CHANGED}
        assert (tmp_path / "was here").exists()
        assert path.read_bytes().startswith(large.upper())

    @pytest.mark.skipif(sys.platform != "linux", reason="elsewhere this memory is not counted")
    def test_a_file_that_eats_memory_costs_only_itself(self, write: Write) -> None:
        for number in range(MANY):
            write(f"f{number:03}.py", b"mlflow")
        write("g.py", b"mlflow greedy")
        script = write(
            "script.txt",
            "import re, resource\n"
            "from engine_standin import eats_memory\n"
            "from codemod.running.discovery import discover\nfrom codemod.running.runner import RunOptions, run\n"
            "from codemod.settings import Settings\n"
            "resource.setrlimit(resource.RLIMIT_DATA, (500_000_000, resource.RLIM_INFINITY))\n"
            "def say(outcome):\n    print(outcome.path, outcome.state.value, outcome.reason)\n"
            "plan = RunOptions(Settings(), write=True, jobs=2, migrate=eats_memory, triggers=re.compile(b''))\n"
            "run(discover(['.']).targets, plan, say)\n",
        )
        environment = {**os.environ, "PYTHONPATH": f"{PROJECT}{os.pathsep}{STANDINS}"}
        said = subprocess.run(
            [sys.executable, script], env=environment, capture_output=True, text=True, check=True
        ).stdout
        lines = sorted(said.splitlines())
        assert lines.pop() == "g.py failed not enough memory to analyse it"
        assert [line for line in lines if not line.endswith(" changed ")] == []
        assert len(lines) == MANY


def test_codes_are_ignored_where_the_patterns_say(write: Write, tmp_path: Path) -> None:
    for name in ("a.py", "tests/b.py", "deep/tests/test_c.py"):
        write(name, b"mlflow")
    ignores = ((Patterns(str(tmp_path), ["/tests/"]), ("MLF1",)), (Patterns(str(tmp_path), ["test_*.py"]), ("MLF2",)))
    done = outcomes(everything(), plan("named_settings", ignores=ignores))
    reasons = {path: outcome.reason for path, outcome in done.items()}
    assert reasons == {"a.py": "", "tests/b.py": "MLF1", "deep/tests/test_c.py": "MLF2"}


def test_workers_end_when_the_run_is_killed(write: Write, tmp_path: Path) -> None:
    for number in range(400):
        write(f"f{number}.py", b"mlflow")
    script = write(
        "script.txt",
        "import re\n"
        "from engine_standin import slow_upper\n"
        "from codemod.running.discovery import discover\nfrom codemod.running.runner import RunOptions, run\n"
        "from codemod.settings import Settings\n"
        "if __name__ == '__main__':\n"
        "    plan = RunOptions(Settings(), write=True, jobs=2, migrate=slow_upper, triggers=re.compile(b''))\n"
        "    run(discover(['.']).targets, plan, lambda outcome: print('x', flush=True))\n",
    )
    environment = {**os.environ, "PYTHONPATH": f"{PROJECT}{os.pathsep}{STANDINS}"}
    process = subprocess.Popen([sys.executable, script], env=environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    workers = _descendants(process.pid)
    assert len(workers) >= 2
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while any(_is_alive(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [worker for worker in workers if _is_alive(worker)]


def _descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [each for child in map(int, children) for each in (child, *_descendants(child))]


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_what_a_file_has_from_one_that_is_found_later_is_followed_too(write: Write) -> None:
    """`train.py` names MLflow for another reason, and has its function from a file that does not."""
    write("base.py", b"import mlflow\n\ndef log_it(model, path):\n    mlflow.sklearn.log_model(model, name=path)\n")
    write("helper.py", b"from base import log_it as note\n\ndef keep(model, path):\n    note(model, path)\n")
    write(
        "train.py", b"import mlflow\nfrom helper import keep\n\ndef fit(path):\n    keep(1, path)\n\nmlflow.autolog()\n"
    )
    write("start.py", b"from train import fit\n\ndef start():\n    fit('models/line')\n")
    targets = everything()
    known = [
        Job(each, Path(each.path).read_bytes(), Settings()) for each in targets if each.path in ("base.py", "train.py")
    ]
    others = [each for each in targets if each.path in ("helper.py", "start.py")]
    imports = ImportedFiles(each.path for each in targets)
    found, _ = reach.reached(known, others, imports, LocalPool(1))
    assert set(found) == {"helper.py", "start.py"}


def test_in_a_large_package_only_those_files_are_read_that_take_something_of_mlflow(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def noted(path: str, *rest: object) -> Summary:
        read.append(Path(path).name)
        return summary_of(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(modules, "summary_of", noted)
    logging = (
        b"import mlflow\n\ndef log_it(model):\n    mlflow.sklearn.log_model(model, artifact_path='m')\n\nSIZE = 3\n"
    )
    write("pkg/tracking.py", logging)
    write("pkg/__init__.py", b"from .tracking import SIZE, log_it\nfrom .plain0 import size0\n")
    for index in range(30):
        write(f"pkg/plain{index}.py", b"from . import SIZE\n\ndef size%d(x):\n    return x * SIZE\n" % index)
    write("pkg/using.py", b"from pkg import log_it as note\n\ndef fit(model):\n    note(model)\n")
    write("main.py", b"from pkg.using import fit\n\nfit(1)\n")
    recorded: list[Outcome] = []
    run(everything(), RunOptions(Settings(), write=False, jobs=1), recorded.append)
    assert [outcome.path for outcome in recorded if outcome.state is State.CHANGED] == ["pkg/tracking.py"]
    assert {"tracking.py", "__init__.py", "using.py"} <= set(read)
    assert not [name for name in read if name.startswith("plain")]
