"""MLF407: a trace is found by `trace_id`, its table has other columns, and it is written in the background."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod import mlflow_api
from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.names import Mlflow
from codemod.rewriting.edits import AddKeyword, CallChange, RenameAttribute, Replace
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.gone_arguments import check_arguments, functions
from codemod.rules.idioms.gone_names import check_names, leaves
from codemod.rules.selectors import LIBRARY, ImportStatement, attributes, calls, constructions, imports

# Columns of the table that `mlflow.search_traces` gives; a status is an enumeration on 2.x and a text on 3.x.
_COLUMNS = {
    "request_id": "trace_id",
    "timestamp_ms": "request_time",
    "execution_time_ms": "execution_duration",
    "request_metadata": "trace_metadata",
    "status": "state",
}
_SEARCH = "mlflow.search_traces"
_GET = ("mlflow.get_trace", "mlflow.MlflowClient.get_trace")
# Calls that make a trace; a trace that another program made is written by the time that it is read.
_MAKES = ("trace", "start_span", "start_trace", "autolog", "get_last_active_trace_id", "get_last_active_trace")


_NAMES = tuple(name for name in leaves("MLF407") if name not in _COLUMNS)


def _check_name(node: ImportStatement | ast.Attribute, context: Context) -> Iterator[Match]:
    return check_names(node, context, "MLF407")


def _check_arguments(call: BoundCall, context: Context) -> Iterator[Match]:
    return check_arguments(call, context, "MLF407")


def _column(node: ast.Subscript, context: Context) -> Iterator[Match]:
    keys = node.slice.elts if isinstance(node.slice, ast.List) else [node.slice]
    old = [(key, key.value) for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    old = [(key, name) for key, name in old if name in _COLUMNS]
    if not old or not _is_table(node.value, context):
        return
    for key, name in old:
        quote = context.source(key)[-1]
        yield _renamed_column(key, name, Replace(key, f"{quote}{_COLUMNS[name]}{quote}"), context)


def _column_attribute(node: ast.Attribute, context: Context) -> Iterator[Match]:
    if _is_table(node.value, context):
        yield _renamed_column(node, node.attr, RenameAttribute(node, _COLUMNS[node.attr]), context)


def _renamed_column(node: ast.expr, old: str, change: Replace | RenameAttribute, context: Context) -> Match:
    message = f"the table of `mlflow.search_traces` of MLflow 3 calls `{old}` `{_COLUMNS[old]}`"
    if old == "status":
        return Match(node, f"{message}, and its values are texts such as 'OK'", Safety.MANUAL)
    if context.target.both:
        return Match(node, f"{message}; no form runs on 2.22 and 3", Safety.MANUAL, (change,), for_3=True)
    return Match(node, message, Safety.UNSAFE, (change,))


def _is_table(node: ast.expr, context: Context) -> bool:
    """Whether an expression is the table of `mlflow.search_traces`, not its list of traces."""
    if isinstance(node, ast.Name):
        source = context.names.definition(node)
        return source is not None and _is_table(source, context)
    call = context.call(node) if isinstance(node, ast.Call) else None
    return call is not None and call.path == _SEARCH and call.get("return_type") is None


def _unflushed(call: BoundCall, context: Context) -> Iterator[Match]:
    if not context.target.at_least("3.12") or not _makes_traces(context):
        return
    if call.get("flush") is not None or call.open_kwargs is not None or _flushes(context):
        return
    message = f"MLflow 3 writes traces in the background, so that `{call.path}` may not find one that was just made"
    signature = mlflow_api.signature(call.path, context.target.release)
    if signature is None or not signature.accepts("flush") or context.target.both:
        yield Match(call.node, f"{message}: call `mlflow.flush_trace_async_logging()` before", Safety.MANUAL)
    else:
        yield Match(call.node, message, Safety.SAFE, (CallChange(call.node, (AddKeyword("flush", "True"),)),))


def _makes_traces(context: Context) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in _MAKES
        and isinstance(value := context.resolve(node), Mlflow)
        and value.path.startswith("mlflow.")
        for node in context.names.scopes.nodes()
    )


def _flushes(context: Context) -> bool:
    return bool(context.facts.called("mlflow.flush_trace_async_logging")) or context.facts.sets(
        "MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"
    )


_TRACE = """\
import mlflow


@mlflow.trace
def double(number):
    return 2 * number


double(4)
client = mlflow.MlflowClient()
found = mlflow.get_trace(mlflow.get_last_active_trace_id())
client.set_trace_tag(request_id=found.info.request_id, key="team", value="a")
result = client.delete_traces(found.info.experiment_id, request_ids=[found.info.request_id])
"""

_COLUMN = """\
import mlflow


@mlflow.trace
def double(number):
    return 2 * number


