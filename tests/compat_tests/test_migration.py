"""The copy of the training code, and the codemod's report when it leaves something to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compat_tests import migration
from compat_tests.migration import PACKAGES, MigrationError, stage, stage_migrated


def test_a_copy_is_the_same_to_the_byte(tmp_path: Path) -> None:
    stage(tmp_path / "copy")
    for name, source in PACKAGES.items():
        files = [file for file in source.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
        assert files
        for file in files:
            assert (tmp_path / "copy" / name / file.relative_to(source)).read_bytes() == file.read_bytes()


def test_the_training_code_is_in_the_style_of_mlflow_2() -> None:
    """Else the tests on MLflow 3 would pass without any work of the codemod."""
    text = "\n".join(file.read_text(encoding="utf-8") for source in PACKAGES.values() for file in source.rglob("*.py"))
    assert not re.search(r"\bserialization_format=|\blog_model\([^)]*\bname=", text)
    assert len(re.findall(r"\.log_model\(\s*\w+,\s*\"model\"", text)) == 2, "by position"
    assert len(re.findall(r"\.log_model\(\s*artifact_path=\"model\"", text)) == 1, "by keyword"


def test_the_codemod_changes_the_copy_and_nothing_else(tmp_path: Path) -> None:
    before = {file: file.read_bytes() for source in PACKAGES.values() for file in source.rglob("*.py")}
    migrated = stage_migrated(tmp_path / "copy")
    text = "\n".join(file.read_text(encoding="utf-8") for file in migrated.rglob("*.py"))
    assert text.count('name="model"') == 3
    assert "artifact_path=" not in text
    assert {file: file.read_bytes() for file in before} == before


def test_a_rule_that_is_switched_off_leaves_its_calls(tmp_path: Path) -> None:
    text = (stage_migrated(tmp_path / "copy", ["--ignore", "MLF104"]) / "reference_pipeline" / "train.py").read_text()
    assert 'name="model"' in text
    assert "serialization_format" not in text


def test_what_the_codemod_leaves_for_a_person_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "train.py").write_text('import mlflow\n\ngetattr(mlflow, flavor).log_model(model, "model")\n')
    monkeypatch.setattr(migration, "PACKAGES", {"mine": source})
    with pytest.raises(MigrationError, match=r"left something to do:(.|\n)*train\.py:3"):
        stage_migrated(tmp_path / "copy")
