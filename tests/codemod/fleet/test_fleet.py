"""The command on real repositories: what it finds, keeps, resumes and commits."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest

from tests.codemod.conftest import PROJECT
from tests.codemod.fleet.conftest import OLD, Fleet, by_name, in_place_of_git

CLEAN = "print(1)\n"


def states(told: dict[str, Any]) -> dict[str, str]:
    return {repository["name"]: repository["state"] for repository in told["repositories"]}


def outcome(told: dict[str, Any]) -> dict[str, Any]:
    """Return what a run found, without what tells of the run itself."""
    kept = {name: value for name, value in told.items() if name != "summary"}
    summary = {name: value for name, value in told["summary"].items() if name != "as_before"}
    repositories = [
        {name: value for name, value in repository.items() if name != "as_before"}
        for repository in told["repositories"]
    ]
    return {**kept, "summary": summary, "repositories": repositories}


def test_every_repository_gets_a_line_its_own_page_and_its_place(fleet: Fleet) -> None:
    server = fleet.repository(
        "tracking", {"Dockerfile": "FROM ghcr.io/mlflow/mlflow:v2.9.2\nCMD mlflow server --host 0.0.0.0\n"}
    )
    base = fleet.repository(
        "base",
        {
            "pyproject.toml": '[project]\nname = "Team_Base"\nversion = "1"\ndependencies = ["mlflow>=2,<3"]\n',
            "base.py": OLD,
        },
    )
    app = fleet.repository(
        "app",
        {
            "requirements.txt": "team-base==1.0\nmlflow==2.9.2\n",
            "a.py": OLD + OLD,
            "b.py": 'import mlflow\nmlflow.set_tracking_uri("http://u:secret@tracking.example:5000")\n',
        },
    )
    done = fleet.repository("done", {"a.py": CLEAN})
    fleet.write("# ours", app, f"{done}  # finished", "", base, server)
    told = fleet.told()
    assert told["exit_code"] == 1
    assert [each["name"] for each in told["repositories"]] == ["tracking", "base", "app", "done"]
    assert [each["place"] for each in told["repositories"]] == [1, 2, 3, None]
    found = by_name(told)
    assert found["tracking"]["why_here"] == "starts a server"
    assert (found["base"]["why_here"], found["base"]["users"]) == ("installed by 1", ["app"])
    assert found["app"]["result"]["rules"]["MLF101"] == 2
    assert found["app"]["result"]["mlflow"] == ["==2.9.2"]
    assert found["base"]["result"]["mlflow"] == ["<3,>=2"]
    assert found["app"]["result"]["servers"] == ["http://tracking.example:5000"]
    assert found["done"]["state"] == "nothing left"
    summary = told["summary"]
    assert sum(summary["states"].values()) == summary["repositories"] == 4
    assert summary["must_be_fixed"] + summary["can_wait"] == sum(summary["rules"].values())
    page = (fleet.work / "index.html").read_text("utf-8")
    for repository in told["repositories"]:
        assert f'href="{repository["report"]}"' in page
        assert repository["name"] in (fleet.work / repository["report"]).read_text("utf-8")
    assert not [
        path
        for path in fleet.work.rglob("*")
        if path.is_file()
        and b"secret" in path.read_bytes()
        and path.name != "b.py"
        and "mirror.git" not in str(path)
        and path.name != "report.html"
    ]


def test_its_own_configuration_holds_and_none_above_it(fleet: Fleet) -> None:
    (fleet.folder / "pyproject.toml").write_text('[tool.mlflow-codemod]\nselect = ["MLF9"]\n')
    own = fleet.repository("own", {"a.py": OLD, "pyproject.toml": '[tool.mlflow-codemod]\nignore = ["MLF101"]\n'})
    none = fleet.repository("none")
    fleet.write(own, none)
    found = by_name(fleet.told())
    assert "MLF101" not in found["own"]["result"]["rules"]
    assert found["none"]["result"]["rules"] == {"MLF101": 1}


def test_options_of_the_list_go_above_it_and_those_of_the_command_above_both(fleet: Fleet) -> None:
    fleet.repository(
        "one", {"src/a.py": OLD, "old/b.py": OLD, "pyproject.toml": '[tool.mlflow-codemod]\nignore = ["MLF101"]\n'}
    )
    fleet.repository("two")
    fleet.list = fleet.folder / "list.toml"
    fleet.list.write_text(
        '[defaults]\nignore = []\n[[repositories]]\naddress = "origins/one"\nname = "Eins"\npaths = ["src"]\n'
        '[[repositories]]\naddress = "origins/two"\nignore = ["MLF101"]\n'
    )
    found = by_name(fleet.told())
    assert found["Eins"]["result"]["rules"] == {"MLF101": 1}
    assert found["two"]["state"] == "nothing left"
    assert by_name(fleet.told("--select", "MLF101"))["two"]["result"]["rules"] == {"MLF101": 1}


class TestBroken:
    """One broken repository becomes a line with its reason, and the others go on."""

    def test_all_kinds_at_once(self, fleet: Fleet) -> None:
        good = fleet.repository("good")
        bad_table = fleet.repository("table", {"pyproject.toml": "[tool.mlflow-codemod]\ntarget = 7\n", "a.py": OLD})
        no_toml = fleet.repository("toml", {"pyproject.toml": "[tool.mlflow-codemod\n", "a.py": OLD})
        bad_bytes = fleet.repository("bytes", {"pyproject.toml": b"# mlflow-codemod \xff\n", "a.py": OLD})
        broken = fleet.repository("broken", {"a.py": "import mlflow\ndef f(:\n", "b.py": OLD})
        empty = fleet.folder / "origins/empty"
        empty.mkdir()
        fleet.git("init", "-q", cwd=empty)
        plain = fleet.folder / "origins/plain"
        plain.mkdir()
        lost = fleet.repository("lost")
        blob = fleet.git("rev-parse", "HEAD:train.py", cwd=lost).strip()
        (lost / ".git/objects" / blob[:2] / blob[2:]).unlink()
        fleet.write(
            good, bad_table, no_toml, bad_bytes, broken, empty, plain, lost, fleet.folder / "gone", good,
            "ext::sh -c id", "https://user:pass-word@localhost:1/x/y.git", "https://", "svn://host/x",
        )  # fmt: skip
        done = fleet.run("--format", "json")
        told = json.loads(done.stdout)
        assert (done.returncode, told["summary"]["repositories"]) == (3, 14)
        found = by_name(told)
        assert found["good"]["result"]["rules"] == {"MLF101": 1}
        assert found["broken"]["state"] == "not all read"
        assert found["broken"]["result"]["rules"] == {"MLF101": 1}
        failures = {each["name"]: each["failure"] for each in told["repositories"] if each["state"] == "failed"}
        assert len(failures) == 12
        assert failures[str(good)] == "it is in the list twice"
        assert "target must be a string" in failures["table"]
        assert failures["toml"].startswith("pyproject.toml: is not valid TOML")
        assert failures["bytes"].startswith("pyproject.toml: is not valid TOML")
        assert failures["empty"] == "it has no commits"
        assert failures["plain"] == "the folder is not the root of a Git repository; name its root"
        assert "Git says: " in failures["lost"]
        assert failures["gone"] == "there is no such folder"
        assert "names a program of Git (ext::)" in failures["ext::sh -c id"]
        assert "svn:// addresses are not fetched" in failures["svn://host/x"]
        assert any("Git says: " in reason for name, reason in failures.items() if name == "x/y")
        assert b"pass-word" not in done.stdout + done.stderr
        assert not [path for path in fleet.work.rglob("*") if path.is_file() and b"pass-word" in path.read_bytes()]
        shown = fleet.run().stdout.decode()
        assert all(reason in shown for reason in failures.values())
        page = (fleet.work / "index.html").read_text("utf-8")
        assert "there is no such folder" in page

    def test_objects_that_are_not_there_and_commits_without_a_time(self, fleet: Fleet) -> None:
        good = fleet.repository("good")
        fleet.git("config", "uploadpack.allowFilter", "true", cwd=good)
        fleet.git("clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{good}", "origins/partial")
        fleet.git("clone", "-q", "--shared", str(good), "origins/shared")
        fleet.git("clone", "-q", "--shared", str(good), "origins/lost")
        (fleet.folder / "origins/lost/.git/objects/info/alternates").write_text("/nowhere\n")
        damaged = fleet.repository("damaged")
        blob = fleet.git("rev-parse", "HEAD:train.py", cwd=damaged).strip()
        place = damaged / ".git/objects" / blob[:2] / blob[2:]
        place.chmod(0o644)
        place.write_bytes(place.read_bytes()[:-6] + bytes(6))
        timeless = fleet.repository("timeless")
        tree = fleet.git("rev-parse", "HEAD^{tree}", cwd=timeless)
        data = f"tree {tree}author\ncommitter nobody\n\nx\n".encode()
        commit = fleet.git("hash-object", "-w", "-t", "commit", "--literally", "--stdin", cwd=timeless, data=data)
        fleet.git("update-ref", "refs/heads/main", commit.strip(), cwd=timeless)
        no_branch = fleet.repository("garbage")
        (no_branch / ".git/HEAD").write_bytes(b"\xffgarbage\n")
        names = ("good", "partial", "shared", "lost", "damaged", "timeless", "garbage")
        fleet.write(*(f"origins/{name}" for name in names))
        found = by_name(fleet.told())
        assert [name for name in names if found[name]["failure"]] == ["partial", "lost", "damaged", "garbage"]
        for name in ("partial", "lost", "damaged"):
            said = "the folder does not hold all of its last commit: it is damaged, or a partial clone (Git says: "
            assert found[name]["failure"].startswith(said)
        assert found["garbage"]["failure"] == f"Git says: '{no_branch}' does not appear to be a git repository"
        assert found["timeless"]["result"]["date"] == ""

    def test_objects_that_are_named_by_sha256(self, fleet: Fleet) -> None:
        path = fleet.repository("a")
        fleet.write(path)
        assert states(fleet.told("--apply")) == {"a": "nothing left"}
        path.rename(path.with_name("before"))
        path.mkdir()
        fleet.git("init", "-q", "--object-format=sha256", "-b", "main", cwd=path)
        fleet.commit(path, {"train.py": OLD})
        told = fleet.told("--apply")
        assert len(told["repositories"][0]["result"]["applied"]["commit"]) == 64

    def test_branches_whose_names_are_folders_of_others(self, fleet: Fleet) -> None:
        path = fleet.repository("a")
        fleet.write(path)
        assert states(fleet.told("--apply")) == {"a": "nothing left"}
        fleet.git("branch", "-m", "main", "main/2", cwd=path)
        fleet.commit(path, {"more.py": OLD})
        assert fleet.told("--apply")["repositories"][0]["result"]["applied"]["fixed"] == 2
        fleet.git("branch", "-m", "main/2", "mlflow-3/2", cwd=path)
        said = fleet.told("--apply")["repositories"][0]["failure"]
        assert said == "Git has no branch mlflow-3 beside mlflow-3/2, so the commit needs another one (--branch)"

    def test_a_repository_that_takes_too_long(self, fleet: Fleet) -> None:
        """A program in Git's place finds a commit, and then never brings it; or never answers at all."""
        pid = fleet.folder / "pid"
        path = in_place_of_git(
            fleet,
            "*ls-remote*slow*) printf '%040d\\tHEAD\\n' 1 ;;",
            f"*fetch*slow*) echo $$ > {pid}; exec sleep 600 ;;",
            "*ls-remote*silent*) exec sleep 600 ;;",
        )
        fleet.write("http://127.0.0.1:9/x/slow", "http://127.0.0.1:9/x/silent")
        found = by_name(fleet.told("--timeout", "5", PATH=path))
        assert found["x/slow"]["failure"] == "it took longer than 5 s, so it was given up (--timeout)"
        assert found["x/silent"]["failure"] == "it did not answer within 5 s"
        with contextlib.suppress(psutil.NoSuchProcess):  # who has ended may still wait for somebody to collect it
            assert psutil.Process(int(pid.read_text())).status() == psutil.STATUS_ZOMBIE

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "names no repository"),
            ('[[repositories]]\nname = "x"\n', "number 1: needs an address"),
            (
                '[[repositories]]\naddress = "x"\ntargte = "3"\n',
                "number 1: has the unknown key 'targte'; did you mean 'target'?",
            ),
            ('[[repositories]]\naddress = "x"\npaths = ["../y"]\n', "paths: '../y' must lie in the repository"),
            ('[[repositories]]\naddress = "x"\nverify = "python"\n', "verify must be a list of strings"),
            (
                '[[repositories]]\naddress = "x"\nverify = ["-r", "x.txt"]\n',
                'verify has no command: put it behind "--"',
            ),
            ('[[repositories]]\naddress = "x"\nverify = ["--"]\n', 'verify has no command: put it behind "--"'),
            ('[[repositories]]\naddress = "x"\nwith-pins = 1\n', "with-pins must be true or false"),
            ("[repositories]\n", "repositories must be tables"),
            ("[defaults]\nname = 1\n", "[defaults] has no name"),
            ("[[repository]]\n", "has the unknown key 'repository'"),
            ("[[repositories\n", "is not valid TOML"),
        ],
    )
    def test_a_list_that_cannot_be_followed(self, fleet: Fleet, text: str, message: str) -> None:
        fleet.list = fleet.folder / "list.toml"
        fleet.list.write_text(text)
        done = fleet.run()
        assert done.returncode == 2
        (line,) = done.stderr.decode().splitlines()
        assert message in line
        assert not fleet.work.exists()

    def test_a_folder_that_is_not_its_own(self, fleet: Fleet) -> None:
        fleet.write(fleet.repository("a"))
        fleet.work.mkdir()
        (fleet.work / "precious.txt").write_text("x")
        done = fleet.run()
        assert (done.returncode, b"is not empty and was not made by this command" in done.stderr) == (2, True)
        assert [path.name for path in fleet.work.iterdir()] == ["precious.txt"]


