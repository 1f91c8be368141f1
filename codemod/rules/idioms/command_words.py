"""Which words does an expression give to a command: those of a list, of a loop over what stands in the code, of what a function returns?"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import chain

from codemod.analysis.context import Context
from codemod.analysis.declared_defaults import declared_defaults
from codemod.analysis.returns import returned_by
from codemod.analysis.texts import Part, text_of
from codemod.names import LocalFunction
from codemod.names.nodes import function_name
from codemod.rules.idioms.filled_lists import added_later

#: What stands for a word, or a part of one, that only the running program knows.
UNKNOWN = "$UNKNOWN"
# A command has few options; of what runs over more, these say enough.
_MANY = 60
_DEPTH = 6
_SAME = ("list", "tuple", "sorted", "reversed", "iter", "from_iterable", "chain", "map")
_COMPREHENSIONS = (ast.ListComp, ast.GeneratorExp, ast.SetComp)
_LOOPS = (ast.For, ast.AsyncFor)

#: What loops give to their variables in one of their rounds.
Round = dict[str, ast.expr]
_NOTHING: Round = {}


def words_of(node: ast.expr, context: Context) -> list[str]:
    """Return the words that an expression gives to a command that gets it: of a list, each; of a string, itself.

    What stands in a loop over things that the code shows is read for each of them.
    """
    return _in_place(node, context, _DEPTH)


def _in_place(node: ast.expr, context: Context, depth: int) -> list[str]:
    rounds = _rounds([(loop.target, loop.iter) for loop in _loops_around(node, context)], _NOTHING, context)
    return list(chain.from_iterable(_words(node, each, context, depth) for each in rounds or [_NOTHING]))[:_MANY]


def _loops_around(node: ast.expr, context: Context) -> list[ast.For | ast.AsyncFor]:
    """Return the loops around a node in its function whose variables stand in it, the outermost first."""
    names = {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}
    scope = context.names.scopes.scope(node).node
    loops: list[ast.For | ast.AsyncFor] = []
    for ancestor in context.names.scopes.ancestors(node) if names else ():
        if ancestor is scope:
            break
        if isinstance(ancestor, _LOOPS) and names & {
            item.id for item in ast.walk(ancestor.target) if isinstance(item, ast.Name)
        }:
            loops.insert(0, ancestor)
            names |= {item.id for item in ast.walk(ancestor.iter) if isinstance(item, ast.Name)}
    return loops


def _words(node: ast.expr, given: Round, context: Context, depth: int) -> list[str]:
    if depth == 0:
        return [UNKNOWN]
    if isinstance(node, ast.Name) and node.id in given:
        return _words(given[node.id], _NOTHING, context, depth - 1)
    if isinstance(node, (ast.List, ast.Tuple)):
        return [word for item in node.elts for word in _of_item(item, given, context, depth - 1)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and _is_list(node, context):
        parts = (node.left, node.right)
    elif isinstance(node, ast.IfExp):
        parts = (node.body, node.orelse)
    elif isinstance(node, _COMPREHENSIONS):
        loops = [(each.target, each.iter) for each in node.generators]
        rounds = _rounds(loops, given, context)
        return [word for each in rounds or [given] for word in _of_item(node.elt, each, context, depth - 1)]
    else:
        made = list(_behind(node, context))
        words = [word for part in made for word in _in_place(part, context, depth - 1)]
        return words if made else [_text(node, given, context)]
    return [word for part in parts for word in _words(part, given, context, depth - 1)]


def _of_item(item: ast.expr, given: Round, context: Context, depth: int) -> list[str]:
    return _words(item.value if isinstance(item, ast.Starred) else item, given, context, depth)


def _is_list(node: ast.expr, context: Context) -> bool:
    """Return whether a sum is one of lists."""
    while isinstance(node, ast.BinOp):
        if isinstance(node.right, (ast.List, ast.Tuple, *_COMPREHENSIONS)):
            return True
        node = node.left
    made = context.names.definition(node) if isinstance(node, ast.Name) else node
    return isinstance(made, (ast.List, ast.Tuple, *_COMPREHENSIONS))


def _behind(node: ast.expr, context: Context) -> Iterator[ast.expr]:
    """Return the lists that a variable is, a function of the code makes, or another one hands on."""
    if isinstance(node, ast.Name):
        made = context.names.definition(node)
        if made is not None and not isinstance(made, (ast.Constant, ast.JoinedStr)):
            yield from (made, *added_later(made, context))
    elif isinstance(node, ast.Call):
        function = context.resolve(node.func)
        if isinstance(function, LocalFunction):
            yield from returned_by(function.node)
        elif function_name(node.func) in _SAME:
            yield from node.args[-1:]


def _text(node: ast.expr, given: Round, context: Context) -> str:
    words: list[str] = []
    for part in text_of(node, context.names).parts:
        held = given.get(part.node.id) if not isinstance(part, str) and isinstance(part.node, ast.Name) else None
        parts = [part] if held is None else text_of(held, context.names).parts
        words += [shown_part(each, context) for each in parts]
    return "".join(words)


def shown_part(part: Part, context: Context) -> str:
    """Return what is known of a part of a word: of what the environment, an option or a caller may give, what is taken else."""
    if isinstance(part, str):
        return part
    return next((str(node.value) for node in _taken_else(part.node, context)), UNKNOWN)


def _taken_else(node: ast.expr, context: Context) -> Iterator[ast.Constant]:
    """Return the defaults of a value, also of the one that a variable holds."""
    source = context.names.definition(node) if isinstance(node, ast.Name) else None
    default = context.names.default(node) if isinstance(node, ast.Name) else None
    made = source if source is not None else node
    for each in (made, default, *declared_defaults(made, context)):
        if isinstance(each, ast.Constant) and each.value is not None:
            yield each


def _rounds(loops: Sequence[tuple[ast.expr, ast.expr]], given: Round, context: Context) -> list[Round]:
    """Return what loops, one in the other, give to their variables in each of their rounds; none where that is not seen."""
    rounds: list[Round] = [given]
    for target, iterable in loops:
        rounds = [
            before | _bound(target, item) for before in rounds for item in _elements(iterable, before, context, _DEPTH)
        ][:_MANY]
    return rounds


def _bound(target: ast.expr, item: ast.expr) -> Round:
    if isinstance(target, ast.Name):
        return {target.id: item}
    if isinstance(target, (ast.Tuple, ast.List)) and isinstance(item, (ast.Tuple, ast.List)):
        pairs = zip(target.elts, item.elts, strict=False)
        return {name.id: value for name, value in pairs if isinstance(name, ast.Name)}
    return {}


def _elements(node: ast.expr, given: Round, context: Context, depth: int) -> list[ast.expr]:
    """Return what a loop runs over, as far as the code shows it; of the items of a dict, pairs."""
    if isinstance(node, ast.Name) and node.id in given:
        node = given[node.id]
    if isinstance(node, ast.Name):
        made = context.names.definition(node)
        return _elements(made, given, context, depth - 1) if made is not None and depth else []
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return [item for item in node.elts if not isinstance(item, ast.Starred)]
    if isinstance(node, ast.Dict):
        return [key for key in node.keys if key is not None]
    if not isinstance(node, ast.Call):
        return []
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("items", "values"):
        return _of_dict(node.func.value, is_items=node.func.attr == "items", context=context)
    return _elements(node.args[0], given, context, depth - 1) if function_name(node.func) in _SAME and node.args else []


def _of_dict(node: ast.expr, *, is_items: bool, context: Context) -> list[ast.expr]:
    made = context.names.definition(node) if isinstance(node, ast.Name) else node
    pairs: list[tuple[ast.expr, ast.expr]] = []
    if isinstance(made, ast.Dict):
        pairs = [(key, value) for key, value in zip(made.keys, made.values, strict=True) if key is not None]
    elif isinstance(made, ast.Call) and function_name(made.func) == "dict":
        pairs = [(ast.Constant(each.arg), each.value) for each in made.keywords if each.arg is not None]
    if not is_items:
        return [value for _, value in pairs]
    return [ast.Tuple([key, value], ast.Load()) for key, value in pairs]
