"""MLF407: a trace is found by `trace_id`, its table has other columns, and it is written in the background."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from codemod import mlflow_api
from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.analysis.texts import text_of
from codemod.analysis.tracing import makes_traces
from codemod.findings import Safety, Severity
from codemod.names import Mlflow
from codemod.rewriting.edits import (
    AddKeyword,
    CallChange,
    Change,
    InsertStatements,
    RenameAttribute,
    RequireImport,
)
from codemod.rules.base import Match, Rule
from codemod.rules.gone.trace_names_examples import EXAMPLES
from codemod.rules.gone.trace_names_table_examples import EXAMPLES as OF_TABLES
from codemod.rules.idioms.gone_arguments import check_arguments, functions
from codemod.rules.idioms.gone_names import check_names, leaves
from codemod.rules.idioms.joined_tables import columns_left, has_trace_columns, join_keys, sets_column
from codemod.rules.idioms.trace_columns import columns_named_by, of_join, renamed_column, renamed_key, text_of_trace
from codemod.rules.idioms.trace_dicts import NEW_KEYS, is_dict_of_info, is_only_dict_of_info
from codemod.rules.idioms.trace_tables import (
    LISTERS,
    NEW_COLUMNS,
    ROW_NAMES,
    WRITERS,
    gives_all_columns,
    gives_groups,
    is_row,
    is_trace_table,
    named_columns,
)
from codemod.rules.selectors import LIBRARY, ImportStatement, attributes, calls, calls_named, constructions, imports

_SEARCH = "mlflow.search_traces"
_GET = ("mlflow.get_trace", "mlflow.MlflowClient.get_trace")
_SEARCHES = (_SEARCH, "mlflow.MlflowClient.search_traces")
_ONLY_3 = "mlflow.genai"
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


_NAMES = tuple(name for name in leaves("MLF407") if name not in NEW_COLUMNS)


def _check_name(node: ImportStatement | ast.Attribute, context: Context) -> Iterator[Match]:
    return check_names(node, context, "MLF407")


def _check_arguments(call: BoundCall, context: Context) -> Iterator[Match]:
    return check_arguments(call, context, "MLF407")


def _column(node: ast.Subscript, context: Context) -> Iterator[Match]:
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    keys = [key for part in parts for key in (part.elts if isinstance(part, ast.List) else [part])]
    yield from _by_variable(node, context)
    by_place = isinstance(node.value, ast.Attribute) and node.value.attr in ("loc", "at")
    of = node.value.value if isinstance(node.value, ast.Attribute) and by_place else node.value
    named = [(key, key.value) for key in columns_left(keys, (of,), context)]
    old = [(key, str(name)) for key, name in named if name in NEW_COLUMNS]
    if old and (is_trace_table(of, context) or is_row(of, context)):
        for key, name in old:
            yield renamed_column(key, name, renamed_key(key, name, context), context, of)
    elif old and is_dict_of_info(node.value, context):
        yield from (_key_of_info(key, name, node.value, context) for key, name in old)
    elif old and has_trace_columns(of, context):
        yield from (of_join(key, name) for key, name in old)
    elif any(name == "trace" for _, name in named) and (
        is_trace_table(node.value, context) or is_row(node.value, context) or has_trace_columns(node.value, context)
    ):
        yield text_of_trace(node)


def _by_variable(node: ast.Subscript, context: Context) -> Iterator[Match]:
    """Tell the columns that are named by a variable: ``df[COLUMN]``, ``df[columns]``."""
    by_place = isinstance(node.value, ast.Attribute) and node.value.attr in ("loc", "at")
    of = node.value.value if isinstance(node.value, ast.Attribute) and by_place else node.value
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    old = [name for part in parts for name in columns_named_by(part, context)]
    if old and is_dict_of_info(node.value, context):
        for name in old:
            yield Match(node.slice, f"the key `{name}` of a trace's dict is now `{NEW_KEYS[name]}`", Safety.MANUAL)
    elif old and (is_trace_table(of, context) or is_row(of, context)):
        for name in old:
            message = f"the column `{name}` of `mlflow.search_traces` is now `{NEW_COLUMNS[name]}`"
            yield Match(node.slice, message, Safety.MANUAL)


def _column_attribute(node: ast.Attribute, context: Context) -> Iterator[Match]:
    if sets_column(node.value, node.attr, context):
        return
    if is_trace_table(node.value, context) or is_row(node.value, context):
        change = RenameAttribute(node, NEW_COLUMNS[node.attr])
        yield renamed_column(node, node.attr, change, context, node.value)
    elif has_trace_columns(node.value, context):
        yield of_join(node, node.attr)


def _trace_attribute(node: ast.Attribute, context: Context) -> Iterator[Match]:
    parent = context.names.scopes.parent(node)
    is_called = isinstance(parent, ast.Call) and parent.func is node
    if not is_called and (is_trace_table(node.value, context) or is_row(node.value, context)):
        yield text_of_trace(node)


def _argument(node: ast.Call, context: Context) -> Iterator[Match]:
    """Tell the columns that a method of the table, such as ``sort_values``, is given by name."""
    function = node.func
    keys = join_keys(node, context) if isinstance(function, ast.Attribute) else None
    if keys is not None:
        yield from (match for value, tables in keys for match in _keys_of_join(value, tables, context))
        return
    named = [key for given in (*node.args, *(each.value for each in node.keywords)) for key in _names_in(given)]
    yield from _by_variables(node, named, context)
    tables = (getattr(function, "value", function), *node.args, *(each.value for each in node.keywords))
    old = [key for key in columns_left(named, tables, context) if key.value in NEW_COLUMNS]
    if not old:
        return
    if not isinstance(function, ast.Attribute):
        yield from _given_with_table(node, old, context)
    elif is_trace_table(function.value, context) or is_row(function.value, context):
        for key in old:
            name = str(key.value)
            yield renamed_column(key, name, renamed_key(key, name, context), context, function.value)
    elif has_trace_columns(function.value, context):
        yield from (of_join(key, str(key.value)) for key in old)
    else:
        yield from _given_with_table(node, old, context)


def _by_variables(node: ast.Call, named: list[ast.expr], context: Context) -> Iterator[Match]:
    """Tell the columns that a method of the table is given by variables: ``df.nlargest(3, by)``."""
    if not isinstance(node.func, ast.Attribute):
        return
    for each in named:
        old = columns_named_by(each, context)
        if old and (is_trace_table(node.func.value, context) or has_trace_columns(node.func.value, context)):
            for name in old:
                message = (
                    f"the column `{name}` of `mlflow.search_traces`, which this may name, is now `{NEW_COLUMNS[name]}`"
                )
                yield Match(each, message, Safety.MANUAL)


def _given_with_table(node: ast.Call, old: list[ast.Constant], context: Context) -> Iterator[Match]:
    """Tell the columns that a function is given by name together with the table: ``px.bar(traces, x="request_id")``."""
    if any(is_trace_table(each, context) for each in (*node.args, *(keyword.value for keyword in node.keywords))):
        for key in old:
            name = str(key.value)
            message = (
                f"the column `{name}` of `mlflow.search_traces` is now `{NEW_COLUMNS[name]}`, and this may be its name"
            )
            yield Match(key, message, Safety.MANUAL)


def _keys_of_join(value: ast.expr, tables: tuple[ast.expr, ...], context: Context) -> Iterator[Match]:
    """Tell the names by which tables are joined of which at least one is that of traces."""
    old = [(key, name) for key in _names_in(value) if (name := text_of(key, context.names).known or "") in NEW_COLUMNS]
    if not old:
        return
    are_traces = [is_trace_table(table, context) for table in tables]
    if not any(are_traces) and not any(has_trace_columns(table, context) for table in tables):
        return
    for key, name in old:
        if all(are_traces) and isinstance(key, ast.Constant):
            yield renamed_column(key, name, renamed_key(key, name, context), context)
        else:
            yield of_join(key, name)


def _asked(node: ast.Compare, context: Context) -> Iterator[Match]:
    """Tell a question for a column: ``"request_id" in df.columns``."""
    key = node.left
    if isinstance(key, ast.Constant) and key.value in NEW_KEYS and is_dict_of_info(node.comparators[0], context):
        yield replace(_key_of_info(key, str(key.value), node.comparators[0], context), severity=Severity.CHANGES)
        return
    is_one = len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn))
    if (
        is_one
        and isinstance(key, ast.Constant)
        and key.value in NEW_COLUMNS
        and named_columns(node.comparators[0], context)
    ):
        yield _question(key, context)


def _asked_attribute(node: ast.Call, context: Context) -> Iterator[Match]:
    """Tell a question for a column of a row: ``hasattr(row, "request_id")``."""
    key = node.args[1] if len(node.args) > 1 else None
    if not isinstance(key, ast.Constant) or key.value not in NEW_COLUMNS:
        return
    if is_trace_table(node.args[0], context) or is_row(node.args[0], context):
        yield _question(key, context)


def _question(key: ast.Constant, context: Context) -> Match:
    """Rename the column in a question with those that are read where the answer is yes; code that asks for both is left to a person."""
    name = str(key.value)
    match = renamed_column(key, name, renamed_key(key, name, context), context)
    if any(other.value == NEW_COLUMNS[name] for other in context.names.scopes.of(ast.Constant)):
        match = replace(match, safety=Safety.MANUAL, changes=(), for_3=False)
    return replace(match, severity=Severity.CHANGES)


def _loop(node: ast.For | ast.comprehension, context: Context) -> Iterator[Match]:
    """Tell a loop over the names of the columns: ``for column in df``."""
    if not gives_groups(node.iter) and is_trace_table(node.iter, context):
        yield _other_columns(node.iter)


def _in_query(node: ast.Call, context: Context) -> Iterator[Match]:
    """Tell the columns that an expression of pandas names: ``df.query("execution_time_ms > 100")``."""
    function, text = node.func, node.args[0] if node.args else None
    if not isinstance(function, ast.Attribute) or text is None:
        return
    if not is_trace_table(function.value, context) and not has_trace_columns(function.value, context):
        return
    asked = _QUOTED.sub("", text_of(text, context.names).filled("''"))
    for old in dict.fromkeys(word for word in re.findall(r"(?<![.\w@])\w+", asked) if word in NEW_COLUMNS):
        message = f"the column `{old}` of `mlflow.search_traces` is now `{NEW_COLUMNS[old]}`"
        yield Match(text, message, Safety.MANUAL)


def _all_columns(node: ast.Call | ast.Attribute, context: Context) -> Iterator[Match]:
    if gives_all_columns(node, context):
        yield _other_columns(node)


def _other_columns(node: ast.expr) -> Match:
    message = (
        "the table of `mlflow.search_traces` of MLflow 3 has other columns, such as `trace_id` for `request_id`, and each trace as "
        "a JSON string: see who reads what this gives"
    )
    return Match(node, message, Safety.MANUAL, severity=Severity.CHANGES)


def _names_in(given: ast.expr) -> list[ast.expr]:
    """Return what may name columns in an argument: itself, the items of a list, or the keys of ``rename(columns={...})``."""
    if isinstance(given, ast.Dict):
        return [key for key in given.keys if key is not None]
    return given.elts if isinstance(given, (ast.List, ast.Tuple)) else [given]


def _key_of_info(key: ast.expr, name: str, values: ast.expr, context: Context) -> Match:
    message = f"the key `{name}` of a trace's dict is now `{NEW_KEYS[name]}`"
    if name != "request_id":  # times became texts, a status a name
        return Match(key, f"{message}, and its value has another form", Safety.MANUAL)
    if not is_only_dict_of_info(values, context):
        return Match(key, f"{message}; this may be another dict, too", Safety.MANUAL)
    if context.target.both:
        return Match(key, f"{message}; no form runs on 2.22 and 3", Safety.MANUAL)
    return Match(key, message, Safety.UNSAFE, (renamed_key(key, name, context),))


def _looked_up(node: ast.Call, context: Context) -> Iterator[Match]:
    """Tell a key that is looked up in the dict of a trace's info by ``get`` or ``pop``."""
    key, function = node.args[0] if node.args else None, node.func
    if (
        isinstance(key, ast.Constant)
        and key.value in NEW_KEYS
        and isinstance(function, ast.Attribute)
        and is_dict_of_info(function.value, context)
    ):
        yield replace(_key_of_info(key, str(key.value), function.value, context), severity=Severity.CHANGES)


