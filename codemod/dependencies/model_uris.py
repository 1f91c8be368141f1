"""URIs of a run's model in scripts and configurations: what they read must move with the code that gives the model another name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies.places import MODEL_NAME, Choices, Place
from codemod.dependencies.renamed_models import renamed_at
from codemod.findings import Safety

# The run may be a variable: `runs:/$RUN_ID/model`, `runs:/${RUN_ID}/model`, `runs:/{{ run_id }}/model`, `runs:/{run_id}/model`,
# `runs:/$(cat run_id)/model`.
_URI = re.compile(
    r"runs:/(?P<run>(?:\{\{[^{}\r\n]{0,80}\}\}|\$?\{[^{}\r\n]{0,80}\}|\$\([^()\r\n]{0,80}\)|`[^`\r\n]{0,80}`|[^\s/\"'{}]){1,80})/(?P<path>[^\s\"'#?,;)\]]+)"
)
_ROOT = re.compile(
    r"runs:/(?P<run>(?:\{\{[^{}\r\n]{0,80}\}\}|\$?\{[^{}\r\n]{0,80}\}|\$\([^()\r\n]{0,80}\)|[\w$<>-]){1,80})/?(?=[\s\"'`,;)\]]|\Z)"
)
_IDENTIFIER = re.compile(r"[0-9a-f]{32}")
_NAME = re.compile(
    r"""(?<![\w.-])["']?(?:\w{1,40}_)?artifact_path["']?[ \t]*[:=][ \t]*(?P<quote>["']?)(?P<value>[^\s"',}\]#]{1,200})(?P=quote)[ \t]*(?=[,}\r\n#;]|\Z)""",
    re.IGNORECASE,
)
# What MLflow wrote of runs and models is no setting.
_RECORDED = re.compile(r"utc_time_created|model_uuid|run_uuid|lifecycle_stage|experiment_id")
_REFUSED = "/:.%"
# What a template or the environment fills in is no character of the name.
_FILLED = re.compile(r"\$\{[^{}]*\}|\$\w+|\{\{[^{}]*\}\}|\{\w*\}|%\(\w+\)s")


def names(text: str, choices: Choices) -> Iterator[Place]:
    """Report the settings that are, by their key, the name of a model which the code takes from such a file, and that MLflow 3 refuses.

    Only where the code logs models under names that are not known before it runs, and puts no other files at that path.
    """
    if not choices.logs_computed or _RECORDED.search(text):
        return
    for found in _NAME.finditer(text):
        refused = refused_in(bare(found["value"]))
        if refused and found["value"].strip("/") not in choices.plain:
            message = f"if a model is logged under this name, MLflow 3 refuses it: it holds {' '.join(refused)}"
            yield Place(MODEL_NAME, *found.span("value"), message)


def bare(value: str) -> str:
    """Return a value without what a template, or the environment, fills in."""
    return _FILLED.sub("", value)


def refused_in(value: str) -> list[str]:
    """Return the characters of a value that MLflow 3 refuses in the name of a model (`_validate_logged_model_name`, 3.0)."""
    return sorted({character for character in value if character in _REFUSED}, key=_REFUSED.index)


def find(text: str, choices: Choices) -> Iterator[Place]:
    """Find the URIs in text whose comments are blanked; nothing where no model gets another name."""
    for found in _URI.finditer(text) if choices.renamed else ():
        path = found["path"].rstrip("/" if "{" in found["path"] else "}/")
        renamed = renamed_at(path, choices.renamed)
        if renamed is None or _IDENTIFIER.fullmatch(found["run"]):
            continue  # a run that was made before keeps its names
        old, new = renamed
        message = f"the model `{old}` that this URI reads is called `{new}` after the migration"
        start = found.start("path")
        if old in choices.plain:
            yield Place(MODEL_NAME, *found.span(), f"{message}; the code puts files there, too: see what this reads")
            continue
        yield Place(MODEL_NAME, *found.span(), message, Safety.UNSAFE, ((start, start + len(old), new),))
    if any(not old for old, _ in choices.renamed):
        yield from _of_root(text)


def _of_root(text: str) -> Iterator[Place]:
    """Report what reads a model that has no name, which MLflow 2 put into the root of the run's artifacts."""
    for found in _ROOT.finditer(text):
        if not _IDENTIFIER.fullmatch(found["run"]):
            message = "MLflow 3 puts no model into the root of a run's artifacts; `runs:/<run id>/<name>` finds it by its name"
            yield Place(MODEL_NAME, *found.span(), message)
