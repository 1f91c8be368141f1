"""Git obeys nothing of the repository that it is asked about, and nothing of the environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from codemod.disk import git as git_module
from codemod.disk import git_process

if TYPE_CHECKING:
    from conftest import Tripwire

Write = Callable[..., Path]
Git = Callable[..., str]
Program = Callable[..., subprocess.CompletedProcess[bytes]]

NEW = 'import mlflow\n\nmlflow.xgboost.log_model(booster, "new")\n'
OLD = 'import mlflow\n\nmlflow.xgboost.log_model(booster, "old")\n'


@pytest.fixture
def repository(git: Git, write: Write) -> None:
    git("init", "-q", "-b", "main")
    write("old.py", OLD)
    git("add", ".")
    git("commit", "-qm", "old")
    git("checkout", "-qb", "pr")
    write("new.py", NEW)
    write("old.py", OLD + "print(1)\n")


def names(done: subprocess.CompletedProcess[bytes]) -> list[str]:
    assert done.returncode in (0, 1), done.stderr.decode()
    return [file["path"] for file in json.loads(done.stdout)["files"] if file["findings"]]


def both(program: Program, **environment: str) -> tuple[list[str], list[str]]:
    """Return the files with findings of a plain run, and of one that compares with a branch."""
    return (
        names(program("check", "--format", "json", **environment)),
        names(program("check", "--since", "main", "--format", "json", **environment)),
    )


# When it takes a look at why Git does not answer: soon, as nothing but time passes until then.
IMPATIENT = {"codemod.disk.git_process.PATIENCE": 0.3}
EXPECTED = (["new.py", "old.py"], ["new.py"])

PLANTED = {
    "fsmonitor": ["core.fsmonitor"],
    "hooks": ["core.hooksPath"],
    "ssh": ["core.sshCommand", "core.gitProxy", "core.askPass", "credential.helper"],
    "filters": ["filter.x.clean", "filter.x.smudge"],
    "process filter": ["filter.x.process"],
    "diff": ["diff.external", "diff.x.command", "diff.x.textconv"],
    "pager": ["core.pager", "pager.ls-files", "pager.diff", "core.editor", "gpg.program"],
}


class TestConfigurationOfTheTree:
    @pytest.mark.parametrize("keys", PLANTED.values(), ids=PLANTED)
    def test_no_program_is_started(
        self, repository: None, git: Git, write: Write, program: Program, tripwire: Tripwire, keys: list[str]
    ) -> None:
        write(".gitattributes", "*.py filter=x diff=x\n")
        for key in keys:
            value = str(tripwire.path.parent) if key == "core.hooksPath" else tripwire.command
            git("config", key, value)
        for hook in ("post-index-change", "reference-transaction", "post-checkout"):
            shutil.copy(tripwire.path, tripwire.path.parent / hook)
        assert both(program) == EXPECTED
        assert not tripwire.ran()

    def test_included_files_are_not_obeyed(
        self, repository: None, git: Git, write: Write, program: Program, tripwire: Tripwire
    ) -> None:
        write("evil.cfg", f"[core]\n\tfsmonitor = {tripwire.command}\n")
        git("config", "include.path", "../evil.cfg")
        assert both(program) == EXPECTED
        assert not tripwire.ran()

    def test_configuration_of_a_linked_work_tree(
        self, repository: None, git: Git, program: Program, tripwire: Tripwire, tmp_path: Path
    ) -> None:
        git("add", ".")
        git("commit", "-qm", "new")
        git("worktree", "add", "-q", "linked", "-b", "other")
        git("config", "extensions.worktreeConfig", "true")
        git("config", "--worktree", "core.fsmonitor", tripwire.command, cwd=tmp_path / "linked")
        done = program("check", "--since", "main", "--format", "json", cwd=tmp_path / "linked")
        assert names(done) == ["new.py"]
        assert not tripwire.ran()

    def test_a_git_file_that_leads_into_an_unpacked_archive(
        self, git: Git, write: Write, program: Program, tripwire: Tripwire, tmp_path: Path
    ) -> None:
        write("project/a.py", NEW)
        git("init", "-q", cwd=tmp_path / "project")
        git("config", "core.fsmonitor", tripwire.command, cwd=tmp_path / "project")
        (tmp_path / "project/.git").rename(tmp_path / "project/archive")
        write("project/.git", "gitdir: archive\n")
        assert "a.py" in names(program("check", "--format", "json", cwd=tmp_path / "project"))
        assert not tripwire.ran()

    @pytest.mark.parametrize(
        "text", ["gitdir: a\0b\n", "gitdir: /dev/zero\n", "gitdir: \x1b[2J\n", "gitdir: .git\n", "\0"]
    )
    def test_a_git_file_that_leads_nowhere(self, write: Write, program: Program, text: str) -> None:
        write("a.py", NEW)
        write(".git", text)
        assert names(program("check", "--format", "json")) == ["a.py"]

    def test_a_tracked_folder_that_looks_like_a_bare_repository(
        self, git: Git, write: Write, program: Program, tripwire: Tripwire, tmp_path: Path
    ) -> None:
        git("init", "-q", "origin")
        write("origin/sub/HEAD", "ref: refs/heads/main\n")
        lines = ["repositoryformatversion = 0", "bare = false", "worktree = .", f"fsmonitor = {tripwire.command}"]
        write("origin/sub/config", "\n\t".join(["[core]", *lines, ""]))  # Git overlooks a work tree without a version
        for name in ("objects/keep", "refs/keep", "a.py"):
            write(f"origin/sub/{name}", NEW)
        git("add", ".", cwd=tmp_path / "origin")
        git("commit", "-qm", "x", cwd=tmp_path / "origin")
        git("clone", "-q", "origin", "clone")
        assert names(program("check", "clone/sub", "--format", "json")) == ["clone/sub/a.py"]
        assert names(program("check", "sub", "--format", "json", cwd=tmp_path / "clone")) == ["sub/a.py"]
        assert names(program("check", "--format", "json", cwd=tmp_path / "clone/sub")) == ["a.py"]
        assert not tripwire.ran()

    def test_a_promisor_remote_is_not_asked(
        self, git: Git, write: Write, program: Program, tripwire: Tripwire, tmp_path: Path
    ) -> None:
        git("init", "-q", "-b", "main", "origin")
        write("origin/old.py", OLD)
        git("add", ".", cwd=tmp_path / "origin")
        git("commit", "-qm", "old", cwd=tmp_path / "origin")
        git("config", "uploadpack.allowFilter", "true", cwd=tmp_path / "origin")
        git("clone", "-q", "--no-checkout", "--filter=blob:none", (tmp_path / "origin").as_uri(), "clone")
        clone = tmp_path / "clone"
        git("config", "remote.origin.uploadpack", tripwire.command, cwd=clone)
        git("reset", "-q", "--no-refresh", cwd=clone)
        write("clone/old.py", OLD + "print(1)\n")
        done = program("check", "--since", "HEAD", cwd=clone)
        assert done.returncode == 2
        assert b"nothing is fetched" in done.stderr
        assert done.stderr.count(b"\n") == 1
        assert not tripwire.ran()

    def test_the_tree_cannot_name_the_work_tree(self, git: Git, write: Write, program: Program, tmp_path: Path) -> None:
        write("outside/secret.py", NEW)
        git("init", "-q", "project")
        write("project/a.py", NEW)
        git("config", "core.worktree", str(tmp_path / "outside"), cwd=tmp_path / "project")
        assert names(program("check", "--format", "json", cwd=tmp_path / "project")) == ["a.py"]

    def test_names_in_the_index_cannot_lead_out_of_the_tree(
        self, git: Git, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer = (
            b"a.py\0../outside.py\0sub/../../outside.py\0" + os.fsencode(tmp_path / "outside.py") + b"\0.git/x.py\0"
        )

        def ask(*_: object) -> subprocess.CompletedProcess[bytes]:
            return subprocess.CompletedProcess([], 0, answer, b"")

        monkeypatch.setattr(git_module, "ask", ask)
        git("init", "-q")
        listed = git_module.list_files(str(tmp_path))
        assert listed is not None
        assert listed.names == ("a.py",)


class TestEnvironment:
    def test_configuration_by_variables(self, repository: None, program: Program, tripwire: Tripwire) -> None:
        planted = {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "core.fsmonitor",
            "GIT_CONFIG_VALUE_0": tripwire.command,
        }
        assert both(program, **planted) == EXPECTED
        assert both(program, GIT_CONFIG_PARAMETERS=f"'core.fsmonitor={tripwire.command}'") == EXPECTED
        assert not tripwire.ran()

    @pytest.mark.parametrize("variable", ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG"])
    def test_configuration_files_by_variables(
        self, repository: None, write: Write, program: Program, tripwire: Tripwire, tmp_path: Path, variable: str
    ) -> None:
        evil = write(
            "../evil.cfg", f'[core]\n\tfsmonitor = {tripwire.command}\n[filter "x"]\n\tclean = {tripwire.command}\n'
        )
        write(".gitattributes", "*.py filter=x\n")
        assert both(program, **{variable: str(evil)}) == EXPECTED
        assert not tripwire.ran()

    @pytest.mark.parametrize(
        "variable",
        ["GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_EDITOR", "GIT_PROXY_COMMAND"],
    )
    def test_programs_by_variables(self, repository: None, program: Program, tripwire: Tripwire, variable: str) -> None:
        assert both(program, **{variable: tripwire.command}) == EXPECTED
        assert not tripwire.ran()

    def test_no_file_is_written_by_a_trace(self, repository: None, program: Program, tmp_path: Path) -> None:
        trace = tmp_path.parent / f"{tmp_path.name}-trace"
        both(program, GIT_TRACE=str(trace), GIT_TRACE2_EVENT=str(trace))
        assert not trace.exists()

    def test_what_is_called_git_in_the_tree_is_not_git(
        self, repository: None, program: Program, tripwire: Tripwire, tmp_path: Path
    ) -> None:
        shutil.copy(tripwire.path, tmp_path / "git")
        rest = os.environ["PATH"]
        assert both(program, PATH=f".{os.pathsep}{rest}") == EXPECTED
        assert both(program, PATH=f"{os.pathsep}{rest}") == EXPECTED
        assert not tripwire.ran()


class TestWhatIsKept:
    """A closed configuration must not change what a run sees."""

    def test_line_ends_that_git_converts_are_no_change(self, git: Git, write: Write, program: Program) -> None:
        git("init", "-q", "-b", "main")
        git("config", "core.autocrlf", "true")
        write("a.py", OLD.replace("\n", "\r\n"))
        git("add", ".")
        git("commit", "-qm", "old")
        write("a.py", OLD.replace("\n", "\r\n") + "print(1)\r\n")
        assert names(program("check", "--since", "main", "--format", "json")) == []

    def test_what_the_user_ignores_everywhere(self, repository: None, write: Write, program: Program) -> None:
        ignored = write("../ignored", "new.py\n")
        mine = write("../user.cfg", f"[core]\n\texcludesFile = {ignored}\n")
        assert names(program("check", "--format", "json", GIT_CONFIG_GLOBAL=str(mine))) == ["old.py"]

    def test_what_the_repository_excludes(self, repository: None, write: Write, program: Program) -> None:
        write(".git/info/exclude", "new.py\n")
        assert names(program("check", "--format", "json")) == ["old.py"]

    def test_packed_references_tags_and_reflogs(self, repository: None, git: Git, program: Program) -> None:
        git("add", ".")
        git("commit", "-qm", "new")
        git("tag", "-am", "one", "v1", "main")
        git("pack-refs", "--all")
        git("gc", "-q")
        for reference in ("main", "v1", "HEAD~1", "pr@{1}", "@{-1}"):
            done = program("check", "--since", reference, "--format", "json")
            assert names(done) == ["new.py"], reference

    def test_an_index_in_two_parts_and_hashes_of_256_bits(self, git: Git, write: Write, program: Program) -> None:
        git("init", "-q", "-b", "main", "--object-format=sha256")
        write("old.py", OLD)
        git("add", ".")
        git("commit", "-qm", "old")
        git("update-index", "--split-index")
        write("new.py", NEW)
        assert both(program) == EXPECTED

    def test_an_index_is_not_written(self, repository: None, program: Program, tmp_path: Path) -> None:
        before = (tmp_path / ".git/index").read_bytes(), sorted(os.listdir(tmp_path / ".git"))
        both(program)
        assert ((tmp_path / ".git/index").read_bytes(), sorted(os.listdir(tmp_path / ".git"))) == before

    def test_a_repository_of_somebody_else_is_read(self, repository: None, program: Program, tmp_path: Path) -> None:
        if os.geteuid() != 0:
            pytest.skip("only root can give files away")
        for path in (tmp_path, tmp_path / ".git"):
            os.chown(path, 12345, 12345)
        assert both(program) == EXPECTED


@pytest.mark.parametrize("name", [".gitignore", "sub/.gitignore", ".gitattributes"])
@pytest.mark.parametrize("is_repository", [True, False])
def test_patterns_that_never_end_do_not_stop_a_run(
    git: Git, write: Write, program: Program, tmp_path: Path, name: str, is_repository: bool
) -> None:
    if is_repository:
        git("init", "-q")
    write("sub/a.py", NEW)
    os.mkfifo(tmp_path / name)
    assert names(program("check", "--format", "json", constants=IMPATIENT)) == ["sub/a.py"]


@pytest.mark.parametrize("name", ["refs/heads/other", "objects/info/alternates", "index"])
def test_a_pipe_in_the_folder_of_git_does_not_stop_a_run(
    repository: None, program: Program, tmp_path: Path, name: str
) -> None:
    """Archives can hold pipes; Git waits for what comes out of one."""
    target = tmp_path / ".git" / name
    target.unlink(missing_ok=True)
    os.mkfifo(target)
    assert names(program("check", "--format", "json", constants=IMPATIENT)) == ["new.py", "old.py"]
    done = program("check", "--since", "other" if "refs" in name else "main", constants=IMPATIENT)
    assert done.returncode in (1, 2)
    assert done.stderr.count(b"\n") == (done.returncode == 2)


def test_a_git_that_does_not_answer_is_ended(
    git: Git, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("init", "-q")
    write("a.py", NEW)
    slow = write("../bin/git", "#!/bin/sh\nsleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(git_process, "PATIENCE", 0.1)
    monkeypatch.setattr(git_process, "LIMIT", 0.3)
    assert git_module.list_files(str(tmp_path)) is None


def test_patience_with_a_git_that_is_slow(
    git: Git, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("init", "-q")
    write("a.py", NEW)
    slow = write("../bin/git", f'#!/bin/sh\nsleep 0.5\nexec {shutil.which("git")} "$@"\n')
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(git_process, "PATIENCE", 0.1)
    listed = git_module.list_files(str(tmp_path))
    assert listed is not None
    assert listed.names == ("a.py",)
