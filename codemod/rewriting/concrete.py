"""Makes the new text of calls and imports with libcst, which keeps every comment, comma and line break that the change does not concern.

libcst takes half a second to load: `codemod.rewriting.texts` imports this module when the first text is wanted, and nobody else does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import libcst as cst

from codemod.rewriting.edits import (
    AddKeyword,
    ArgumentOperation,
    DropKeyword,
    FitWidth,
    NameArgument,
    Operation,
    RenameFunction,
    RenameKeyword,
    SetValue,
    UneditableError,
)

# libcst reads UTF-8, and a notebook can hold half of a surrogate pair.
_UNREADABLE = (cst.ParserSyntaxError, RecursionError, UnicodeEncodeError)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def rewrite_call(text: str, operations: tuple[Operation, ...]) -> str:
    """Return the new text of a call; see `codemod.rewriting.texts.rewrite_call`."""
    breaks = set(_LINE_BREAK.findall(text))
    if len(breaks) > 1:
        raise UneditableError("the call mixes line endings")
    newline = next(iter(breaks), "\n")
    # Brackets make a call over several lines an expression by itself wherever its line breaks stand.
    plain = "(" + text.replace(newline, "\n") + ")"
    try:
        node = cst.parse_expression(plain)
        module = cst.Module([])
        same = module.code_for_node(node) == plain
    except _UNREADABLE as error:
        raise UneditableError("libcst cannot read the call") from error
    if not same or not isinstance(node, cst.Call):
        raise UneditableError("libcst does not give the call back as it stands")
    arguments = [operation for operation in operations if not isinstance(operation, (RenameFunction, FitWidth))]
    changed = node.with_changes(args=_applied(node, arguments))
    for operation in operations:
        if isinstance(operation, RenameFunction):
            changed = changed.with_changes(func=_renamed(changed.func, operation.name))
    new = module.code_for_node(changed)[1:-1]
    for operation in operations:
        if isinstance(operation, FitWidth) and _outgrows(plain[1:-1], new, operation):
            new = _fitted(changed, operation) or new
            newline = newline if breaks else operation.newline
    return new.replace("\n", newline)


def _outgrows(old: str, new: str, limit: FitWidth) -> bool:
    """Return whether a call that kept the width does so no more."""
    return _longest(old, limit) <= limit.width < _longest(new, limit)


def _longest(text: str, limit: FitWidth) -> int:
    first, *others = text.split("\n")
    if not others:
        return limit.before + len(first) + limit.behind
    return max(limit.before + len(first), *map(len, others), len(others[-1]) + limit.behind)


def _fitted(call: cst.Call, limit: FitWidth) -> str:
    """Return the source of a call with one argument a line; "" where comments or long values have an order of their own."""
    module = cst.Module([])
    if any("\n" in module.code_for_node(arg.value) for arg in call.args):
        return ""
    if any(isinstance(arg.value, cst.GeneratorExp) and not arg.value.lpar for arg in call.args):
        return ""  # no comma can follow it
    old = module.code_for_node(call)[1:-1]
    new = module.code_for_node(_wrapped(call, limit.indent))[1:-1]
    return new if call.args and new.count("#") == old.count("#") else ""


def _wrapped(call: cst.Call, indent: str) -> cst.Call:
    """Put each argument of a call on a line of its own, as black does."""
    inner = f"{indent}\t" if indent.startswith("\t") else f"{indent}    "

    def line(blanks: str) -> cst.ParenthesizedWhitespace:
        return cst.ParenthesizedWhitespace(indent=False, last_line=cst.SimpleWhitespace(blanks))

    last = len(call.args) - 1
    args = [
        arg.with_changes(
            comma=cst.Comma(whitespace_after=line(indent if place == last else inner)),
            whitespace_after_arg=cst.SimpleWhitespace(""),
        )
        for place, arg in enumerate(call.args)
    ]
    return call.with_changes(args=args, whitespace_before_args=line(inner))


def _renamed(function: cst.BaseExpression, name: str) -> cst.BaseExpression:
    if "." in name:
        return cst.parse_expression(name)
    if isinstance(function, cst.Attribute):
        return function.with_changes(attr=function.attr.with_changes(value=name))
    if isinstance(function, cst.Name):
        return function.with_changes(value=name)
    raise UneditableError("the function has no name of its own")


def _applied(call: cst.Call, operations: Sequence[ArgumentOperation]) -> list[cst.Arg]:
    """Return the call's arguments after all operations; every operation names arguments as they stand in the source."""
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
    for arg in args:
        if isinstance(arg.equal, cst.AssignEqual):
            return arg.equal.deep_clone()
    return cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def _added(call: cst.Call, args: list[cst.Arg], operation: AddKeyword) -> list[cst.Arg]:
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
    if commented and _has_comment(previous):
        trailing = _both(_space_behind(previous), trailing)
    elif is_last and _has_comment(previous):
        raise UneditableError("a comment stands between the arguments")
    if is_last:
        # The way to `)` was the dropped argument's; now it is the previous one's.
        if isinstance(gone.comma, cst.Comma):
            rest[place - 1] = previous.with_changes(comma=gone.comma.with_changes(whitespace_after=trailing))
        else:
            rest[place - 1] = previous.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=trailing)
    elif commented and isinstance(previous.comma, cst.Comma):
        rest[place - 1] = previous.with_changes(comma=previous.comma.with_changes(whitespace_after=trailing))
    return rest


