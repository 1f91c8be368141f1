"""Makes the new text of one call. libcst keeps every comment, comma and line break that the change does not concern."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    import libcst as cst


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


_ArgumentOperation = Union[NameArgument, RenameKeyword, SetValue, AddKeyword, DropKeyword]
Operation = Union[NameArgument, RenameKeyword, SetValue, AddKeyword, DropKeyword, RenameFunction]


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

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


class UneditableError(Exception):
    """The text is not given back to the byte by libcst, or has a shape that no edit is sure of."""


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
    import libcst as cst

    breaks = set(_LINE_BREAK.findall(text))
    if len(breaks) > 1:
        raise UneditableError("the call mixes line endings")
    newline = breaks.pop() if breaks else "\n"
    # Brackets make a call over several lines an expression by itself wherever its line breaks stand.
    plain = "(" + text.replace(newline, "\n") + ")"
    try:
        node = cst.parse_expression(plain)
        module = cst.Module([])
        same = module.code_for_node(node) == plain
    except (cst.ParserSyntaxError, RecursionError) as error:
        raise UneditableError("libcst cannot read the call") from error
    if not same or not isinstance(node, cst.Call):
        raise UneditableError("libcst does not give the call back as it stands")
    arguments = [operation for operation in operations if not isinstance(operation, RenameFunction)]
    changed = node.with_changes(args=_applied(node, arguments))
    for operation in operations:
        if isinstance(operation, RenameFunction):
            changed = changed.with_changes(func=_renamed(changed.func, operation.name))
    new = module.code_for_node(changed)[1:-1]
    return new.replace("\n", newline)


def _renamed(function: cst.BaseExpression, name: str) -> cst.BaseExpression:
    import libcst as cst

    if "." in name:
        return cst.parse_expression(name)
    if isinstance(function, cst.Attribute):
        return function.with_changes(attr=function.attr.with_changes(value=name))
    if isinstance(function, cst.Name):
        return function.with_changes(value=name)
    raise UneditableError("the function has no name of its own")


def _applied(call: cst.Call, operations: Sequence[_ArgumentOperation]) -> list[cst.Arg]:
    """Return the call's arguments after all operations; every operation names arguments as they stand in the source."""
    import libcst as cst

    args = list(call.args)
    places = _places(args)
    dropped: list[int] = []
    added: list[AddKeyword] = []
    for operation in operations:
        if isinstance(operation, AddKeyword):
            added.append(operation)
            continue
        place = _find(places, _argument(operation))
        arg = args[place]
        if isinstance(operation, DropKeyword):
            dropped.append(place)
        elif isinstance(operation, NameArgument):
            value = arg.value
            if isinstance(value, cst.NamedExpr) and not value.lpar:
                value = value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
            args[place] = arg.with_changes(keyword=cst.Name(operation.keyword), equal=_equal(args), value=value)
        elif isinstance(operation, RenameKeyword) and arg.keyword is not None:
            args[place] = arg.with_changes(keyword=arg.keyword.with_changes(value=operation.new))
        elif isinstance(operation, SetValue):
            args[place] = arg.with_changes(value=cst.parse_expression(operation.value))
    for place in sorted(dropped, reverse=True):
        args = _dropped(args, place)
    for operation in added:
        args = _added(call, args, operation)
    return args


def _places(args: Sequence[cst.Arg]) -> dict[int | str, int]:
    """Return the place of every argument that can be named: by index among the positional ones, or by keyword."""
    places: dict[int | str, int] = {}
    index = 0
    for place, arg in enumerate(args):
        if arg.keyword is not None:
            places[arg.keyword.value] = place
        elif arg.star != "**":
            if arg.star == "":
                places[index] = place
            index += 1
    return places


def _argument(operation: NameArgument | RenameKeyword | SetValue | DropKeyword) -> int | str:
    if isinstance(operation, NameArgument):
        return operation.index
    if isinstance(operation, RenameKeyword):
        return operation.old
    return operation.argument if isinstance(operation, SetValue) else operation.keyword


def _find(places: dict[int | str, int], argument: int | str) -> int:
    if argument not in places:
        raise UneditableError(f"the call has no argument {argument!r}")
    return places[argument]


