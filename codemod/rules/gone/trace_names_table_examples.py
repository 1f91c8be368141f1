"""Examples of MLF407: tables that are joined, rows as dicts, and questions for the names of columns."""

from __future__ import annotations

from codemod.rules.base import Example, Run, fixed, program, reported, untouched

_START = "import mlflow\nimport pandas as pd\nother = pd.read_csv('a.csv')\ntraces = mlflow.search_traces()\n"
_ASKED = """\
import mlflow
import pandas as pd

@mlflow.trace
def double(number):
    return 2 * number

double(1)
mlflow.flush_trace_async_logging()
labels = pd.DataFrame({"label": ["good"]})
traces = pd.concat([mlflow.search_traces(), labels])
result = int(traces["request_id"].notna().sum())
"""

EXAMPLES: tuple[Example, ...] = (
    program(
        "a column of a table beside another one",
        _ASKED,
        by_hand=_ASKED.replace('"request_id"', '"trace_id"'),
        runs={
            "2 before": Run(),
            "3 before": Run(raises="KeyError: request_id"),
            "3 by hand": Run(),
        },
    ),
    reported("the key of a join, which both tables have", f"{_START}both = traces.merge(other, on='request_id')\n"),
    reported("a column of a join", f"{_START}both = other.join(traces, on='id').sort_values('id')\nprint(both.timestamp_ms)\n"),
    reported("a column by which a join is sorted", f"{_START}pd.merge(other, traces, how='cross').sort_values('timestamp_ms')\n"),
    reported(
        "a row of a join",
        f"{_START}for _, row in pd.merge_asof(other, traces, on='time').iterrows():\n    print(row['execution_time_ms'])\n",
    ),
    fixed(
        "the key of a join that the table of traces alone has",
        f"{_START}both = pd.merge(other, traces, left_on='status', right_on='request_id')\n",
        f"{_START}both = pd.merge(other, traces, left_on='status', right_on='trace_id')\n",
        unsafe=True,
    ),
    fixed(
        "a row as a dict",
        f"{_START}row = dict(traces.iloc[0])\nprint(row['request_id'], traces.iloc[1].to_dict()['timestamp_ms'])\n",
        f"{_START}row = dict(traces.iloc[0])\nprint(row['trace_id'], traces.iloc[1].to_dict()['request_time'])\n",
        unsafe=True,
    ),
    reported("a loop over the columns", f"{_START}for column in traces:\n    print(column)\n"),
    reported("the columns as a list", f"{_START}print([each.upper() for each in sorted(traces)])\n"),
    reported("the names of a row's values", f"{_START}print(traces.iloc[0].index)\n"),
    reported("a row that is given on as a dict", f"{_START}import json\njson.dumps(traces.iloc[0].to_dict())\n"),
    reported("a question for a column", f"{_START}print('status' in traces.columns, 'a' in list(traces))\n"),
    fixed(
        "a column where it is there",
        f"{_START}for row in traces.itertuples():\n    if hasattr(row, 'timestamp_ms'):\n        print(row.timestamp_ms)\n"
        "if 'request_id' in traces.columns:\n    print(traces['request_id'])\n",
        f"{_START}for row in traces.itertuples():\n    if hasattr(row, 'request_time'):\n        print(row.request_time)\n"
        "if 'trace_id' in traces.columns:\n    print(traces['trace_id'])\n",
        unsafe=True,
    ),
    reported(
        "a column by its old or its new name",
        f"{_START}column = 'trace_id' if 'trace_id' in traces.columns else 'request_id' if 'request_id' in traces.columns else None\n",
    ),
    fixed(
        "the JSON of a trace",
        "import json\nimport mlflow\nbody = json.loads(mlflow.get_trace('1').to_json())\nprint('request_id' in body['info'])\n",
        "import json\nimport mlflow\nbody = json.loads(mlflow.get_trace('1').to_json())\nprint('trace_id' in body['info'])\n",
        unsafe=True,
    ),
    reported(
        "the dicts of infos",
        "import mlflow\n"
        "rows = [trace.info.to_dict() for trace in mlflow.MlflowClient().search_traces(['0'])]\n"
        "print([row['execution_time_ms'] for row in rows], rows[0].get('status'))\n",
    ),
    reported("the trace of a row", f"{_START}print([row.trace.info for row in traces.itertuples()])\n"),
    reported(
        "a key of a trace's dict, or of another one",
        """
        import mlflow

        def show(info):
            return info.get("request_id"), info["request_id"]

        show(mlflow.get_trace("a").info.to_dict())
        show({"request_id": "b"})
        """,
    ),
    untouched(
        "dicts of something else",
        "import json\nimport mlflow\n"
        "trace = mlflow.get_trace(trace_id='1', flush=True)\nbody = json.loads(response.text)\n"
        "print(body['info']['request_id'], body.get('status'), trace.to_dict()['data'])\n",
    ),
    untouched(
        "code of MLflow 3",
        """
        import mlflow
        from mlflow.genai.scorers import Safety

        @mlflow.trace
        def answer(question):
            return question

        answer("?")
        mlflow.genai.evaluate(data=mlflow.search_traces(), scorers=[Safety()])
        mlflow.get_trace(mlflow.get_last_active_trace_id())
        """,
    ),
    untouched("columns of two other tables", f"{_START}print(pd.concat([other, other])['request_id'], traces['trace_id'])\n"),
    untouched("a join of two other tables", f"{_START}print(other.merge(more, on='request_id').timestamp_ms)\n"),
    untouched("the key that the other table has", f"{_START}traces.merge(other, left_on='trace_id', right_on='request_id')\n"),
    fixed(
        "a column of a table that has others by new names",
        f"{_START}shown = traces.rename(columns={{'tags': 'labels'}}).drop(columns=['spans'])\nprint(shown['request_id'])\n",
        f"{_START}shown = traces.rename(columns={{'tags': 'labels'}}).drop(columns=['spans'])\nprint(shown['trace_id'])\n",
        unsafe=True,
    ),
    untouched(
        "a column that the code calls by the old name",
        f"{_START}shown = traces.rename(columns={{'trace_id': 'request_id'}})\nprint(shown['request_id'])\n",
    ),
    reported(
        "a table that is empty where there are no traces",
        """
        import mlflow
        import pandas as pd
        def load():
            try:
                return mlflow.search_traces()
            except mlflow.MlflowException:
                return pd.DataFrame()
        print(load()["request_id"], load().query("execution_time_ms > 1"))
        """,
    ),
    reported(
        "the table in a field",
        """
        import mlflow
        from dataclasses import dataclass
        @dataclass
        class Report:
            traces: object
            def ids(self):
                return self.traces.loc[self.traces["timestamp_ms"] > 1, ["request_id", "tags"]]
        report = Report(traces=mlflow.search_traces())
        print(report.ids(), report.traces.execution_time_ms)
        """,
    ),
    reported(
        "a table that goes through functions",
        """
        import mlflow
        def slow(table, by="execution_time_ms"):
            return table.sort_values(by).head(5)
        def load(experiment):
            return mlflow.search_traces(locations=[experiment])
        traces = load("1")
        print(slow(traces)["request_id"], traces.pipe(slow).timestamp_ms)
        """,
    ),
    fixed(
        "the groups of the table",
        f"{_START}for tag, group in traces.groupby('tag'):\n    print(group['request_id'])\nprint(list(traces.groupby('tag')))\n",
        f"{_START}for tag, group in traces.groupby('tag'):\n    print(group['trace_id'])\nprint(list(traces.groupby('tag')))\n",
        unsafe=True,
    ),
    untouched(
        "columns that the code calls by the old names where they have new ones",
        f"{_START}if 'trace_id' in traces.columns:\n    traces = traces.rename(columns={{'trace_id': 'request_id'}})\n"
        "print(traces['request_id'])\n",
    ),
    untouched(
        "columns that the code puts there",
        f"{_START}traces['status'] = traces['state'].map(str)\ntraces['request_id'] = traces.trace_id\n"
        "print(traces['status'], traces.request_id, traces.sort_values('request_id'))\n",
    ),
    fixed(
        "a column that the code puts into another table",
        """
        import mlflow
        def renamed():
            traces = mlflow.search_traces()
            traces["request_id"] = traces["trace_id"]
            return traces
        first = renamed()["request_id"]
        def shown():
            traces = mlflow.search_traces()
            print([row["request_id"] for _, row in traces.iterrows()], traces.sort_values("request_id"))
            return traces.request_id
        """,
        """
        import mlflow
        def renamed():
            traces = mlflow.search_traces()
            traces["request_id"] = traces["trace_id"]
            return traces
        first = renamed()["request_id"]
        def shown():
            traces = mlflow.search_traces()
            print([row["trace_id"] for _, row in traces.iterrows()], traces.sort_values("trace_id"))
            return traces.trace_id
        """,
        unsafe=True,
    ),
    reported(
        "a column that something else has",
        f"{_START}done = {{}}\ndone['status'] = 'ok'\nprint(traces['status'])\n",
    ),
    reported("columns of a plot", f"{_START}import plotly.express as px\npx.bar(traces, x='request_id', y='execution_time_ms')\n"),
    untouched("columns of a plot of another table", f"{_START}import plotly.express as px\npx.bar(other, x='request_id')\n"),
    untouched("words that are joined", f"{_START}print(', '.join(['request_id']), path.join('status', 'timestamp_ms'))\n"),
    untouched("a list that gets a word", f"{_START}words = []\nwords.append('request_id')\nprint('status' in words)\n"),
    untouched("the loop over another table", f"{_START}for column in other:\n    print(list(other), dict(other.iloc[0]))\n"),
    untouched("the rows' numbers", f"{_START}print(traces.index, [len(traces), 'trace_id' in traces.columns])\n"),
    reported(
        "keys of a trace's dict in a loop",
        """
        import mlflow
        def summary(trace):
            info = trace.info.to_dict()
            return {key: info[key] for key in ("request_id", "experiment_id")}
        summary(mlflow.get_trace("1"))
        """,
    ),
    fixed(
        "functions that a class keeps as static methods",
        """
        import mlflow
        class Traces:
            get = staticmethod(mlflow.get_trace)
            search = staticmethod(mlflow.search_traces)
            def show(self, name):
                return self.get(request_id=name)
        print(Traces.search()["request_id"])
        """,
        """
        import mlflow
        class Traces:
            get = staticmethod(mlflow.get_trace)
            search = staticmethod(mlflow.search_traces)
            def show(self, name):
                return self.get(trace_id=name)
        print(Traces.search()["trace_id"])
        """,
        unsafe=True,
    ),
    reported(
        "a column that a branch puts there",
        """
        import mlflow
        def slowest(flag):
            traces = mlflow.search_traces(locations=["1"])
            if flag:
                traces["execution_time_ms"] = 0
            return traces["execution_time_ms"].max()
        """,
        unsafe=True,
    ),
    untouched(
        "a column that `assign` puts there",
        """
        import mlflow
        traces = mlflow.search_traces(locations=["1"])
        traces = traces.assign(request_id=lambda table: table.trace_id)
        print(traces["request_id"])
        """,
    ),
    *(
        reported(
            f"a table of another library: {title}",
            f"""
            import mlflow
            import polars as pl
            def show(spark):
                table = {made}(mlflow.search_traces(locations=["1"]))
                print(table.filter(mask){column})
            """,
        )
        for title, made, column in (
            ("of polars", "pl.from_pandas", '["request_id"]'),
            ("of Spark", "spark.createDataFrame", '.select("request_id")'),
        )
    ),
    reported(
        "spans of a client that a function is given",
        """
        from mlflow import MlflowClient
        def answer(client, root):
            client.end_span(request_id=root.request_id, span_id="1")
        answer(MlflowClient(), root)
        """,
    ),
    untouched(
        "spans of another client that a function is given",
        """
        import mlflow
        from tracer import Client
        def answer(client, root):
            client.end_span(request_id=root.request_id, span_id="1")
        answer(Client(), root)
        """,
    ),
)  # fmt: skip
