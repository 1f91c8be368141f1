"""What can become of a place in the code."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True, slots=True)
class NameArgument:
    """Turn the positional argument at ``index`` into a keyword argument."""

    index: int
    keyword: str


@dataclass(frozen=True, slots=True)
class RenameKeyword:
    """Give a keyword argument another name."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SetValue:
    """Give an argument another value; ``argument`` is its index when positional, its name (as it stands) otherwise."""

    argument: int | str
    value: str


@dataclass(frozen=True, slots=True)
class AddKeyword:
    """Add a keyword argument at the end, in the layout of the call."""

    keyword: str
    value: str


@dataclass(frozen=True, slots=True)
class DropKeyword:
    """Take a keyword argument away; comments beside it stay."""

    keyword: str


@dataclass(frozen=True, slots=True)
class RenameFunction:
    """Call another function: one of the same object (``a.old(...)`` becomes ``a.new(...)``), or one with a dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class FitWidth:
    """Put each argument on a line of its own where the other operations make a line too long that was not.

    Attributes:
        width: The most characters of a line.
        indent: The blanks before the line on which the call starts.
        before: How many characters stand before the call on the line where it starts.
        behind: How many stand behind it on the line where it ends.
        newline: What ends a line in the cell.
    """

    width: int
    indent: str
    before: int
    behind: int
    newline: str = "\n"


ArgumentOperation = Union[NameArgument, RenameKeyword, SetValue, AddKeyword, DropKeyword]
Operation = Union[NameArgument, RenameKeyword, SetValue, AddKeyword, DropKeyword, RenameFunction, FitWidth]


@dataclass(frozen=True, slots=True)
class CallChange:
    """Change the arguments of one call."""

    call: ast.Call
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Replace:
    """Replace the source of one node."""

    node: ast.expr | ast.stmt
    text: str


@dataclass(frozen=True, slots=True)
class ReplaceText:
    """Replace characters of the cell in which a node stands: what is masked in its code, such as ``%pip`` lines.

    Attributes:
        node: Says which cell.
        start: First character in the cell's text.
        end: One past the last.
        text: The new text.
    """

    node: ast.AST
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class RenameAttribute:
    """Give the last part of ``a.b`` another name."""

    node: ast.Attribute
    name: str


@dataclass(frozen=True, slots=True)
class InsertStatements:
    """Put statements before or after another one, at its indentation.

    Attributes:
        anchor: The statement beside which they stand.
        lines: The new lines without indentation and line break.
        before: Whether they go before it.
    """

    anchor: ast.stmt
    lines: tuple[str, ...]
    before: bool = False


@dataclass(frozen=True, slots=True)
class RequireImport:
    """See that a name is imported at the top level: ``import module`` or ``from module import name``.

    Attributes:
        module: The dotted module.
        name: What to import from it; "" imports the module itself.
        anchor: A statement of the code that needs the name.
    """

    module: str
    name: str
    anchor: ast.stmt


Change = Union[CallChange, Replace, ReplaceText, RenameAttribute, InsertStatements, RequireImport]


class UneditableError(Exception):
    """The text is not given back to the byte by libcst, or has a shape that no edit is sure of."""
