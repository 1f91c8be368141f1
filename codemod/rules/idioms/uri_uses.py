"""Code that takes the URI of a logged model, or the source of a version, for what it was in MLflow 2.

That URI still loads and registers. What breaks is code that splits, compares, matches or joins it, or opens it as a path.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from codemod.analysis.context import Context
from codemod.analysis.origins import origins
from codemod.analysis.texts import PATHS, text_of
from codemod.analysis.uris import Origin, Root, root_of_uri, uri_of
from codemod.names import Foreign, LocalFunction, Unknown
from codemod.names.nodes import function_name
from codemod.rules.idioms.joined_model_uri import path_below
from codemod.rules.idioms.new_uris import (
    asks_for_new_form,
    expects_new_form,
    is_about_uri,
    is_new_form,
    makes_id,
    tests_of_form,
)
from codemod.rules.idioms.settled_tests import settles

Way = Literal["taken apart", "joined", "compared", "opened"]

#: Methods of strings that look into one.
METHODS = ("split", "rsplit", "partition", "rpartition", "replace", "startswith", "endswith", "removeprefix", "removesuffix", "index",
           "rindex", "find", "rfind", "strip", "lstrip", "count")  # fmt: skip
#: What the column of a table does to each of its texts: ``df["uri"].str.split("/")``.
OF_COLUMNS = (*METHODS, "contains", "extract", "extractall", "match", "fullmatch", "slice", "slice_replace")
#: Functions that read a string as a URI or by a pattern.
PARSERS = ("match", "search", "fullmatch", "findall", "finditer", "sub", "urlparse", "urlsplit", "basename", "dirname", "relpath",
           "parse_runs_uri", "is_runs_uri", "get_underlying_uri", "splitext",
           "RunsArtifactRepository")  # fmt: skip
#: Functions that take a path of this machine.
OPENERS = (*PATHS, "listdir", "scandir", "exists", "isdir", "isfile", "walk", "open", "copytree", "copy",
           "copy2", "copyfile", "move", "rmtree", "glob", "iglob", "abspath", "realpath", "make_archive", "symlink")  # fmt: skip
# Those of them all that give a yes, a no, or a number.
_TESTS = ("startswith", "endswith", "find", "rfind", "count", "is_runs_uri", "exists", "isdir", "isfile")
_LIBRARIES = ("os", "pathlib", "shutil", "glob", "re", "urllib", "fnmatch", "posixpath", "open", "io")
_MADE_OF_RUNS = "mlflow.store.artifact.runs_artifact_repo.RunsArtifactRepository"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)


@dataclass(frozen=True, slots=True)
class UriUse:
    """One such use.

    Attributes:
        value: The expression whose value is the URI.
        root: What it comes from.
        way: What the code does with it.
        is_test: Whether the code only asks something of it, so that another answer is all that happens.
        whole: The longer path, where one is joined to it.
    """

    value: ast.expr
    root: Root
    way: Way
    is_test: bool = False
    whole: ast.expr | None = None


def old_use(node: ast.AST, context: Context) -> UriUse | None:
    """Read a node as such a use; None for anything else, and for code that already knows the form of MLflow 3."""
    for value, way, others in operands(node, context):
        root = root_of_uri(value, context)
        if root is None or root.is_local or root.origin not in (Origin.LOGGED_MODEL, Origin.VERSION_SOURCE):
            continue
        if (
            any(is_new_form(other, root, context) for other in others)
            or _knows(node, root, context)
            or makes_id(node, context)
        ):
            continue
        if way == "compared" and not any(_is_old(other, context) for other in others):
            continue
        whole = path_below(value, context) if way == "joined" and isinstance(node, ast.expr) else None
        if way != "joined" or whole is not None or isinstance(node, ast.AugAssign):
            return UriUse(value, root, way, _is_test(node), whole)
    return None


def _is_test(node: ast.AST) -> bool:
    return isinstance(node, ast.Compare) or (isinstance(node, ast.Call) and function_name(node.func) in _TESTS)


def operands(node: ast.AST, context: Context) -> Iterator[tuple[ast.expr, Way, list[ast.expr]]]:
    """Return the expressions of a node that may be such a URI, with what else the node looks at."""
    if isinstance(node, ast.Call):
        yield from _of_call(node, context)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from _of_comparison(node.left, node.ops[0], node.comparators[0])
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        if (
            isinstance(node.slice, ast.Slice) or root_of_uri(node, context) is None
        ):  # else a URI is taken of a column of them
            yield node.value, "taken apart", []
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Div)):
        yield node.left, "joined", []
    elif isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.FormattedValue):
        yield node.values[0].value, "joined", []
    elif isinstance(node, ast.AugAssign) and isinstance(node.target, (ast.Name, ast.Attribute)):
        if text_of(node.value, context.names).start.startswith("/"):
            yield node.target, "joined", []


def _of_comparison(
    left: ast.expr, operator: ast.cmpop, right: ast.expr
) -> Iterator[tuple[ast.expr, Way, list[ast.expr]]]:
    if isinstance(operator, (ast.In, ast.NotIn)):
        yield right, "taken apart", [left]
        if isinstance(right, (ast.List, ast.Tuple, ast.Set)):
            yield left, "compared", right.elts
    elif isinstance(operator, (ast.Eq, ast.NotEq)):
        yield left, "compared", [right]
        yield right, "compared", [left]


def _of_call(node: ast.Call, context: Context) -> Iterator[tuple[ast.expr, Way, list[ast.expr]]]:
    name, function = function_name(node.func), node.func
    if name == "join" and node.args:
        items = node.args[0]
        first = items.elts[:1] if isinstance(items, (ast.List, ast.Tuple)) else [items]
        yield from ((value, "joined", []) for value in first)
        return
    made = context.resolve(function)
    if name in OF_COLUMNS and isinstance(function, ast.Attribute) and getattr(function.value, "attr", "") == "str":
        assert isinstance(function.value, ast.Attribute)
        yield function.value.value, "taken apart", node.args  # of each value of a column
        return
    if name in METHODS and isinstance(function, ast.Attribute) and (node.args or not name.endswith("strip")):
        yield function.value, "taken apart", node.args
    if name not in (*PARSERS, *OPENERS) or isinstance(made, LocalFunction):
        return
    call = context.call(node)
    is_known = isinstance(made, Foreign) and made.what in _LIBRARIES
    is_builtin = isinstance(function, ast.Name) and name == "open" and isinstance(made, Unknown)
    is_pattern = isinstance(function, ast.Attribute) and not isinstance(made, Foreign) and name in PARSERS[:6]
    if is_known or is_builtin or is_pattern or (call is not None and call.path.startswith(_MADE_OF_RUNS)):
        way: Way = "taken apart" if name in PARSERS else "opened"
        patterns = [*_patterns(function.value, context)] if isinstance(function, ast.Attribute) else []
        for argument in node.args:
            yield argument, way, [*(other for other in node.args if other is not argument), *patterns]


def _patterns(compiled: ast.expr, context: Context) -> Iterator[ast.expr]:
    """Return what a pattern is made of: ``re.compile("models:/m-.*")``."""
    for source in origins(compiled, context):
        if isinstance(source, ast.Call) and function_name(source.func) == "compile":
            yield from source.args[:1]


def _is_old(node: ast.expr, context: Context) -> bool:
    """Return whether a value that is compared with the URI has a form of MLflow 2."""
    uri = uri_of(node, context)
    if uri.root is not None:
        return uri.root.origin is Origin.RUN_ARTIFACTS
    return uri.run is not None or (bool(uri.text.start) and uri.scheme not in ("models", "", None))


def _knows(node: ast.AST, root: Root, context: Context) -> bool:
    """Return whether a branch around the node, or one that settles something for it, asks for the form of MLflow 3, or for the model's id."""
    child, is_asked = node, _is_test(node)
    for ancestor in context.names.scopes.ancestors(node):
        if any(asks_for_new_form(test, root, context) for test in _tests_around(ancestor, child)):
            return True
        if isinstance(ancestor, (ast.If, ast.IfExp)):
            is_asked = is_asked or is_about_uri(ancestor.test, root, context)
        if isinstance(ancestor, _FUNCTIONS):
            branches, asserts = tests_of_form(ancestor, context)
            asking = (each for each in branches if asks_for_new_form(each.test, root, context))
            # What stands behind the question for the old form is one of two branches, wherever the other one is.
            settled = any(is_asked or _holds(each, root.node) or settles(each, node, context) for each in asking)
            return settled or any(expects_new_form(test, root, context) for test in asserts)
        child = ancestor
    return False


def _tests_around(ancestor: ast.AST, child: ast.AST) -> list[ast.expr]:
    """Return the conditions of which it depends whether a part of a node runs."""
    if isinstance(ancestor, (ast.If, ast.IfExp)):
        return [ancestor.test]
    if isinstance(ancestor, ast.BoolOp):
        return ancestor.values[: ancestor.values.index(child)] if isinstance(child, ast.expr) else []
    if isinstance(ancestor, _COMPREHENSIONS):
        return [test for each in ancestor.generators if each is not child for test in each.ifs]
    return []


def _holds(branch: ast.AST, node: ast.AST) -> bool:
    return any(each is node for each in ast.walk(branch))
