"""Tells the table of `mlflow.search_traces` and its rows, through variables, functions and the methods of pandas."""

from __future__ import annotations

import ast

from codemod.analysis.context import Context
from codemod.analysis.origins import given_to, items_in, origins, own_item
from codemod.analysis.renamed_columns import renaming
from codemod.names import Foreign, LocalFunction, OwnFunction, OwnInstance, OwnModule, Unknown, Value

_SEARCH = "mlflow.search_traces"
#: How `codemod.settings.Given` calls the table and its rows.
TABLE, ROW = "search_traces", "search_traces row"
#: Methods of a table that give one with the same columns.
SAME_COLUMNS = frozenset({
    "sort_values", "sort_index", "head", "tail", "copy", "reset_index", "dropna", "fillna", "query", "sample", "drop_duplicates",
    "nlargest", "nsmallest", "drop", "assign", "set_index", "groupby",
})  # fmt: skip
#: Columns that the table has no more, or that hold something else: the keys are what MLflow 2 called them.
NEW_COLUMNS = {
    "request_id": "trace_id",
    "timestamp_ms": "request_time",
    "execution_time_ms": "execution_duration",
    "request_metadata": "trace_metadata",
    "status": "state",
}
OLD_COLUMNS = frozenset({*NEW_COLUMNS, "trace"})
# Ways to one row or some, by the attribute that is subscripted.
_PLACES = frozenset({"iloc", "loc", "at", "iat"})
_DEPTH = 10
_FILES = frozenset({
    "to_csv", "to_json", "to_parquet", "to_excel", "to_sql", "to_html", "to_markdown", "to_pickle", "to_feather", "to_records", "to_orc",
})  # fmt: skip
_KEYS = ("keys", "items")
#: Methods that write a table, or ask it or a row for the names of its columns.
WRITERS = (*sorted(_FILES), *_KEYS, "to_dict", "_asdict")
#: Functions that list what a loop over the table gives, the names of its columns, and one that makes a dict of a row.
LISTING = ("list", "sorted", "set", "tuple", "enumerate")
LISTERS = (*LISTING, "dict")
#: Attributes of a row with the names of the columns.
ROW_NAMES = ("index", "_fields")
_NARROWED = ("rename", "drop", "filter", "set_axis")


def is_trace_table(node: ast.expr, context: Context, depth: int = _DEPTH) -> bool:
    """Return whether an expression is the table of `mlflow.search_traces`, not its list of traces."""
    if depth == 0:
        return False
    if isinstance(node, ast.Name):
        return _is_variable(node, context, depth)
    if isinstance(node, ast.Attribute):
        return _is_held(node, context, depth)
    if isinstance(node, ast.Subscript):  # with a condition or a list of columns; with one column it has none
        if isinstance(node.slice, ast.Constant):
            return isinstance(node.slice.value, int) and _is_item(node, node.slice.value, context, depth)
        return is_trace_table(node.value, context, depth - 1)
    if not isinstance(node, ast.Call):
        return False
    call = context.call(node)
    if call is not None:
        return call.path == _SEARCH and call.get("return_type") is None
    if isinstance(node.func, ast.Attribute) and (node.func.attr in SAME_COLUMNS or _keeps_old_names(node, context)):
        return is_trace_table(node.func.value, context, depth - 1)
    return _is_stack(node, context, depth) or _returned(node, context, depth) or _is_of_other_file(node, context)


def _keeps_old_names(node: ast.Call, context: Context) -> bool:
    """Return whether a call renames columns, and calls none by a name that MLflow 2 had for another: the others stay what they are."""
    new = renaming(node, context)
    return new is not None and OLD_COLUMNS.isdisjoint(new.values())


def gives_old_names(node: ast.Call, context: Context) -> bool:
    """Return whether a call renames columns so that some have a name of MLflow 2: ``df.rename(columns={"trace_id": "request_id"})``."""
    return not OLD_COLUMNS.isdisjoint((renaming(node, context) or {}).values())


def _is_variable(node: ast.Name, context: Context, depth: int) -> bool:
    """Return whether a name means the table, whatever gives it its value."""
    source = context.names.definition(node)
    if source is not None:
        return is_trace_table(source, context, depth - 1)
    if any(_is_group(node.id, loop, context, depth) for loop in context.names.loops(node)):
        return True
    sources = context.names.sources(node)
    if sources:  # one or the other, by the way that the code takes
        return all(is_trace_table(each, context, depth - 1) for each in sources)
    given, elsewhere = _given(node, context), context.given(node)
    all_here = all(is_trace_table(each, context, depth - 1) for each in given)
    is_given = (bool(given) or bool(elsewhere)) and all_here and elsewhere <= {TABLE}
    return is_given or _is_given_to(node, ("pipe", "assign"), context, depth)


