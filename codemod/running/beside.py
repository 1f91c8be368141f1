"""The files of a run in which no rule can find anything by itself: what they may have to do with those in which one may."""

from __future__ import annotations

from dataclasses import dataclass, field

from codemod import dependencies
from codemod.analysis.conftests import is_plugin
from codemod.analysis.double_words import hides_doubles
from codemod.analysis.stand_ins import stood_for
from codemod.names.reads import environment_names_databricks, environment_names_store, names_registry
from codemod.running import reach
from codemod.running.discovery import Input
from codemod.settings import Project

# Kinds of files in which people set what code reads, and how large those are at most that they write.
_SETTING, _SETTINGS = ("data", "yaml", "shell", "pyproject", "setup.cfg", "tox"), 1 << 16


@dataclass(frozen=True, slots=True)
class Others:
    """The code of a run in which no rule can find anything by itself.

    Attributes:
        targets: All of it: the candidates may import it, or it may import them.
        doubling: What may stand in for MLflow in tests without naming it.
        plugins: The paths of the files that offer fixtures or hooks to pytest.
        environments: The paths of the files other than code that name a tracking store for what they start.
        databricks: Those of them that name Databricks there.
        registries: Those that speak of the URI of a registry.
        settings: The files that may set what code reads, and in which nothing is found by itself.
        alone: What the one candidate logs, where no other file of the run has to do with it but these.
    """

    targets: list[Input] = field(default_factory=list)
    doubling: list[tuple[Input, bytes]] = field(default_factory=list)
    plugins: list[str] = field(default_factory=list)
    environments: list[str] = field(default_factory=list)
    databricks: list[str] = field(default_factory=list)
    registries: list[str] = field(default_factory=list)
    settings: list[Input] = field(default_factory=list)
    alone: list[Project] = field(default_factory=list)

    def take(self, target: Input, data: bytes) -> bool:
        """Keep a file, if it is code, or may set what code reads; return whether it does."""
        if reach.is_run(target.path):
            self.targets.append(target)
            if hides_doubles(data) or stood_for(target.path):
                self.doubling.append((target, data))
            self.plugins.extend([target.path] if is_plugin(data) else ())
            return True
        if dependencies.kind_of(target.path) not in _SETTING or len(data) > _SETTINGS:
            return False
        self.settings.append(target)
        return True

    def note(self, path: str, data: bytes) -> None:
        """Note what a file says of the environment in which the code of the run is started."""
        if dependencies.is_dependency_file(path):
            if environment_names_store(data):
                self.environments.append(path)
            if environment_names_databricks(data):
                self.databricks.append(path)
            if names_registry(data):
                self.registries.append(path)


def is_plain_code(path: str) -> bool:
    """Return whether a path names code that does nothing for a run but by what stands in it."""
    return reach.is_run(path) and not dependencies.is_dependency_file(path) and not stood_for(path)
