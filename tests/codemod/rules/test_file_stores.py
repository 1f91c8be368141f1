"""Tests that set a store of files: one line in the nearest conftest.py allows it for all of them."""

from __future__ import annotations

from dataclasses import replace

from codemod.engine import migrate
from codemod.engine.project import survey_file
from codemod.engine.surveys import merge
from codemod.settings import Settings

SETTINGS = Settings(select=("MLF501",), unsafe=True)
LINE = 'os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")'
TEST = "import mlflow\n\n\ndef test_it(tmp_path):\n    mlflow.set_tracking_uri((tmp_path / 'mlruns').as_uri())\n"
CONFTEST = (
    '"""Fixtures."""\n\nimport mlflow\nimport pytest\n\n\n@pytest.fixture\ndef run():\n    return mlflow.start_run()\n'
)


def changed(files: dict[str, str]) -> dict[str, str]:
    """Take the files of a run through the rule; return those that it changes."""
    project = merge([survey_file(path, text.encode(), SETTINGS) for path, text in files.items()])
    settings = replace(SETTINGS, project=project)
    outcomes = [migrate(path, text.encode(), settings) for path, text in files.items()]
    return {outcome.path: outcome.new.decode() for outcome in outcomes if outcome.new != outcome.old}


def test_the_nearest_conftest_allows_files_once() -> None:
    files = {
        "tests/conftest.py": CONFTEST,
        "tests/unit/conftest.py": CONFTEST,
        "tests/unit/test_a.py": TEST,
        "tests/unit/deep/test_b.py": TEST,
    }
    result = changed(files)
    assert list(result) == ["tests/unit/conftest.py"]
    text = result["tests/unit/conftest.py"]
    assert text.count(LINE) == 1
    assert text.index("import os") < text.index("import pytest") < text.index(LINE) < text.index("@pytest.fixture")
    assert changed({**files, **result}) == {}


def test_a_conftest_of_another_folder_is_none() -> None:
    files = {"tests/a/conftest.py": CONFTEST, "tests/ab/test_a.py": TEST, "tests/a/helpers.py": TEST}
    assert sorted(changed(files)) == ["tests/a/helpers.py", "tests/ab/test_a.py"]


def test_a_conftest_above_that_allows_files_is_enough() -> None:
    files = {
        "tests/conftest.py": f"import os\nimport mlflow\n\n{LINE}\n",
        "tests/unit/conftest.py": CONFTEST,
        "tests/unit/test_a.py": TEST,
    }
    assert changed(files) == {}


def test_a_conftest_of_imports_alone() -> None:
    result = changed({"tests/conftest.py": "import mlflow  # noqa: F401\nimport pytest\n", "tests/test_a.py": TEST})
    assert result["tests/conftest.py"].endswith(f"{LINE}\n")


def test_without_a_conftest_the_line_stands_at_the_top_of_the_module_and_never_between_functions() -> None:
    text = "import os\nimport mlflow\n\nNAME = 'a'\n\n\ndef first(): ...\n\n\n" + TEST.partition("\n\n\n")[2]
    new = changed({"tests/test_a.py": text})["tests/test_a.py"]
    assert new.index("import mlflow") < new.index(LINE) < new.index("NAME") < new.index("def first")
