"""Repositories that try to run something, to be written to, or to be somewhere else; and credentials that must not show."""

from __future__ import annotations

import base64
import functools
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.codemod.fleet.conftest import OLD, Fleet, by_name
from tests.security.conftest import Tripwire

PLANTED = (
    "core.fsmonitor", "core.sshCommand", "core.gitProxy", "core.askPass", "core.pager", "core.editor", "credential.helper",
    "filter.x.clean", "filter.x.smudge", "filter.x.process", "filter.lfs.smudge", "filter.lfs.process", "diff.external",
    "diff.x.command", "diff.x.textconv", "uploadpack.packObjectsHook", "remote.origin.uploadpack", "gpg.program",
    "core.alternateRefsCommand", "alias.ls-remote", "merge.x.driver", "trailer.x.command",
)  # fmt: skip
HOOKS = (
    "post-checkout", "post-index-change", "reference-transaction", "pre-commit", "commit-msg", "prepare-commit-msg", "post-commit",
    "pre-auto-gc", "post-merge", "post-rewrite", "fsmonitor-watchman", "pre-receive", "update", "post-update", "proc-receive", "pre-push",
)  # fmt: skip


def plant(fleet: Fleet, path: Path, tripwire: Tripwire) -> None:
    """Put a program everywhere where Git looks for one, except in the person's own configuration."""
    for key in PLANTED:
        fleet.git("config", key, tripwire.command, cwd=path)
    fleet.git("config", "filter.x.required", "true", cwd=path)
    fleet.git("config", "remote.origin.promisor", "true", cwd=path)
    fleet.git("config", "remote.origin.url", f"ext::{tripwire.command}", cwd=path)
    fleet.git("config", "protocol.ext.allow", "always", cwd=path)
    for hook in HOOKS:
        shutil.copy(tripwire.path, path / ".git/hooks" / hook)


def test_nothing_of_a_repository_runs(fleet: Fleet, tripwire: Tripwire) -> None:
    marker = f"open({str(tripwire.mark)!r}, 'w').write('python')\n"
    path = fleet.repository(
        "a",
        {
            "train.py": OLD,
            ".gitattributes": "*.py filter=x diff=x merge=x\n*.bin filter=lfs\n",
            "data.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
            ".gitmodules": f'[submodule "s"]\n\tpath = s\n\turl = ext::{tripwire.command}\n\tupdate = !{tripwire.command}\n',
            **dict.fromkeys(
                (
                    "setup.py",
                    "conftest.py",
                    "sitecustomize.py",
                    "usercustomize.py",
                    "codemod/__init__.py",
                    "click.py",
                    "tomlkit.py",
                    "json.py",
                ),
                marker,
            ),
        },
    )
    fleet.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},s", cwd=path)
    fleet.git("commit", "-qm", "submodule", cwd=path)
    plant(fleet, path, tripwire)
    fleet.write(path)
    fleet.forks_children = False  # they import what they need while they lie in the repository
    repository = fleet.told("--apply")["repositories"][0]
    assert repository["result"]["applied"]["fixed"] == 1
    assert repository["state"] == "nothing left"
    assert (fleet.tree(repository) / "data.bin").read_text().startswith("version https://git-lfs")
    assert os.listdir(fleet.tree(repository) / "s") == []
    assert not tripwire.ran()


def test_programs_of_the_persons_own_configuration_do_not_see_a_repository(fleet: Fleet, tripwire: Tripwire) -> None:
    """Only what a person has for connections holds: proxies, certificates, credentials."""
    for hook in HOOKS:
        shutil.copy(tripwire.path, tripwire.path.parent / hook)
    template = fleet.folder / "template"
    (template / "hooks").mkdir(parents=True)
    for hook in HOOKS:
        shutil.copy(tripwire.path, template / "hooks" / hook)
    own = fleet.folder / "gitconfig"
    own.write_text(
        f"[core]\n\thooksPath = {tripwire.path.parent}\n\tfsmonitor = {tripwire.command}\n\tpager = {tripwire.command}\n"
        f"[init]\n\ttemplateDir = {template}\n"
        f'[filter "x"]\n\tclean = {tripwire.command}\n\tsmudge = {tripwire.command}\n\trequired = true\n'
        f"[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = {tripwire.command}\n"
    )
    path = fleet.repository("a", {"train.py": OLD, ".gitattributes": "* filter=x\n"})
    fleet.write(path)
    told = fleet.told("--apply", GIT_CONFIG_GLOBAL=str(own))
    assert told["repositories"][0]["result"]["applied"]["fixed"] == 1
    assert not tripwire.ran()