double(4)
mlflow.flush_trace_async_logging()
traces = mlflow.search_traces()
result = len(traces["request_id"]), bool(traces["execution_time_ms"][0] >= 0)
"""

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
ones are a `KeyError`. A state is a text, `'OK'`, where the status was an enumeration.

MLflow 2.22 had written a trace when the traced function returned. MLflow 3 hands it to a queue (`mlflow/tracing/export/async_export_queue.py`):
run on 3.17.2, `mlflow.get_trace` of a trace that was just made gives `None`, and `MlflowClient.get_trace` raises. `get_trace` takes `flush=True` since
3.12; `mlflow.flush_trace_async_logging()`, which 2.22 has, too, waits for everything.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(
        imports(*_NAMES, check=_check_name),
        attributes(*_NAMES, check=_check_name, needs=(LIBRARY,)),
        calls(*functions("MLF407"), check=_check_arguments),
        calls(*_GET, check=_unflushed),
        constructions(ast.Subscript, check=_column, needs=(LIBRARY, {"search_traces"})),
        attributes(*_COLUMNS, check=_column_attribute, needs=(LIBRARY, {"search_traces"})),
    ),
    examples=(
        program(
            "keywords, and a trace that was just made",
            _TRACE,
            _TRACE.replace("_trace_id())", "_trace_id(), flush=True)")
            .replace("(request_id=", "(trace_id=")
            .replace("request_ids=", "trace_ids="),
            runs={"2 before": Run(), "3 after": Run(silent="request_id. is deprecated")},
        ),
        program(
            "columns",
            _COLUMN,
            _COLUMN.replace('"request_id"', '"trace_id"').replace("execution_time_ms", "execution_duration"),
            runs={"2 before": Run(), "3 before": Run(raises="KeyError: request_id"), "3 after": Run()},
            unsafe=True,
        ),
        fixed(
            "spans of a client",
            """
            from mlflow import MlflowClient

            client = MlflowClient()
            root = client.start_trace("answer")
            span = client.start_span(name="ask", request_id=root.request_id, parent_id=root.span_id)
            client.end_span(request_id=root.request_id, span_id=span.span_id)
            client.end_trace(request_id=root.request_id)
            """,
            """
            from mlflow import MlflowClient

            client = MlflowClient()
            root = client.start_trace("answer")
            span = client.start_span(name="ask", trace_id=root.request_id, parent_id=root.span_id)
            client.end_span(trace_id=root.request_id, span_id=span.span_id)
            client.end_trace(trace_id=root.request_id)
            """,
        ),
        program(
            "columns, on both",
            _COLUMN,
            _COLUMN.replace("import mlflow\n", "import mlflow\nfrom packaging.version import Version\n", 1).replace(
                'result = len(traces["request_id"]), bool(traces["execution_time_ms"][0] >= 0)\n',
                """\
if Version(mlflow.__version__).major >= 3:
    result = len(traces["trace_id"]), bool(traces["execution_duration"][0] >= 0)
else:
    result = len(traces["request_id"]), bool(traces["execution_time_ms"][0] >= 0)
""",
            ),
            runs={"2 before": Run(), "2 after": Run(), "3 before": Run(raises="KeyError: request_id"), "3 after": Run()},
            target="both",
            unsafe=True,
        ),
        fixed(
            "several columns",
            """
            import mlflow
            print(mlflow.search_traces()[['request_id', 'request']])
            """,
            """
            import mlflow
            print(mlflow.search_traces()[['trace_id', 'request']])
            """,
            unsafe=True,
        ),
        reported(
            "2.22 cannot wait in get_trace",
            """
            import mlflow
            @mlflow.trace
            def f():
                pass
            f()
            mlflow.get_trace(mlflow.get_last_active_trace_id())
            """,
            target="both",
        ),
        reported(
            "the status is a text",
            """
            import mlflow
            traces = mlflow.search_traces()
            print(traces[traces.status == ok])
            """,
        ),
        reported(
            "a trace's info by hand",
            """
            from mlflow.entities import TraceInfo
            TraceInfo(request_id='1', experiment_id='0')
            """,
        ),
        reported(
            "feedback",
            """
            import mlflow
            mlflow.update_feedback(trace_id=t, assessment_id=a, value=True)
            """,
        ),
        reported(
            "a keyword that no other release has, for both",
            """
            from mlflow import MlflowClient
            MlflowClient().delete_traces('0', request_ids=['1'])
            """,
            target="both",
        ),
        untouched(
            "it runs on both, although it warns",
            """
            import mlflow
            mlflow.get_trace(request_id='1')
            """,
            target="both",
        ),
        untouched(
            "by position",
            """
            import mlflow
            mlflow.get_trace('1')
            mlflow.MlflowClient().set_trace_tag('1', 'a', 'b')
            """,
        ),
        untouched(
            "what a trace's info still answers",
            """
            import mlflow
            print(mlflow.get_trace('1').info.request_id)
            """,
        ),
        untouched(
            "a request of a web server",
            """
            import mlflow
            def log(request):
                send(request_id=request.request_id)
            """,
        ),
        untouched(
            "another table",
            """
            import mlflow
            runs = mlflow.search_runs()
            print(runs['status'])
            """,
        ),
        untouched(
            "a trace that another program made",
            """
            import sys
            import mlflow
            print(mlflow.get_trace(sys.argv[1]))
            """,
        ),
        untouched(
            "a list of traces",
            """
            import mlflow
            mlflow.search_traces(return_type='list')[0]
            """,
        ),
    ),
)  # fmt: skip
