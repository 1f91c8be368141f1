"""Settings of servers and clients that MLflow 3 reads no more: the gateway's old keys, and a variable of the environment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies.places import SETTINGS, Place
from codemod.dependencies.yaml_nodes import Mapping, Scalar, Sequence, Tree, walk
from codemod.findings import Safety

OLD_TIMEOUT, TIMEOUT = "MLFLOW_GCS_DEFAULT_TIMEOUT", "MLFLOW_ARTIFACT_UPLOAD_DOWNLOAD_TIMEOUT"
_TIMEOUT = re.compile(rf"\b{OLD_TIMEOUT}\b")
_HELD = re.compile(r"(?m)^[ \t]{0,80}(?:-[ \t]{1,9})?(?P<key>route_type)[ \t]{0,9}:[ \t]{1,9}[\"']?llm/")
_IN_JSON = re.compile(r""""(?P<key>route_type)"\s{0,9}:\s{0,9}"llm/""")
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
            yield from _held_gateways(document, text)


ROUTES_MESSAGE = "the gateway of MLflow 3 ends with an error at `routes` and `route_type`; `endpoints` and `endpoint_type` are read by MLflow 2 too"
TIMEOUT_MESSAGE = f"`{OLD_TIMEOUT}` does nothing on MLflow 3, which reads `{TIMEOUT}` for all artifact stores"


def in_json(text: str) -> Iterator[Place]:
    """Report the old keys in a gateway's file that is written as JSON, which YAML holds, too."""
    found = _IN_JSON.search(text)
    if found is not None:
        yield Place(SETTINGS, *found.span("key"), ROUTES_MESSAGE)


def _gateway(root: Mapping) -> Iterator[Place]:
    """Rename the old keys of a gateway's endpoints; both lines know the new ones."""
    routes = root.get("routes", "endpoints")
    items = [item for item in routes.items if isinstance(item, Mapping)] if isinstance(routes, Sequence) else []
    kinds = [item.keys("route_type", "endpoint_type") for item in items]
    if not any(key.value in _NEW for keys in kinds for key in keys):
        return
    top = root.keys("routes", "endpoints")
    yield from _renamed(top, "put them into one list")
    for keys in kinds if len(top) == 1 else ():
        yield from _renamed(keys, "leave one of that name")


def _held_gateways(root: Mapping, text: str) -> Iterator[Place]:
    """Report the old keys in a gateway's file that stands in another one as a string, as in a ConfigMap."""
    for _, node in walk(root):
        found = _HELD.search(text, node.start, node.end) if isinstance(node, Scalar) and "\n" in node.value else None
        if found is not None:
            yield Place(SETTINGS, *found.span("key"), ROUTES_MESSAGE)


def _renamed(keys: list[Scalar], what_to_do: str) -> Iterator[Place]:
    """Rename the old one of some keys of a mapping that mean the same; of several, only one can have the new name."""
    key = next((key for key in keys if key.value in _NEW), None)
    if key is None:
        return
    new = _NEW[key.value]
    if len(keys) > 1:
        message = (
            f"MLflow 3 reads `{new}` only, and {len(keys)} keys here mean that one, as `{key.value}` does: {what_to_do}"
        )
        yield Place(SETTINGS, key.start, key.end, message)
        return
    message = f"the gateway of MLflow 3 ends with an error at `{key.value}`; MLflow 2 reads `{new}` too"
    yield Place(SETTINGS, key.start, key.end, message, Safety.SAFE, ((key.start, key.end, new),))
