"""The line length of a project is that of its formatter, its linter or its editor, in this order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codemod.running.discovery import Input
from codemod.running.line_lengths import LineLengths
from codemod.running.runner import RunOptions, run
from codemod.settings import Settings

CALL = 'mlflow.sklearn.log_model(model, name="churn", signature=signature)'


def length(folder: Path) -> int:
    return LineLengths().of(str(folder / "a.py"))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pyproject.toml", "[tool.black]\nline-length = 100\n", 100),
        ("pyproject.toml", "[tool.black]\nskip-string-normalization = true\n", 88),
        ("pyproject.toml", "[tool.ruff]\nline-length = 120\n", 120),
        ("pyproject.toml", "[tool.ruff.lint]\nselect = ['E']\n", 0),
        ("pyproject.toml", "[tool.ruff]\nline-length = 120\n[tool.black]\nline-length = 99\n", 99),
        ("pyproject.toml", "[tool.black\nline-length = 100\n", 0),
        ("pyproject.toml", "[tool.black]\nline-length = 'wide'\n", 0),
        ("pyproject.toml", "[tool]\nblack = 1\nruff = 'line-length'\n", 0),
        ("ruff.toml", "line-length = 110\n", 110),
        ("setup.cfg", "[flake8]\nmax-line-length = 99\n", 99),
        ("setup.cfg", "[metadata]\nname = a\n", 0),
        ("setup.cfg", "[pycodestyle]\nmax_line_length = 95\n", 95),
        ("tox.ini", "[flake8]\nmax-line-length: 90\n", 90),
        (".flake8", "[flake8]\nmax-line-length = 105\nmax-line-length = 106\n", 106),
        (".flake8", "no section\n[", 0),
        (".editorconfig", "root = true\n[*]\nmax_line_length = 100\n[*.py]\nmax_line_length = 90\n", 90),
        (".editorconfig", "root = true\n[*]\nmax_line_length = off\n[*.md]\nmax_line_length = 60\n", 0),
        (".editorconfig", "[*]\nmax_line_length = 80%(x)s\n", 0),
    ],
)
def test_what_a_file_of_settings_says(tmp_path: Path, name: str, text: str, expected: int) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / name).write_text(text)
    assert length(tmp_path) == expected


def test_a_formatter_further_up_outweighs_a_linter_near_by(tmp_path: Path) -> None:
    inner = tmp_path / "src" / "package"
    inner.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.black]\nline-length = 100\n")
    (inner / ".flake8").write_text("[flake8]\nmax-line-length = 200\n")
    assert length(inner) == 100
    (tmp_path / "src" / "ruff.toml").write_text("line-length = 110\n")
    lengths = LineLengths()
    assert [lengths.of(str(folder / "a.py")) for folder in (tmp_path, inner, tmp_path)] == [100, 110, 100]


def test_what_stands_above_the_repository_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.black]\nline-length = 100\n")
    (tmp_path / "clone" / ".git").mkdir(parents=True)
    assert length(tmp_path / "clone") == 0


def test_links_and_pipes_are_not_read(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "elsewhere").write_text("[tool.black]\nline-length = 100\n")
    (tmp_path / "pyproject.toml").symlink_to("elsewhere")
    os.mkfifo(tmp_path / "setup.cfg")
    assert length(tmp_path) == 0


def test_a_run_keeps_the_length_of_each_project(tmp_path: Path) -> None:
    news = {}
    for name, columns in (("narrow", 90), ("wide", 110)):
        folder = tmp_path / name
        (folder / ".git").mkdir(parents=True)
        (folder / "pyproject.toml").write_text(f"[tool.black]\nline-length = {columns}\n")
        (folder / "a.py").write_text(f"import mlflow\n{CALL}\n")
    targets = [Input(f"{name}/a.py", str(tmp_path / name / "a.py")) for name in ("narrow", "wide")]
    cwd = os.getcwd()
    os.chdir(tmp_path)
    try:
        run(
            targets,
            RunOptions(Settings(select=("MLF103",)), jobs=1),
            lambda outcome: news.update({outcome.path: outcome.new}),
        )
    finally:
        os.chdir(cwd)
    assert b"log_model(\n" in news["narrow/a.py"]
    assert b"log_model(\n" not in news["wide/a.py"]
