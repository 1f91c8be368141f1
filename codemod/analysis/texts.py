"""What is known of a string before the program runs."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, Union

from codemod.analysis.elsewhere import texts_given
from codemod.names import Foreign, Names, OwnFunction, Value
from codemod.names.collected import held_items
from codemod.names.nodes import function_name

_DEPTH, _PARTS, _LENGTH = 8, 1000, 1_000_000
#: Classes of `pathlib` that make a path.
PATHS = ("Path", "PurePath", "PosixPath", "PurePosixPath")
_KEEPING = ("resolve", "absolute", "joinpath", "expanduser", "with_name")  # methods of a path that give another one
# `%s`, `%5.2f`, `%(name)s` and `%%`.
_CONVERSION = re.compile(
    r"%(?:\((?P<key>[^()]*)\))?(?P<form>[#0\- +]*(?:\*|[1-9]\d*)?(?:\.[\d*]+)?)(?P<kind>[diouxXeEfFgGcrsa%])"
)


@dataclass(frozen=True, slots=True)
class Hole:
    """A part of a string that only the running program knows.

    Attributes:
        node: The expression whose value stands there.
        form: How the value is written, as in ``{value:.2f}`` or ``%d``; "" when it stands as it is, "*" for the items of a list.
    """

    node: ast.expr
    form: str = ""


Part = Union[str, Hole]


@dataclass(frozen=True, slots=True)
class Text:
    """A string of which some parts may be known only at run time.

    Attributes:
        parts: The known stretches and the holes, in order. No two stretches stand side by side, and none is empty.
    """

    parts: tuple[Part, ...]

    @property
    def known(self) -> str | None:
        """The whole text, or None when a part of it is unknown."""
        return None if self.holes else self.fixed

    @property
    def fixed(self) -> str:
        """All that is known of it."""
        return "".join(part for part in self.parts if isinstance(part, str))

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The parts that only the running program knows."""
        return tuple(part for part in self.parts if isinstance(part, Hole))

    @property
    def start(self) -> str:
        """What is known of its beginning; "" when it begins with a hole, or is empty."""
        return self.parts[0] if self.parts and isinstance(self.parts[0], str) else ""

    def filled(self, mark: str) -> str:
        """Return the text with a mark in the place of each hole."""
        return "".join(part if isinstance(part, str) else mark for part in self.parts)

    def from_(self, index: int) -> Text:
        """Return the text from one of its parts on."""
        return Text(self.parts[index:])


class Resolver(Protocol):
    """What is asked of `codemod.names.Names` here."""

    def resolve(self, node: ast.expr, /) -> Value:
        """Say what an expression is."""

    def definition(self, node: ast.Name, /) -> ast.expr | None:
        """Return what a name was assigned."""

    def attribute_definition(self, node: ast.Attribute, /) -> ast.expr | None:
        """Return what an attribute was assigned."""


def concatenated(parts: Sequence[Part]) -> Text:
    """Make a string of parts, and one stretch of those that stand side by side."""
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    return Text(tuple(merged))


def text_of(node: ast.expr, names: Resolver, depth: int = 0) -> Text:
    """Say what is known of an expression's text: of constants, f-strings, sums, templates and paths, also behind names.

    Names that hold ten others each, which hold ten others each, make a string that nobody writes: it is unknown.
    """
    if depth > _DEPTH:
        return _hole(node)
    if depth == 0:
        _seen.clear()
    key = (node, depth)
    found = _seen.get(key)
    if found is None:
        reader = _READERS.get(type(node))
        read = reader(node, names, depth + 1) if reader is not None else None
        found = _seen[key] = read if read is not None and _is_written(read) else _hole(node)
    return found


# What one question has found out on its way: an expression may be asked for as often as there are ways to it.
_seen: dict[tuple[ast.expr, int], Text] = {}


def _is_written(text: Text) -> bool:
    return len(text.parts) <= _PARTS and sum(len(part) for part in text.parts if isinstance(part, str)) <= _LENGTH


