"""The parts of the fleet that need no repository."""

from __future__ import annotations

import codecs
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemod.errors import WrongUseError
from codemod.fleet import bounds, document, listing, order, page, records, requirements, running, surroundings, table
from codemod.fleet.addresses import Address, AddressError, read_address, without_secrets
from codemod.fleet.job import RepositoryJob
from codemod.fleet.listing import ListedRepository, read_list
from codemod.fleet.mirrors import Author, Head
from codemod.fleet.records import Applied, Record, Verified
from codemod.fleet.running import RepositoryResult
from codemod.fleet.totals import sentence, totals
from codemod.running.discovery import Input

quick = settings(deadline=None, max_examples=60)


class TestAddresses:
    @pytest.mark.parametrize(
        ("text", "shown", "name"),
        [
            ("https://host/team/x.git", "https://host/team/x.git", "team/x"),
            ("https://user:word@host:8443/team/x.git/", "https://host:8443/team/x.git/", "team/x"),
            ("https://t0ken@host/x", "https://host/x", "x"),
            ("https://host", "https://host", "https://host"),
            ("git://host:9418/x.git", "git://host:9418/x.git", "x"),
            ("ssh://git@host:22/~/x.git", "ssh://git@host:22/~/x.git", "~/x"),
            ("ssh://git:word@host/x.git", "ssh://git@host/x.git", "x"),
            ("git@host:team/x.git", "git@host:team/x.git", "team/x"),
            ("host:x", "host:x", "x"),
            ("https://[::1]:8/x/y", "https://[::1]:8/x/y", "x/y"),
            ("file:///srv/a%20b.git", "/srv/a b.git", "a b"),
            ("file://localhost/srv/x", "/srv/x", "x"),
            ("some/where", "/base/some/where", "where"),
            ("../x", "/x", "x"),
        ],
    )
    def test_what_is_shown(self, text: str, shown: str, name: str) -> None:
        found = read_address(text, "/base")
        assert (found.shown, found.name()) == (shown, name)
        assert "word" not in repr(found)
        assert "t0ken" not in repr(found)

    def test_credentials_are_kept_apart(self) -> None:
        assert (
            read_address("https://u%40x:w%2Fd@host/x", "/").user,
            read_address("https://u%40x:w%2Fd@host/x", "/").password,
        ) == (
            "u@x",
            "w/d",
        )

    @pytest.mark.parametrize(
        "text",
        [
            "ext::sh -c id", "fd::17", "https://", "https://u:secret@/x", "svn://u:secret@host/x", "https://u:secret@host/x?token=secret",
            "https://host/x#secret", "https://-oProxyCommand=id/x", "ssh://-oProxyCommand=id/x", "-oProxyCommand=id@host:x",
            "git@-oProxyCommand=id:x", "https://host:port/x", "file://server/share", "https://u:secret@host/\x1b[31m",
        ],
    )  # fmt: skip
    def test_what_is_refused(self, text: str) -> None:
        with pytest.raises(AddressError) as error:
            read_address(text, "/base")
        assert "secret" not in str(error.value)
        assert "\n" not in str(error.value)

    def test_what_git_says_loses_its_credentials(self) -> None:
        address = Address("https://host/x", "", "person", "s3cret")
        said = "fatal: unable to access 'https://person:s3cret@host/x': s3cret"
        assert without_secrets(said, address) == "fatal: unable to access 'https://host/x': …"

    @quick
    @given(st.text(min_size=4, alphabet=st.characters(codec="ascii", categories=("L", "N"))))
    def test_no_password_is_ever_shown(self, word: str) -> None:
        found = read_address(f"https://user:{word}-{word}@host.example/team/x.git", "/")
        secret = f"{word}-{word}"
        assert found.password == secret
        assert secret not in repr(found) + found.name() + found.shown
        assert secret not in without_secrets(f"x {secret} https://user:{secret}@host", found)
        entry = ListedRepository(found.name(), found)
        assert secret not in entry.folder


