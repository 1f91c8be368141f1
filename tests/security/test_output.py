"""What others wrote reaches no terminal and no log unescaped: every output, fed with hostile names, messages and code."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest

from codemod.cli import outputs
from codemod.reports import text as text_options
from codemod.reports.base import Report
from codemod.reports.escaping import for_annotation, for_line, for_property, printable
from codemod.running.discovery import discover
from codemod.running.runner import RunOptions, run
from codemod.settings import Settings

Write = Callable[..., Path]
Program = Callable[..., subprocess.CompletedProcess[bytes]]

NAMES = (
    b"::error file=x::pwn.py", b"  ::warning::x.py", b"##[error]x.py", b"##vso[task.setvariable variable=x]y.py", b"\x1b]0;owned\x07.py",
    b"\x1b[2J.py", b"a\nok: forged.py", b"a\r::error::forged.py", b"\xc2\x9b31m.py", b"\xe2\x80\xae.py", b"\xff\xfe.py", b"<script>alert(1)<.py",
    b"'; touch pwned;'.py", b"`touch pwned`.py", b"a%0Ab,c:d.py", b"| a | b.py", b"&quot;\"'.py", b"\xe2\x80\xa8.py",
)  # fmt: skip
CODE = (
    "import mlflow\n"
    'mlflow.xgboost.log_model(m, artifact_path="\x1b[2J\u202e\x9b</script>::error::x")\n'
    "print(mlflow.\u00b5.nothing, '\x1b]0;x\x07', '##[error]x', ']]>&<![CDATA[')  # \x1b[31m\n"
    'mlflow.sklearn.log_model(\x0c m, "a%0A::error::b", code_path=["\u2028"])\n'
)
FORMATS = outputs.FORMATS


def control_characters(text: str, allowed: str = "\n") -> set[str]:
    return {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c not in allowed}


def commands(text: str) -> list[str]:
    """Return the lines that GitHub Actions, Azure Pipelines or TeamCity would obey."""
    return [
        line for line in text.splitlines() if re.match(r"\s*::", line) or re.search(r"##(\[|vso\[|teamcity\[)", line)
    ]


@pytest.fixture
def hostile(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    for number, name in enumerate(NAMES):
        write(b"project/" + name, CODE if number % 3 else f"{CODE}\nbroken (\n")
    write(b"project/\x1b[2Jfolder/a\x1b.py", CODE)
    (folder / "link\x1b.py").symlink_to("no\x1bwhere::")
    monkeypatch.chdir(folder)
    return folder


class TestFormats:
    @pytest.mark.parametrize("form", FORMATS)
    def test_nothing_raw_comes_out(self, hostile: Path, program: Program, form: str) -> None:
        done = program("check", "--format", form, "--statistics", cwd=hostile)
        assert done.returncode == 3, done.stderr.decode()
        text = done.stdout.decode("utf-8")
        assert not control_characters(text, "\n\t")
        assert done.stderr == b""
        if form == "github":
            assert {line.partition(" ")[0] for line in text.splitlines()} <= {"::error", "::warning", "::notice"}
        else:
            assert not commands(text)
        if form in ("json", "sarif", "gitlab"):
            json.loads(text)
        elif form == "jsonl":
            assert all(isinstance(json.loads(line), dict) for line in text.splitlines())
        elif form == "junit":
            ElementTree.fromstring(text)
        elif form == "html":
            assert "<script>alert" not in text

    @pytest.mark.parametrize("form", FORMATS)
    def test_a_file_holds_the_same(self, hostile: Path, program: Program, tmp_path: Path, form: str) -> None:
        target = tmp_path / "report"
        program("check", "--output", f"{form}={target}", cwd=hostile)
        written = target.read_text("utf-8")
        assert not control_characters(written, "\n\t")
        assert form == "github" or not commands(written)

    @pytest.mark.parametrize("colour", [False, True])
    def test_apply(self, hostile: Path, program: Program, colour: bool) -> None:
        done = program("apply", "--unsafe", cwd=hostile, **({"FORCE_COLOR": "1"} if colour else {}))
        for stream in (done.stdout, done.stderr):
            text = re.sub(r"\x1b\[[0-9;]*m", "", stream.decode()) if colour else stream.decode()
            assert not control_characters(text)
            assert not commands(text)

    def test_a_diff_on_a_terminal(self, hostile: Path, program: Program) -> None:
        done = program("apply", "--diff", cwd=hostile, FORCE_COLOR="1")
        assert not control_characters(re.sub(rb"\x1b\[[0-9;]*m", b"", done.stdout).decode(), "\n\t")

    def test_the_way_back_is_a_command_and_nothing_else(self, hostile: Path, program: Program, tmp_path: Path) -> None:
        done = program("apply", "--save-patch", "$(touch pwned) \x1b.patch", cwd=hostile)
        assert not control_characters(done.stderr.decode())
        assert b"'$(touch pwned)" in done.stderr


class TestMessages:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["check", "no\x1b[2Jsuch\n::error::x"],
            ["check", "--select", "M\x1b[2J\n::error::x"],
            ["check", "--no\x1b[2Jsuch\n::error::option"],
            ["che\x1b[2J\nck"],
            ["check", "--format", "te\x1bxt\n::error::x"],
            ["check", "--since", "\x1b[2J\n::error::x", "."],
            ["baseline", "check", "--baseline", "\x1b[2J\n::error::x"],
            ["explain", "\x1b[2J\n::error::x"],
            ["apply", "--save-patch", "/no\x1b/such\n::error::x", "."],
            ["doctor", "--tracking-uri", "/no\x1b/such\n::error::x"],
            ["report", "--output", "/no\x1b/such\n::error::x.html", "."],
        ],
        ids=lambda arguments: " ".join(arguments[:2]).encode("unicode_escape").decode(),
    )
    def test_wrong_use(self, write: Write, program: Program, arguments: list[str]) -> None:
        write("a.py")
        done = program(*arguments)
        assert done.returncode == 2
        assert not control_characters(done.stderr.decode())
        assert not commands(done.stderr.decode())
        assert b"Traceback" not in done.stderr

    @pytest.mark.parametrize(
        "table",
        [
            'target = "\\u001b[2J\\n::error::x"', '"ke\\u001by\\n::error::x" = 1', 'select = ["\\u001b[2J\\n::error::x"]',
            'add = ["\\u001b[2J\\n::error::x"]', 'name-from = "\\u001b[2J\\n::error::x"', 'sample = "\\u001b\\n::error::x"',
            'exclude = ["\\u001b!!\\n::error::x", 3]', '[tool.mlflow-codemod.per-file-ignores]\n"\\u001b\\n::error::x" = ["x\\u001b"]',
        ],
    )  # fmt: skip
    def test_configuration(self, write: Write, program: Program, table: str) -> None:
        write("\x1bfolder/pyproject.toml", f"[tool.mlflow-codemod]\n{table}\n")
        write("\x1bfolder/a.py")
        done = program("check", "\x1bfolder")
        assert done.returncode == 2
        assert done.stderr.count(b"\n") == 1
        assert not control_characters(done.stderr.decode())
        assert not commands(done.stderr.decode())

    def test_a_baseline(self, write: Write, program: Program) -> None:
        write("a.py")
        entry = {"path": "a.py", "code": "MLF\x1b[2J", "text": "\x1b\n::error::x", "fingerprint": "x"}
        other = {**entry, "path": "\x1b]0;x\x07\n::error::y", "code": "MLF101", "fingerprint": "y"}
        gone = {**entry, "path": "a.py", "code": "MLF101", "text": "\x1b\n::error::x", "fingerprint": "z"}
        write("known.json", json.dumps([{"mlflow-codemod-baseline": 1}, entry, other, gone]))
        done = program("baseline", "check", "--baseline", "known.json")
        assert done.returncode == 1
        assert b"fixed: " in done.stderr
        assert not control_characters(done.stderr.decode())
        assert not commands(done.stderr.decode())
        write("bad.json", json.dumps([{"mlflow-codemod-baseline": "\x1b\n::error::x"}]))
        assert not control_characters(program("baseline", "check", "--baseline", "bad.json").stderr.decode())


class TestFunctions:
    @pytest.mark.parametrize("name", NAMES)
    def test_a_line_stays_one_and_steers_nothing(self, name: bytes) -> None:
        shown = for_line(os.fsdecode(name))
        assert not control_characters(shown, "")
        assert not commands(shown)
        assert for_line(shown) == shown

    def test_what_is_harmless_stays(self) -> None:
        for text in ("a.py:1:2: MLF101 ä × …", "x :: y", "# [a]", "## heading", "a\tb", "C:\\x"):
            assert for_line(text) == text

    def test_an_annotation_keeps_its_line_ends(self) -> None:
        assert for_annotation("50 %\n\x1b[2J") == "50 %25%0A\\x1b[2J"
        assert for_property("a:b,c\n") == "a%3Ab%2Cc%0A"
        assert printable("\udcff\u202e") == "\\udcff\\u202e"


class TestReportsWithoutDisk:
    def test_every_format_is_made_by_one_that_escapes(self, hostile: Path) -> None:
        """Formats that are new must stand here too: this test renders all that there are."""
        outcomes: list = []
        run(discover(["."]).targets, RunOptions(Settings(), jobs=1), outcomes.append)
        report = Report("check", Settings(), tuple(outcomes))
        for form in FORMATS:
            assert not control_characters(
                outputs._rendered(report, form, text_options.Options(), statistics=True), "\n\t"
            ), form


class _Server:
    """Says what it is told to, to everybody."""

    def __init__(self, answer: bytes, *, resets: bool = False) -> None:
        self.answer, self.resets = answer, resets
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.uri = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.asked: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                self.asked.append(connection.recv(1 << 16))
                connection.sendall(self.answer)
                if self.resets:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


@pytest.fixture
def server() -> Iterator[Callable[..., _Server]]:
    servers: list[_Server] = []

    def start(answer: bytes, **more: bool) -> _Server:
        servers.append(_Server(answer, **more))
        return servers[-1]

    yield start
    for one in servers:
        with closing(one.socket):
            pass


def answer(body: bytes, status: bytes = b"200 OK", *headers: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 " + status, *headers, b"Content-Length: %d" % len(body), b"", body])


class TestDoctor:
    @pytest.mark.parametrize(
        "said",
        [
            answer(b"3.1\nok:      http://x: MLflow 3.17.2"),
            answer(b"3.1\x1b[2J\x1b]0;x\x07"),
            answer(b"9\r::error::x"),
            answer(b"", b"302 Found", b"Location: http://x/\x1b[2J"),
            answer(b"", b"302 \x1b[2J\xff", b"Location: //user:secret@host/\x1b"),
            answer(b"", b"302 Found", b"Location: http:/user:secret@host/"),
            answer(b"", b"302 Found", b"Location: http://user:secret\\@host/"),
            answer(b"[" * 60000, b"404 Not Found"),
            answer(b'{"a":' * 12000),
            answer(b'{"error_code": "\\u001b[2J"}', b"404 Not Found"),
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\x1b\r\n",
            b"\x1b[2J garbage\r\n\r\n",
        ],
    )
    def test_an_answer_is_quoted_and_not_obeyed(
        self, program: Program, server: Callable[..., _Server], said: bytes
    ) -> None:
        done = program("doctor", "--tracking-uri", server(said).uri)
        text = done.stdout.decode()
        assert done.returncode in (1, 3)
        assert done.stderr == b""
        assert not control_characters(text)
        assert len(text.splitlines()) in (1, 2)
        assert not any(line.startswith("ok:      http://x") for line in text.splitlines())
        assert "secret" not in text

    @pytest.mark.parametrize("status", [b"200 OK", b"404 Not Found"])
    def test_a_reset_inside_a_body(self, program: Program, server: Callable[..., _Server], status: bytes) -> None:
        said = b"HTTP/1.1 " + status + b"\r\nContent-Length: 100000\r\n\r\n3.1"
        done = program("doctor", "--tracking-uri", server(said, resets=True).uri)
        assert done.returncode in (1, 3)
        assert b"Traceback" not in done.stderr
        assert done.stderr == b""

    def test_a_password_that_is_not_utf_8(self, program: Program, server: Callable[..., _Server]) -> None:
        one = server(answer(b"3.1"))
        secret = {"MLFLOW_TRACKING_USERNAME": "me", "MLFLOW_TRACKING_PASSWORD": os.fsdecode(b"s\xff\xfecret")}
        done = program("doctor", "--tracking-uri", one.uri, **secret)
        assert done.stderr == b""
        assert b"MLflow 3.1" in done.stdout
        done = program("doctor", "--tracking-uri", one.uri, MLFLOW_TRACKING_TOKEN=os.fsdecode(b"s\xff\xfecret"))
        assert done.stderr == b""
        assert b"cret" not in done.stdout

    @pytest.mark.parametrize(
        "uri",
        [
            "http://me:secret@host", "HTTPS://me:secret@host/", " http://me:secret@host", "http:/me:secret@host", "http:me:secret@host",
            "http:///me:secret@host", "//me:secret@host/x", "me:secret@host/x", "postgresql://me:secret@host/db",
            "mysql+pymysql://me:secret@host/db", "sqlite://me:secret@host/x", "file://me:secret@host/x", "http://me%3Asecret%40host/",
            "http://me:secret%2540host/", "http://me:secret\\@host", "http://host/?password=secret", "http://host/#secret", "http://me:secret",
            "http://host/x?a=me:secret@y", "secret://x", "me:secret://x", "databricks://me:secret@x", "http://[secret", "http://h:1:secret@x/",
            "file:me:secret@host", "http:\\\\me:secret@host",
        ],
    )  # fmt: skip
    def test_credentials_in_a_uri_are_not_shown(self, program: Program, uri: str) -> None:
        done = program("doctor", "--tracking-uri", uri, "--timeout", "0.2")
        assert done.returncode in (2, 3)
        shown = done.stdout + done.stderr
        assert b"secret" not in shown.replace(b"kind 'secret'", b"")
        assert b"Traceback" not in shown

    def test_a_folder_may_have_an_at_in_its_name(self, program: Program, write: Write, tmp_path: Path) -> None:
        write("a@b/0/meta.yaml")
        for uri in ("a@b", str(tmp_path / "a@b"), (tmp_path / "a@b").as_uri(), f"file:{tmp_path / 'a@b'}"):
            done = program("doctor", "--tracking-uri", uri)
            assert (done.returncode, b"a file store" in done.stdout) == (1, True), uri