class TestAgain:
    """A second run asks only what changed."""

    def test_nothing_changed(self, fleet: Fleet) -> None:
        fleet.write(fleet.repository("a"), fleet.repository("b", {"x.py": CLEAN}))
        first = fleet.told()
        written = {path: path.stat().st_mtime_ns for path in fleet.work.glob("repositories/*/*.json")}
        assert len(written) == 4
        second = fleet.told()
        assert [each["as_before"] for each in second["repositories"]] == [True, True]
        assert outcome(first) == outcome(second)
        assert written == {path: path.stat().st_mtime_ns for path in fleet.work.glob("repositories/*/*.json")}
        assert "Trend" in (fleet.work / "index.html").read_text("utf-8")

    def test_a_new_commit_other_options_and_a_lost_report(self, fleet: Fleet) -> None:
        a, b, c = (fleet.repository(name) for name in "abc")
        fleet.write(a, b, c)
        first = by_name(fleet.told())
        fleet.commit(a, {"more.py": OLD})
        (fleet.work / first["c"]["report"]).unlink()
        second = by_name(fleet.told())
        assert {name: each["as_before"] for name, each in second.items()} == {"a": False, "b": True, "c": False}
        assert second["a"]["result"]["rules"] == {"MLF101": 2}
        third = by_name(fleet.told("--ignore", "MLF101"))
        assert {each["as_before"] for each in third.values()} == {False}

    def test_a_failure_keeps_what_was_known_and_is_asked_again(self, fleet: Fleet) -> None:
        path = fleet.repository("a")
        fleet.write(path)
        first = fleet.told()
        path.rename(path.with_name("moved"))
        assert states(fleet.told()) == {"a": "failed"}
        path.with_name("moved").rename(path)
        second = fleet.told()
        assert second["repositories"][0]["as_before"]
        assert outcome(first) == outcome(second)

    def test_a_failure_is_no_progress_in_the_trend(self, fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
        a, b = fleet.repository("a"), fleet.repository("b")
        fleet.write(a, b)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")  # runs of the same second are one moment
        fleet.told()
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000060")
        b.rename(b.with_name("moved"))
        assert fleet.told()["summary"]["can_wait"] == 1
        first, second = (json.loads(path.read_text()) for path in sorted((fleet.work / "history").iterdir()))
        assert first["severities"] == second["severities"]
        assert (first["files"], first["clean"]) == (second["files"], second["clean"]) == (2, 0)

    def test_what_a_person_did_in_the_work_tree_is_not_lost(self, fleet: Fleet) -> None:
        path = fleet.repository("a")
        fleet.write(path)
        tree = fleet.tree(fleet.told()["repositories"][0])
        (tree / "train.py").write_text("# mine\n")
        fleet.commit(path, {"more.py": CLEAN})
        told = fleet.told()["repositories"][0]
        assert "somebody changed its work tree" in told["failure"]
        assert (tree / "train.py").read_text() == "# mine\n"


class TestApply:
    def test_one_commit_on_a_branch_that_nobody_pushed(self, fleet: Fleet) -> None:
        crlf = OLD.replace("\n", "\r\n")
        files = {
            "train.py": OLD,
            "windows.py": crlf,
            "other.txt": "x\r\ny\n",
            ".gitattributes": "* text=auto eol=crlf\n",
        }
        path = fleet.repository("a", {})
        fleet.git("config", "core.autocrlf", "false", cwd=path)
        for name, content in files.items():
            (path / name).write_bytes(content.encode())
        for name in files:
            blob = fleet.git("hash-object", "-w", "--no-filters", name, cwd=path).strip()
            fleet.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{name}", cwd=path)
        fleet.git("commit", "-qm", "files", cwd=path)
        before = fleet.git("for-each-ref", cwd=path)
        fleet.write(path)
        told = fleet.told("--apply")
        repository = told["repositories"][0]
        applied = repository["result"]["applied"]
        assert (told["exit_code"], told["mode"], applied["fixed"], applied["files"]) == (0, "apply", 2, 2)
        assert repository["result"]["fixed"] == 2
        assert fleet.git("for-each-ref", cwd=path) == before
        assert (path / "train.py").read_text() == OLD
        tree = fleet.tree(repository)
        assert fleet.git("log", "--format=%an <%ae>|%D|%s", "-1", cwd=tree).strip() == (
            "A. Person <a@example.org>|HEAD -> mlflow-3|Move from MLflow 2 to MLflow 3.18"
        )
        assert fleet.git("status", "--porcelain", cwd=tree) == ""
        subprocess.run(shlex.split(applied["push"]), check=True, capture_output=True, env=fleet.environment())
        assert fleet.git("rev-parse", "mlflow-3^", cwd=path) == fleet.git("rev-parse", "main", cwd=path)
        assert fleet.git("diff", "--stat", "main", "mlflow-3", cwd=path).split()[-7:-5] == ["2", "files"]
        assert fleet.git("show", "mlflow-3:windows.py", cwd=path) == crlf.replace("artifact_path=", "name=")
        assert fleet.git("show", "mlflow-3:train.py", cwd=path) == OLD.replace("artifact_path=", "name=")

    def test_again_it_is_the_same_commit(self, fleet: Fleet) -> None:
        fleet.write(fleet.repository("a"), fleet.repository("b", {"a.py": CLEAN}))
        first = fleet.told("--apply")
        second = fleet.told("--apply")
        assert {each["as_before"] for each in second["repositories"]} == {True}
        folder = fleet.work / by_name(first)["a"]["folder"]
        (folder / "state.json").unlink()
        third = fleet.told("--apply")
        assert outcome(first) == outcome(second) == outcome(third)
        assert by_name(third)["b"]["result"]["applied"]["commit"] == ""

    def test_a_branch_that_the_other_side_has_with_another_commit(self, fleet: Fleet) -> None:
        path = fleet.repository("a")
        fleet.git("branch", "mlflow-3", cwd=path)
        fleet.write(path)
        (remark,) = fleet.told("--apply")["repositories"][0]["result"]["remarks"]
        assert "the push needs --force-with-lease" in remark
        told = fleet.told("--apply", "--branch", "main")["repositories"][0]
        assert "the branch main is the one that is checked" in told["failure"]

    def test_a_message_of_ones_own(self, fleet: Fleet) -> None:
        template = fleet.folder / "message.txt"
        template.write_text("chore($name): $fixed of $rules for $$5\n\n`id` $$(id) ${version}\n")
        fleet.write(fleet.repository("a"))
        repository = fleet.told("--apply", "--message", str(template))["repositories"][0]
        said = fleet.git("log", "-1", "--format=%B", cwd=fleet.tree(repository))
        assert said.startswith("chore(a): 1 of MLF101 (1) for $5\n\n`id` $(id) ")

    @pytest.mark.parametrize(
        ("text", "message"), [("$what", "$what is unknown"), ("$ 5", "is not a valid template"), ("", "is empty")]
    )
    def test_a_message_that_cannot_be_made(self, fleet: Fleet, text: str, message: str) -> None:
        template = fleet.folder / "message.txt"
        template.write_text(text)
        fleet.write(fleet.repository("a"))
        done = fleet.run("--apply", "--message", str(template))
        assert (done.returncode, message in done.stderr.decode(), fleet.work.exists()) == (2, True, False)

    def test_without_an_author_nothing_is_begun(self, fleet: Fleet) -> None:
        fleet.write(fleet.repository("a"))
        nobody = dict.fromkeys(
            ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"), ""
        )
        done = fleet.run("--apply", **nobody)
        assert (done.returncode, b"Git knows no author" in done.stderr, fleet.work.exists()) == (2, True, False)

    def test_the_author_of_the_configuration(self, fleet: Fleet) -> None:
        configuration = fleet.folder / "gitconfig"
        configuration.write_text("[user]\nname = C. Onfigured\nemail = c@example.org\n[commit]\ngpgSign = true\n")
        fleet.write(fleet.repository("a"))
        process = fleet.environment(GIT_CONFIG_GLOBAL=str(configuration))
        for name in [name for name in process if name.startswith(("GIT_AUTHOR", "GIT_COMMITTER"))]:
            del process[name]
        done = subprocess.run(
            [*fleet_command(fleet), "--apply", "--format", "json"], cwd=fleet.folder, env=process, capture_output=True
        )
        repository = json.loads(done.stdout)["repositories"][0]
        assert (
            fleet.git("log", "-1", "--format=%an <%ae>", cwd=fleet.tree(repository)) == "C. Onfigured <c@example.org>\n"
        )


def fleet_command(fleet: Fleet) -> list[str]:
    process = fleet.start("--help")
    process.communicate(timeout=60)
    assert isinstance(process.args, list)
    return [str(word) for word in process.args[:-1]]


class TestVerify:
    """The command of the other package has its place taken by one that writes down how it was called."""

    @pytest.fixture
    def standin(self, fleet: Fleet) -> dict[str, str]:
        folder = fleet.folder / "standin"
        (folder / "standin-1.dist-info").mkdir(parents=True)
        (folder / "standin-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: standin\nVersion: 1\n")
        (folder / "standin-1.dist-info/entry_points.txt").write_text(
            "[mlflow_codemod.commands]\nverify = standin:verify\n"
        )
        (folder / "standin.py").write_text(
            """import json, os, click

@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def verify(words):
    with open(os.environ["STANDIN"], "w") as stream:
        json.dump([words, open("train.py").read()], stream)
    print("error: what it said last")
    return int(words[-1])
"""
        )
        return {"PYTHONPATH": f"{folder}{os.pathsep}{PROJECT}", "STANDIN": str(fleet.folder / "called.json")}

    @pytest.mark.parametrize(
        ("code", "exit_code", "said"),
        [
            (0, 0, "as on MLflow 2"), (1, 1, "differs from MLflow 2"), (3, 3, "could not be run: what it said last"),
            (4, 4, "not everything ran"), (2, 3, "was not run: what it said last"),
        ],
    )  # fmt: skip
    def test_it_runs_where_the_list_says_how_on_the_tree_as_it_was(
        self, fleet: Fleet, standin: dict[str, str], code: int, exit_code: int, said: str
    ) -> None:
        fleet.repository("a")
        fleet.list = fleet.folder / "list.toml"
        fleet.list.write_text(
            f'[[repositories]]\naddress = "origins/a"\nverify = ["--repeat", "2", "--", "run", "{code}"]\n'
        )
        told = fleet.told("--apply", "--verify", **standin)
        assert (told["exit_code"], told["repositories"][0]["result"]["verify"]) == (
            exit_code,
            {"exit_code": code, "said": said},
        )
        words, tree = json.loads((fleet.folder / "called.json").read_text())
        assert words[0] == "."
        assert words[1:2] == ["--output"]
        assert words[-4:] == ["--repeat", "2", "run", str(code)]  # click takes the `--` away
        assert tree == OLD

    def test_nothing_runs_unasked(self, fleet: Fleet, standin: dict[str, str]) -> None:
        fleet.repository("a")
        fleet.list = fleet.folder / "list.toml"
        fleet.list.write_text('[[repositories]]\naddress = "origins/a"\nverify = ["--", "run", "0"]\n')
        assert fleet.told(**standin)["repositories"][0]["result"]["verify"] is None
        assert not (fleet.folder / "called.json").exists()
        fleet.list.write_text('[[repositories]]\naddress = "origins/a"\n')
        told = fleet.told("--verify", **standin)["repositories"][0]["result"]["verify"]
        assert told == {"exit_code": None, "said": "no command was given"}
        assert not (fleet.folder / "called.json").exists()


class TestEnded:
    """What was done stands, and the next run does the rest."""

    @pytest.fixture
    def many(self, fleet: Fleet) -> Fleet:
        fleet.write(*(fleet.repository(f"r{number}", {"a.py": OLD * (number + 1)}) for number in range(4)))
        return fleet

    @contextlib.contextmanager
    def held_up(self, many: Fleet) -> Iterator[str]:
        """Put one before the last that does not answer meanwhile, so that no run is over before it is ended; give the PATH for that."""
        listed, over = many.list.read_text().splitlines(), many.folder / "over"
        many.write(*listed[:3], "http://127.0.0.1:9/x/silent", listed[3])
        yield in_place_of_git(many, f"*ls-remote*silent*) while [ ! -e {over} ]; do sleep 0.1; done ;;")
        over.touch()  # what a killed run started goes on
        many.write(*listed)

    def wait_for(self, process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
        end = time.monotonic() + 120
        while not ready():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end
            time.sleep(0.02)

    def test_by_sigkill(self, many: Fleet) -> None:
        """With commits, which come between a look and its record; a run that only looks leaves a part of that."""
        mode = ("--apply",)
        records = lambda: list(many.work.glob("repositories/*/state.json"))  # noqa: E731
        with self.held_up(many) as path:
            process = many.start("--jobs", "1", *mode, PATH=path)
            self.wait_for(process, lambda: len(records()) >= 2)
            process.kill()
            process.communicate()
        done = len(records())
        assert 2 <= done < 4
        for path in records():
            json.loads(path.read_bytes())
        resumed = many.told("--jobs", "1", *mode)
        assert sum(each["as_before"] for each in resumed["repositories"]) >= done
        assert resumed["summary"]["states"]["failed"] == 0
        other = Fleet(many.folder, many.git, many.program)
        other.work = many.folder / "other"
        whole = other.told("--jobs", "1", *mode)
        assert comparable(whole) == comparable(resumed)
        assert not [path for path in many.work.rglob("*") if path.name.startswith(".mlflow-codemod-")]

    def test_at_any_moment(self, many: Fleet) -> None:
        """Each run is killed a little later than the one before; the last one finds everything whole."""
        for tenths in range(3, 24, 4):
            process = many.start("--apply", "--jobs", "2")
            time.sleep(tenths / 10)
            process.kill()
            process.communicate()
        told = many.told("--apply")
        assert set(states(told).values()) == {"nothing left"}
        assert [
            each["result"]["applied"]["fixed"]
            for each in sorted(told["repositories"], key=lambda each: str(each["name"]))
        ] == [1, 2, 3, 4]

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_by_a_signal_that_asks(self, many: Fleet, number: signal.Signals) -> None:
        with self.held_up(many) as path:
            process = many.start("--jobs", "1", "--format", "json", PATH=path)
            self.wait_for(process, lambda: len(list(many.work.glob("repositories/*/state.json"))) >= 1)
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
        told = json.loads(out)
        assert (process.returncode, told["interrupted"]) == (128 + number, True)
        missing = told["summary"]["states"]["not reached"]
        assert 2 <= missing <= 4
        assert f"{5 - missing} of 5 repositories are done; the same command goes on with the rest" in err.decode()
        again = many.told()
        assert sum(each["as_before"] for each in again["repositories"]) >= 5 - missing
        assert set(states(again).values()) == {"open"}

    def test_while_a_server_does_not_answer(self, fleet: Fleet) -> None:
        pid = fleet.folder / "pid"
        path = in_place_of_git(fleet, f"*ls-remote*silent*) echo $$ > {pid}; exec sleep 600 ;;")
        fleet.write("http://127.0.0.1:9/x/silent")
        process = fleet.start("--format", "json", PATH=path)
        self.wait_for(process, lambda: pid.exists() and bool(pid.read_text()))
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        assert (process.returncode, states(json.loads(out))) == (130, {"x/silent": "not reached"})
        with contextlib.suppress(psutil.NoSuchProcess):  # who has ended may still wait for somebody to collect it
            assert psutil.Process(int(pid.read_text())).status() == psutil.STATUS_ZOMBIE

    def test_two_runs_do_not_share_a_folder(self, fleet: Fleet) -> None:
        pid = fleet.folder / "pid"
        path = in_place_of_git(fleet, f"*ls-remote*silent*) echo $$ > {pid}; exec sleep 600 ;;")
        fleet.write("http://127.0.0.1:9/x/silent")
        process = fleet.start(PATH=path)
        self.wait_for(process, lambda: pid.exists() and bool(pid.read_text()))
        fleet.constants["codemod.fleet.workplace._PATIENCE"] = 0.5
        done = fleet.run(PATH=path)
        assert (done.returncode, b"is used by another run" in done.stderr) == (2, True)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def comparable(told: dict[str, Any]) -> dict[str, Any]:
    """Return what a run found, without the names of commits, which hold the time, and of the work folder."""
    found = outcome(told)
    for repository in found["repositories"]:
        applied = repository["result"]["applied"]
        if applied is not None:
            assert len(applied["commit"]) == 40
            applied["commit"], applied["push"] = "", ""
    return found