def _hole(node: ast.expr, form: str = "") -> Text:
    # What a star brings is no string of its own: nothing may be written from it.
    return Text((Hole(node.value, "*") if isinstance(node, ast.Starred) else Hole(node, form),))


def _constant(node: ast.Constant, _names: Resolver, _depth: int) -> Text | None:
    return concatenated([node.value]) if isinstance(node.value, str) else None


def _formatted(node: ast.JoinedStr, names: Resolver, depth: int) -> Text:
    parts: list[Part] = []
    for value in node.values:
        if isinstance(value, ast.FormattedValue):
            form = ast.unparse(value.format_spec)[2:-1] if value.format_spec is not None else ""
            form = form or ("" if value.conversion == -1 else f"!{chr(value.conversion)}")
            parts.extend(_held(value.value, form, names, depth).parts)
        else:
            parts.extend(text_of(value, names, depth).parts)
    return concatenated(parts)


def _held(node: ast.expr, form: str, names: Resolver, depth: int) -> Text:
    """Return the text of a value inside another one."""
    return text_of(node, names, depth) if form in ("", "!s") else _hole(node, form)


def _computed(node: ast.BinOp, names: Resolver, depth: int) -> Text | None:
    if isinstance(node.op, ast.Add):
        return concatenated((*text_of(node.left, names, depth).parts, *text_of(node.right, names, depth).parts))
    if isinstance(node.op, ast.Div) and is_path(node, names, depth):
        return _path((text_of(node.left, names, depth), text_of(node.right, names, depth)))
    if isinstance(node.op, ast.Mod):
        template = text_of(node.left, names, depth).known
        return _percent(template, node.right, names, depth) if template is not None else None
    return None


def _percent(template: str, values: ast.expr, names: Resolver, depth: int) -> Text | None:
    """Read ``"%s/%d" % (a, b)`` and ``"%(a)s" % {"a": b}``."""
    queue = list(values.elts) if isinstance(values, ast.Tuple) else [values]
    entries = _entries(values)
    parts: list[Part] = []
    place = 0
    for found in _CONVERSION.finditer(template):
        parts.append(template[place : found.start()])
        place = found.end()
        if found["kind"] == "%":
            parts.append("%")
            continue
        value = entries.get(found["key"]) if found["key"] is not None else (queue.pop(0) if queue else None)
        if value is None or isinstance(value, ast.Starred):
            return None
        form = found["form"] + ("" if found["kind"] == "s" else found["kind"])
        parts.extend(_held(value, form, names, depth).parts)
    return concatenated([*parts, template[place:]])


def _entries(node: ast.expr) -> dict[str, ast.expr]:
    if not isinstance(node, ast.Dict):
        return {}
    pairs = zip(node.keys, node.values, strict=True)
    return {str(key.value): value for key, value in pairs if isinstance(key, ast.Constant)}


def _called(node: ast.Call, names: Resolver, depth: int) -> Text | None:
    function = node.func
    name = function_name(function)
    given = names.resolve(function)
    if isinstance(given, OwnFunction):
        return _of_other_module(node, given, names, depth)
    if name in _JOINS:
        return _JOINS[name](node, names, depth)
    if name in ("str", "fspath") and len(node.args) == 1 and not node.keywords:
        return text_of(node.args[0], names, depth)
    if name in PATHS and node.args and not node.keywords:
        return _path([text_of(argument, names, depth) for argument in node.args])
    if name in ("Field", "field"):
        return _default(node, names, depth)
    if not isinstance(function, ast.Attribute):
        return None
    if name in ("format", "format_map"):
        return _template(node, function.value, names, depth)
    if name in ("as_posix", "joinpath"):
        return _path([text_of(part, names, depth) for part in (function.value, *node.args)])
    return _edited(node, function, names, depth)


def _default(node: ast.Call, names: Resolver, depth: int) -> Text | None:
    """Read the default of a field of a class of settings: ``Field("model")``, ``field(default_factory=lambda: "model")``."""
    given = [keyword.value for keyword in node.keywords if keyword.arg in ("default", "default_factory")]
    given = [each.body if isinstance(each, ast.Lambda) else each for each in given]
    return text_of((given or node.args)[0], names, depth) if given or node.args else None


