"""Finds where a new import belongs: in the order that isort keeps, as far as the file keeps one itself."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Union

ImportStatement = Union[ast.Import, ast.ImportFrom]
_Key = tuple[int, object, object]


@dataclass(frozen=True, slots=True)
class ImportPlace:
    """Where a new import goes.

    Attributes:
        neighbour: The statement that it stands beside.
        before: Whether it stands above that.
        is_block: Whether it is a block of its own, with an empty line behind.
    """

    neighbour: ImportStatement
    before: bool
    is_block: bool = False


def import_place(statement: str, imports: Sequence[ImportStatement]) -> ImportPlace:
    """Return the place of a new import.

    Args:
        statement: The new import.
        imports: Those at the head of the text, in their order; at least one.
    """
    new = ast.parse(statement).body[0]
    assert isinstance(new, (ast.Import, ast.ImportFrom))
    (package,) = _packages(new)
    blocks = _blocks(imports)
    block = next((block for block in blocks if any(package in _packages(node) for node in block)), None)
    if block is None and package in sys.stdlib_module_names:
        block = next((block for block in blocks if all(map(_is_standard, block))), None)
        if block is None:
            first = next((node for node in imports if not _is_future(node)), None)
            return (
                ImportPlace(first, before=True, is_block=True)
                if first is not None
                else ImportPlace(imports[-1], before=False)
            )
    elif block is None:
        block = next((block for block in blocks if any("mlflow" in _packages(node) for node in block)), None)
    if block is None:
        return ImportPlace(imports[-1], before=False)
    for key in (_plain_first, _by_module):
        keys = [key(node) for node in block]
        if keys == sorted(keys):
            following = next((node for node, of_node in zip(block, keys, strict=True) if of_node > key(new)), None)
            return (
                ImportPlace(following, before=True) if following is not None else ImportPlace(block[-1], before=False)
            )
    related = [node for node in block if package in _packages(node)]
    return ImportPlace((related or block)[-1], before=False)


def _blocks(imports: Sequence[ImportStatement]) -> list[list[ImportStatement]]:
    """Split imports where lines stand between them."""
    blocks: list[list[ImportStatement]] = []
    for node in imports:
        if blocks and node.lineno <= (blocks[-1][-1].end_lineno or 0) + 1:
            blocks[-1].append(node)
        else:
            blocks.append([node])
    return blocks


def _packages(node: ImportStatement) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    return {(node.module or "").partition(".")[0]} if not node.level else set()


def _is_future(node: ImportStatement) -> bool:
    return _packages(node) == {"__future__"}


def _is_standard(node: ImportStatement) -> bool:
    packages = _packages(node)
    return bool(packages) and packages <= sys.stdlib_module_names and not _is_future(node)


def _plain_first(node: ImportStatement) -> _Key:
    """Order as isort does: ``import a`` before ``from a import b``."""
    return _level(node), isinstance(node, ast.ImportFrom), _module(node)


def _by_module(node: ImportStatement) -> _Key:
    """Order as isort does with ``force_sort_within_sections``."""
    return _level(node), _module(node), isinstance(node, ast.ImportFrom)


def _level(node: ImportStatement) -> int:
    return node.level if isinstance(node, ast.ImportFrom) else 0


def _module(node: ImportStatement) -> str:
    return (node.names[0].name if isinstance(node, ast.Import) else node.module or "").lower()
