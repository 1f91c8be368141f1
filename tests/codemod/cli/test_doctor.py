"""``doctor``: stores on the disk, and how it behaves towards a server that is slow, elsewhere or closed."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

Program = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def server() -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """A server that sends everybody on to another path, and notes who came with which credentials."""
    seen: list[tuple[str, str | None]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append((self.path, self.headers["Authorization"]))
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}", seen
        running.shutdown()


def test_credentials_go_nowhere_else_and_are_not_printed(
    program: Program, server: tuple[str, list[tuple[str, str | None]]]
) -> None:
    uri, seen = server
    done = program("doctor", "--tracking-uri", uri, MLFLOW_TRACKING_TOKEN="s3cret", no_proxy="*")
    assert done.returncode == 3
    assert {path for path, _ in seen} == {"/version", "/api/2.0/mlflow/logged-models/search"}
    assert {credentials for _, credentials in seen} == {"Bearer s3cret"}
    assert b"s3cret" not in done.stdout + done.stderr


def test_a_redirect_is_told(program: Program, server: tuple[str, list[tuple[str, str | None]]]) -> None:
    done = program("doctor", "--tracking-uri", server[0], no_proxy="*")
    assert b"/version: status 302, which sends to /elsewhere, which is not a release" in done.stdout


@contextmanager
def answering(body: bytes, *, status: int = 200, pause: float = 0) -> Iterator[str]:
    """A server that says the same to every question, and perhaps byte by byte."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            with suppress(OSError):  # who asked has left
                for at in range(len(body)) if pause else ():
                    self.wfile.write(body[at : at + 1])
                    time.sleep(pause)
                self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.mark.parametrize("body", [b"<html>Please sign in</html>", b'{"detail": "hello"}', b'["models"]', b"3.1.0"])
def test_a_page_of_something_else_is_no_server_that_takes_models(program: Program, body: bytes) -> None:
    """Proxies answer every path with their sign-in page and the status 200."""
    with answering(body) as uri:
        done = program("doctor", "--tracking-uri", uri, no_proxy="*")
    assert done.returncode == 3
    assert (
        b"unknown: cannot tell whether MLflow 3 clients can log models: status 200, which is not what MLflow answers"
        in done.stdout
    )


def test_a_wrong_path_is_no_old_server(program: Program) -> None:
    with answering(b"not found", status=404) as uri:
        done = program("doctor", "--tracking-uri", f"{uri}/prefix", no_proxy="*")
    assert done.returncode == 3
    assert b"no MLflow answers at this address (404)" in done.stdout


def test_a_server_without_models_answers_an_empty_object(program: Program) -> None:
    with answering(b"{}") as uri:
        done = program("doctor", "--tracking-uri", uri, no_proxy="*")
    assert b"ok:      the server knows logged models" in done.stdout


def test_a_server_that_never_ends(program: Program) -> None:
    with answering(b"3." * 100, pause=0.2) as uri:
        begin = time.monotonic()
        done = program("doctor", "--tracking-uri", uri, "--timeout", "0.5", no_proxy="*")
    assert time.monotonic() - begin < 15
    assert (done.returncode, done.stdout.decode()) == (3, f"unknown: {uri}: no answer: timed out\n")


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("", "error: the tracking URI is empty"),
        ("databricks", "error: doctor cannot check the tracking server of Databricks"),
        ("databricks://profile", "error: doctor cannot check the tracking server of Databricks"),
        ("http://", "error: http://: the tracking URI names no host"),
        ("http://127.0.0.1:port", "error: the tracking URI is not a URI"),
    ],
)
def test_what_is_no_address(program: Program, uri: str, message: str) -> None:
    done = program("doctor", "--tracking-uri", uri)
    assert done.returncode == 2
    assert done.stderr.decode().startswith(message)


def test_credentials_in_the_uri_are_refused_and_not_printed(program: Program) -> None:
    done = program("doctor", "--tracking-uri", "http://me:s3cret@127.0.0.1:1")
    assert done.returncode == 2
    assert b"s3cret" not in done.stdout + done.stderr


@pytest.fixture
def guarded() -> Iterator[str]:
    """A server that lets nobody in, as MLflow's basic authentication answers on both lines."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="mlflow"')
            self.end_headers()
            self.wfile.write(b"You are not authenticated. " + (self.headers["Authorization"] or "").encode())

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("", "wants credentials; set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"),
        ("USERNAME PASSWORD", "refuses the user and password of MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"),
        ("TOKEN", "refuses the token of MLFLOW_TRACKING_TOKEN"),
        ("PASSWORD TOKEN", "refuses the token of MLFLOW_TRACKING_TOKEN; MLFLOW_TRACKING_PASSWORD alone does nothing"),
        (
            "USERNAME",
            "wants credentials; set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN; "
            "MLFLOW_TRACKING_USERNAME alone does nothing",
        ),
    ],
)
def test_credentials_that_are_missing_or_refused(program: Program, guarded: str, names: str, message: str) -> None:
    given = {f"MLFLOW_TRACKING_{name}": f"s3cret-{name}" for name in names.split()}
    done = program("doctor", "--tracking-uri", guarded, no_proxy="*", **given)
    assert done.returncode == 3
    assert done.stdout.decode() == f"unknown: {guarded}: the server {message} (401)\n"
    assert b"s3cret" not in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr


def test_credentials_that_no_header_can_hold(program: Program, guarded: str) -> None:
    done = program("doctor", "--tracking-uri", guarded, no_proxy="*", MLFLOW_TRACKING_TOKEN="s3cret\nX-Other: 1")
    assert done.returncode == 3
    assert done.stdout.endswith(b"no answer: the address or the credentials hold characters that no request can\n")
    assert b"s3cret" not in done.stdout + done.stderr


def test_nobody_answers(program: Program) -> None:
    done = program("doctor", "--tracking-uri", "http://127.0.0.1:1", no_proxy="*")
    assert done.returncode == 3
    assert done.stdout.startswith(b"unknown: ")


@pytest.mark.parametrize(("tables", "code"), [((), 1), (("logged_models",), 0)])
def test_a_database_is_read_and_not_changed(
    program: Program, tmp_path: Path, tables: tuple[str, ...], code: int
) -> None:
    path = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0584bdc529eb')")
        for table in ("experiments", *tables):
            connection.execute(f"CREATE TABLE {table} (id INTEGER)")
        connection.commit()
    before = path.read_bytes()
    done = program("doctor", "--tracking-uri", f"sqlite:///{path}")
    assert (done.returncode, done.stderr) == (code, b"")
    assert b"0584bdc529eb" in done.stdout
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["mlflow.db"]


def test_what_is_not_there_is_not_made(program: Program, tmp_path: Path) -> None:
    for uri in ("sqlite:///none.db", "file:none", "mlruns", "databricks://x"):
        assert program("doctor", "--tracking-uri", uri).returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_a_file_store(program: Program, tmp_path: Path) -> None:
    (tmp_path / "mlruns/0").mkdir(parents=True)
    (tmp_path / "mlruns/0/meta.yaml").write_text("experiment_id: '0'\n")
    done = program("doctor", "--tracking-uri", "mlruns")
    assert (done.returncode, b"file store" in done.stdout) == (1, True)