def _unfound(call: BoundCall, context: Context) -> Iterator[Match]:
    """Tell a search for traces that the code, or a function of the project that it uses, has just made."""
    if not _may_be_new(call, context) or _flushes(context) or _is_for_3(context):
        return
    message = f"MLflow 3 writes traces in the background, so that `{call.path}` may not find one that was just made"
    statement = context.names.scopes.statement(call.node)
    assert isinstance(statement, ast.stmt)  # a call stands in one
    line = "mlflow.flush_trace_async_logging()"
    changes: tuple[Change, ...] = (
        InsertStatements(statement, (line,), before=True),
        RequireImport("mlflow", "", statement),
    )
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr, ast.Return, ast.For)):
        yield Match(call.node, f"{message}; `{line}` waits for them", Safety.UNSAFE, changes, severity=Severity.CHANGES)
    else:
        yield Match(call.node, f"{message}: call `{line}` before", Safety.MANUAL, severity=Severity.CHANGES)


def _may_be_new(call: BoundCall, context: Context) -> bool:
    """Return whether a trace that is looked for may just have been made, by this code, or by what calls it in other files."""
    return makes_traces(context) or context.is_called_by_traces(context.names.scopes.scope(call.node).node)


def _unflushed(call: BoundCall, context: Context) -> Iterator[Match]:
    if not context.target.at_least("3.12") or not _may_be_new(call, context) or _is_for_3(context):
        return
    if call.get("flush") is not None or call.open_kwargs is not None or _flushes(context):
        return
    message = f"MLflow 3 writes traces in the background, so that `{call.path}` may not find one that was just made"
    signature = mlflow_api.signature(call.path, context.target.release)
    if signature is None or not signature.accepts("flush") or context.target.both:
        yield Match(call.node, f"{message}: call `mlflow.flush_trace_async_logging()` before", Safety.MANUAL)
    else:
        yield Match(call.node, message, Safety.SAFE, (CallChange(call.node, (AddKeyword("flush", "True"),)),))


