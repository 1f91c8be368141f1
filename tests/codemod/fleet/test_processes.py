"""Where repositories are worked on: forks of one process, what becomes of the others when one is lost, and what the disk refuses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from codemod.errors import WrongUseError
from codemod.fleet import children
from codemod.fleet.workplace import Workplace
from tests.codemod.fleet.conftest import OLD, Fleet, by_name, in_place_of_git

KILLS_WHO_ASKED = "*fetch*victim*) kill -9 $PPID; sleep 1 ;;"
HAS_A_COMMIT = "*ls-remote*victim*) printf '%040d\\tHEAD\\n' 1 ;;"
VICTIM = "http://127.0.0.1:9/x/victim"


class TestForks:
    def test_the_program_is_loaded_once(self, fleet: Fleet) -> None:
        """Git is asked by processes that are no new interpreters: their command line is that of the one that forks."""
        fleet.forks_children = False
        fleet.write(*(fleet.repository(name) for name in "abc"))
        said = fleet.folder / "said"
        git = shutil.which("git")
        path = in_place_of_git(
            fleet,
            f'*fetch*) line=$(tr "\\0" " " < /proc/$PPID/cmdline); echo "$line $PPID" >> {said}; exec {git} "$@" ;;',
        )
        assert fleet.told(PATH=path)["summary"]["states"]["open"] == 3
        lines = said.read_text().splitlines()
        assert len({line.rpartition(" ")[2] for line in lines}) == 3
        assert all("codemod.fleet.nest" in line for line in lines), lines

    def test_so_is_what_a_cluster_is_reached_with(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        mark = tmp_path / "mark"
        (tmp_path / "weighty.py").write_text(f"open({str(mark)!r}, 'a').write('x')\n")
        monkeypatch.syspath_prepend(str(tmp_path))
        crew = children.Crew(None, ["weighty"])
        try:
            failures = [crew.work("no task", str(tmp_path / "log"), 60) for _ in range(2)]
        finally:
            crew.stop()
        assert all(failure is not None and "JSONDecodeError" in failure.reason for failure in failures)
        assert mark.read_text() == "x"

    def test_one_that_is_killed_costs_itself(self, fleet: Fleet) -> None:
        path = in_place_of_git(fleet, HAS_A_COMMIT, KILLS_WHO_ASKED)
        fleet.write(fleet.repository("a"), VICTIM, fleet.repository("b"))
        found = by_name(fleet.told("--jobs", "1", PATH=path))
        assert found["x/victim"]["failure"] == "its process was ended by SIGKILL: it may have run out of memory"
        assert [found[name]["state"] for name in "ab"] == ["open", "open"]

    def test_a_file_that_kills_who_reads_it_is_named(self, fleet: Fleet) -> None:
        """A process died of its repository: the next one lets others read the files. With little stack, Python's parser is such a case."""
        fleet.write(fleet.repository("a", {"bad.py": f"import mlflow\nx = {'-' * 5000}1\n", "train.py": OLD}))
        code = (
            "import os, resource, sys; resource.setrlimit(resource.RLIMIT_STACK, (1 << 18, resource.RLIM_INFINITY)); "
            "os.execv(sys.executable, [sys.executable, '-m', 'codemod', *sys.argv[1:]])"
        )
        command = [sys.executable, "-c", code, *fleet.arguments("--format", "json")]
        done = subprocess.run(command, cwd=fleet.folder, env=fleet.environment(), capture_output=True)
        (found,) = json.loads(done.stdout)["repositories"]
        assert (found["state"], found["result"]["rules"]) == ("not all read", {"MLF101": 1}), found
        report = json.loads((fleet.work / found["folder"] / "report.json").read_text())
        failed = {each["path"]: each["reason"] for each in report["files"] if each["state"] == "failed"}
        assert failed.keys() == {"bad.py"}
        if sys.version_info[:2] == (3, 11):  # other parsers refuse it
            assert failed["bad.py"] == "the worker process ended by SIGSEGV while it was migrating this file, twice"

    def test_they_leave_memory_to_the_machine(self, fleet: Fleet) -> None:
        """Python then fails the file that wants more, and the system none of the others."""
        fleet.write(fleet.repository("a"))
        said, git = fleet.folder / "said", shutil.which("git")
        read = f'grep "Max data size" /proc/$PPID/limits > {said}; cat /proc/$PPID/oom_score_adj >> {said}'
        fleet.told(PATH=in_place_of_git(fleet, f'*%cI*) {read}; exec {git} "$@" ;;'))
        limit, score = said.read_text().splitlines()
        assert "unlimited" not in limit.split("size")[1].split()[0]
        assert int(score) >= 500

    def test_they_do_without_the_process_that_forks(self, fleet: Fleet) -> None:
        """Who kills that one costs nothing: interpreters start, also for the repository that was being worked on."""
        fleet.forks_children = False
        was_here, git = fleet.folder / "was here", shutil.which("git")
        kills = f'touch "{was_here}"; kill -9 $(cut -d" " -f4 /proc/$PPID/stat); sleep 1'
        path = in_place_of_git(fleet, f'*fetch*) [ -e "{was_here}" ] || {{ {kills}; }}; exec {git} "$@" ;;')
        fleet.write(fleet.repository("a"), fleet.repository("b"))
        assert fleet.told("--jobs", "1", PATH=path)["summary"]["states"]["open"] == 2
        assert was_here.exists()

    def test_they_end_with_a_run_that_is_killed(self, fleet: Fleet) -> None:
        pid = fleet.folder / "pid"
        path = in_place_of_git(fleet, HAS_A_COMMIT, f"*fetch*victim*) echo $$ > {pid}; exec sleep 600 ;;")
        fleet.write(VICTIM)
        process = fleet.start(PATH=path)
        end = time.monotonic() + 120
        while not (pid.exists() and pid.read_text()):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end
            time.sleep(0.02)
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) == 3  # the one that forks, its fork, and Git
        process.kill()
        process.communicate()
        _, alive = psutil.wait_procs(family, timeout=60)
        assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]

    def test_nothing_that_is_made_for_a_moment_stays(self, fleet: Fleet) -> None:
        """A folder that Git reads from lies where the next run finds it, when whoever made it is killed."""
        moment = fleet.folder / "moment"
        moment.mkdir()
        origin = fleet.repository("victim")
        path = in_place_of_git(fleet, "*fetch*) kill -9 $PPID; sleep 1 ;;")
        fleet.write(origin)
        assert fleet.told(PATH=path, TMPDIR=str(moment))["summary"]["states"]["failed"] == 1
        assert not [*moment.iterdir()]
        assert fleet.told(TMPDIR=str(moment))["summary"]["states"]["open"] == 1
        assert not [*moment.iterdir()]
        assert not [*fleet.work.rglob("scratch")]