def test_variables_that_steer_git_lead_nowhere(fleet: Fleet) -> None:
    path, other = fleet.repository("a"), fleet.repository("other", {"x.txt": "x"})
    fleet.write(path)
    before = fleet.git("for-each-ref", cwd=other)
    names = ("GIT_DIR", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_WORK_TREE", "GIT_INDEX_FILE")
    told = fleet.told("--apply", **dict.fromkeys(names, str(other / ".git")))
    assert told["repositories"][0]["result"]["applied"]["fixed"] == 1
    assert fleet.git("for-each-ref", cwd=other) == before


def test_links_that_lead_out(fleet: Fleet) -> None:
    outside = fleet.folder / "outside"
    outside.mkdir()
    (outside / "code.py").write_text(OLD)
    (outside / "pyproject.toml").write_text('[tool.mlflow-codemod]\nselect = ["MLF9"]\n')
    path = fleet.repository("a")
    for name, target in (("pyproject.toml", "pyproject.toml"), ("code.py", "code.py"), ("folder", ".")):
        (path / name).symlink_to(outside / target)
    fleet.commit(path, {})
    fleet.list = fleet.folder / "list.toml"
    fleet.list.write_text(
        '[[repositories]]\naddress = "origins/a"\n[[repositories]]\naddress = "origins/a"\nname = "b"\npaths = ["folder"]\n'
    )
    found = by_name(fleet.told("--apply"))
    assert found["a"]["result"]["applied"]["fixed"] == 1
    assert found["b"]["failure"] == "folder leads out of the repository"
    assert (outside / "code.py").read_text() == OLD


def write_object(fleet: Fleet, path: Path, kind: str, data: bytes) -> str:
    return fleet.git("hash-object", "-w", "-t", kind, "--stdin", "--literally", cwd=path, data=data).strip()


def write_tree(fleet: Fleet, path: Path, *entries: tuple[str, str, str]) -> str:
    """Write a tree as nobody would make it by Git's own commands."""
    parts = (f"{mode} {name}\0".encode() + bytes.fromhex(one) for mode, name, one in entries)
    return write_object(fleet, path, "tree", b"".join(parts))


def with_tree(fleet: Fleet, name: str, make: Callable[[Path, str], str], times: str = "1700000000 +0000") -> Path:
    """Make a repository whose last commit has a tree of its own making."""
    path = fleet.repository(name)
    tree = make(path, fleet.git("rev-parse", "HEAD:train.py", cwd=path).strip())
    text = f"tree {tree}\nauthor A <a@b> {times}\ncommitter A <a@b> {times}\n\nx\n"
    fleet.git("update-ref", "refs/heads/main", write_object(fleet, path, "commit", text.encode()), cwd=path)
    return path


def test_trees_that_lead_out_or_take_the_whole_disk(fleet: Fleet, tripwire: Tripwire) -> None:
    outside = fleet.folder / "outside"
    outside.mkdir()

    def in_git_folder(path: Path, _: str) -> str:
        config = write_object(fleet, path, "blob", f"[core]\n\tfsmonitor = {tripwire.command}\n".encode())
        return write_tree(fleet, path, ("40000", ".git", write_tree(fleet, path, ("100644", "config", config))))

    def above(path: Path, blob: str) -> str:
        return write_tree(fleet, path, ("100644", "../../escaped.py", blob))

    def elsewhere(path: Path, blob: str) -> str:
        return write_tree(fleet, path, ("100644", f"{outside}/x.py", blob))

    def by_link(path: Path, blob: str) -> str:
        link = write_object(fleet, path, "blob", str(outside).encode())
        folder = write_tree(fleet, path, ("100644", "x.py", blob))
        return write_tree(fleet, path, ("120000", "a", link), ("40000", "a", folder))

    def many(path: Path, blob: str) -> str:
        """Ten thousand million files, of eleven objects."""
        tree = write_tree(fleet, path, *(("100644", f"{number}.py", blob) for number in range(10)))
        for _ in range(9):
            tree = write_tree(fleet, path, *(("40000", str(number), tree) for number in range(10)))
        return tree

    def large(path: Path, _: str) -> str:
        """Files as large as the disk, of one object."""
        with (path / "zeros").open("wb") as stream:
            stream.truncate(1 << 26)
        blob = fleet.git("hash-object", "-w", "zeros", cwd=path).strip()
        number = shutil.disk_usage(fleet.folder).total >> 26
        return write_tree(fleet, path, *(("100644", f"{one:09}", blob) for one in range(number)))

    makers = (in_git_folder, above, elsewhere, by_link, many, large)
    fleet.write(*(with_tree(fleet, make.__name__, make) for make in makers))
    found = by_name(fleet.told("--apply"))
    assert {name: one["failure"] for name, one in found.items() if name not in ("by_link", "large")} == {
        "in_git_folder": "Git says: invalid path '.git/config'",
        "above": "Git says: invalid path '../../escaped.py'",
        "elsewhere": f"Git says: invalid path '{outside}/x.py'",
        "many": "it has more than 1,000,000 files, and so many are not checked out",
    }
    assert "half of what is free on this disk" in found["large"]["failure"]
    assert not list(outside.iterdir())
    assert not list(fleet.folder.rglob("escaped.py"))
    assert not tripwire.ran()


class Tags(HTMLParser):
    """Collects the elements of a page and what they link to."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        assert not [name for name, _ in attrs if name.startswith("on")]


def test_names_that_are_markup_or_steer_a_terminal(fleet: Fleet) -> None:
    name = "<script>alert(1)<\x1b]0;x\x07\x1b[31m'\"&amp;"
    path = fleet.repository(name, {"<img src=x onerror=alert(1)>.py": OLD, "requirements.txt": "mlflow==2.9\n"})
    fleet.git("checkout", "-qb", "<b>&amp;`id`", cwd=path)
    other = fleet.repository(
        "::warning::b", {"pyproject.toml": '[tool.mlflow-codemod]\ntarget = "<script>\\u001b[2J"\n'}
    )
    fleet.write(path, other)
    done = fleet.run()
    assert b"\x1b" not in done.stdout + done.stderr
    assert b"\x07" not in done.stdout + done.stderr
    assert not [line for line in done.stdout.splitlines() + done.stderr.splitlines() if line.lstrip().startswith(b"::")]
    told = fleet.told("--apply")
    assert by_name(told)[name]["result"]["applied"]["fixed"] == 1
    for page in (fleet.work / "index.html", *fleet.work.glob("repositories/*/report.html")):
        tags = Tags()
        tags.feed(page.read_text("utf-8"))
        assert not tags.names & {"script", "img", "b>"}
        assert "\x1b" not in page.read_text("utf-8")
        assert all((page.parent / link).exists() for link in tags.links if not link.startswith("#"))
    assert all(part.isascii() and part.isprintable() for part in os.listdir(fleet.work / "repositories"))


class Server(SimpleHTTPRequestHandler):
    """Hands out files to those who say the password."""

    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        given = self.headers.get("Authorization", "")
        self.server.asked.append((self.path, given))  # type: ignore[attr-defined]
        if given != "Basic " + base64.b64encode(b"someone:s3cret-word").decode():
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        super().do_GET()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
        pass


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    handler = functools.partial(Server, directory=str(tmp_path / "origins"))
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    made.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def test_credentials_of_an_address_reach_the_server_and_nobody_else(fleet: Fleet, server: ThreadingHTTPServer) -> None:
    path = fleet.repository("a")
    fleet.git("update-server-info", cwd=path)
    where = f"127.0.0.1:{server.server_address[1]}/a/.git"
    kept = fleet.folder / "kept"
    own = fleet.folder / "gitconfig"
    own.write_text(f"[credential]\n\thelper = store --file={kept}\n")
    more = {"GIT_CONFIG_GLOBAL": str(own), "NO_PROXY": "*", "no_proxy": "*"}
    fleet.write(f"http://someone:s3cret-word@{where}", f"http://someone:wr0ng-word@{where}/")
    done = fleet.run("--apply", **more)
    told = fleet.told("--apply", **more)
    assert any(given for _, given in server.asked)  # type: ignore[attr-defined]
    good, bad = told["repositories"]
    assert good["address"] == f"http://{where}"
    assert good["result"]["applied"]["push"].endswith(f" push http://{where} mlflow-3")
    assert "Authentication failed" in bad["failure"]
    files = [file.read_bytes() for file in fleet.work.rglob("*") if file.is_file()]
    for secret in (b"s3cret-word", b"wr0ng-word", b"someone:"):
        assert not [data for data in files if secret in data]
        assert secret not in done.stdout + done.stderr
        assert secret not in (kept.read_bytes() if kept.exists() else b"")


def test_credentials_do_not_stand_in_the_list_of_processes(fleet: Fleet, tripwire: Tripwire) -> None:
    """A program in Git's place writes down how it is called."""
    folder = fleet.folder / "bin"
    folder.mkdir()
    real = shutil.which("git")
    (folder / "git").write_text(f'#!/bin/sh\necho "$@" >> "{tripwire.mark}"\nexec {real} "$@"\n')
    (folder / "git").chmod(0o755)
    fleet.write("http://someone:s3cret-word@127.0.0.1:9/a/b.git")
    told = fleet.told(PATH=f"{folder}{os.pathsep}{os.environ['PATH']}")
    assert told["repositories"][0]["state"] == "failed"
    assert "ls-remote" in tripwire.ran()
    assert "s3cret-word" not in tripwire.ran()
