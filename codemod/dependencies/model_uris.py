"""URIs of a run's model in scripts and configurations: what they read must move with the code that gives the model another name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies.places import MODEL_NAME, Choices, Place
from codemod.findings import Safety

# The run may be a variable: `runs:/$RUN_ID/model`, `runs:/${RUN_ID}/model`, `runs:/{{ run_id }}/model`.
_URI = re.compile(
    r"runs:/(?:\{\{[^{}\r\n]{0,80}\}\}|\$\{[^{}\r\n]{0,80}\}|[^\s/\"'{}]){1,80}/(?P<path>[^\s\"'#?,;)\]]+)"
)


def find(text: str, choices: Choices) -> Iterator[Place]:
    """Find the URIs in text whose comments are blanked; nothing where no model gets another name."""
    renamed = dict(choices.renamed)
    for found in _URI.finditer(text) if renamed else ():
        path = found["path"].rstrip("/")
        old = next((name for name in renamed if path == name or path.startswith(f"{name}/")), None)
        if old is None:
            continue
        message = f"the model `{old}` that this URI reads is called `{renamed[old]}` after the migration"
        start = found.start("path")
        yield Place(MODEL_NAME, *found.span(), message, Safety.UNSAFE, ((start, start + len(old), renamed[old]),))
