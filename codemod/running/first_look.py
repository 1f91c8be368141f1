"""What is read of each candidate before anything is known of the others."""

from __future__ import annotations

from dataclasses import replace

from codemod.engine.project import given, survey_file
from codemod.engine.surveys import Survey
from codemod.running.handing import has_mlflow_of_another
from codemod.settings import Given, Settings


def first_look(path: str, data: bytes, settings: Settings) -> tuple[Survey, frozenset[Given]]:
    """Read what a file logs and, where the modules of the run are known, what its calls give: it is parsed once for both."""
    survey = survey_file(path, data, settings if has_mlflow_of_another(data) else replace(settings, project=None))
    return survey, given(path, data, settings) if settings.project is not None else frozenset()