def _equal(args: Sequence[cst.Arg]) -> cst.AssignEqual:
    """Return the ``=`` that the call's other keywords use: tight, unless all of them have blanks."""
    import libcst as cst

    for arg in args:
        if isinstance(arg.equal, cst.AssignEqual):
            return arg.equal.deep_clone()
    return cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def _added(call: cst.Call, args: list[cst.Arg], operation: AddKeyword) -> list[cst.Arg]:
    import libcst as cst

    new = cst.Arg(
        cst.parse_expression(operation.value), keyword=cst.Name(operation.keyword), equal=_equal(args), star=""
    )
    if not args:
        return [new]
    last = args[-1]
    between = _separator(call, args)
    if isinstance(last.comma, cst.Comma):
        # A trailing comma stays one; a comment behind it stays on its line.
        before, after = _split_comment(last.comma.whitespace_after, between)
        args[-1] = last.with_changes(comma=last.comma.with_changes(whitespace_after=before))
        new = new.with_changes(comma=cst.Comma(whitespace_after=after))
    else:
        before, after = _split_comment(last.whitespace_after_arg, between)
        args[-1] = last.with_changes(
            comma=cst.Comma(whitespace_after=before), whitespace_after_arg=cst.SimpleWhitespace("")
        )
        new = new.with_changes(whitespace_after_arg=after)
    return [*args, new]


def _separator(call: cst.Call, args: Sequence[cst.Arg]) -> cst.BaseParenthesizableWhitespace:
    """Return the white space that the call puts between two arguments, without comments."""
    import libcst as cst

    if len(args) > 1 and isinstance(args[-2].comma, cst.Comma):
        found = args[-2].comma.whitespace_after
    else:
        found = call.whitespace_before_args
    if isinstance(found, cst.ParenthesizedWhitespace):
        return found.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
    return cst.SimpleWhitespace(" ")


def _split_comment(
    trailing: cst.BaseParenthesizableWhitespace, between: cst.BaseParenthesizableWhitespace
) -> tuple[cst.BaseParenthesizableWhitespace, cst.BaseParenthesizableWhitespace]:
    """Divide what follows the last argument: comments stay before the new argument, the way to ``)`` comes after it."""
    import libcst as cst

    if not isinstance(trailing, cst.ParenthesizedWhitespace):
        return between, trailing
    if trailing.first_line.comment is None and not any(line.comment for line in trailing.empty_lines):
        return between, trailing
    after = trailing.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
    if isinstance(between, cst.ParenthesizedWhitespace):
        before = trailing.with_changes(indent=between.indent, last_line=between.last_line)
    else:
        before = trailing
    return before, after


def _dropped(args: list[cst.Arg], place: int) -> list[cst.Arg]:
    import libcst as cst

    gone = args[place]
    rest = [*args[:place], *args[place + 1 :]]
    trailing = gone.comma.whitespace_after if isinstance(gone.comma, cst.Comma) else gone.whitespace_after_arg
    commented = isinstance(trailing, cst.ParenthesizedWhitespace) and (
        trailing.first_line.comment is not None or any(line.comment for line in trailing.empty_lines)
    )
    if place == 0:
        if commented:
            raise UneditableError("a comment stands beside the only place where the argument can go")
        return rest
    previous = rest[place - 1]
    is_last = place == len(rest)
    if is_last:
        # The way to `)` was the dropped argument's; now it is the previous one's.
        if isinstance(gone.comma, cst.Comma):
            rest[place - 1] = previous.with_changes(comma=gone.comma)
        else:
            rest[place - 1] = previous.with_changes(
                comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=gone.whitespace_after_arg
            )
        if _has_comment(previous):
            raise UneditableError("a comment stands between the arguments")
    elif commented and isinstance(previous.comma, cst.Comma):
        if _has_comment(previous):
            raise UneditableError("comments stand between the arguments")
        rest[place - 1] = previous.with_changes(comma=previous.comma.with_changes(whitespace_after=trailing))
    return rest


def _has_comment(arg: cst.Arg) -> bool:
    import libcst as cst

    space = arg.comma.whitespace_after if isinstance(arg.comma, cst.Comma) else arg.whitespace_after_arg
    return isinstance(space, cst.ParenthesizedWhitespace) and (
        space.first_line.comment is not None or any(line.comment for line in space.empty_lines)
    )
