"""Makes the form of a string, or path, that other files may take: what of it is known without the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from codemod.analysis.once import once
from codemod.analysis.origins import items_in, origins
from codemod.analysis.rest import joined_rest
from codemod.analysis.returns import returned_by
from codemod.analysis.setting_files import FILE_OF, file_read_into
from codemod.analysis.texts import Hole, Text, is_path, text_of
from codemod.analysis.uris import BY_WORD, Origin, root_of_uri
from codemod.analysis.written_values import declared_kind, kind_of_value
from codemod.names import LocalClass, LocalInstance, OwnClass
from codemod.names.bindings import Binding
from codemod.names.class_methods import is_class_of
from codemod.names.forms import FLOAT, FOLDER, ITEM, KEPT, REST, Form, Gap
from codemod.names.members import kept_of_call
from codemod.names.nodes import is_decorated
from codemod.names.values import Fields

if TYPE_CHECKING:
    from codemod.analysis.context import Context

_RETURNS = 4
_LONG = 60
_ITEMS = 40
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_READERS = ("property", "cached_property")
# What stands before a parameter by which an object is made, where an attribute keeps only a part of what it gets.
_MADE = f"self.{KEPT}"
# What stands in code whose texts have gaps of a kind that matters.
_TELLING = re.compile(
    r"artifact_uri|model_uri|\.source|mlruns|file:|as_uri|float|datetime|strftime|time\(|numpy|optuna|getenv|environ"
)
# What is no text, and no part of one.
_COLLECTIONS = (ast.Name, ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp)
_OTHERS = (
    ast.Dict,
    ast.List,
    ast.Tuple,
    ast.Set,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Compare,
    ast.Lambda,
    ast.UnaryOp,
)
_WORDS = {Origin.FOLDER: FOLDER, **{origin: word for word, origin in BY_WORD.items()}}


def form_of(node: ast.expr, context: Context, *, looks: bool) -> Form | None:
    """Return the form of a value; None when nothing of it is known.

    Args:
        node: The value.
        context: Its namespace.
        looks: Whether to look into what is not written there; it takes long, and few modules have something to find.
    """
    if isinstance(node, _OTHERS) or (isinstance(node, ast.Constant) and not isinstance(node.value, (str, float))):
        return None
    text = text_of(node, context.names)
    parts = tuple(part if isinstance(part, str) else _gap(part, context, looks) for part in text.parts)
    form = Form(parts, _is_path(node, text, context))
    return form if form.says_something else None


@once
def _may_tell(context: Context) -> bool:
    """Return whether code has something of what is looked for in the gaps of a string."""
    return _TELLING.search(context.text) is not None


def _is_path(node: ast.expr, text: Text, context: Context) -> bool:
    return not (len(text.parts) == 1 and text.holes) and is_path(node, context.names)


def _gap(hole: Hole, context: Context, looks: bool) -> Gap:
    between = joined_rest(hole.node, context.names)
    if between:
        return Gap(shown=ast.unparse(hole.node), parameter=REST, between=between)
    parameter, default, path = _parameter(hole.node, context)
    if not looks:
        is_float = isinstance(hole.node, ast.Constant) and isinstance(hole.node.value, float)
        return Gap(FLOAT if is_float else "", parameter=parameter, default=default, path=path)
    root = root_of_uri(hole.node, context) if hole.form in ("", "!s") else None
    kind = _WORDS[root.origin] if root is not None else "" if hole.form else kind_of_value(hole.node, context)
    among = () if kind or parameter else tuple(dict.fromkeys(_among(hole.node, context)))[:_RETURNS]
    shown = " ".join(ast.unparse(hole.node).split())
    return Gap(kind, shown if len(shown) <= _LONG else f"{shown[: _LONG - 3]}...", parameter, default, among, path=path)


def _among(node: ast.expr, context: Context) -> Iterator[str]:
    """Return the texts that a value may be, also where the environment or other settings do not say more."""
    for source in origins(node, context):
        value = source
        if isinstance(source, ast.Call) and len(source.args) == 2:
            value = source.args[1] if ast.unparse(source.func).endswith(("environ.get", "getenv")) else source
        text = text_of(value, context.names).known
        if text is not None:
            yield text


def _parameter(node: ast.expr, context: Context) -> tuple[str, str | None, str]:
    """Return the parameter, or the attribute of ``self``, that a value is, with its default, or of which it is an attribute, with that."""
    path: list[str] = []
    while isinstance(node, ast.Attribute):
        if isinstance(node.value, ast.Name) and context.names.scopes.self_class(node.value) is not None:
            return (f"self.{node.attr}", None, ".".join(path))
        path.insert(0, node.attr)
        node = node.value
    parameter = context.names.parameter(node) if isinstance(node, ast.Name) else None
    if parameter is None:
        return ("", None, "")
    if path:
        return (f"{_MADE if _is_of_making(parameter, context) else ''}{parameter.arg}", None, ".".join(path))
    default = context.names.default(node) if isinstance(node, ast.Name) else None
    text = text_of(default, context.names).known if default is not None else None
    return (parameter.arg, text, "")


def _is_of_making(parameter: ast.arg, context: Context) -> bool:
    """Return whether a parameter is one by which an object is made."""
    function = context.names.scopes.parent(context.names.scopes.parent(parameter) or parameter)
    return getattr(function, "name", "") == "__init__"


def of_returns(returns: Sequence[ast.expr], context: Context) -> tuple[Form, ...]:
    """Return the forms of what a function returns; none when nothing of any is known."""
    found = [form_of(value, context, looks=_may_tell(context)) for value in returns[:_RETURNS]]
    return tuple(form or Form((Gap(),)) for form in found) if any(form is not None for form in found) else ()


def of_bindings(bindings: list[Binding], context: Context, *, looks: bool | None = None) -> Form | None:
    """Return the form of a variable or attribute that has one value for good, or of a property.

    Args:
        bindings: What gives it its value.
        context: The namespace.
        looks: As in `form_of`; None where the code decides.
    """
    only = bindings[0] if len(bindings) == 1 else None
    if only is None:
        return None
    if isinstance(only.node, _FUNCTIONS) and only.kind == "definition":
        forms = of_returns(returned_by(only.node), context) if is_decorated(only.node, _READERS) else ()
        return forms[0] if len(forms) == 1 else None
    kind = declared_kind(only.annotation)
    if kind:
        return Form((Gap(kind),))
    if only.kind != "value" or only.source is None:
        return None
    return form_of(only.source, context, looks=_may_tell(context) if looks is None else looks)


def of_constant(name: str, bindings: list[Binding], context: Context) -> dict[str, Form]:
    """Return the form of what a name of the top level holds for good, and those of the items of a dict (``CONFIG[path]``)."""
    only = bindings[0] if len(bindings) == 1 else None
    source = only.source if only is not None and only.kind == "value" else None
    if isinstance(source, (ast.List, ast.Tuple)):
        listed = _of_list(source, bindings, context)
        return {name: listed} if listed is not None else {}
    if not isinstance(source, ast.Dict):
        file = file_read_into(source, context) if source is not None else ""
        told = {f"{name}{FILE_OF}": Form((file,))} if file else {}
        form = of_bindings(bindings, context, looks=True) if source is not None else None
        return {**told, name: form} if form is not None else told
    found: dict[str, Form] = {}
    for key, value in zip(source.keys, source.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            form = form_of(value, context, looks=True)
            if form is not None:
                found[f"{name}[{key.value}]"] = form
    return found


def _of_list(source: ast.List | ast.Tuple, bindings: list[Binding], context: Context) -> Form | None:
    """Return the form of a list of texts; None where it holds others, many, or may get more of them in its module."""
    target = bindings[0].node
    parts = [text_of(each, context.names).known for each in source.elts[: _ITEMS + 1]]
    known = tuple(part for part in parts if part is not None and len(part) <= _LONG)
    if not known or not len(known) == len(parts) <= _ITEMS:
        return None
    uses = context.names.uses(target) if isinstance(target, ast.Name) and isinstance(source, ast.List) else []
    changed = (context.names.scopes.parent(use) for use in uses)
    if any(isinstance(each, (ast.Attribute, ast.AugAssign)) for each in changed):
        return None
    # Other code may put more into a list.
    return Form((*known, Gap()) if isinstance(source, ast.List) else known, is_list=True)


def fields_of(node: ast.ClassDef, context: Context) -> Fields:
    """Return the attributes of a class that keep what its instances are made of, each with that parameter and its place."""
    names = context.names
    attributes = names.scopes.attributes.get(node, {})
    made = [each.node for each in attributes.get("__init__", ()) if isinstance(each.node, _FUNCTIONS)]
    if not made:
        declared = [
            item.target.id
            for item in node.body
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        ]
        return tuple((name, name, index) for index, name in enumerate(declared))
    arguments = made[-1].args
    placed = [each.arg for each in (*arguments.posonlyargs, *arguments.args)][1:]
    every = {*placed, *(each.arg for each in arguments.kwonlyargs)}
    found: list[tuple[str, str, int | None]] = []
    for name, bindings in attributes.items():
        source = bindings[0].source if len(bindings) == 1 else None
        asked = _parameter(source, context) if isinstance(source, ast.Attribute) else ("", None, "")
        if asked[0].startswith(_MADE):
            parameter = asked[0].removeprefix(_MADE)
            found.append((f"{KEPT}{parameter}", parameter, placed.index(parameter) if parameter in placed else None))
        source = (
            source.args[0] if isinstance(source, ast.Call) and len(source.args) == 1 and not source.keywords else source
        )
        if isinstance(source, ast.Name) and source.id in every and names.parameter(source) is not None:
            found.append((name, source.id, placed.index(source.id) if source.id in placed else None))
    return tuple(found)


def kept_by_returned(returns: Sequence[ast.expr], context: Context) -> tuple[tuple[str, Form], ...]:
    """Return what the object keeps that a function makes and returns, by its attributes; behind `ITEM`, what those of a collection do."""
    if not _may_tell(context):
        return ()
    found: dict[str, Form] = {}
    for value in returns[:_RETURNS]:
        for attribute, kept in _kept_by(value, context):
            found.setdefault(attribute, kept)
        if isinstance(value, _COLLECTIONS):
            for item in islice(items_in(value, context), _RETURNS):
                for attribute, kept in _kept_by(item, context):
                    found.setdefault(f"{ITEM}{attribute}", kept)
    return tuple(found.items())


def _kept_by(value: ast.expr, context: Context) -> Iterator[tuple[str, Form]]:
    """Return what the call of a class keeps that a value is."""
    made = context.names.definition(value) if isinstance(value, ast.Name) else value
    if not isinstance(made, ast.Call) or any(isinstance(each, ast.Starred) for each in made.args):
        return
    kind = context.resolve(made.func)
    fields: Fields = ()
    if isinstance(kind, LocalClass) or (isinstance(kind, LocalInstance) and is_class_of(made.func, context.names)):
        fields = fields_of(kind.node, context)
    elif isinstance(kind, OwnClass):
        fields = kind.fields
    for attribute, given in kept_of_call(made, fields):
        form = form_of(given, context, looks=True)
        if form is not None:
            yield attribute, form