@once
def _is_for_3(context: Context) -> bool:
    """Return whether the code uses `mlflow.genai`, which MLflow 2 lacks: it was written for traces that come later."""
    scopes = context.names.scopes
    named = (node for node in scopes.of(ast.Attribute) if node.attr == _ONLY_3.rpartition(".")[2])
    if any(context.resolve(node) == Mlflow(_ONLY_3) for node in named):
        return True
    return any(f"{node.module}.".startswith(f"{_ONLY_3}.") for node in scopes.of(ast.ImportFrom) if not node.level)


def _flushes(context: Context) -> bool:
    return bool(context.facts.called("mlflow.flush_trace_async_logging")) or context.facts.sets(
        "MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"
    )


RULE = Rule(
    code="MLF407",
    name="trace-names",
    summary="Traces are found by `trace_id`, and written in the background.",
    why="""\
MLflow 3.0 calls a trace's identifier `trace_id`. `request_id=` still works in most functions and warns (`mlflow/tracking/client.py`,
`deprecated_parameter`); `MlflowClient.delete_traces(request_ids=)` is a `TypeError`. On 2.x the new keywords are a `TypeError`; by position both work. The
attributes of a trace's info (`trace.info.request_id`, `timestamp_ms`, `status`) still answer; the constructor of `TraceInfo` takes only the new ones
(`mlflow/entities/trace_info.py`).

The table of `mlflow.search_traces` has new columns since 3.0: `trace_id`, `request_time`, `execution_duration`, `trace_metadata` and `state`; the old
ones are a `KeyError`. A state is a string, `'OK'`, where the status was an enumeration.

MLflow 2.22 had written a trace when the traced function returned. MLflow 3 hands it to a queue (`mlflow/tracing/export/async_export_queue.py`):
`mlflow.get_trace` of a trace that was just made gives `None`, and `MlflowClient.get_trace` raises. `get_trace` takes `flush=True` since
3.12; `mlflow.flush_trace_async_logging()`, which 2.22 has, too, waits for everything.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(
        imports(*_NAMES, check=_check_name),
        attributes(*_NAMES, check=_check_name, needs=(LIBRARY,)),
        calls(*functions("MLF407"), check=_check_arguments),
        calls(*_GET, check=_unflushed),
        constructions(ast.Subscript, check=_column, needs=(LIBRARY, {"trace"})),
        attributes(*NEW_COLUMNS, check=_column_attribute, needs=(LIBRARY, {"search_traces"})),
        attributes("trace", check=_trace_attribute, needs=(LIBRARY, {"search_traces"})),
        constructions(ast.Call, check=_argument, needs=(LIBRARY, {"search_traces"})),
        calls_named("query", "eval", check=_in_query, needs=(LIBRARY, {"search_traces"}, set(NEW_COLUMNS))),
        constructions(ast.Compare, check=_asked, needs=(LIBRARY, {"trace"}, set(NEW_COLUMNS))),
        calls_named("get", "pop", check=_looked_up, needs=(LIBRARY, {"trace"}, set(NEW_COLUMNS))),
        calls_named("hasattr", "getattr", check=_asked_attribute, needs=(LIBRARY, {"search_traces"}, set(NEW_COLUMNS))),
        constructions(ast.For, ast.comprehension, check=_loop, needs=(LIBRARY, {"search_traces"})),
        calls_named(*WRITERS, *LISTERS, check=_all_columns, needs=(LIBRARY, {"search_traces"})),
        attributes("columns", *ROW_NAMES, check=_all_columns, needs=(LIBRARY, {"search_traces"})),
        calls(*_SEARCHES, check=_unfound),
    ),
    examples=(*EXAMPLES, *OF_TABLES),
)
