"""The way to the new text of a call or an import; libcst is loaded when the first one is wanted."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import ModuleType

from codemod.rewriting.edits import Operation


@functools.lru_cache(maxsize=4096)
def rewrite_call(text: str, operations: tuple[Operation, ...]) -> str:
    """Apply operations to the source of a call.

    Args:
        text: The call as it stands in the file, from its first to its last character.
        operations: What to do; several rules may ask for the same one.

    Returns:
        The new source of the call.

    Raises:
        UneditableError: If libcst does not give the text back unchanged when nothing is done to it, or an operation names
            an argument that is not there.
    """
    new: str = _concrete().rewrite_call(text, operations)
    return new


def rewrite_import(text: str, module: str, targets: Mapping[str, str]) -> list[str]:
    """Make the statements that import names from where they are now, under the name by which the code knows them.

    Args:
        text: A ``from ... import ...`` statement as it stands in the file.
        module: The module that it names.
        targets: New dotted names by the imported name.

    Raises:
        UneditableError: If the statement has a shape that no edit is sure of.
    """
    statements: list[str] = _concrete().rewrite_import(text, module, targets)
    return statements


def _concrete() -> ModuleType:
    from codemod.rewriting import concrete  # libcst, which most runs never need

    return concrete
