"""What data a variable holds, and whether anything may have changed it between two places. No answer is guessed."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from codemod.names import Foreign, Mlflow, Names
from codemod.names.flow import dominates
from codemod.names.nodes import function_name, line_of

_TABLES = ("pandas", "numpy")
_DEPTH = 8
#: Methods that give a new table of a table, or an array of it.
_DERIVES = frozenset(
    """astype copy drop dropna fillna filter head iloc loc mean reshape round sample select_dtypes tail to_numpy transpose
    values""".split()
)
#: Methods and attributes of data that change nothing; `inplace=True` is asked for apart.
_READS = _DERIVES | frozenset(
    """T abs all any columns corr count describe dtypes empty groupby idxmax idxmin index info isna isnull items iterrows
    itertuples max median memory_usage min ndim notna nunique quantile shape size std sum tolist to_csv to_dict to_json to_parquet
    value_counts var flatten ravel nbytes dtype""".split()
)
#: Methods of estimators and functions of libraries that take data and leave it as it is.
_TAKES = frozenset(
    """predict predict_proba predict_log_proba decision_function score transform fit_predict log_artifact log_param log_params
    log_metric log_metrics print len type range zip enumerate list set sorted sum min max abs round isinstance str repr""".split()
)


def is_table(node: ast.expr, names: Names, depth: int = 0) -> bool:
    """Return whether an expression is certainly a table of pandas or an array of numpy."""
    if depth > _DEPTH:
        return False
    if isinstance(node, ast.Name):
        source = names.source_of(node)
        if source is not None:
            return is_table(source, names, depth + 1)
        return _is_split(node, names, is_table, depth)
    if isinstance(node, ast.Subscript):
        # A single column is none: `table["y"]`.
        return not isinstance(node.slice, ast.Constant) and is_table(node.value, names, depth + 1)
    if isinstance(node, ast.Attribute):
        return node.attr in _DERIVES and is_table(node.value, names, depth + 1)
    if not isinstance(node, ast.Call):
        return False
    if (
        isinstance(node.func, ast.Attribute)
        and node.func.attr in _DERIVES
        and is_table(node.func.value, names, depth + 1)
    ):
        return True
    function = names.resolve(node.func)
    return isinstance(function, Foreign) and function.what in _TABLES and _makes_table(node, names, depth)


# Readers of databases and of typed files may give `Decimal`, `Timedelta` and other values that an example of MLflow cannot hold:
# `TypeError: Object of type Decimal is not JSON serializable` on MLflow 2 and 3 alike.
_OF_TEXT = ("read_csv", "read_table", "read_fwf", "read_excel", "read_html", "read_clipboard", "read_json")
_OF_VALUES = (
    "DataFrame",
    "array",
    "asarray",
    "from_dict",
    "concat",
    "concatenate",
    "vstack",
    "hstack",
    "column_stack",
    "stack",
)
_OF_NUMBERS = (
    "arange linspace zeros ones full eye rand randn normal uniform random standard_normal integers randint genfromtxt loadtxt"
).split()
_PLAIN = (bool, int, float, str, bytes, type(None))


def _makes_table(node: ast.Call, names: Names, depth: int) -> bool:
    name = function_name(node.func)
    given = (*node.args, *(keyword.value for keyword in node.keywords))
    texts = [item for value in given for item in ast.walk(value) if isinstance(item, ast.Constant)]
    if any(item.value in ("category", "object") for item in texts):
        return False
    if name in _OF_VALUES:
        return bool(node.args) and _holds_plain_values(node.args[0], names, depth)
    return name in _OF_NUMBERS or (
        name in _OF_TEXT and not any(keyword.arg in ("converters", None) for keyword in node.keywords)
    )


def _holds_plain_values(node: ast.expr, names: Names, depth: int) -> bool:
    """Return whether an expression holds numbers and texts only, at any depth, or is a table by itself."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, _PLAIN)
    if isinstance(node, (ast.List, ast.Tuple)):
        return all(_holds_plain_values(item, names, depth) for item in node.elts)
    if isinstance(node, ast.Dict):
        return all(_holds_plain_values(item, names, depth) for item in node.values)
    if isinstance(node, ast.UnaryOp):
        return _holds_plain_values(node.operand, names, depth)
    if isinstance(node, ast.BinOp):
        return all(_holds_plain_values(item, names, depth) for item in (node.left, node.right))
    if isinstance(node, ast.Name) and depth <= _DEPTH:
        source = names.source_of(node)
        if isinstance(source, (ast.Dict, ast.List, ast.Tuple, ast.Constant)):
            return _holds_plain_values(source, names, depth + 1)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("range", "list"):
        return all(_holds_plain_values(item, names, depth) for item in node.args)
    return is_table(node, names, depth + 1) or is_column(node, names, depth + 1)


def is_column(node: ast.expr, names: Names, depth: int = 0) -> bool:
    """Return whether an expression is certainly one column of a table, which is a `Series`."""
    if depth > _DEPTH:
        return False
    if isinstance(node, ast.Name):
        source = names.source_of(node)
        return is_column(source, names, depth + 1) if source is not None else _is_split(node, names, is_column, depth)
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and is_table(node.value, names, depth + 1)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        keeps = node.func.attr in ("astype", "copy", "dropna", "fillna", "head", "sample", "tail")
        return keeps and is_column(node.func.value, names, depth + 1)
    return False