def _both(
    before: cst.BaseParenthesizableWhitespace, behind: cst.BaseParenthesizableWhitespace
) -> cst.BaseParenthesizableWhitespace:
    """Return the comments behind two arguments of which the second goes: its own comment gets a line of its own."""
    assert isinstance(before, cst.ParenthesizedWhitespace)  # a comment needs a line, and only such a space has one
    assert isinstance(behind, cst.ParenthesizedWhitespace)
    lines = [*before.empty_lines]
    if behind.first_line.comment is not None:
        lines.append(
            cst.EmptyLine(
                indent=before.indent,
                whitespace=before.last_line,
                comment=behind.first_line.comment,
                newline=behind.first_line.newline,
            )
        )
    return behind.with_changes(first_line=before.first_line, empty_lines=[*lines, *behind.empty_lines])


def _space_behind(arg: cst.Arg) -> cst.BaseParenthesizableWhitespace:
    return arg.comma.whitespace_after if isinstance(arg.comma, cst.Comma) else arg.whitespace_after_arg


def _has_comment(arg: cst.Arg) -> bool:
    space = _space_behind(arg)
    return isinstance(space, cst.ParenthesizedWhitespace) and (
        space.first_line.comment is not None or any(line.comment for line in space.empty_lines)
    )


def rewrite_import(text: str, module: str, targets: Mapping[str, str]) -> list[str]:
    """Return the statements that take the place of a ``from ... import ...``; see `codemod.rewriting.texts.rewrite_import`."""
    try:
        tree = cst.parse_module(text)
    except _UNREADABLE as error:
        raise UneditableError("libcst cannot read the statement") from error
    line = tree.body[0] if len(tree.body) == 1 else None
    statement = line.body[0] if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else None
    if tree.code != text or not isinstance(statement, cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
        raise UneditableError("libcst does not give the statement back as it stands")
    kept: list[cst.ImportAlias] = []
    elsewhere: dict[str, list[str]] = {}
    for index, alias in enumerate(statement.names):
        old = str(alias.name.value)
        place, _, new = targets.get(old, f"{module}.{old}").rpartition(".")
        bound = str(alias.asname.name.value) if alias.asname and isinstance(alias.asname.name, cst.Name) else old
        if place == module:
            kept.append(alias if new == old else _alias(alias, new, bound))
            continue
        if "#" in tree.code_for_node(alias):
            raise UneditableError("a comment stands beside the name")
        elsewhere.setdefault(place, []).append(new if new == bound else f"{new} as {bound}")
        if index == len(statement.names) - 1 and kept:
            kept[-1] = _ends_like(kept[-1], alias, tree)
    new_lines = [f"from {place} import {', '.join(names)}" for place, names in elsewhere.items()]
    return [*([tree.code_for_node(statement.with_changes(names=kept))] if kept else []), *new_lines]


def _alias(alias: cst.ImportAlias, new: str, bound: str) -> cst.ImportAlias:
    return alias.with_changes(name=cst.Name(new), asname=alias.asname or cst.AsName(cst.Name(bound)))


def _ends_like(alias: cst.ImportAlias, last: cst.ImportAlias, tree: cst.Module) -> cst.ImportAlias:
    """Return the last name that stays the comma, or the want of one, of the last name that goes."""
    if "#" not in tree.code_for_node(alias):
        return alias.with_changes(comma=last.comma)
    if not isinstance(alias.comma, cst.Comma) or not isinstance(last.comma, cst.Comma):
        raise UneditableError("a comment stands between the names")
    here, end = alias.comma.whitespace_after, last.comma.whitespace_after
    if not isinstance(here, cst.ParenthesizedWhitespace) or not isinstance(end, cst.ParenthesizedWhitespace):
        raise UneditableError("a comment stands between the names")
    # The comment behind the name stays; the way to the bracket is the one that the last name had.
    space = here.with_changes(indent=end.indent, last_line=end.last_line)
    return alias.with_changes(comma=alias.comma.with_changes(whitespace_after=space))