def _of_other_module(node: ast.Call, function: OwnFunction, names: Resolver, depth: int) -> Text | None:
    """Return the one string that a function of another module gives; None where it gives several."""
    if len(function.texts) != 1:
        return None
    if isinstance(names, Names):
        return _behind(texts_given(node, function, names)[0], names, depth)
    parts = [part for part in function.texts[0].parts if isinstance(part, str)]
    return concatenated(parts) if len(parts) == len(function.texts[0].parts) else None


def _edited(node: ast.Call, function: ast.Attribute, names: Resolver, depth: int) -> Text | None:
    """Read ``text.strip("/")``, ``text.replace("a", "b")`` and the like where all of it is known."""
    method = _EDITS.get(function.attr)
    if method is None or node.keywords:
        return None
    known = text_of(function.value, names, depth).known
    arguments = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
    if known is None or not all(isinstance(argument, str) for argument in arguments):
        return None
    try:
        return concatenated([method(known, *arguments)])
    except TypeError:
        return None


_EDITS: dict[str, Callable[..., str]] = {
    name: getattr(str, name)
    for name in ("strip", "lstrip", "rstrip", "replace", "lower", "upper", "removeprefix", "removesuffix")
}


def _joined_call(node: ast.Call, names: Resolver, depth: int) -> Text | None:
    """Read ``os.path.join(a, b)`` and ``"/".join([a, b])``."""
    given = [each for argument in node.args for each in _unpacked(argument)]
    if not node.args or node.keywords or isinstance(given[0], ast.Starred):
        return None
    made = names.resolve(node.func)
    separator = text_of(node.func.value, names, depth).known if isinstance(node.func, ast.Attribute) else None
    items = node.args[0]
    items = held_items(items, names) if isinstance(items, ast.Name) and isinstance(names, Names) else items
    if separator is not None and len(node.args) == 1 and not isinstance(items, ast.Starred):
        if not isinstance(items, (ast.List, ast.Tuple)) or any(isinstance(item, ast.Starred) for item in items.elts):
            return None
        parts: list[Part] = []
        for index, item in enumerate(items.elts):
            parts += [*([separator] if index else []), *text_of(item, names, depth).parts]
        return concatenated(parts)
    if isinstance(made, Foreign) and made.what in ("os", "posixpath", "ntpath"):
        return _path([text_of(argument, names, depth) for argument in given])
    return None


def _unpacked(argument: ast.expr) -> list[ast.expr]:
    """Return the items of a list that stands behind a star."""
    is_shown = isinstance(argument, ast.Starred) and isinstance(argument.value, (ast.List, ast.Tuple))
    return argument.value.elts if is_shown else [argument]  # type: ignore[attr-defined]


def _joined_address(node: ast.Call, names: Resolver, depth: int) -> Text | None:
    """Read `urllib.parse.urljoin` of what ends in a slash and a path below it; it leaves nothing of a scheme that it does not know."""
    made = names.resolve(node.func)
    if not isinstance(made, Foreign) or not made.what.startswith("urllib") or len(node.args) != 2:
        return None
    base, path = (text_of(argument, names, depth) for argument in node.args)
    below = base.filled("\0").endswith("/") and not path.start.startswith("/") and ":" not in path.start
    is_known = base.start.startswith(("http://", "https://", "file:", "/")) or not base.start
    return concatenated((*base.parts, *path.parts)) if below and is_known else None


_JOINS = {"join": _joined_call, "urljoin": _joined_address}


def _path(segments: Sequence[Text]) -> Text:
    """Join the segments of a path; an absolute one begins anew, as in `os.path.join`."""
    parts: list[Part] = []
    for segment in segments:
        if segment.start.startswith("/"):
            parts = []
        elif parts and not (isinstance(parts[-1], str) and parts[-1].endswith("/")):
            parts.append("/")
        parts = list(concatenated([*parts, *segment.parts]).parts)
    return concatenated(parts)


