"""What one file knows of a string that another one makes, without the code that makes it.

The summary of a module holds a `Form` for each constant, attribute and function that gives a string of which something is known.
`expression` makes an expression of it again, in which a `There` stands for each part that only the other file sees.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Union

#: The kinds of gaps that are written with a character that MLflow 3 refuses in a name.
FLOAT, TIME = "float", "time"
#: The kind of a folder of this machine.
FOLDER = "folder"
#: The parameter of a gap that takes all values for which a function has no other parameter: ``*parts``.
REST = "*"
# The attributes of MLflow's objects that tell a place, or a URI.
_ROOTS = frozenset({"artifact_uri", "model_uri", "source"})
#: What stands before the name of a parameter of `__init__` that no attribute keeps as a whole.
KEPT = "__init__."
#: What stands before the name of an attribute of each object in a collection.
ITEM = "[]."


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a string that only the running program knows.

    Attributes:
        kind: What stands there: `FLOAT`, `TIME`, `FOLDER`, or one of `codemod.analysis.uris.BY_WORD`; "" when nobody can tell.
        shown: Its source, for messages.
        parameter: The parameter of the function that stands there, or ``self.x`` for an attribute; "" for anything else.
        path: Which attribute of that it is, as ``info.run_id`` of a run; "" for itself.
        default: The text that the parameter has when nothing is given for it.
        among: Texts that it may be, as far as that is seen.
        between: What stands between the values of a parameter that takes all that are given, such as ``"/"`` in ``"/".join(parts)``.
    """

    kind: str = ""
    shown: str = ""
    parameter: str = ""
    default: str | None = None
    among: tuple[str, ...] = ()
    between: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A string, or a path, or a list of such.

    Attributes:
        parts: Its known stretches and the gaps between them; for a list, what stands in it.
        is_path: Whether it is a path object.
        is_list: Whether it is a list, or a tuple.
    """

    parts: tuple[Union[str, Gap], ...]
    is_path: bool = False
    is_list: bool = False

    @property
    def says_something(self) -> bool:
        """Whether anything of it is known."""
        return not self.parts or any(
            isinstance(part, str) or part.kind or part.parameter or part.among for part in self.parts
        )

    @property
    def words(self) -> frozenset[str]:
        """The words of what of MLflow stands in it."""
        gaps = [part for part in self.parts if isinstance(part, Gap)]
        kinds = {part.kind for part in gaps} - {FLOAT, TIME, FOLDER}
        asked = frozenset(part.path.rpartition(".")[2] for part in gaps if part.path) & _ROOTS
        return asked.union(word.lstrip(".") for kind in kinds for word in kind.split())

    def filled(self, mark: str) -> str:
        """Return the text with a mark in the place of each gap."""
        return "".join(part if isinstance(part, str) else mark for part in self.parts)


class There(ast.expr):
    """An expression that stands in another file.

    Attributes:
        kind: As in `Gap`.
        shown: As in `Gap`.
        id: The last name of what it is, where it is called.
        among: As in `Gap`.
    """

    _fields = ()

    def __init__(self, kind: str = "", shown: str = "", name: str = "", among: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.kind = kind
        self.shown = shown
        self.id = name
        self.among = [ast.Constant(text) for text in among]


def expression(form: Form, given: Mapping[str, ast.expr] | None = None) -> ast.expr:
    """Return an expression that gives such a string.

    Args:
        form: The text.
        given: What is given for parameters; None where the code that gives it is not seen.
    """
    values = [_part(part, given) for part in form.parts]
    if form.is_list:
        return ast.List(values, ast.Load())
    if len(values) == 1:
        whole = values[0]
    elif all(isinstance(part, str) for part in form.parts):
        whole = ast.Constant("".join(part for part in form.parts if isinstance(part, str)))
    else:
        texts: list[ast.expr] = [
            each if isinstance(each, ast.Constant) else ast.FormattedValue(each, -1, None) for each in values
        ]
        whole = ast.JoinedStr(texts)
    return ast.Call(There(name="Path"), [whole], []) if form.is_path else whole


def text_expression(form: Form | None) -> ast.expr | None:
    """Return an expression that gives such a string; None where there is none."""
    return expression(form) if form is not None else None


def _part(part: str | Gap, given: Mapping[str, ast.expr] | None) -> ast.expr:
    if isinstance(part, str):
        return ast.Constant(part)
    if given is not None and part.parameter:
        value = given.get(part.parameter)
        if value is not None and part.between:
            return ast.Call(ast.Attribute(ast.Constant(part.between), "join", ast.Load()), [value], [])
        if value is not None:
            return _attribute_of(value, part.path)
        if part.default is not None:
            return ast.Constant(part.default)
    return There(part.kind, part.shown, among=part.among)


def _attribute_of(value: ast.expr, path: str) -> ast.expr:
    for name in path.split(".") if path else ():
        value = ast.copy_location(ast.Attribute(value, name, ast.Load()), value)
    return value