def _is_group(name: str, loop: ast.expr, context: Context, depth: int) -> bool:
    """Return whether a loop over the groups of the table gives them to a name: ``for day, group in df.groupby("day")``."""
    around = context.names.scopes.parent(loop)
    target = around.target if isinstance(around, (ast.For, ast.AsyncFor, ast.comprehension)) else None
    names = [getattr(each, "id", "") for each in target.elts] if isinstance(target, ast.Tuple) else []
    return names[1:] == [name] and gives_groups(loop) and is_trace_table(loop, context, depth - 1)


def gives_groups(node: ast.expr) -> bool:
    """Return whether an expression is the groups of a table, over which loops give no names of columns."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "groupby"


def _is_item(node: ast.Subscript, index: int, context: Context, depth: int) -> bool:
    """Return whether an item of a tuple or list is the table, as a function gives it that returns several values."""
    sources = [each for each in origins(node.value, context) if isinstance(each, (ast.Tuple, ast.List))]
    items = [each.elts[index] for each in sources if -len(each.elts) <= index < len(each.elts)]
    if not items:
        return _is_search(own_item(node, context))
    return all(is_trace_table(each, context, depth - 1) for each in items)


def _is_stack(node: ast.Call, context: Context, depth: int) -> bool:
    """Return whether pandas puts tables of traces one below the other: ``pd.concat([first, second])``."""
    made = context.resolve(node.func)
    if not isinstance(made, Foreign) or made.what != "pandas" or getattr(node.func, "attr", "concat") != "concat":
        return False
    given = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "objs")]
    frames = list(items_in(given[0], context)) if given else []
    return bool(frames) and all(is_trace_table(each, context, depth - 1) for each in frames)


def _is_held(node: ast.Attribute, context: Context, depth: int) -> bool:
    """Return whether an attribute of an object, or a name of another module, holds the table."""
    held = context.names.attribute_sources(node)
    if not held and isinstance(context.resolve(node.value), (OwnInstance, OwnModule)):
        return _is_search(context.resolve(node))
    return bool(held) and all(is_trace_table(each, context, depth - 1) for each in held)


def _is_given_to(node: ast.Name, methods: tuple[str, ...], context: Context, depth: int) -> bool:
    """Return whether a name is the parameter of a function that some methods of the table call: ``df.pipe(f)``, ``df.apply(f)``."""
    scopes, parameter = context.names.scopes, context.names.parameter(node)
    arguments = scopes.parent(parameter) if parameter is not None else None
    function = scopes.parent(arguments) if arguments is not None else None
    if not isinstance(function, (ast.Lambda, ast.FunctionDef)) or function.args.args[:1] != [parameter]:
        return False
    return any(
        is_trace_table(call.func.value, context, depth - 1)
        for call in scopes.of(ast.Call)
        if isinstance(call.func, ast.Attribute) and call.func.attr in methods and _takes(call, function, context)
        if call.func.attr != "apply" or _goes_by_rows(call)
    )


def _goes_by_rows(call: ast.Call) -> bool:
    """Return whether ``apply`` gives its function rows, or the table of a group, which have the same names; by default it gives columns."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "axis"]
    axis = next(iter([*named, *call.args[1:2]]), None)
    if isinstance(axis, ast.Constant):
        return axis.value in (1, "columns")
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return axis is None and isinstance(owner, ast.Call) and getattr(owner.func, "attr", "") == "groupby"


def _takes(call: ast.Call, function: ast.Lambda | ast.FunctionDef, context: Context) -> bool:
    for value in (*call.args, *(keyword.value for keyword in call.keywords)):
        if value is function:
            return True
        if isinstance(value, ast.Name) and isinstance(function, ast.FunctionDef) and value.id == function.name:
            return context.resolve(value) == LocalFunction(function)
    return False


