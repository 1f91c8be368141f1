"""Environments and recipes of conda, with the requirements of pip that are nested in them, and MLflow's ``python_env.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies import requirement, yaml_nodes
from codemod.dependencies.places import Choices, Place, without_comments
from codemod.dependencies.yaml_nodes import Mapping, Node, Scalar, Sequence
from codemod.dependencies.yaml_places import judged_scalar

_ITEM = re.compile(r"(?m)^(?P<indent>[ \t]*)-[ \t]+(?P<content>[^ \t\r\n][^\r\n]*)")
_PIP = re.compile(r"pip[ \t]*:")
_LISTS = ("dependencies", "build_dependencies")
# The lists of a recipe, by which conda builds a package.
_RECIPE = ("run", "host", "build", "run_constrained", "run_constraints")


def find(text: str, choices: Choices, *, only_pip: bool = False) -> Iterator[Place]:
    """Find the requirements on MLflow in the lists of an environment.

    Args:
        text: The file.
        choices: What the run wants.
        only_pip: Whether all items are requirements of pip, as in ``python_env.yaml``.
    """
    tree = yaml_nodes.read_yaml(text)
    if tree.problem:
        yield from _lines(text, choices, only_pip=only_pip)
    for document in tree.documents if not tree.problem else ():
        if isinstance(document, Mapping):
            for name in _LISTS:
                yield from _items(document.get(name), text, choices, only_pip=only_pip)
            recipe = document.get("requirements")
            lists = [recipe.get(name) for name in _RECIPE] if isinstance(recipe, Mapping) else []
            for items in lists:
                yield from _items(items, text, choices, only_pip=only_pip)
    yield from requirement.urls(without_comments(text))


def _items(node: Node, text: str, choices: Choices, *, only_pip: bool) -> Iterator[Place]:
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Scalar):
            judge = requirement.pep_508 if only_pip else requirement.conda_item
            yield from judged_scalar(item, text, choices, judge)
        elif isinstance(item, Mapping):
            yield from _items(item.get("pip"), text, choices, only_pip=True)


def _lines(text: str, choices: Choices, *, only_pip: bool) -> Iterator[Place]:
    """Find the items line by line, in a file that is no YAML."""
    plain = without_comments(text).replace("\r", " ")
    pip_indent: int | None = None
    for item in _ITEM.finditer(plain):
        indent = len(item["indent"])
        content = item["content"].rstrip()
        if _PIP.fullmatch(content):
            pip_indent = indent
            continue
        if pip_indent is not None and indent <= pip_indent:
            pip_indent = None
        judge = requirement.pep_508 if only_pip or pip_indent is not None else requirement.conda_item
        bare = content[1:-1] if len(content) > 1 and content[0] == content[-1] and content[0] in "\"'" else content
        if "'" not in bare and '"' not in bare:
            yield from judge(bare, item.start("content") + (bare != content), choices)
