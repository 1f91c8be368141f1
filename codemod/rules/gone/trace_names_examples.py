"""Examples of MLF407."""

from __future__ import annotations

from codemod.rules.base import Run, fixed, program, reported, untouched

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

_SEARCH = """\
import mlflow


@mlflow.trace
def double(number):
    return 2 * number


double(4)
found = mlflow.search_traces()
result = len(found)
"""

_ROWS = """\
import mlflow


@mlflow.trace
def double(number):
    return 2 * number


double(4)
mlflow.flush_trace_async_logging()
table = mlflow.search_traces().sort_values("timestamp_ms")
result = [bool(row["request_id"]) for _, row in table.iterrows()]
"""

_DICT = """\
import mlflow


@mlflow.trace
def double(number):
    return 2 * number


double(4)
mlflow.flush_trace_async_logging()
(found,) = mlflow.search_traces(return_type="list")
trace = mlflow.MlflowClient().get_trace(found.info.request_id)
result = bool(trace.to_dict()["info"]["request_id"])
"""

EXAMPLES = (
    fixed(
        "columns of a table, or of its rows, that a function gets",
        """
        import mlflow

        def show(traces):
            print(traces["request_id"], traces.head().timestamp_ms)
            for _, row in traces.iterrows():
                line(row)

        def line(row):
            print(row["request_id"])

        def report():
            found = mlflow.search_traces()
            show(found)
            show(found.sort_index())
        """,
        """
        import mlflow

        def show(traces):
            print(traces["trace_id"], traces.head().request_time)
            for _, row in traces.iterrows():
                line(row)

        def line(row):
            print(row["trace_id"])

        def report():
            found = mlflow.search_traces()
            show(found)
            show(found.sort_index())
        """,
        unsafe=True,
    ),
    reported(
        "a function that gets other tables, too",
        """
        import mlflow
        import pandas

        def show(table):
            print(table["request_id"])

        show(mlflow.search_traces())
        show(pandas.read_csv("requests.csv"))
        """,
    ),
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
        "the status is a string",
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
    program(
        "a search for what was just made",
        _SEARCH,
        _SEARCH.replace("found = ", "mlflow.flush_trace_async_logging()\nfound = "),
        runs={"2 before": Run(), "2 after": Run(), "3 after": Run()},
        unsafe=True,
    ),
    program(
        "rows",
        _ROWS,
        _ROWS.replace('"request_id"', '"trace_id"').replace("timestamp_ms", "request_time"),
        runs={"2 before": Run(), "3 before": Run(raises="KeyError: timestamp_ms"), "3 after": Run()},
        unsafe=True,
    ),
    program(
        "the dict of a trace",
        _DICT,
        _DICT.replace('["request_id"]', '["trace_id"]'),
        runs={"2 before": Run(), "3 before": Run(raises="KeyError: request_id"), "3 after": Run()},
        unsafe=True,
    ),
    fixed(
        "a table that a function returns, and one row of it",
        """
        import mlflow
        def load():
            return mlflow.search_traces()
        first = load().iloc[0]
        print(first["request_id"], load().head(2).execution_time_ms)
        """,
        """
        import mlflow
        def load():
            return mlflow.search_traces()
        first = load().iloc[0]
        print(first["trace_id"], load().head(2).execution_duration)
        """,
        unsafe=True,
    ),
    reported(
        "traces in the table are strings",
        """
        import mlflow
        traces = mlflow.search_traces()
        print(traces["trace"][0].info.trace_id)
        """,
    ),
    reported(
        "other values of the dict of a trace",
        """
        import mlflow
        info = mlflow.get_trace("1").to_dict()["info"]
        print(info["status"])
        """,
    ),
    untouched(
        "a search for what another program made",
        """
        import mlflow
        print(len(mlflow.MlflowClient().search_traces(experiment_ids=["0"])))
        """,
        target="3.4",
    ),
    untouched(
        "a search after waiting",
        """
        import mlflow
        @mlflow.trace
        def f():
            pass
        f()
        mlflow.flush_trace_async_logging()
        print(mlflow.search_traces())
        """,
    ),
    untouched(
        "rows of another table",
        """
        import mlflow
        traces = mlflow.search_traces()
        for _, row in orders.sort_values("request_id").iterrows():
            print(row["request_id"], row.timestamp_ms)
        """,
    ),
    fixed(
        "the keys of a dict that names columns",
        """
        import mlflow
        traces = mlflow.search_traces()
        traces.rename(columns={"request_id": "id"}).to_csv("traces.csv")
        """,
        """
        import mlflow
        traces = mlflow.search_traces()
        traces.rename(columns={"trace_id": "id"}).to_csv("traces.csv")
        """,
        unsafe=True,
    ),
    untouched(
        "the dict of something else",
        """
        import mlflow
        print(request.to_dict()["info"]["request_id"])
        """,
    ),
)
