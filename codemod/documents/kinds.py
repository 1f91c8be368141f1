"""What kind of file a name promises: code, a notebook, or a dependency or deployment file."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal[
    "requirements",
    "pyproject",
    "pipfile",
    "setup.cfg",
    "conda",
    "python_env",
    "shell",
    "yaml",
    "tox",
    "lock",
    "store",
    "data",
]

_LOCKS = frozenset(
    {
        "poetry.lock",
        "uv.lock",
        "pdm.lock",
        "pylock.toml",
        "pipfile.lock",
        "conda-lock.yml",
        "conda-lock.yaml",
        "pixi.lock",
    }
)
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("requirements", re.compile(r"(?:.*[-_.])?(?:requirements?|reqs?|deps|dependencies|constraints?|overrides)\d*(?:[-_.].*)?\.(?:txt|in|pip|lock)|.*\.in")),
    ("pyproject", re.compile(r"pyproject\.toml|pixi\.toml")),
    ("pipfile", re.compile(r"pipfile")),
    ("tox", re.compile(r"tox\.ini")),
    ("setup.cfg", re.compile(r"setup\.cfg")),
    ("python_env", re.compile(r"python_env\.ya?ml")),
    ("conda", re.compile(r"(?:.*[-_.])?(?:[a-z]*conda|environment|env)(?:[-_.].*)?\.ya?ml|(?:meta|recipe)\.ya?ml")),
    (
        "shell",
        re.compile(
            r"(?:.*[-_.])?(?:dockerfile|containerfile)(?:[-_.].*)?|makefile|justfile|procfile|jenkinsfile|snakefile|.*\.smk|vagrantfile|earthfile|tiltfile|.*\.(?:sh|bash)"
            r"|.*\.env|\.env(?:rc|[.-].*)?|.*\.(?:service|container|tf|tfvars|hcl|nomad|zsh|ksh|fish|bat|cmd|ps1)(?:\.(?:j2|tpl|tmpl))?|.*\.sh\.(?:j2|tpl|tmpl)|supervisord?\.conf|user-data(?:\.txt)?"
            r"|crontab(?:[-_.].*)?|.*\.cron(?:tab)?|(?:ecosystem|pm2)(?:[-_.].*)?\.[cm]?js"
        ),
    ),
    ("yaml", re.compile(r"mlproject")),
)  # fmt: skip
_CRON_FOLDER = re.compile(r"(?:^|/)cron\.d/[^/.]+$")
_REQUIREMENTS_FOLDER = re.compile(r"(?:^|/)(?:requirements|constraints)/[^/]+\.(?:txt|in)$")
# What `mlflow` itself wrote: an experiment in the folder that it takes without a URI; and the environment in which a logged model was
# made, and in which it is served again.
_EXPERIMENT = re.compile(r"(?:^|/)mlruns/[0-9]+/meta\.yaml$")
# What an editor of JetBrains starts.
_RUN_CONFIGURATION = re.compile(r"(?:^|/)\.idea/runconfigurations/[^/]+\.xml$|\.run\.xml$")
# What programs read: only the stages of models in them matter.
_DATA = (".json", ".toml", ".ini", ".cfg", ".conf", ".properties")
_STORES = re.compile(r"(?:^|/)(?:mlruns|mlartifacts)/")


CODE = (".py", ".pyi", ".ipynb")
"""How the names of files with code end. A ``.py`` file may turn out to be a Databricks notebook."""


def is_code(path: str) -> bool:
    """Return whether a path names a file with code, in letters of any size."""
    return path.lower().endswith(CODE)


def is_notebook(path: str) -> bool:
    """Return whether a path names a Jupyter notebook, in letters of any size."""
    return path.lower().endswith(".ipynb")


def kind_of(path: str) -> Kind | None:
    """Say what kind of dependency or deployment file a path names; None when it names none.

    ``setup.py`` and notebooks are Python, which the rules read like any other code.
    """
    path = path.replace("\\", "/").lower()
    if _EXPERIMENT.search(path):
        return "store"
    name = path.rpartition("/")[2]
    if is_code(name) or name.endswith(".md") or _STORES.search(path):
        return None
    if name in _LOCKS:
        return "lock"
    for kind, pattern in _KINDS:
        if pattern.fullmatch(name):
            return kind
    if _REQUIREMENTS_FOLDER.search(path):
        return "requirements"
    if _CRON_FOLDER.search(path):
        return "shell"
    # Playbooks, charts, pipelines: nobody knows all names. Most of them do not speak of MLflow.
    if name.endswith((".yml", ".yaml", ".yml.j2", ".yaml.j2")):
        return "yaml"
    return "data" if name.endswith(_DATA) or _RUN_CONFIGURATION.search(path) else None


def is_dependency_file(path: str) -> bool:
    """Return whether a path names a file that says which MLflow is installed or how its servers start."""
    return kind_of(path) is not None
