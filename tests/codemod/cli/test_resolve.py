"""``apply --resolve``: uv is asked with wheels of this test, and with no index, whether the raised pins can be installed."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codemod.cli import cli
from codemod.mlflow_api.releases import RELEASES

NEWEST = RELEASES[-1]
CODE = 'import mlflow\n\nwith mlflow.start_run():\n    mlflow.sklearn.log_model(model, "model")\n'


def wheel(folder: Path, name: str, version: str, *requires: str) -> None:
    """Write a package without modules."""
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {each}\n" for each in requires)
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as file:
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}")
        file.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{info}/RECORD", "")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel(wheels, "mlflow", "2.9.2")
    wheel(wheels, "mlflow", NEWEST, "helper")
    wheel(wheels, "helper", "1.0")
    wheel(wheels, "capping", "1.0", "mlflow<3")
    settings = tmp_path / "uv.toml"
    settings.write_text(f"no-index = true\nfind-links = [{json.dumps(str(wheels))}]\n", encoding="utf-8")
    monkeypatch.setenv("UV_CONFIG_FILE", str(settings))
    monkeypatch.delenv("UV_FIND_LINKS", raising=False)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "train.py").write_text(CODE, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def apply(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["apply", "--resolve", "--isolated", *arguments, "."])


def test_a_set_that_can_be_installed_is_written(project: Path) -> None:
    (project / "requirements.txt").write_text("mlflow==2.9.2\n", encoding="utf-8")
    result = apply()
    said = f"requirements.txt: the raised pin can be installed: MLflow {NEWEST}, with 2 packages in all"
    assert said in result.output, result.output
    assert (project / "requirements.txt").read_text(encoding="utf-8") == f"mlflow=={NEWEST}\n"


def test_who_objects_is_said_and_the_pin_stays(project: Path) -> None:
    (project / "requirements.txt").write_text("mlflow==2.9.2\ncapping\n", encoding="utf-8")
    result = apply()
    assert "every pin stays, because the raised one cannot be installed" in result.output, result.output
    assert "capping" in result.output.partition("cannot be installed")[2].partition("\n")[0]
    assert (project / "requirements.txt").read_text(encoding="utf-8") == "mlflow==2.9.2\ncapping\n"
    assert 'name="model"' in (project / "train.py").read_text(encoding="utf-8")
    assert "Left: 1 unsafe with `apply --unsafe`" in result.output


def test_files_that_others_include_are_read(project: Path) -> None:
    (project / "requirements.txt").write_text("-r requirements-base.txt\nmlflow==2.9.2\n", encoding="utf-8")
    (project / "requirements-base.txt").write_text("capping\n", encoding="utf-8")
    assert "capping" in apply().output.partition("cannot be installed")[2].partition("\n")[0]


def test_no_code_of_the_project_runs(project: Path) -> None:
    (project / "setup.py").write_text("open('ran', 'w').close()\nfrom setuptools import setup\nsetup()\n", "utf-8")
    (project / "requirements.txt").write_text("-e .\nmlflow==2.9.2\n", encoding="utf-8")
    result = apply()
    assert "requirements.txt: nobody knows whether the raised pin can be installed" in result.output, result.output
    assert not (project / "ran").exists()


def test_what_uv_does_not_read_is_not_proved(project: Path) -> None:
    (project / "environment.yml").write_text("dependencies:\n  - mlflow=2.9\n", encoding="utf-8")
    assert "environment.yml: nobody knows whether the raised pin can be installed: uv reads" in apply().output


def test_without_pins_it_makes_no_sense() -> None:
    result = CliRunner().invoke(cli, ["apply", "--resolve", "--without-pins", "."])
    assert "--resolve cannot be combined" in str(result.exception)
