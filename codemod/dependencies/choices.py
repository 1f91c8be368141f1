"""What a run wants of the files that install MLflow and start its servers."""

from __future__ import annotations

from codemod.analysis.context import Target
from codemod.dependencies.places import Choices
from codemod.settings import Settings


def of_settings(settings: Settings, path: str) -> Choices:
    """Return what the settings of a run say for the file at a path."""
    project = settings.project
    return Choices(
        settings.target,
        Target.of(settings).release,
        settings.mlflow_version,
        project.stages if project is not None else frozenset[str](),
        project.floor if project is not None else "",
        bool(project.stores) if project is not None else None,
        project.renamed if project is not None else (),
        project.logged if project is not None else frozenset[str](),
        project.computed if project is not None else False,
        project.plain | project.folders if project is not None else frozenset[str](),
        project.name_keys if project is not None else frozenset[tuple[str, ...]](),
        project is not None and project.takes_default_store(path),
    )