class TestBounds:
    """What ``git ls-tree`` says is read in parts, which end anywhere."""

    @quick
    @given(st.lists(st.integers(0, 5000), max_size=40), st.integers(1, 200), st.integers(0, 40), st.integers(0, 60_000))
    def test_what_is_too_much(self, sizes: list[int], chunk: int, files: int, room: int) -> None:
        entries = [f"100644 blob {'a' * 40} {size:7}\tfolder/{number}.py\0" for number, size in enumerate(sizes)]
        entries.insert(len(entries) // 2, f"160000 commit {'b' * 40}       -\tmodule\0")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bounds, "_CHUNK", chunk)
            patch.setattr(bounds, "FILES", files)
            why = bounds.excess(io.BytesIO("".join(entries).encode()), room)
        assert bool(why) == (len(entries) > files or sum(sizes) > room)

    def test_files_that_grow(self, tmp_path: Path) -> None:
        with bounds.no_larger_files(1000), pytest.raises(OSError, match="too large"):
            (tmp_path / "x").write_bytes(bytes(2000))
        (tmp_path / "x").write_bytes(bytes(2000))
        assert 0 < bounds.room(str(tmp_path)) < shutil.disk_usage(tmp_path).total


class TestList:
    @quick
    @given(st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=40), max_size=6))
    def test_every_line_is_an_entry_or_a_comment_and_names_and_folders_tell_apart(
        self, tmp_path_factory: pytest.TempPathFactory, lines: list[str]
    ) -> None:
        path = tmp_path_factory.mktemp("list") / "list.txt"
        path.write_text("origin\n" + "\n".join(lines), "utf-8", newline="")
        entries = read_list(str(path))
        assert entries
        good = [entry for entry in entries if not entry.problem]
        assert len({entry.name for entry in good}) == len(good) == len({entry.folder for entry in good})
        for entry in entries:
            assert entry.folder.isascii()
            assert not set(entry.folder) & set('/\\:*?"<>| ')
            assert (entry.address is None) <= bool(entry.problem)

    def test_marks_of_editors(self, tmp_path: Path) -> None:
        path = tmp_path / "list.txt"
        path.write_bytes(codecs.BOM_UTF8 + b"# ours\r\none\r\n")
        assert [entry.name for entry in read_list(str(path))] == ["one"]
        path.write_text("one\n", "utf-16")
        with pytest.raises(WrongUseError, match="is UTF-16; save it as UTF-8"):
            read_list(str(path))

    def test_a_list_that_is_too_long_is_not_cut(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(listing, "_MOST", 1 << 20)
        path = tmp_path / "list.txt"
        comment, end = b"#" * ((1 << 20) - 5), b"\none\n"
        path.write_bytes(comment + end)
        assert [entry.name for entry in read_list(str(path))] == ["one"]
        path.write_bytes(comment + end + b"t")
        with pytest.raises(WrongUseError, match="is larger than 1 MiB"):
            read_list(str(path))

    def test_another_name_for_the_same_folder(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        (tmp_path / "b").symlink_to("a")
        path = tmp_path / "list.toml"
        path.write_text("".join(f'[[repositories]]\naddress = "{name}"\n' for name in ("a", "b", "./a/", "c")))
        assert [bool(entry.problem) for entry in read_list(str(path))] == [False, True, True, False]

    def test_a_folder_stays_when_others_come(self, tmp_path: Path) -> None:
        path = tmp_path / "list.txt"
        path.write_text("a/x\n")
        (before,) = read_list(str(path))
        path.write_text("a/x\nb/x\n")
        first, second = read_list(str(path))
        assert first.name != before.name
        assert first.folder == before.folder != second.folder

    def test_equal_names_grow(self, tmp_path: Path) -> None:
        path = tmp_path / "list.txt"
        path.write_text("a/x\nb/x\nc/y\nhttps://one/t/z\nhttps://two/t/z\n")
        assert [entry.name for entry in read_list(str(path))] == [
            "a/x",
            "b/x",
            "y",
            "https://one/t/z",
            "https://two/t/z",
        ]


class TestRequirements:
    @pytest.mark.parametrize(
        ("path", "text", "makes", "installs"),
        [
            (
                "requirements.txt",
                "mlflow[extras]==2.9.2 ; python_version > '3'\n# x\n-r other.txt\nTeam.Base>=1 --hash=sha256:0\n",
                "", [("mlflow", "==2.9.2"), ("team-base", ">=1")],
            ),
            (
                "requirements/dev.txt",
                "team_base @ git+https://host/x.git\ngit+https://host/y.git#egg=Team_Y\n",
                "", [("team-base", ""), ("team-y", "")],
            ),
            (
                "pyproject.toml",
                '[project]\nname = "Team_Base"\ndependencies = ["mlflow>=2,<3"]\n[project.optional-dependencies]\nx = ["a"]\n'
                '[dependency-groups]\ndev = ["b", {include-group = "x"}]\n',
                "team-base", [("mlflow", "<3,>=2"), ("a", ""), ("b", "")],
            ),
            (
                "pyproject.toml",
                '[tool.poetry]\nname = "p"\n[tool.poetry.dependencies]\nmlflow = "^2.9"\nb = {version = "~1.2"}\nc = "*"\n'
                'd = "1.0"\ne = {git = "x"}\nz = "^0.3.1"\n',
                "p",
                [("mlflow", "<3,>=2.9"), ("b", "~=1.2.0"), ("c", ""), ("d", "==1.0"), ("e", ""), ("z", "<0.4,>=0.3.1")],
            ),
            ("Pipfile", '[packages]\nmlflow = "==2.9.2"\n', "", [("mlflow", "==2.9.2")]),
            (
                "setup.cfg",
                "[metadata]\nname = a_b\n[options]\ninstall_requires =\n  mlflow>=2\n[options.extras_require]\nx = c\n",
                "a-b", [("mlflow", ">=2"), ("c", "")],
            ),
            (
                "setup.py",
                'from setuptools import setup\nsetup(name="a.b", install_requires=["mlflow==1.30"], extras_require={"x": ["c"]})\n',
                "a-b", [("mlflow", "==1.30"), ("c", "")],
            ),
            (
                "environment.yml",
                "dependencies:\n- python=3.9\n- conda-forge::mlflow==2.1\n- mlflow-skinny >=2\n- pip:\n  - team-base\n",
                "", [("python", "==3.9.*"), ("mlflow", "==2.1"), ("mlflow-skinny", ">=2"), ("team-base", "")],
            ),
            ("uv.lock", '[[package]]\nname = "mlflow"\nversion = "2.22.5"\n', "", [("mlflow", "==2.22.5")]),
            ("Pipfile.lock", '{"default": {"mlflow": {"version": "==2.9.2"}}}', "", [("mlflow", "==2.9.2")]),
        ],
    )  # fmt: skip
    def test_each_form(self, path: str, text: str, makes: str, installs: list[tuple[str, str]]) -> None:
        said = requirements.read_requirements(path, text.encode())
        assert said.makes == makes
        assert sorted(said.installs) == sorted(installs)

    @quick
    @given(
        st.sampled_from(
            ["requirements.txt", "pyproject.toml", "setup.cfg", "setup.py", "conda.yaml", "Pipfile", "uv.lock"]
        ),
        st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))),
    )
    def test_no_bytes_stop_it(self, path: str, data: bytes) -> None:
        requirements.read_requirements(path, data)

    @pytest.mark.parametrize(
        "text",
        [
            "[project]\ndependencies = 3\n",
            "[tool.poetry]\ndependencies = 1\n",
            "project = 1\ntool = []\n",
            "[tool.poetry.dependencies]\na = 1\nb = []\n",
        ],
    )
    def test_tables_of_another_kind(self, text: str) -> None:
        assert requirements.read_requirements("pyproject.toml", text.encode()).makes == ""


