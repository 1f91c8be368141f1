"""Which files are taken: against real Git repositories and real folders."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from codemod.disk.patterns import Patterns
from codemod.running.discovery import NEVER_ENTERED, PathError, discover

Write = Callable[..., Path]
Git = Callable[..., str]

PROJECT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def found(*paths: str | Path, exclude: Patterns | None = None) -> list[str]:
    """Return the paths of the inputs that will be read."""
    targets = discover([os.fspath(path) for path in paths] or ["."], exclude).targets
    return [target.path for target in targets if not target.skipped]


def skipped(*paths: str | Path) -> dict[str, str]:
    return {target.path: target.skipped for target in discover([os.fspath(p) for p in paths]).targets if target.skipped}


@pytest.fixture(params=["git", "plain"])
def either(request: pytest.FixtureRequest, git: Git) -> str:
    """Run the test in a repository and outside of one."""
    if request.param == "git":
        git("init", "-q")
    return str(request.param)


def make(write: Write, names: Sequence[str]) -> None:
    for name in names:
        write(name)


class TestFolders:
    def test_takes_code_and_nothing_else(self, either: str, write: Write) -> None:
        make(write, ["a.py", "b.pyi", "c.ipynb", "d.txt", "e.pyc", "py", "sub/deep/f.py"])
        assert found() == ["a.py", "b.pyi", "c.ipynb", "sub/deep/f.py"]

    def test_order_does_not_depend_on_the_order_of_the_paths(self, either: str, write: Write) -> None:
        make(write, ["b/x.py", "a/y.py", "c.py"])
        assert found("c.py", "b", "a") == found("a", "b", "c.py") == ["a/y.py", "b/x.py", "c.py"]

    @pytest.mark.parametrize("name", sorted(NEVER_ENTERED - {".git"}))
    def test_does_not_enter_what_others_made(self, either: str, write: Write, name: str) -> None:
        make(write, ["a.py", f"{name}/b.py", f"src/{name}/deep/c.py"])
        assert found() == ["a.py"]

    @pytest.mark.parametrize("name", ["build", ".venv", "node_modules"])
    def test_enters_it_when_named(self, either: str, write: Write, name: str) -> None:
        make(write, [f"{name}/b.py", f"{name}/deep/c.py"])
        assert found(name) == [f"{name}/b.py", f"{name}/deep/c.py"]

    def test_a_file_named_like_such_a_folder_is_taken(self, either: str, write: Write) -> None:
        make(write, ["build.py", "dist.py"])
        assert found() == ["build.py", "dist.py"]

    def test_takes_each_file_once(self, either: str, write: Write) -> None:
        make(write, ["sub/a.py"])
        assert found("sub", ".", "sub/a.py", "./sub/../sub/a.py") == ["sub/a.py"]

    def test_shows_absolute_paths_of_files_elsewhere(
        self, either: str, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make(write, ["here/a.py", "there/b.py"])
        monkeypatch.chdir(tmp_path / "here")
        assert found("..") == [str(tmp_path / "there/b.py"), "a.py"]

    def test_nothing_there(self, either: str) -> None:
        assert found() == []

    def test_names_with_line_breaks_blanks_and_bytes_that_are_no_text(self, either: str, write: Write) -> None:
        names = [
            b"line\nbreak.py",
            b"a blank.py",
            b'quote".py',
            "ä.py".encode(),
            b"latin\xe4.py",
            b"tab\t.py",
            b"-x.py",
        ]
        for name in names:
            write(name)
        assert {os.fsencode(name) for name in found()} == set(names)

    def test_a_folder_that_ends_like_a_file(self, either: str, write: Write) -> None:
        make(write, ["odd.py/inside.py"])
        assert found() == ["odd.py/inside.py"]

    def test_exclude_counts_from_its_root(self, either: str, write: Write, tmp_path: Path) -> None:
        make(write, ["a.py", "legacy/b.py", "src/legacy/c.py", "src/gen_d.py", "src/keep_gen_d.py"])
        exclude = Patterns(str(tmp_path), ["/legacy/", "gen_*.py"])
        assert found(exclude=exclude) == ["a.py", "src/keep_gen_d.py", "src/legacy/c.py"]
        assert found("legacy/b.py", exclude=exclude) == ["legacy/b.py"]


class TestIgnoreFiles:
    """The same ``.gitignore`` files mean the same with and without Git."""

    def test_patterns_negation_and_nesting(self, either: str, write: Write) -> None:
        write(".gitignore", "*.gen.py\n/only_here.py\nout/\n!keep.gen.py\n")
        write("sub/.gitignore", "local.py\n!again.gen.py\n")
        make(write, ["a.gen.py", "keep.gen.py", "only_here.py", "sub/only_here.py", "out/b.py", "sub/out/c.py"])
        make(write, ["sub/local.py", "local.py", "sub/again.gen.py", "sub/more.gen.py"])
        assert found() == ["keep.gen.py", "local.py", "sub/again.gen.py", "sub/only_here.py"]

    def test_an_ignored_file_is_taken_when_named(self, either: str, write: Write) -> None:
        write(".gitignore", "secret.py\n")
        make(write, ["secret.py", "a.py"])
        assert found("secret.py") == ["secret.py"]

    def test_an_ignored_folder_is_entered_when_named(self, either: str, write: Write) -> None:
        write(".gitignore", "out/\n")
        write("out/.gitignore", "b.py\n")
        make(write, ["out/a.py", "out/b.py", "out/deep/c.py"])
        assert found() == []
        assert found("out") == ["out/a.py", "out/deep/c.py"]
        assert found("out/deep") == ["out/deep/c.py"]

    def test_lines_that_are_no_patterns_are_passed_over(self, either: str, write: Write) -> None:
        write(".gitignore", b"!\n\xff\xfe\n[z-a]\n[[:x:]]\n# comment\n\nb.py\n")
        make(write, ["a.py", "b.py"])
        assert found() == ["a.py"]


class TestGit:
    def test_tracked_files_count_although_ignored(self, git: Git, write: Write) -> None:
        git("init", "-q")
        write(".gitignore", "gen/\n")
        make(write, ["gen/tracked.py", "gen/other.py"])
        git("add", "-f", "gen/tracked.py")
        assert found() == ["gen/tracked.py"]

    def test_files_that_are_listed_but_gone(self, git: Git, write: Write) -> None:
        git("init", "-q")
        make(write, ["a.py", "gone.py"])
        git("add", ".")
        Path("gone.py").unlink()
        assert found() == ["a.py"]
        assert skipped(".") == {}

    def test_sparse_checkout(self, git: Git, write: Write) -> None:
        git("init", "-q")
        make(write, ["in/a.py", "out/b.py"])
        git("add", ".")
        git("commit", "-qm", "x")
        git("sparse-checkout", "set", "in")
        assert not Path("out").exists()
        assert found() == ["in/a.py"]

    def test_submodules_and_untracked_repositories_are_entered(self, git: Git, write: Write, tmp_path: Path) -> None:
        library = tmp_path / "library"
        make(write, ["library/lib.py", "main/a.py", "main/nested/n.py"])
        main = tmp_path / "main"
        for folder in (library, main, main / "nested"):
            git("init", "-q", cwd=folder)
        git("add", ".", cwd=library)
        git("commit", "-qm", "x", cwd=library)
        git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library), "sub", cwd=main)
        write("main/sub/.gitignore", "ignored.py\n")
        make(write, ["main/sub/new.py", "main/sub/ignored.py"])
        assert found("main") == ["main/a.py", "main/nested/n.py", "main/sub/lib.py", "main/sub/new.py"]

    def test_a_submodule_that_is_not_checked_out(self, git: Git, write: Write, tmp_path: Path) -> None:
        make(write, ["library/lib.py", "main/a.py"])
        for folder in ("library", "main"):
            git("init", "-q", cwd=tmp_path / folder)
        git("add", ".", cwd=tmp_path / "library")
        git("commit", "-qm", "x", cwd=tmp_path / "library")
        git("-c", "protocol.file.allow=always", "submodule", "add", "-q", "../library", "sub", cwd=tmp_path / "main")
        git("submodule", "deinit", "-q", "-f", "sub", cwd=tmp_path / "main")
        assert found("main") == ["main/a.py"]

    def test_a_linked_work_tree(self, git: Git, write: Write, tmp_path: Path) -> None:
        make(write, ["main/a.py"])
        git("init", "-q", cwd=tmp_path / "main")
        git("add", ".", cwd=tmp_path / "main")
        git("commit", "-qm", "x", cwd=tmp_path / "main")
        git("worktree", "add", "-q", "../linked", cwd=tmp_path / "main")
        assert found("linked") == ["linked/a.py"]

    def test_files_in_conflict_come_once(self, git: Git, write: Write) -> None:
        git("init", "-q", "-b", "main")
        write("a.py", "1\n")
        git("add", ".")
        git("commit", "-qm", "one")
        git("checkout", "-qb", "other")
        write("a.py", "2\n")
        git("commit", "-qam", "two")
        git("checkout", "-q", "main")
        write("a.py", "3\n")
        git("commit", "-qam", "three")
        with pytest.raises(AssertionError):
            git("merge", "other")
        assert found() == ["a.py"]

    def test_the_variables_of_a_hook_do_not_lead_astray(
        self, git: Git, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make(write, ["one/a.py", "two/b.py"])
        for folder in ("one", "two"):
            git("init", "-q", cwd=tmp_path / folder)
        monkeypatch.setenv("GIT_DIR", str(tmp_path / "one/.git"))
        monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "one/.git/index"))
        assert found("two") == ["two/b.py"]

    def test_without_a_git_program(
        self, git: Git, write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        git("init", "-q")
        write(".gitignore", "b.py\n")
        make(write, ["a.py", "b.py", ".git/hooks/c.py"])
        monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
        assert found() == ["a.py"]

    def test_inside_the_repository_folder(self, git: Git, write: Write) -> None:
        git("init", "-q")
        make(write, ["a.py", ".git/hooks/c.py"])
        git("add", "a.py")
        assert found(".git/hooks") == [".git/hooks/c.py"]


class TestLinks:
    def test_a_link_and_its_file_are_one_input(self, either: str, write: Write, tmp_path: Path) -> None:
        make(write, ["z.py"])
        Path("a.py").symlink_to("z.py")
        (target,) = discover(["."]).targets
        assert (target.path, target.real) == ("z.py", str(tmp_path / "z.py"))

    def test_a_link_out_of_the_folder_is_followed_when_asked(self, either: str, write: Write, tmp_path: Path) -> None:
        make(write, ["outside/real.py", "inside/a.py"])
        Path("inside/link.py").symlink_to("../outside/real.py")
        assert [(t.path, t.real) for t in discover(["inside"], follow_links=True).targets] == [
            ("inside/a.py", str(tmp_path / "inside/a.py")),
            ("inside/link.py", str(tmp_path / "outside/real.py")),
        ]

    def test_a_link_to_a_folder_is_followed_once(self, either: str, write: Write) -> None:
        make(write, ["outside/real.py", "inside/a.py"])
        Path("inside/one").symlink_to("../outside")
        Path("inside/two").symlink_to("../outside")
        assert found(".") == ["inside/a.py", "outside/real.py"]
        targets = discover(["inside"], follow_links=True).targets
        assert [target.path for target in targets] == ["inside/a.py", "inside/one/real.py"]

    def test_the_folder_itself_is_shown_rather_than_the_link(self, either: str, write: Write) -> None:
        make(write, ["real/a.py"])
        Path("alias").symlink_to("real")
        assert found() == ["real/a.py"]
        assert found("alias") == ["alias/a.py"]

    def test_loops_end(self, either: str, write: Write) -> None:
        make(write, ["sub/a.py"])
        Path("sub/up").symlink_to("..")
        Path("sub/self").symlink_to(".")
        Path("other").mkdir()
        Path("other/back").symlink_to("../sub")
        assert found() == ["sub/a.py"]

    @pytest.mark.parametrize("target", ["../venv", "../env/lib/site-packages", "../env/node_modules/x"])
    def test_a_link_into_what_others_made_is_not_followed(self, either: str, write: Write, target: str) -> None:
        make(write, ["venv/x.py", "env/lib/site-packages/y.py", "env/node_modules/x/z.py", "project/a.py"])
        Path("project/link").symlink_to(target)
        assert found("project") == ["project/a.py"]

    def test_broken_links_are_skipped_with_the_reason(self, either: str, write: Write) -> None:
        make(write, ["a.py"])
        Path("gone.py").symlink_to("nowhere.py")
        Path("loop.py").symlink_to("loop.py")
        Path("not_code").symlink_to("nowhere")
        expected = {
            "gone.py": "broken symbolic link to nowhere.py",
            "loop.py": "broken symbolic link to loop.py",
        }
        assert skipped(".") == expected
        assert skipped("gone.py") == {"gone.py": expected["gone.py"]}

    def test_dots_after_a_link_mean_what_the_file_system_says(self, either: str, write: Write, tmp_path: Path) -> None:
        make(write, ["far/away/x.py", "far/y.py", "near/z.py"])
        Path("near/link").symlink_to("../far/away")
        assert found("near/link/../y.py") == ["far/y.py"]
        assert found("near/link/..") == ["far/away/x.py", "far/y.py"]


class TestNamedFiles:
    def test_another_kind_of_file_is_skipped_with_the_reason(self, write: Write) -> None:
        make(write, ["notes.txt"])
        assert skipped("notes.txt") == {"notes.txt": "not a kind of file that is read (.py, .pyi, .ipynb)"}

    def test_a_script_that_is_named_needs_no_suffix(self, write: Write) -> None:
        """pre-commit names such files, too."""
        write("bin/train", "#!/usr/bin/env python3\nimport mlflow\n")
        write("bin/run", "#!/bin/sh\npython train.py\n")
        write("TRAIN.PY", "import mlflow\n")
        found = discover(["bin/train", "bin/run", "TRAIN.PY"])
        assert {target.path for target in found.targets if not target.skipped} == {"bin/train", "TRAIN.PY"}
        assert not discover(["bin"]).targets

    def test_code_is_found_in_folders_by_a_suffix_in_capitals_too(self, write: Write) -> None:
        make(write, ["jobs/TRAIN.PY", "jobs/Notes.IPYNB", "jobs/A.PYC"])
        assert found("jobs") == ["jobs/Notes.IPYNB", "jobs/TRAIN.PY"]

    def test_what_is_no_file_is_skipped(self, write: Write) -> None:
        os.mkfifo("pipe.py")
        assert skipped(".") == skipped("pipe.py") == {"pipe.py": "not a regular file"}

    def test_a_missing_path_stops_everything(self, write: Write) -> None:
        make(write, ["a.py"])
        with pytest.raises(PathError, match=r"^no such path: b\.py, c$"):
            discover(["a.py", "b.py", "c"])


class TestUnreadable:
    """What nobody could look at is not passed over in silence."""

    CODE = (
        "import os, sys\nimport codemod.disk.git, pathspec, subprocess\nfrom codemod.running.discovery import discover\n"
        "from codemod.disk.patterns import Patterns\n"
        "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"  # root may read everything
        "paths = os.environ['NAMED'].split()\n"
        "for target in discover(paths, Patterns(os.getcwd(), sys.argv[1:])).targets: print(target.path, target.failed, sep='|')"
    )

    @pytest.fixture
    def project(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            folder.chmod(0o755)
            for path in ("open/a.py", "closed/b.py", "tracked/c.py"):
                (folder / path).parent.mkdir()
                (folder / path).touch()
            yield folder
            for path in ("closed", "tracked"):
                (folder / path).chmod(0o755)

    def found(self, project: Path, *exclude: str, named: str = ".") -> dict[str, str]:
        """Return what is found by a process that may not enter two of the folders."""
        for name in ("closed", "tracked"):
            (project / name).chmod(0)
        safe = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
        done = subprocess.run(
            [sys.executable, "-c", self.CODE, *exclude],
            cwd=project, env={**os.environ, **safe, "PYTHONPATH": str(PROJECT), "NAMED": named}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return dict(line.split("|") for line in done.stdout.splitlines())

    def test_a_file_that_is_named_in_such_a_folder(self, project: Path) -> None:
        """One that nobody may look at is not the same as one that is missing."""
        reason = "cannot be read: Permission denied"
        assert self.found(project, named="closed/b.py open/a.py") == {"closed/b.py": reason, "open/a.py": ""}

    def test_a_folder(self, project: Path) -> None:
        reason = "the folder cannot be read: Permission denied"
        assert self.found(project) == {"open/a.py": "", "closed": reason, "tracked": reason}
        assert self.found(project, "/closed/", "tracked") == {"open/a.py": ""}

    def test_a_folder_in_a_repository(self, project: Path, git: Git) -> None:
        git("init", "-q", cwd=project)
        git("add", "tracked", cwd=project)
        found = self.found(project)
        assert found.pop("tracked/c.py") == "cannot be read: Permission denied"
        assert found.pop("closed") == "the folder cannot be read: Permission denied"
        assert found == {"open/a.py": "", "tracked": "the folder cannot be read: Permission denied"}


class TestLeftovers:
    def test_temporary_files_of_dead_processes_are_found(self, either: str, write: Write, tmp_path: Path) -> None:
        make(
            write, ["a.py", "sub/.mlflow-codemod-999999999-abc_12.tmp", f"sub/.mlflow-codemod-{os.getpid()}-abc_12.tmp"]
        )
        make(write, ["sub/.mlflow-codemod-x.tmp"])
        assert discover(["."]).leftovers == (str(tmp_path / "sub/.mlflow-codemod-999999999-abc_12.tmp"),)
        assert found() == ["a.py"]
