"""Supervision of real processes: readiness, early ends, ports, and that nothing survives."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psutil
import pytest

from compat_tests import processes
from compat_tests.processes import ServicePlan, StartError, get_text, http_ready, post_json, start

SERVER = '''\
import http.server, os, subprocess, sys

port, pids = int(sys.argv[1]), sys.argv[2]
# A grandchild in a session of its own whose parent is gone at once: no process group holds it.
daemon = """import os, sys, time
os.fork() and os._exit(0)
os.setsid()
open(sys.argv[1] + ".part", "w").write(str(os.getpid()))
os.rename(sys.argv[1] + ".part", sys.argv[1])  # whoever sees it reads all of it
time.sleep(600)
"""
subprocess.run([sys.executable, "-c", daemon, pids])

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"1.2.3\\n")

print("listening", flush=True)
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
'''


def plan(folder: Path, program: str, *arguments: str) -> ServicePlan:
    return ServicePlan(
        name="demo server",
        command=lambda port: [sys.executable, "-c", program, str(port), *arguments],
        folder=folder,
        variables=dict(os.environ),
        ready=http_ready("/health"),
        version=lambda uri: get_text(f"{uri}/version").strip(),
    )


def eventually(condition: Callable[[], bool], seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[int]:
    """The port of a server that is not ours and answers the same requests."""
    files = tmp_path / "stranger"
    files.mkdir()
    (files / "health").write_text("ok")
    command = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=files) as process:
        assert process.stdout
        port = int(process.stdout.readline().split(" port ")[1].split()[0])
        try:
            yield port
        finally:
            process.kill()


def test_a_started_service_answers_and_leaves_nothing(tmp_path: Path) -> None:
    daemon_file = tmp_path / "daemon"
    with start(plan(tmp_path / "service", SERVER, str(daemon_file))) as service:
        assert service.version == "1.2.3"
        assert service.uri == f"http://127.0.0.1:{service.port}"
        assert service.owns_port()
        assert "listening" in service.log_tail()
        assert eventually(daemon_file.exists)
        daemon = int(daemon_file.read_text())
        assert not gone(daemon)
    assert gone(daemon)
    assert service.status is not None
    service.stop()  # a second call does nothing
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", service.port), timeout=1)


def test_two_services_get_ports_of_their_own(tmp_path: Path) -> None:
    with (
        start(plan(tmp_path / "a", SERVER, str(tmp_path / "1"))) as first,
        start(plan(tmp_path / "b", SERVER, str(tmp_path / "2"))) as second,
    ):
        assert first.port != second.port
        assert second.version == "1.2.3"
        second.stop()
        assert first.version == "1.2.3", "stopping one must not touch the other"


def test_an_early_end_shows_the_end_of_the_log_within_seconds(tmp_path: Path) -> None:
    program = "import sys; print('\\n'.join(f'line {i}' for i in range(100)), flush=True); sys.exit('no such table: experiments')"
    began = time.monotonic()
    with pytest.raises(StartError) as caught:
        start(plan(tmp_path, program))
    assert time.monotonic() - began < processes.START_SECONDS / 2, "its end is seen, and nobody waits for an answer"
    message = str(caught.value)
    assert message.startswith("demo server ended with status 1 before it took requests")
    assert "command: " in message
    assert message.endswith("  no such table: experiments")
    assert "line 99" in message
    assert "line 5\n" not in message, "only the end of a long log is shown"


def test_a_command_that_does_not_exist(tmp_path: Path) -> None:
    broken = plan(tmp_path, SERVER)
    missing = ServicePlan(
        "demo server", lambda _: ["/no/such/python"], tmp_path, broken.variables, broken.ready, broken.version
    )
    with pytest.raises(StartError, match=r"status 127(.|\n)*cannot start /no/such/python: No such file or directory"):
        start(missing)


def test_a_service_that_never_answers_is_stopped(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    program = f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    with pytest.raises(StartError, match=r"did not take requests within \d+ s"):
        start(plan(tmp_path, program), limit=3)  # more, while it starts
    assert gone(int(pid_file.read_text()))


def test_a_service_that_is_still_at_work_gets_more_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StartError, match=r"did not take requests within \d+ s"):
        start(plan(tmp_path, "while True: pass"), limit=0.5)
    monkeypatch.setattr(processes, "_BUSY_FACTOR", 400)  # the machine of this test may be busy itself
    monkeypatch.setattr(processes, "_AT_WORK", 1e-5)
    works = "import time\nbegan = time.monotonic()\nwhile time.monotonic() < began + 4: pass\n"
    with start(plan(tmp_path, works + SERVER, str(tmp_path / "pid")), limit=3) as service:
        assert service.version == "1.2.3"


def test_a_taken_port_is_given_up_for_another(tmp_path: Path, stranger: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ports = [stranger]
    real = processes._free_port
    monkeypatch.setattr(processes, "_free_port", lambda: ports.pop() if ports else real())
    with start(plan(tmp_path, SERVER, str(tmp_path / "daemon"))) as service:
        assert service.port != stranger
        assert service.version == "1.2.3"


def test_a_stranger_who_answers_is_not_taken_for_the_service(
    tmp_path: Path, stranger: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_free_port", lambda: stranger)
    with pytest.raises(StartError, match=f"lost port {stranger} to another process"):
        start(plan(tmp_path, "import time; time.sleep(600)"))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_survives_the_end_of_its_owner(tmp_path: Path, how: signal.Signals) -> None:
    report = tmp_path / "report.json"
    owner_program = textwrap.dedent(
        f"""
        import json, sys, time
        from pathlib import Path
        import psutil
        sys.path[:0] = {[str(Path(__file__).parent), str(Path(processes.__file__).parents[1])]!r}
        from test_processes import SERVER, eventually, plan
        from compat_tests.processes import start

        folder = Path({str(tmp_path)!r})
        service = start(plan(folder / "service", SERVER, str(folder / "daemon")))
        eventually((folder / "daemon").exists)
        pids = [p.pid for p in psutil.Process().children(recursive=True)]
        (folder / "report.tmp").write_text(json.dumps([*pids, int((folder / "daemon").read_text())]))
        (folder / "report.tmp").rename({str(report)!r})
        time.sleep(600)
        """
    )
    owner = subprocess.Popen([sys.executable, "-c", owner_program], stderr=subprocess.DEVNULL)
    try:
        assert eventually(report.exists, 30)
        pids = json.loads(report.read_text())
        assert len(set(pids)) >= 3, "supervisor, server and daemon"
        assert not any(gone(pid) for pid in pids)
        owner.send_signal(how)
        owner.wait(10)
        assert eventually(lambda: all(gone(pid) for pid in pids))
    finally:
        owner.kill()
        owner.wait()


@pytest.mark.parametrize("how", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_nothing_survives_a_supervisor_that_is_asked_to_end(tmp_path: Path, how: signal.Signals) -> None:
    command = [sys.executable, "-c", SERVER, "0", str(tmp_path / "daemon")]
    process = subprocess.Popen(
        [sys.executable, str(Path(processes.__file__).with_name("supervisor.py")), *command], stdin=subprocess.PIPE
    )
    assert eventually((tmp_path / "daemon").exists)
    pids = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
    assert pids
    process.send_signal(how)
    assert process.wait(10) == 128 + signal.SIGTERM
    assert all(gone(pid) for pid in [*pids, int((tmp_path / "daemon").read_text())])


def test_a_process_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    folder = Path(processes.__file__).parent
    program = f"import sys; sys.path.insert(0, {str(folder)!r}); import supervisor; sys.exit(supervisor.supervise(sys.argv[1:], grace=0.5))"
    process = subprocess.Popen(
        [sys.executable, "-c", program, sys.executable, "-c", stubborn], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    assert process.stdout.readline() == b"deaf\n"
    children = psutil.Process(process.pid).children(recursive=True)
    process.stdin.close()
    assert process.wait(10) == 128 + signal.SIGKILL
    assert all(gone(child.pid) for child in children)


def test_a_local_service_is_asked_without_the_proxy_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    class Echo(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # where nobody listens
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with HTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            assert post_json(f"http://127.0.0.1:{server.server_port}/", {"inputs": [1]}) == {"inputs": [1]}
        finally:
            server.shutdown()
            thread.join()