class TestDisk:
    def test_a_folder_that_cannot_be_made_costs_its_repository(self, fleet: Fleet) -> None:
        fleet.write(fleet.repository("a"), fleet.repository("b"))
        first = by_name(fleet.told())
        place = fleet.work / first["a"]["folder"]
        shutil.rmtree(place)
        place.write_text("a file in its place")
        found = by_name(fleet.told())
        assert found["a"]["failure"] == f"{place}: File exists"
        assert found["b"]["as_before"]

    def test_a_full_disk_is_named(self, fleet: Fleet) -> None:
        """What a process says on its standard error cannot be written then."""
        fleet.write(fleet.repository("a", {"pyproject.toml": "[tool.mlflow-codemod]\nfoo = 1\n", "a.py": OLD}))
        (first,) = fleet.told()["repositories"]
        (place,) = (fleet.work / "repositories").iterdir()
        (place / "log.txt").unlink()
        os.symlink("/dev/full", place / "log.txt")
        assert fleet.told()["repositories"][0]["failure"] == first["failure"]
        fleet.git("rm", "-q", "pyproject.toml", cwd=fleet.folder / "origins/a")
        fleet.git("commit", "-q", "-m", "x", cwd=fleet.folder / "origins/a")
        (place / "history").write_text("a file in its place")
        assert fleet.told()["repositories"][0]["failure"].startswith(f"{place / 'history'}")

    def test_what_takes_more_than_there_is(self, fleet: Fleet) -> None:
        fleet.write(fleet.repository("large", {"a.py": OLD, "x.bin": os.urandom(3 << 20)}), fleet.repository("small"))
        fleet.constants["codemod.fleet.bounds._PART"] = (1 << 20) / shutil.disk_usage(fleet.folder).free
        found = by_name(fleet.told())
        assert "takes more than " in found["large"]["failure"]
        assert "half of what is free on this disk" in found["large"]["failure"]
        assert "than 0 MiB" not in found["large"]["failure"]
        assert found["small"]["state"] == "open"


class TestPlace:
    def test_a_lock_that_cannot_be_opened(self, fleet: Fleet) -> None:
        fleet.write(fleet.repository("a"))
        (fleet.work / "lock").mkdir(parents=True)
        done = fleet.run()
        (line,) = done.stderr.decode().splitlines()
        assert (done.returncode, line) == (2, f"error: {fleet.work}/lock: cannot be used: Is a directory")

    def test_two_that_begin_at_once_do_not_take_each_other_for_strangers(self, tmp_path: Path) -> None:
        (tmp_path / "lock").touch()  # what the other has made so far
        with Workplace(str(tmp_path)).taken():
            assert (tmp_path / "mlflow-codemod-fleet.json").exists()

    def test_a_stranger_who_has_a_lock_too(self, tmp_path: Path) -> None:
        (tmp_path / "lock").touch()
        (tmp_path / "precious.txt").touch()
        with pytest.raises(WrongUseError, match="was not made by this command"), Workplace(str(tmp_path)).taken():
            pass
        assert sorted(path.name for path in tmp_path.iterdir()) == ["lock", "precious.txt"]


def test_a_branch_of_its_own_that_is_not_there(fleet: Fleet) -> None:
    path = fleet.repository("renamed")
    fleet.git("branch", "-m", "main", "trunk", cwd=path)
    fleet.git("symbolic-ref", "HEAD", "refs/heads/main", cwd=path)
    fleet.write(path)
    assert fleet.told()["repositories"][0]["failure"] == (
        'the branch that it names as its own is not there; name another one in a list in TOML, such as branch = "trunk"'
    )
