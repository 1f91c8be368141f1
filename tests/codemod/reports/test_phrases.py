"""What a report says that a person should do next."""

from __future__ import annotations

from pathlib import Path

import codemod
from codemod.reports import phrases
from codemod.reports.base import Report


def test_apply_ends_with_the_names_that_only_the_running_program_knows(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(
        "import mlflow\n\n\ndef log(m, kind):\n    mlflow.xgboost.log_model(m, kind)\n    mlflow.xgboost.log_model(m, 'line')\n"
    )
    result = codemod.apply(tmp_path, isolated=True)
    steps = phrases.steps(Report("apply", result.settings, result.outcomes))
    said = [step for step in steps if "known only at run time" in step]
    assert result.exit_code == 0
    assert len(said) == 1
    assert "train.py:5:5" in said[0]
    assert "train.py:6" not in said[0]