def test_surroundings(tmp_path: Path) -> None:
    files = {
        "a.py": 'import mlflow\nmlflow.set_tracking_uri("https://u:secret@mlflow.example:8080/x/")\n',
        "b.py": 'import mlflow\nmlflow.set_tracking_uri(f"http://{HOST}:5000")\nmlflow.set_tracking_uri("databricks")\n',
        ".env": "MLFLOW_TRACKING_URI=http://from-env:5000\n",
        "k8s.yaml": "env:\n- name: MLFLOW_TRACKING_URI\n  value: http://in-cluster:80\n",
        "docker-compose.yml": "services:\n  m:\n    image: ghcr.io/mlflow/mlflow:v2.1\n",
        "requirements.txt": "mlflow\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    found = surroundings.surroundings(Input(name, str(tmp_path / name)) for name in files)
    assert found.servers == (
        "databricks", "http://from-env:5000", "http://in-cluster:80", "http://{HOST}:5000", "https://mlflow.example:8080/x",
    )  # fmt: skip
    assert (found.starts_server, found.pins) == (True, ("any",))


@pytest.mark.parametrize(
    ("name", "text", "starts"),
    [
        ("Dockerfile", "FROM python:3.11\nCMD mlflow server --host 0.0.0.0\n", True),
        ("Dockerfile", "FROM python:3.11\n# mlflow server\nRUN pip install mlflow\n", False),
        ("Makefile", "train:\n\tmlflow run .\n", False),
        ("deploy.yaml", "command: [mlflow]\nargs: [server, --port, '80']\n", True),
        ("deploy.yaml", "image: team/train-mlflow-models:1\n", False),
        ("run.py", "import os\nos.system('mlflow server')\n", False),
    ],
)
def test_who_starts_a_server(tmp_path: Path, name: str, text: str, starts: bool) -> None:
    (tmp_path / name).write_text(text)
    assert surroundings.surroundings([Input(name, str(tmp_path / name))]).starts_server is starts


def result(name: str, record: Record | None = None, **more: object) -> RepositoryResult:
    made = ListedRepository(name, Address(f"/{name}", f"/{name}"))
    return RepositoryResult(
        made, replace(record, name=name, address=f"/{name}") if record is not None else None, **more
    )  # type: ignore[arg-type]


OPEN = Record(
    "", "", severities={"breaks": 2, "changes": 1, "deprecated": 1, "advice": 0}, rules={"MLF101": 4}, inputs=3, clean=1
)
DONE = Record("", "", severities={"breaks": 0, "changes": 0, "deprecated": 0, "advice": 0}, inputs=1, clean=1)


class TestOrder:
    def test_servers_then_what_others_install_then_the_most(self) -> None:
        few = replace(OPEN, severities={"breaks": 1})
        places = order.ordered(
            [
                result("gone", None, failure="x"),
                result("done", DONE),
                result("few", few),
                result("many", replace(OPEN, installs=("mid",))),
                result("mid", replace(few, makes=("mid",), installs=("base", "mid"))),
                result("base", replace(few, makes=("base",))),
                result("server", replace(few, starts_server=True)),
            ]
        )
        assert [place.result.entry.name for place in places] == ["server", "base", "mid", "many", "few", "done", "gone"]
        assert [place.number for place in places] == [1, 2, 3, 4, 5, 0, 0]
        assert places[1].users == ("many", "mid")

    def test_a_circle_ends(self) -> None:
        places = order.ordered(
            [
                result("a", replace(OPEN, makes=("a",), installs=("b",))),
                result("b", replace(OPEN, makes=("b",), installs=("a",))),
            ]
        )
        assert [place.users for place in places] == [("b",), ("a",)]

    @quick
    @given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 6)), st.integers(0, 3)), min_size=1, max_size=7))
    def test_each_comes_once_and_before_those_that_install_it(self, given: list[tuple[bool, set[int], int]]) -> None:
        results = [
            result(
                f"r{number}",
                replace(OPEN, makes=(f"p{number}",), installs=tuple(f"p{other}" for other in uses if other < number)),
            )
            for number, (_, uses, _) in enumerate(given)
        ]
        places = order.ordered(results)
        at = {place.result.entry.name: place.number for place in places}
        assert sorted(at.values()) == list(range(1, len(given) + 1))
        for number, (_, uses, _) in enumerate(given):
            assert all(at[f"r{other}"] < at[f"r{number}"] for other in uses if other < number)


