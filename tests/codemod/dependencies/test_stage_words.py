"""A stage in a file that a program reads moves with the code, or keeps it."""

from pathlib import Path

import pytest

from codemod.dependencies import is_dependency_file, may_hold
from codemod.dependencies.stage_words import obstacle
from codemod.findings import Outcome
from codemod.running.discovery import discover
from codemod.running.runner import RunOptions, run
from codemod.settings import Settings

WRITER = """\
from mlflow import MlflowClient
MlflowClient().transition_model_version_stage("line", 1, "Production")
"""
MOVED = 'set_registered_model_alias(name="line", version=1, alias="production")'


def outcomes(folder: Path, files: dict[str, str], **settings: object) -> dict[str, Outcome]:
    for name, text in files.items():
        (folder / name).write_text(text)
    found: list[Outcome] = []
    run(discover([str(folder)]).targets, RunOptions(Settings(unsafe=True, **settings), jobs=1), found.append)  # type: ignore[arg-type]
    return {Path(outcome.path).name: outcome for outcome in found}


URIS = {
    "config.json": '{"model_uri": "models:/line/Production"}\n',
    "config.yaml": "model_uri: models:/line/Production\n",
    "settings.toml": 'model_uri = "models:/line/production"\n',
    "settings.ini": "[model]\nuri = models:/line/Production\n",
    ".env": "MODEL_URI=models:/line/Production\n",
}


@pytest.mark.parametrize(("name", "text"), URIS.items())
class TestUris:
    def test_the_file_moves_with_the_code(self, name: str, text: str, tmp_path: Path) -> None:
        found = outcomes(tmp_path, {"main.py": WRITER, name: text})

        assert MOVED in (found["main.py"].new or b"").decode()
        assert b"models:/line@production" in (found[name].new or b"")

    def test_the_code_stays_with_a_file_that_stays(self, name: str, text: str, tmp_path: Path) -> None:
        found = outcomes(tmp_path, {"main.py": WRITER, name: text}, ignore=("MLF302",))

        assert found["main.py"].new == WRITER.encode()
        assert any(f"{name}:" in finding.message for finding in found["main.py"].findings)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("config.json", '{\n  "stage": "Production"\n}\n', 2),
        ("config.json", '{"stages": ["None", "Staging"]}\n', 1),
        ("config.json", '{"stage":"production"}\n', 1),
        ("config.yaml", "model:\n  env: Production\r\n", 2),
        ("config.yaml", "stages:\n  - Staging\n", 2),
        ("settings.toml", "stage = 'Staging'\n", 1),
        (".env", "MODEL_STAGE=Production", 1),
        ("serve.sh", "python serve.py --stage production\n", 1),
        ("config.json", '{"uri": "models:/line/Archived"}\n', 1),
        ("config.yaml", "# codemod: skip-file\nuri: models:/line/Production\n", 2),
        ("config.yaml", "uri: models:/line/Production  # noqa: MLF302 served by others\n", 1),
        ("pyproject.toml", '[tool.own]\nuri = "models:/line/Production"\n', 2),
    ],
)
def test_a_value_keeps_the_code(name: str, text: str, line: int, tmp_path: Path) -> None:
    found = outcomes(tmp_path, {"main.py": WRITER, name: text})

    assert found["main.py"].new == WRITER.encode()
    assert any(f"{name}:{line} holds a stage" in finding.message for finding in found["main.py"].findings)
    assert found[name].new == found[name].old


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config.json", '{"name": "Production line", "environment": "production"}\n'),
        ("config.yaml", "# stage: Production\nname: production\n"),
        (".gitlab-ci.yml", "job:\n  stage: production\n"),
        (".env", "NODE_ENV=production\n"),
        ("config.json", '{"uri": "models:/line@production"}\n'),
        ("config.json", '{"uri": "models:/line/1"}\n'),
    ],
)
def test_what_is_no_stage_keeps_nothing(name: str, text: str, tmp_path: Path) -> None:
    assert obstacle(name, text.encode(), runs=True) is None
    assert MOVED in (outcomes(tmp_path, {"main.py": WRITER, name: text})["main.py"].new or b"").decode()


class TestInputs:
    def test_a_configuration_without_stages_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "package.json").write_text('{"name": "mlflow"}')
        (tmp_path / "data.json").write_text('{"stage": "Production"}' + " " * (1 << 18))
        (tmp_path / "link.json").symlink_to(tmp_path / "gone.json")

        assert discover([str(tmp_path)]).targets == ()

    def test_a_word_of_mlflow_alone_is_nothing_in_json(self) -> None:
        assert is_dependency_file("package.json")
        assert not may_hold("package.json", b'{"dependencies": {"mlflow": "1"}}')
