"""Container images of MLflow's server, wherever a deployment file names one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies.places import PIN, Place
from codemod.dependencies.variables import Substitutions

# `//mlflow:2222` is a host and its port; a release has a dot or a `v`.
_IMAGE = re.compile(
    r"(?<![\w/.-])(?P<name>(?:[\w.${}-]{1,100}(?::\d{1,5})?/){0,8}mlflow):(?P<tag>v?[12]\.\d[\w.-]*|v[12]\b|[\w.]*\$[\w${}:.-]+[\w.-]*)"
)
_OFFICIAL = "mlflow/mlflow"


def find(text: str, variables: Substitutions) -> Iterator[Place]:
    """Find the images of MLflow 1 and 2 in text whose comments are blanked."""
    for found in _IMAGE.finditer(text):
        tag = variables.resolved(found["tag"])
        is_own_number = re.fullmatch(r"v\d+", found["tag"]) is not None and not found["name"].endswith(_OFFICIAL)
        if tag is None or is_own_number:
            if "/" in found["name"]:
                yield _unknown(found[0], *found.span())
        else:
            yield from judged_image(found["name"], tag, *found.span())


def judged_image(name: str, tag: str, start: int, end: int) -> Iterator[Place]:
    """Judge an image whose release is known; it stands at some offsets of the file."""
    if "$" in tag or "{" in tag:
        yield _unknown(f"{name}:{tag}", start, end)
    elif re.match(r"v?[012]\b", tag):
        message = (
            f"`{name}:{tag}` is an MLflow {tag.lstrip('v')[0]} server, which clients of MLflow 3 cannot log "
            "models to; copy its database, then take an image of MLflow 3"
        )
        yield Place(PIN, start, end, message)


def _unknown(image: str, start: int, end: int) -> Place:
    return Place(PIN, start, end, f"cannot tell which MLflow the image `{image}` holds; see that it is MLflow 3")
