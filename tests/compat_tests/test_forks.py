"""A fork of the clients' interpreter does what an interpreter of its own does with the same arguments."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from compat_tests.environments import Environment
from compat_tests.forks import ClientForks, ForkError

HERE = Environment("here", Path(sys.executable))
MODULE = """\
import atexit, os, pickle, sys

class Made:
    pass

atexit.register(print, "at the end")
assert pickle.loads(pickle.dumps(Made())).__class__ is Made
print(__name__, sys.argv[1:], sys.path[:2], os.getcwd(), os.environ.get("GIVEN"), "HOME" in os.environ)
print("said", file=sys.stderr)
sys.exit(int(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClientForks]:
    """An interpreter that makes forks."""
    forks = ClientForks(HERE, tmp_path_factory.mktemp("forks"))
    yield forks
    forks.close()


def alone(arguments: Sequence[str], folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Do the same in an interpreter of its own."""
    return subprocess.run(HERE.command(*arguments), cwd=folder, env=variables, capture_output=True, text=True)


def test_a_module_runs_as_in_an_interpreter_of_its_own(forks: ClientForks, tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "it.py").write_text(MODULE, encoding="utf-8")
    variables = {"PYTHONPATH": str(code), "GIVEN": "1"}
    for arguments in (("-m", "it", "0"), ("-m", "it", "3", "more")):
        expected, done = alone(arguments, tmp_path, variables), forks.run(arguments, tmp_path, variables)
        assert (done.returncode, done.stdout) == (expected.returncode, expected.stdout)
        assert (done.stderr, done.returncode) == ("said\n", int(arguments[2]))


def test_code_runs_as_in_an_interpreter_of_its_own(forks: ClientForks, tmp_path: Path) -> None:
    program = "import sys, os\nprint(sys.argv[1:], sys.path[0], os.getcwd(), __name__, sys.stdin.read())"
    arguments = ("-c", program, "more")
    done = forks.run(arguments, tmp_path, {})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"['more']  {tmp_path} __main__ \n"


def test_an_error_and_a_death_are_told(forks: ClientForks, tmp_path: Path) -> None:
    failed = forks.run(("-c", "{}['missing']"), tmp_path, {})
    assert failed.returncode == 1
    assert failed.stderr.endswith("KeyError: 'missing'\n")
    assert forks.run(("-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), tmp_path, {}).returncode == -9


def test_what_one_changes_another_does_not_see(forks: ClientForks, tmp_path: Path) -> None:
    changes = "import os, json, sys; json.dumps = None; os.environ['LEFT'] = '1'; sys.path.insert(0, 'left')"
    assert forks.run(("-c", changes), tmp_path, {}).returncode == 0
    program = "import os, json, sys; print(json.dumps([os.environ.get('LEFT'), 'left' in sys.path]))"
    assert forks.run(("-c", program), tmp_path, {}).stdout == "[null, false]\n"


def test_two_run_side_by_side(forks: ClientForks, tmp_path: Path) -> None:
    """Each waits for the other."""
    program = (
        "import pathlib, sys, time\npathlib.Path(sys.argv[1]).touch()\n"
        "while not pathlib.Path(sys.argv[2]).exists(): time.sleep(0.01)\n"
    )
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(forks.run, ("-c", program, *names), tmp_path, {}) for names in (("a", "b"), ("b", "a"))]
        assert [each.result(30).returncode for each in asked] == [0, 0]


def test_an_interpreter_that_has_ended_is_told_with_what_it_said(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no such library >&2\nexit 5\n", encoding="utf-8")
    os.chmod(broken, 0o700)
    forks = ClientForks(Environment("broken", broken), tmp_path / "forks")
    with pytest.raises(ForkError, match=r"status 5:\nno such library"):
        forks.run(("-c", ""), tmp_path, {})
    forks.close()
