"""MLF415: spans of one name in a trace are not numbered any more."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.findings import Safety, Severity
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.selectors import LIBRARY, calls_named

_NUMBERED = re.compile(r"(?P<name>.*\D)_[1-9]\d*", re.DOTALL)


def _check(node: ast.Call, context: Context) -> Iterator[Match]:
    if not context.target.at_least("3.6") or not context.facts.names_mlflow:
        return
    given = [keyword.value for keyword in node.keywords if keyword.arg == "name"] + node.args[1:2]
    name = text_of(given[0], context.names).known if given else None
    numbered = _NUMBERED.fullmatch(name) if name is not None else None
    if name is None or numbered is None or _is_made(name, context):
        return
    yield Match(
        given[0],
        f"MLflow 3 does not number spans of one name: each is `{numbered['name']}`; ask for that, and take one of those that are found",
        Safety.MANUAL,
    )


def _is_made(name: str, context: Context) -> bool:
    """Return whether the code itself gives something that very name."""
    scopes = context.names.scopes
    functions: tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...] = (
        *scopes.of(ast.FunctionDef),
        *scopes.of(ast.AsyncFunctionDef),
    )
    if any(function.name == name for function in functions):
        return True
    calls = (call for call in scopes.of(ast.Call) if not _is_search(call))
    return any(
        text_of(value, context.names).known == name
        for call in calls
        for value in (*call.args, *(keyword.value for keyword in call.keywords))
    )


def _is_search(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "search_spans"


_PROGRAM = """\
import mlflow


@mlflow.trace
def step(number):
    return number


@mlflow.trace
def whole():
    return step(1) + step(2)


whole()
if hasattr(mlflow, "flush_trace_async_logging"):
    mlflow.flush_trace_async_logging()
trace = mlflow.search_traces(return_type="list")[0]
result = trace.search_spans(name="step_2")[0].inputs
"""

RULE = Rule(
    code="MLF415",
    name="span-name-number",
    summary="Spans of one name in a trace are not numbered since 3.6: `step_1` and `step_2` are both `step`.",
    why="""\
Where a trace had several spans of one name, MLflow 2 numbered them when it was written: `step_1`, `step_2`. Since 3.6 each keeps its name (release
notes of 3.6: "Drop numbering suffix (`_1`, `_2`, ...) from span names"; `deduplicate_span_names_in_place` in `mlflow/tracing/utils/__init__.py`
of 3.5 is gone). `trace.search_spans(name="step_2")` finds nothing then.

`search_spans(name="step")` gives all of them in the order in which they began. Names that the code itself gives, and other ways to look
for a span, such as a comparison with `span.name`, are not looked at.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    since="3.6",
    on=(calls_named("search_spans", check=_check, needs=(LIBRARY,)),),
    examples=(
        program(
            "the second of two spans",
            _PROGRAM,
            by_hand=_PROGRAM.replace('name="step_2")[0]', 'name="step")[1]'),
            runs={"2 before": Run(), "3 before": Run(raises="IndexError"), "3 by hand": Run()},
        ),
        reported(
            "a name by position",
            """
            import mlflow
            spans = mlflow.get_trace(trace_id).search_spans("TOOL", "lookup_1")
            """,
        ),
        untouched(
            "a name without a number",
            """
            import mlflow
            spans = mlflow.get_trace(trace_id).search_spans(name="lookup")
            """,
        ),
        untouched(
            "a name of the code's own",
            """
            import mlflow
            with mlflow.start_span("phase_1"):
                work()
            spans = mlflow.get_trace(trace_id).search_spans(name="phase_1")
            """,
        ),
        untouched(
            "a function of that name",
            """
            import mlflow
            @mlflow.trace
            def phase_2():
                return 1
            spans = mlflow.get_trace(trace_id).search_spans(name="phase_2")
            """,
        ),
        untouched("another program", 'spans = trace.search_spans(name="lookup_1")\n'),
        untouched(
            "an older target",
            """
            import mlflow
            mlflow.get_trace(trace_id).search_spans(name="lookup_1")
            """,
            target="3.5",
        ),
    ),
)