def _template(node: ast.Call, template: ast.expr, names: Resolver, depth: int) -> Text | None:
    """Read ``"{}/{name}".format(a, name=b)``."""
    known = text_of(template, names, depth).known
    if known is None or any(isinstance(argument, ast.Starred) for argument in node.args):
        return None
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    for given in (*node.args, *(keyword.value for keyword in node.keywords if keyword.arg is None)):
        if function_name(node.func) == "format_map" or given is keywords.get(None):
            made = names.definition(given) if isinstance(given, ast.Name) else given
            keywords |= {str(key): value for key, value in _entries(made).items()} if made is not None else {}
    parts: list[Part] = []
    place = 0
    try:
        pieces = list(string.Formatter().parse(known))
    except ValueError:
        return None
    for fixed, field, form, conversion in pieces:
        parts.append(fixed)
        if field is None:
            continue
        first = re.match(r"\w*", field)
        name = first[0] if first is not None else ""
        index = int(name) if name.isdigit() else place if name == "" else None
        place += name == ""
        value = keywords.get(name) if index is None else node.args[index] if index < len(node.args) else None
        if value is None:
            return None
        written = f"{form or ''}{f'!{conversion}' if conversion else ''}" or field[len(name) :]
        parts.extend(_held(value, written, names, depth).parts)
    return concatenated(parts)


def _named(node: ast.Name, names: Resolver, depth: int) -> Text | None:
    return _separator(node, node.id, names) or _behind(names.definition(node), names, depth)


def _member(node: ast.Attribute, names: Resolver, depth: int) -> Text | None:
    return _separator(node, node.attr, names) or _behind(names.attribute_definition(node), names, depth)


def _separator(node: ast.expr, name: str, names: Resolver) -> Text | None:
    """Read `os.sep`, which joins a path as a slash does, on any system."""
    made = names.resolve(node) if name == "sep" else None
    return Text(("/",)) if isinstance(made, Foreign) and made.what in ("os", "posixpath") else None


def _behind(source: ast.expr | None, names: Resolver, depth: int) -> Text | None:
    """Return the text of a definition; None for one that is a hole itself, so that the name stays that stands here."""
    text = text_of(source, names, depth) if source is not None else None
    return None if text is None or (len(text.parts) == 1 and text.holes) else text


def is_path(node: ast.expr, names: Resolver, depth: int = 0) -> bool:
    """Return whether an expression makes a path object: ``Path(a)``, one divided by a string, a name for one, or pytest's ``tmp_path``."""
    if depth > _DEPTH:
        return False
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        # Only paths are divided by texts.
        return any(
            isinstance(side, ast.JoinedStr)
            or (isinstance(side, ast.Constant) and isinstance(side.value, str))
            or is_path(side, names, depth + 1)
            for side in (node.right, node.left)
        )
    if isinstance(node, ast.Call):
        name, function = function_name(node.func), node.func
        if name in PATHS or name == "joinpath":
            return True
        if not isinstance(function, ast.Attribute):
            return False
        if name in _KEEPING:
            return is_path(function.value, names, depth + 1)
        is_made = name == "mktemp" and getattr(function.value, "id", "") == "tmp_path_factory"
        return is_made or (name in ("cwd", "home") and function_name(function.value) in PATHS)
    if isinstance(node, ast.Attribute):
        if node.attr == "parent":
            return is_path(node.value, names, depth + 1)
        source = names.attribute_definition(node)
    else:
        source = names.definition(node) if isinstance(node, ast.Name) else None
    return getattr(node, "id", "") == "tmp_path" or (source is not None and is_path(source, names, depth + 1))


_READERS: dict[type[ast.expr], Callable[..., Text | None]] = {
    ast.Constant: _constant,
    ast.JoinedStr: _formatted,
    ast.BinOp: _computed,
    ast.Call: _called,
    ast.Name: _named,
    ast.Attribute: _member,
}