class TestTelling:
    RESULTS = (
        result("open", replace(OPEN, pins=("==2.9",), servers=("http://s",), date="2026-01-02T03:04:05Z")),
        result(
            "done",
            replace(DONE, applied=Applied("mlflow-3", "c" * 40, 1, 7, "git push"), remarks=("look",)),
            is_known=True,
        ),
        result("bad", None, failure="it has no commits"),
        result("part", replace(DONE, unread=2, verified=Verified(1, "differs from MLflow 2"))),
        result("later", replace(OPEN), is_reached=False),
    )

    def test_all_forms_have_the_same_numbers(self) -> None:
        places, found = order.ordered(self.RESULTS), totals(self.RESULTS)
        assert sum(found.states.values()) == len(self.RESULTS)
        told = json.loads(document.fleet_document(places, found, applies=True, exit_code=3, interrupted=True))
        assert told["summary"]["must_be_fixed"] == found.must == 3
        assert told["summary"]["fixed"] == 7
        assert {each["name"]: each["result"] is None for each in told["repositories"]} == {
            "open": False, "done": False, "bad": True, "part": False, "later": True,
        }  # fmt: skip
        shown = ["".join(text for text, _ in line) for line in table.table_lines(places, found)]
        assert sentence(found) == shown[-1]
        assert sentence(found) == (
            "5 repositories: 1 with nothing left to do, 1 with open findings, 1 not fully analysed, 1 failed, 1 not reached. "
            "7 findings were fixed. 3 findings must be fixed before the move, 1 can wait."
        )
        for text in (
            "bad: it has no commits",
            "done: to push, run git push",
            "done: look",
            "part: verify: differs from MLflow 2",
        ):
            assert text in shown
        html = page.fleet_page(places, found, "today", [])
        assert all(
            word in html
            for word in ("it has no commits", "git push", "look", "differs from MLflow 2", "==2.9", "http://s")
        )

    @pytest.mark.parametrize(
        ("results", "code"),
        [
            ((DONE,), 0), ((DONE, OPEN), 1), ((replace(DONE, unread=1), OPEN), 3), ((None,), 3), ((replace(DONE, verified=Verified(4, "")),), 4),
            ((replace(DONE, verified=Verified(1, "")),), 1), ((replace(DONE, verified=Verified(3, "")), OPEN), 3),
            ((replace(OPEN, verified=Verified(4, "")),), 1),
        ],
    )  # fmt: skip
    def test_the_exit_code(self, results: tuple[Record | None, ...], code: int) -> None:
        made = [result(str(number), record, failure="" if record else "x") for number, record in enumerate(results)]
        assert running.exit_code(made) == code


class TestRecords:
    def test_they_come_back(self, tmp_path: Path) -> None:
        record = replace(
            OPEN, name="a\udcff", asked={"commit": "x", "paths": ["a"]}, pins=("==2",), remarks=("r",), applied=Applied("b"), verified=Verified(None, "no")
        )  # fmt: skip
        path = str(tmp_path / "state.json")
        records.write_record(path, record)
        assert records.read_record(path) == record

    @pytest.mark.parametrize(
        "text",
        ["", "{", "[]", '{"mlflow-codemod-fleet": 2}', '{"mlflow-codemod-fleet": 1, "name": "x"}', "[" * 100_000],
    )
    def test_what_is_none_is_made_anew(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "state.json").write_text(text)
        assert records.read_record(str(tmp_path / "state.json")) is None

    def test_a_job_travels_as_one_line(self) -> None:
        job = RepositoryJob(
            "a\nb", Address("x", "", "u", "p"), "/f", Head("main", "c"), asked={"a": [1]}, paths=("x",), settings=({"unsafe": True},),
            author=Author("A", "a@x"), verify=("--", "x"),
        )  # fmt: skip
        assert "\n" not in job.to_json()
        assert RepositoryJob.of_json(job.to_json()) == job
