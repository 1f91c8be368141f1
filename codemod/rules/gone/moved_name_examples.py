"""Examples of MLF409."""

from __future__ import annotations

from codemod.rules.base import Run, fixed, program, reported, untouched

_LOAD = """\
import mlflow
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
with mlflow.start_run():
    info = mlflow.sklearn.log_model(LinearRegression().fit(X, y), "model")
result = [round(value) for value in mlflow.pyfunc.load_pyfunc(info.model_uri).predict(X)]
"""

_TRACE = """\
import mlflow


@mlflow.trace
def double(number):
    return 2 * number


assert mlflow.get_last_active_trace() is None
double(4)
result = mlflow.get_last_active_trace().data.spans[0].name
"""

EXAMPLES = (
    program(
        "load_pyfunc",
        _LOAD,
        _LOAD.replace("load_pyfunc", "load_model"),
        runs={
            "2 before": Run(says="load_pyfunc"),
            "2 after": Run(silent="load_pyfunc"),
            "3 before": Run(says="load_pyfunc"),
            "3 after": Run(silent="load_pyfunc"),
        },
    ),
    program(
        "the last trace",
        _TRACE,
        _TRACE.replace("mlflow.get_last_active_trace()", "mlflow.get_trace(mlflow.get_last_active_trace_id(), flush=True)"),
        runs={"2 before": Run(), "3 before": Run(raises="AttributeError: get_last_active_trace"), "3 after": Run()},
    ),
    program(
        "types of chats",
        """
        from mlflow.types.llm import ChatMessage, ChatRequest

        result = ChatRequest(messages=[ChatMessage('user', 'hi')]).messages[0].content
        """,
        """
        from mlflow.types.llm import ChatMessage, ChatCompletionRequest as ChatRequest

        result = ChatRequest(messages=[ChatMessage('user', 'hi')]).messages[0].content
        """,
        runs={
            "2 before": Run(raises="ImportError: ChatRequest"),  # it went during 2.x already
            "2 after": Run(),
            "3 before": Run(raises="ImportError: ChatRequest"),
            "3 after": Run(),
        },
    ),
    fixed(
        "a column that may be missing",
        """
        from mlflow.types import ColSpec, DataType
        columns = [ColSpec(DataType.long, "n", optional=True), ColSpec(DataType.long, "m", optional=False)]
        """,
        """
        from mlflow.types import ColSpec, DataType
        columns = [ColSpec(DataType.long, "n", required=False), ColSpec(DataType.long, "m", required=True)]
        """,
    ),
    reported(
        "a column that may be missing, as a variable says",
        """
        from mlflow.types import ColSpec, DataType
        column = ColSpec(DataType.long, "n", optional=may_be_missing)
        """,
    ),
    fixed(
        "what the types of chats called metadata",
        """
        from mlflow.types.llm import ChatParams
        ChatParams(temperature=0.1, metadata={'a': 'b'})
        """,
        """
        from mlflow.types.llm import ChatParams
        ChatParams(temperature=0.1, custom_inputs={'a': 'b'})
        """,
    ),
    fixed(
        "a long list of imports",
        """
        from mlflow.langchain import (
            autolog,  # traces only
            get_default_conda_env,
            get_default_pip_requirements as requirements,
        )
        """,
        """
        from mlflow.langchain import (
            autolog,  # traces only
        )
        from mlflow.langchain.model import get_default_conda_env, get_default_pip_requirements as requirements
        """,
    ),
    fixed(
        "in a function, and nothing else stays",
        """
        def environment():
            from mlflow.openai import get_default_conda_env
            return get_default_conda_env()
        """,
        """
        def environment():
            from mlflow.openai.model import get_default_conda_env
            return get_default_conda_env()
        """,
    ),
    fixed(
        "by attribute",
        """
        import mlflow.langchain as chains
        print(chains.get_default_pip_requirements())
        """,
        """
        import mlflow.langchain as chains
        print(chains.model.get_default_pip_requirements())
        """,
    ),
    fixed(
        "a second place of a name",
        "from mlflow.langchain import Schema, log_model\n",
        """
        from mlflow.langchain import log_model
        from mlflow.types import Schema
        """,
    ),
    fixed(
        "a second place of a name, by attribute",
        """
        from mlflow import langchain
        print(langchain.Schema([]))
        """,
        """
        import mlflow
        from mlflow import langchain
        print(mlflow.types.Schema([]))
        """,
        unsafe=True,
    ),
    fixed(
        "what a test puts something else in the place of",
        """
        from unittest import mock
        @mock.patch('mlflow.evaluate')
        def test(evaluate):
            pass
        """,
        """
        from unittest import mock
        @mock.patch('mlflow.models.evaluate')
        def test(evaluate):
            pass
        """,
        unsafe=True,
    ),
    fixed(
        "feedback by position",
        """
        import mlflow
        mlflow.log_feedback(trace_id, "correct", source, True)
        """,
        """
        import mlflow
        mlflow.log_feedback(trace_id=trace_id, name="correct", source=source, value=True)
        """,
    ),
    reported(
        "imported",
        """
        from mlflow import get_last_active_trace
        print(get_last_active_trace())
        """,
    ),
    reported("a variable of the environment", "from mlflow.environment_variables import MLFLOW_GCS_DEFAULT_TIMEOUT\n"),
    reported(
        "brought by a star",
        """
        from mlflow import *
        print(get_last_active_trace())
        """,
    ),
    reported(
        "by getattr",
        """
        import mlflow
        last = getattr(mlflow, 'get_last_active_trace')
        """,
    ),
    program(
        "by getattr, with a default that MLflow 3 gives",
        "import mlflow\n\nlast = getattr(mlflow, 'get_last_active_trace', None)\nif last is None:\n    raise AssertionError('not traced')\nresult = 'traced'\n",
        runs={"2 before": Run(), "3 before": Run(raises="AssertionError: not traced")},
    ),
    reported(
        "by getattr, where only the one case is thought of",
        """
        import mlflow
        last = getattr(mlflow, 'get_last_active_trace', None)
        if last:
            print(last())
        """,
    ),
    reported(
        "a test of what is gone",
        """
        from unittest import mock
        with mock.patch('mlflow.tracking.MlflowClient.list_experiments') as fake:
            pass
        """,
    ),
    reported(
        "an attribute of an object",
        """
        from mlflow.models.resources import DatabricksTable
        DatabricksTable(t).table_name
        """,
    ),
    reported(
        "an argument",
        """
        import mlflow
        mlflow.data.from_huggingface(ds, task='x')
        """,
    ),
    reported(
        "gone since 2.0",
        """
        from mlflow.tracking import MlflowClient
        for e in MlflowClient().list_experiments():
            print(e)
        """,
    ),
    reported(
        "a client only by its method",
        """
        import mlflow
        def ids(client):
            return [r.run_id for r in client.list_run_infos('0')]
        """,
    ),
    reported(
        "no form runs on both",
        "from mlflow.types.responses import ResponsesRequest\n",
        target="both",
    ),
    untouched(
        "what stayed",
        """
        import mlflow
        from mlflow.tracking import MlflowClient
        MlflowClient().search_experiments()
        """,
    ),
    untouched(
        "what is asked for first",
        """
        import mlflow
        if hasattr(mlflow, 'get_last_active_trace'):
            mlflow.get_last_active_trace()
        """,
    ),
    untouched(
        "what is caught",
        """
        import mlflow
        try:
            t = mlflow.get_last_active_trace()
        except AttributeError:
            t = last_trace()
        """,
    ),
    fixed(
        "what is caught, and would be nothing from then on",
        """
        import mlflow
        try:
            t = mlflow.get_last_active_trace()
        except AttributeError:
            t = None
        """,
        """
        import mlflow
        try:
            t = mlflow.get_trace(mlflow.get_last_active_trace_id(), flush=True)
        except AttributeError:
            t = None
        """,
    ),
    untouched(
        "what a test may replace",
        """
        from unittest.mock import patch
        @patch('mlflow.log_metric')
        def test(fake):
            pass
        """,
    ),
    untouched(
        "a star brings the rest",
        """
        from mlflow import *
        log_metric('a', 1)
        get_trace = print
        get_trace('1')
        """,
    ),
    untouched(
        "with a default, for which there is another way",
        """
        import mlflow
        last = getattr(mlflow, 'get_last_active_trace', mine)
        last = getattr(mlflow, 'get_last_active_trace', None) or mine
        asked = getattr(mlflow, 'get_last_active_trace', None)
        if asked is None:
            asked = mine()
        one = getattr(mlflow, 'get_last_active_trace', None)
        if one:
            print(one())
        else:
            print(mine())
        """,
    ),
    untouched(
        "with a default, beside the new form",
        """
        import mlflow
        last = getattr(mlflow, 'get_last_active_trace', None)
        get = getattr(mlflow, 'get_last_active_trace_id', None)
        """,
    ),
    untouched(
        "a default of what is there",
        """
        import mlflow
        log = getattr(mlflow, 'log_metric', None)
        """,
    ),
    untouched(
        "with another place to import it from",
        """
        try:
            from mlflow.types.llm import ChatCompletionRequest as Request
        except ImportError:
            from mlflow.types.llm import ChatRequest as Request
        """,
    ),
    untouched(
        "another client",
        """
        import mlflow
        import wandb
        wandb.Api().list_experiments()
        """,
    ),
    untouched(
        "what no MLflow has",
        """
        import mlflow
        mlflow.some_plugin.anything()
        import mlflow.acme
        """,
    ),
    untouched(
        "what the code puts there",
        """
        import mlflow
        mlflow.recipes = None
        mlflow.get_last_active_trace = print
        mlflow.get_last_active_trace()
        """,
    ),
    untouched(
        "it is there before 3.0",
        """
        import mlflow
        mlflow.get_last_active_trace_id()
        """,
        target="3.0",
    ),
)  # fmt: skip
