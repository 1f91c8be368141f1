"""What the strings of a YAML file ask for: requirements in its lists, images in its mappings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from codemod.dependencies import images, requirement
from codemod.dependencies.places import PIN, Choices, Place
from codemod.dependencies.yaml_nodes import Mapping, Node, Scalar, Sequence, Tree, walk
from codemod.findings import Safety

Judge = Callable[[str, int, Choices], Iterator[Place]]

# The keys whose lists, or texts, are what is installed.
_REQUIRED = re.compile(
    r"(?:\A|[-_])(?:dependenc(?:y|ies)|requirements?|packages?|pip|libraries|deps|constraints?|requires)(?:[-_]|\Z)",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"{requirement.NAME}(?![\w.-])", re.IGNORECASE)


def find(tree: Tree, text: str, choices: Choices) -> Iterator[Place]:
    """Find the requirements and images that the structure of a file shows, and its lines do not."""
    for document in tree.documents:
        for path, node in walk(document):
            if isinstance(node, Scalar) and path and _REQUIRED.search(path[-1]) and _NAMED.match(node.value.strip()):
                yield from judged_scalar(node, text, choices, requirement.pep_508)
            elif isinstance(node, Mapping) and path and path[-1].rpartition(".")[2] == "pip":
                yield from _task(node)
            elif isinstance(node, Mapping):
                yield from _image(node)


def judged_scalar(scalar: Scalar, text: str, choices: Choices, judge: Judge) -> Iterator[Place]:
    """Judge a string of the file as a requirement; what must not be edited as it stands is only reported."""
    if not scalar.is_verbatim(text):
        for place in judge(scalar.value, 0, choices):
            yield Place(place.code, scalar.start, scalar.end, place.message)
        return
    for place in judge(scalar.value, scalar.start, choices):
        yield _in_flow(place, scalar) if scalar.in_flow and not scalar.style else place


def _in_flow(place: Place, scalar: Scalar) -> Place:
    """Quote an edited text between brackets, where its comma would end it."""
    if not any("," in new for _, _, new in place.edits):
        return place
    if len(place.edits) != 1 or place.safety is Safety.MANUAL:
        return place.by_hand()
    start, end, new = place.edits[0]
    opening = [] if start == scalar.start else [(scalar.start, scalar.start, '"')]
    closing = [] if end == scalar.end else [(scalar.end, scalar.end, '"')]
    quoted = ("" if opening else '"') + new + ("" if closing else '"')
    return replace(place, edits=(*opening, (start, end, quoted), *closing))


def _image(node: Mapping) -> Iterator[Place]:
    """Judge an image whose name and release stand under two keys, as the values of a Helm chart or Kustomize give them.

    A ``name`` with a ``version`` is a package or a chart, which count their releases by themselves.
    """
    name, tag = node.get("repository", "image", "newName"), node.get("tag", "newTag", "version")
    if name is None:
        name, tag = node.get("name"), node.get("tag", "newTag")
    registry = node.get("registry")
    if not isinstance(name, Scalar) or not isinstance(tag, Scalar) or name.value.rpartition("/")[2] != "mlflow":
        return
    before = f"{registry.value}/" if isinstance(registry, Scalar) and registry.value else ""
    yield from images.judged_image(f"{before}{name.value}", tag.value, tag.start, tag.end)


def _task(node: Mapping) -> Iterator[Place]:
    """Judge what Ansible's module `pip` installs, whose name and release stand under two keys."""
    name, version = node.get("name"), node.get("version")
    if isinstance(name, Scalar) and isinstance(version, Scalar) and _NAMED.fullmatch(name.value.strip()):
        if re.match(r"[012]\.", version.value):
            message = f"`{name.value}` {version.value} keeps MLflow 3 out; take a release of MLflow 3"
            yield Place(PIN, version.start, version.end, message)


def texts_of_nodes(nodes: Iterable[Node]) -> list[Scalar] | None:
    """Return the strings of some nodes, of lists and alone, in order; None when one holds something else."""
    found: list[Scalar] = []
    for node in nodes:
        if isinstance(node, Scalar):
            found.append(node)
        elif isinstance(node, Sequence) and (items := node.texts()) is not None:
            found += items
        elif node is not None:
            return None
    return found
