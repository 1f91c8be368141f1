"""The functions for programs: what they give, what they write, and what they leave alone."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import codemod

PROJECT = Path(__file__).parents[2]
OLD = 'import mlflow\nmlflow.onnx.log_model(model, artifact_path="model")\n'
NEW = 'import mlflow\nmlflow.onnx.log_model(model, name="model")\n'

Program = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text(OLD)
    (tmp_path / "other.py").write_text("print('nothing')\n")
    return tmp_path


def started(text: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.run([sys.executable, "-c", text], cwd=cwd, env=environment, capture_output=True, text=True)


def test_check_gives_what_apply_would_write_and_writes_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    result = codemod.check(folder)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert (folder / "train.py").read_text() == OLD
    assert result.mode == "check"
    assert result.exit_code == 1
    assert [(path, finding.code) for path, finding in result.left] == [("train.py", "MLF101")]
    assert result.left == result.findings
    assert result.changed == ("train.py",)
    assert {outcome.path: (outcome.state, outcome.new) for outcome in result.outcomes} == {
        "other.py": (codemod.State.UNCHANGED, None),
        "train.py": (codemod.State.FIXABLE, NEW.encode()),
    }
    assert (result.counts.inputs, result.counts.safe, result.counts.fixed) == (2, 1, 0)
    assert capfd.readouterr() == ("", "")


def test_apply_writes_and_a_second_run_has_nothing_to_do(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    result = codemod.apply(["train.py", Path("other.py")])
    assert (folder / "train.py").read_text() == NEW
    assert (result.exit_code, result.changed, result.left) == (0, ("train.py",), ())
    assert [found.finding.fixed for found in result.findings] == [True]
    assert result.counts.states[codemod.State.CHANGED] == 1
    again = codemod.apply(folder)
    assert (again.exit_code, again.findings, again.changed) == (0, (), ())
    assert capfd.readouterr() == ("", "")


def test_a_file_that_cannot_be_analysed_is_in_the_result_and_stops_nothing(folder: Path) -> None:
    (folder / "broken.py").write_text("import mlflow\nmlflow.onnx.log_model(\n")
    result = codemod.apply(".")
    assert (folder / "train.py").read_text() == NEW
    assert result.exit_code == 3
    assert [outcome.path for outcome in result.failed] == ["broken.py"]
    assert result.changed == ("train.py",)
    assert (folder / "broken.py").read_text() == "import mlflow\nmlflow.onnx.log_model(\n"


def test_the_configuration_of_the_project_holds_unless_it_is_set_aside(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        '[tool.mlflow-codemod]\nignore = ["MLF101"]\nexclude = ["left"]\ntarget = "3.5"\n'
    )
    (folder / "left").mkdir()
    (folder / "left" / "old.py").write_text(OLD)
    of_project = codemod.check(folder)
    assert (of_project.findings, of_project.settings.target) == ((), "3.5")
    assert codemod.project_settings(folder) == of_project.settings
    # Settings take the place of the project's choices; what it leaves out stays out.
    with_settings = codemod.check(folder, codemod.Settings())
    assert [path for path, _ in with_settings.left] == ["train.py"]
    changed = dataclasses.replace(codemod.project_settings(folder), ignore=())
    assert codemod.check(folder, changed).settings.target == "3.5"
    isolated = codemod.check(folder, isolated=True)
    assert [path for path, _ in isolated.left] == ["left/old.py", "train.py"]
    assert isolated.settings == codemod.Settings()
    other = folder / "other.toml"
    other.write_text('[tool.mlflow-codemod]\nselect = ["MLF5"]\n')
    assert codemod.check(folder, config=other).settings.select == ("MLF5",)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"paths": "missing"}, "no such path: missing"),
        ({"paths": []}, "no path is named"),
        ({"settings": codemod.Settings(target="2.9")}, "target '2.9' is not"),
        ({"settings": codemod.Settings(select="MLF1")}, "select must be a list of strings, not a string"),
        ({"settings": codemod.Settings(ignore=("MLF999",))}, "no rule has the code 'MLF999'"),
        ({"settings": codemod.Settings(unsafe="no")}, "unsafe must be true or false, not a string"),
        ({"settings": codemod.Settings(with_pins=1)}, "with-pins must be true or false, not an integer"),
        ({"settings": codemod.Settings(pytorch_format="onnx")}, 'pytorch-format must be "pickle" or "pt2"'),
        ({"settings": codemod.Settings(docs_url="javascript:alert(1)")}, "docs-url 'javascript:alert(1)' is not"),
        ({"config": "none.toml"}, "none.toml: cannot be read"),
        ({"config": "x.toml", "isolated": True}, "config cannot be combined with isolated"),
        ({"jobs": 0}, "jobs must be at least 1, not 0"),
    ],
)
@pytest.mark.parametrize("function", [codemod.check, codemod.apply])
def test_what_cannot_be_done_is_one_exception_with_one_line(folder: Path, function, arguments, says: str) -> None:
    with pytest.raises(codemod.WrongUseError) as caught:
        function(**{"paths": ".", **arguments})
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (folder / "train.py").read_text() == OLD


def test_codes_may_be_small_letters_as_on_the_command_line(folder: Path) -> None:
    assert codemod.check(folder, codemod.Settings(select=("mlf1",))).settings.select == ("MLF1",)


@pytest.mark.parametrize("form", ["text", "json", "sarif", "markdown"])
def test_reports_are_those_of_the_command(folder: Path, program: Program, form: str) -> None:
    done = program("check", ".", "--format", form)
    rendered = codemod.check(".").render(form)
    printed = done.stdout.decode()
    assert done.returncode == 1
    if form == "text":  # the command says at the top what to type next as well
        assert [line for line in printed.splitlines() if not line.startswith(("Next: ", "      "))] == [
            line for line in rendered.splitlines() if not line.startswith("      ")
        ]
        assert printed.count("Next: ") == 1
    else:
        assert rendered == printed


def test_an_unknown_format_is_named(folder: Path) -> None:
    with pytest.raises(codemod.WrongUseError, match="'xml' is not a format; take one of text, json"):
        codemod.check(folder).render("xml")


def test_the_result_says_what_the_command_says_beside_its_report(folder: Path) -> None:
    (folder / "requirements.txt").write_text("mlflow>=2.9\n")
    (remark,) = codemod.apply(folder).remarks
    assert remark.startswith("the code that was fixed needs MLflow 3.0 or later, and 1 pin lets older releases in")
    (folder / "empty").mkdir()
    assert codemod.check("empty").remarks == ("no Python files or notebooks in empty",)


def test_it_works_in_a_thread_and_with_several_processes(folder: Path) -> None:
    for number in range(70):
        (folder / f"train_{number}.py").write_text(OLD)
    results: list[codemod.Result] = []
    thread = threading.Thread(target=lambda: results.append(codemod.apply(folder, jobs=2)))
    thread.start()
    thread.join()
    assert results[0].counts.fixed == 71
    assert {path.read_text() for path in folder.glob("train*.py")} == {NEW}


def test_importing_the_package_loads_nothing_and_the_api_nothing_heavy(tmp_path: Path) -> None:
    # A scanned project's modules must not take the place of Python's before the program has taken its folder off the path.
    for name in ("typing", "importlib", "dataclasses", "__future__"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a module of the scanned project was imported')\n")
    done = started("import sys; before = set(sys.modules); import codemod; print(*set(sys.modules) - before)", tmp_path)
    assert (set(done.stdout.split()), done.stderr) == ({"codemod", "codemod.version"}, "")
    text = "import sys, codemod; codemod.check; print(json.dumps(sorted(sys.modules)))".replace("sys,", "sys, json,")
    loaded = set(json.loads(started(text, PROJECT).stdout))
    assert "codemod.api" in loaded
    assert {"libcst", "rich", "yaml", "jinja2", "click", "codemod.cli"}.isdisjoint(loaded)


def test_every_name_of_the_api_is_there_and_documented() -> None:
    assert set(codemod.__all__) <= set(dir(codemod))
    for name in set(codemod.__all__) - {"__version__"}:
        assert (getattr(codemod, name).__doc__ or "").strip(), name
    page = (PROJECT / "docs" / "python-api.md").read_text(encoding="utf-8")
    assert [name for name in codemod.__all__ if name != "__version__" and f"`{name}" not in page] == []
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        codemod.chekc  # noqa: B018


def test_type_checkers_know_the_api(tmp_path: Path) -> None:
    user = tmp_path / "user.py"
    user.write_text(
        "import codemod\n\nresult = codemod.check(['a.py'], codemod.Settings(unsafe=True))\n"
        "reveal_type(result)\nreveal_type(result.left[0].finding.severity)\ncodemod.apply(3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", f"--cache-dir={tmp_path / 'cache'}", str(user)],
        cwd=PROJECT, capture_output=True, text=True,
    )  # fmt: skip
    assert 'Revealed type is "codemod.api.Result"' in done.stdout
    assert 'Revealed type is "codemod.findings.Severity"' in done.stdout
    assert done.stdout.count("error:") == 1
    assert 'Argument 1 to "apply" has incompatible type "int"' in done.stdout