def _is_split(node: ast.Name, names: Names, asked: Callable[[ast.expr, Names, int], bool], depth: int) -> bool:
    """Return whether a variable is the first or second part of ``train_test_split(data, ...)``, and what is asked holds of the data."""
    bound = names.unpacked(node)
    if bound is None:
        return False
    source, index = bound
    if not isinstance(source, ast.Call) or function_name(source.func) != "train_test_split" or index > 1:
        return False
    return bool(source.args) and not isinstance(source.args[0], ast.Starred) and asked(source.args[0], names, depth + 1)


@dataclass(frozen=True, slots=True)
class Changed:
    """Where data may have changed.

    Attributes:
        reason: One clause that says where.
        is_certain: Whether it has another column for certain, which a model that was trained before does not take.
    """

    reason: str
    is_certain: bool = False


def changed_between(node: ast.expr, first: ast.AST, last: ast.AST, names: Names) -> Changed | None:
    """Say where data may have changed between two places; None when nothing there can change it.

    Args:
        node: The data.
        first: Where it was as it is meant.
        last: Where it is used again.
        names: The namespace.
    """
    scopes = names.scopes
    start, end = scopes.order(first), scopes.order(last)
    held = {name.id: name for name in _roots(node, names)}
    found: Changed | None = None
    for name in list(held.values()):
        for use in names.uses(name):
            inside = scopes.scope(use) is scopes.scope(last)
            # What another function does with it, or with another name for it, may happen at any time.
            if inside and not start < scopes.order(use) < end:
                if _gives_another_name(use, names):
                    found = found or Changed(f"line {line_of(use)} gives it another name")
                continue
            if _is_within(use, first, names) or _is_within(use, last, names):
                continue
            if _adds_column(use, names) and isinstance(node, ast.Name) and node.id == use.id and inside:
                return Changed(
                    f"line {line_of(use)} adds a column", is_certain=dominates(scopes, scopes.statement(use), last)
                )
            if not _only_reads(use, names):
                found = found or Changed(f"line {line_of(use)} may change it")
    return found


def _adds_column(use: ast.Name, names: Names) -> bool:
    """Return whether a use is ``table["name"] = ...``, the name by a variable too, or ``table.insert(0, "name", values)``."""
    parent = names.scopes.parent(use)
    if isinstance(parent, ast.Attribute) and parent.attr == "insert":
        call = names.scopes.parent(parent)
        return isinstance(call, ast.Call) and call.func is parent and len(call.args) + len(call.keywords) > 2
    key = parent.slice if isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Store) else None
    if isinstance(key, ast.Name):
        key = names.definition(key) or names.default(key)
    return isinstance(key, ast.Constant) and isinstance(key.value, str)


def _roots(node: ast.expr, names: Names) -> list[ast.Name]:
    """Return the variables that an expression reads, and those that these are parts of."""
    found = [item for item in ast.walk(node) if isinstance(item, ast.Name)]
    for name in list(found):
        source = names.source_of(name)
        while isinstance(source, (ast.Subscript, ast.Attribute)):
            source = source.value
        if isinstance(source, ast.Name):
            found.append(source)
    return found


def _gives_another_name(use: ast.Name, names: Names) -> bool:
    parent = names.scopes.parent(use)
    return isinstance(use.ctx, ast.Load) and isinstance(
        parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Starred, ast.List, ast.Dict)
    )


def _is_within(node: ast.AST, outer: ast.AST, names: Names) -> bool:
    return any(item is outer for item in names.scopes.ancestors(node))


def _only_reads(use: ast.Name, names: Names) -> bool:
    scopes = names.scopes
    if not isinstance(use.ctx, ast.Load):
        return False
    node: ast.AST = use
    parent = scopes.parent(node)
    while isinstance(parent, (ast.Attribute, ast.Subscript)) and parent.value is node:
        if not isinstance(parent.ctx, ast.Load):
            return False
        if isinstance(parent, ast.Attribute) and parent.attr not in _READS | _TAKES:
            return False
        node, parent = parent, scopes.parent(parent)
    if isinstance(parent, ast.Call) and parent.func is node:
        inplace = any(keyword.arg in ("inplace", "out", None) for keyword in parent.keywords)
        return not inplace
    if isinstance(parent, ast.keyword):
        parent = scopes.parent(parent)
    if isinstance(parent, ast.Call):
        return _leaves_alone(parent, names)
    # Arithmetic and comparisons make something new; a plain assignment, a return or a list makes another name for it.
    return isinstance(parent, (ast.BinOp, ast.Compare, ast.UnaryOp, ast.FormattedValue, ast.Subscript, ast.Slice)) or (
        node is not use and isinstance(parent, (ast.Expr, ast.Tuple, ast.Return))
    )


def _leaves_alone(call: ast.Call, names: Names) -> bool:
    """Return whether a call leaves its arguments as they are."""
    if any(keyword.arg in ("inplace", "out", "overwrite_x", "copy") for keyword in call.keywords):
        return False
    name = function_name(call.func)
    if name in _TAKES:
        return True
    function = names.resolve(call.func)
    if isinstance(function, Mlflow):
        return True
    return (
        isinstance(function, Foreign)
        and function.what in ("sklearn", "numpy", "pandas", "seaborn", "matplotlib")
        and (name not in ("put", "place", "copyto", "shuffle", "fill_diagonal"))
    )
