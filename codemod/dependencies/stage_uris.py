"""URIs of the registry that end in a stage: what a script, an image or a configuration serves must move with the code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies.places import STAGE_URI, Choices, Place
from codemod.findings import Safety

# The name of the model; what a template or a shell puts there may hold spaces.
_NAME = r"models:/(?:\{\{[^{}\r\n]{0,80}\}\}|\$\([^()\r\n]{0,80}\)|\{(?!\{)|\$(?!\()|[^\s\"'/@{$]){1,200}"
URI = re.compile(rf"{_NAME}(?P<ending>/(?P<stage>Production|Staging|Archived|None))(?![\w.@-])", re.IGNORECASE)
_VARIABLE = r"/(?:\$\{?|\$\(|\{\{?[ ]?|%\(?)"
_COMPUTED = re.compile(rf"{_NAME}{_VARIABLE}[\w.]*stage\w*", re.IGNORECASE)
# What is no version by its name may be a stage.
_UNTOLD = re.compile(rf"{_NAME}{_VARIABLE}(?![\w.]*(?:version|alias))[\w.]", re.IGNORECASE)
_KNOWN = "stages have been deprecated since 2.9 and still work on MLflow 3"
_ALONE = (
    f"{_KNOWN}; to read an alias by `models:/name@alias`, something must set it (`set_registered_model_alias`) where the "
    "stage is set now"
)


def find(text: str, choices: Choices) -> Iterator[Place]:
    """Find the URIs in text whose comments are blanked."""
    for found in URI.finditer(text):
        alias = found["stage"].lower()
        if found["stage"].capitalize() in choices.stages:
            message = f"{_KNOWN}; `@{alias}` reads the alias instead"
            edit = (*found.span("ending"), f"@{alias}")
            yield Place(STAGE_URI, *found.span(), message, Safety.UNSAFE, (edit,))
        else:
            yield Place(STAGE_URI, *found.span(), _ALONE)
    for found in _COMPUTED.finditer(text):
        yield Place(STAGE_URI, *found.span(), _ALONE)


def is_computed(text: str) -> bool:
    """Return whether a string reads a stage that it takes from a variable, and so has no alias form here."""
    return _UNTOLD.search(text) is not None