def _is_records(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is ``df.to_dict("records")`` of the table."""
    if isinstance(node, ast.Name):
        source = context.names.definition(node)
        return source is not None and not isinstance(source, ast.Name) and _is_records(source, context)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "to_dict":
        return False
    asked = [*node.args, *(keyword.value for keyword in node.keywords)]
    by_rows = any(isinstance(each, ast.Constant) and each.value == "records" for each in asked)
    return by_rows and is_trace_table(node.func.value, context)


def _is_of_other_file(node: ast.Call, context: Context) -> bool:
    """Return whether a function of another module returns the table."""
    if not isinstance(context.resolve(node.func), OwnFunction):
        return False
    return _is_search(context.resolve(node))


def _is_search(value: Value) -> bool:
    return isinstance(value, Unknown) and value.made_by == _SEARCH


def _returned(node: ast.Call, context: Context, depth: int) -> bool:
    """Return whether a function of the same code returns the table, whatever way it takes."""
    function = context.resolve(node.func)
    if not isinstance(function, LocalFunction) or isinstance(function.node, ast.Lambda):
        return False
    scopes = context.names.scopes
    found = [
        item.value
        for item in ast.walk(function.node)
        if isinstance(item, ast.Return)
        and item.value is not None
        and next(a for a in scopes.ancestors(item) if isinstance(a, (ast.FunctionDef, ast.AsyncFunctionDef)))
        is function.node
    ]
    return bool(found) and all(is_trace_table(value, context, depth - 1) for value in found)


def _given(node: ast.Name, context: Context) -> list[ast.expr]:
    """Return what the calls of its function give for a parameter; nothing for another name."""
    return list(given_to(node, context)) if context.names.parameter(node) is not None else []


def is_row(node: ast.expr, context: Context, depth: int = _DEPTH) -> bool:
    """Return whether an expression is a row of that table: one of a loop over it, or one that is taken by its place."""
    if isinstance(node, ast.Name):
        source = context.names.definition(node)
        if source is not None:
            return is_row(source, context, depth)
        given, elsewhere = _given(node, context) if depth else [], context.given(node)
        if given or elsewhere:
            return all(is_row(each, context, depth - 1) for each in given) and elsewhere <= {ROW}
        return _is_loop_variable(node, context) or _is_given_to(node, ("apply",), context, _DEPTH)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr in _PLACES:
        return is_trace_table(node.value.value, context)
    inner = _as_dict(node)
    if inner is not None:
        return depth > 0 and is_row(inner, context, depth - 1)
    return isinstance(node, ast.Subscript) and _is_records(node.value, context)


def _as_dict(node: ast.expr) -> ast.expr | None:
    """Return the row of which an expression makes a dict with the same keys: ``dict(row)``, ``row.to_dict()``, ``row._asdict()``."""
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("to_dict", "_asdict", "copy") and not node.args:
        return node.func.value
    return node.args[0] if getattr(node.func, "id", "") == "dict" and len(node.args) == 1 else None


def _is_loop_variable(node: ast.Name, context: Context) -> bool:
    """Return whether ``for _, row in table.iterrows()`` or ``for row in table.itertuples()`` binds a name."""
    for parent in context.names.scopes.ancestors(node):
        loops: list[ast.For | ast.AsyncFor | ast.comprehension] = []
        if isinstance(parent, (ast.For, ast.AsyncFor)):
            loops = [parent]
        elif isinstance(parent, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            loops = list(parent.generators)
        if any(_binds_row(loop.target, loop.iter, node.id, context) for loop in loops):
            return True
    return False


def _binds_row(target: ast.expr, source: ast.expr, name: str, context: Context) -> bool:
    if isinstance(target, ast.Name) and target.id == name and _is_records(source, context):
        return True
    if not isinstance(source, ast.Call) or not isinstance(source.func, ast.Attribute):
        return False
    if source.func.attr == "iterrows" and isinstance(target, ast.Tuple) and len(target.elts) == 2:
        row = target.elts[1]
    elif source.func.attr == "itertuples":
        row = target
    else:
        return False
    return isinstance(row, ast.Name) and row.id == name and is_trace_table(source.func.value, context)


def gives_all_columns(node: ast.Call | ast.Attribute, context: Context) -> bool:
    """Return whether code writes the table with all its columns, or asks the table or a row for their names."""
    if isinstance(node, ast.Attribute):
        return _names_columns(node, context) and not isinstance(context.names.scopes.parent(node), ast.Compare)
    function = node.func
    if isinstance(function, ast.Name):
        if function.id in LISTING:
            return len(node.args) == 1 and not gives_groups(node.args[0]) and is_trace_table(node.args[0], context)
        return _as_dict(node) is not None and _is_given_on(node, context) and is_row(node, context)
    if not isinstance(function, ast.Attribute) or _has_own_columns(function.value):
        return False
    if function.attr in _FILES:
        return is_trace_table(function.value, context)
    if function.attr in _KEYS:
        is_asked = isinstance(context.names.scopes.parent(node), ast.Compare)
        return not is_asked and (is_trace_table(function.value, context) or is_row(function.value, context))
    return _is_given_on(node, context) and (_is_records(node, context) or is_row(node, context))


def _names_columns(node: ast.Attribute, context: Context) -> bool:
    if not isinstance(node.ctx, ast.Load):
        return False
    if node.attr == "columns":
        return is_trace_table(node.value, context)
    return node.attr in ROW_NAMES and is_row(node.value, context)


def _is_given_on(node: ast.Call, context: Context) -> bool:
    """Return whether a call gets what another one makes, other than one that only counts."""
    around = context.names.scopes.parent(node)
    return isinstance(around, ast.Call) and node in around.args and getattr(around.func, "id", "") != "len"


def named_columns(node: ast.expr, context: Context) -> bool:
    """Return whether an expression has the names of the table's columns as its keys or items: itself, a row, ``df.columns``, ``row.keys()``."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in LISTING
        and len(node.args) == 1
    ):
        return named_columns(node.args[0], context)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("keys", "tolist"):
        return named_columns(node.func.value, context)
    if isinstance(node, ast.Attribute) and _names_columns(node, context):
        return True
    return is_trace_table(node, context) or is_row(node, context)


def _has_own_columns(node: ast.expr) -> bool:
    """Return whether the columns were chosen or renamed just before."""
    if isinstance(node, ast.Subscript):
        is_place = isinstance(node.value, ast.Attribute) and node.value.attr in _PLACES
        return not is_place and isinstance(node.slice, (ast.List, ast.Name, ast.Constant))
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _NARROWED
