"""Settings of servers and clients that MLflow 3 reads no more: the gateway's old keys, and a variable of the environment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies.places import SETTINGS, Place
from codemod.dependencies.yaml_nodes import Mapping, Scalar, Sequence, Tree
from codemod.findings import Safety

OLD_TIMEOUT, TIMEOUT = "MLFLOW_GCS_DEFAULT_TIMEOUT", "MLFLOW_ARTIFACT_UPLOAD_DOWNLOAD_TIMEOUT"
_TIMEOUT = re.compile(rf"\b{OLD_TIMEOUT}\b")
_NEW = {"routes": "endpoints", "route_type": "endpoint_type"}


def find(text: str, tree: Tree | None) -> Iterator[Place]:
    """Find such settings in text whose comments are blanked, and in its nodes when it is YAML."""
    for found in _TIMEOUT.finditer(text):
        edits = () if TIMEOUT in text else ((*found.span(), TIMEOUT),)
        safety = Safety.UNSAFE if edits else Safety.MANUAL
        yield Place(SETTINGS, *found.span(), TIMEOUT_MESSAGE, safety, edits)
    for document in tree.documents if tree is not None else ():
        if isinstance(document, Mapping):
            yield from _gateway(document)


TIMEOUT_MESSAGE = f"`{OLD_TIMEOUT}` does nothing on MLflow 3, which reads `{TIMEOUT}` for all artifact stores"


def _gateway(root: Mapping) -> Iterator[Place]:
    """Rename the old keys of a gateway's endpoints; both lines know the new ones."""
    routes = root.get("routes", "endpoints")
    items = [item for item in routes.items if isinstance(item, Mapping)] if isinstance(routes, Sequence) else []
    keys = [key for item in items if (key := item.key("route_type")) is not None]
    if not keys:
        return
    top = root.key("routes")
    if top is not None and root.key("endpoints") is not None:
        message = "MLflow 3 reads `endpoints` only, and this file has `routes` too: put them into one list"
        yield Place(SETTINGS, top.start, top.end, message)
        return
    for key in ([top] if top is not None else []) + keys:
        yield _renamed(key)


def _renamed(key: Scalar) -> Place:
    new = _NEW[key.value]
    message = f"the gateway of MLflow 3 ends with an error at `{key.value}`; MLflow 2 reads `{new}` too"
    return Place(SETTINGS, key.start, key.end, message, Safety.SAFE, ((key.start, key.end, new),))
