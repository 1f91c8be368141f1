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
        "from mlflow.types.llm import ChatMessage, ChatRequest\n\nresult = ChatRequest(messages=[ChatMessage('user', 'hi')]).messages[0].content\n",
        """\
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
        "what the types of chats called metadata",
        "from mlflow.types.llm import ChatParams\nChatParams(temperature=0.1, metadata={'a': 'b'})\n",
        "from mlflow.types.llm import ChatParams\nChatParams(temperature=0.1, custom_inputs={'a': 'b'})\n",
    ),
    fixed(
        "a long list of imports",
        """\
from mlflow.langchain import (
    autolog,  # traces only
    get_default_conda_env,
    get_default_pip_requirements as requirements,
)
""",
        """\
from mlflow.langchain import (
    autolog,  # traces only
)
from mlflow.langchain.model import get_default_conda_env, get_default_pip_requirements as requirements
""",
    ),
    fixed(
        "in a function, and nothing else stays",
        "def environment():\n    from mlflow.openai import get_default_conda_env\n    return get_default_conda_env()\n",
        "def environment():\n    from mlflow.openai.model import get_default_conda_env\n    return get_default_conda_env()\n",
    ),
    fixed(
        "by attribute",
        "import mlflow.langchain as chains\nprint(chains.get_default_pip_requirements())\n",
        "import mlflow.langchain as chains\nprint(chains.model.get_default_pip_requirements())\n",
    ),
    fixed(
        "a second place of a name",
        "from mlflow.langchain import Schema, log_model\n",
        "from mlflow.langchain import log_model\nfrom mlflow.types import Schema\n",
    ),
    fixed(
        "a second place of a name, by attribute",
        "from mlflow import langchain\nprint(langchain.Schema([]))\n",
        "import mlflow\nfrom mlflow import langchain\nprint(mlflow.types.Schema([]))\n",
        unsafe=True,
    ),
    fixed(
        "what a test puts something else in the place of",
        "from unittest import mock\n@mock.patch('mlflow.evaluate')\ndef test(evaluate):\n    pass\n",
        "from unittest import mock\n@mock.patch('mlflow.models.evaluate')\ndef test(evaluate):\n    pass\n",
        unsafe=True,
    ),
    fixed(
        "feedback by position",
        'import mlflow\nmlflow.log_feedback(trace_id, "correct", source, True)\n',
        'import mlflow\nmlflow.log_feedback(trace_id=trace_id, name="correct", source=source, value=True)\n',
    ),
    reported("imported", "from mlflow import get_last_active_trace\nprint(get_last_active_trace())\n"),
    reported("a variable of the environment", "from mlflow.environment_variables import MLFLOW_GCS_DEFAULT_TIMEOUT\n"),
    reported("brought by a star", "from mlflow import *\nprint(get_last_active_trace())\n"),
    reported("by getattr", "import mlflow\nlast = getattr(mlflow, 'get_last_active_trace')\n"),
    reported(
        "a test of what is gone",
        "from unittest import mock\nwith mock.patch('mlflow.tracking.MlflowClient.list_experiments') as fake:\n    pass\n",
    ),
    reported("an attribute of an object", "from mlflow.models.resources import DatabricksTable\nDatabricksTable(t).table_name\n"),
    reported("an argument", "import mlflow\nmlflow.data.from_huggingface(ds, task='x')\n"),
    reported("gone since 2.0", "from mlflow.tracking import MlflowClient\nfor e in MlflowClient().list_experiments():\n    print(e)\n"),
    reported("a client only by its method", "import mlflow\ndef ids(client):\n    return [r.run_id for r in client.list_run_infos('0')]\n"),
    reported(
        "no form runs on both",
        "from mlflow.types.responses import ResponsesRequest\n",
        target="both",
    ),
    untouched("what stayed", "import mlflow\nfrom mlflow.tracking import MlflowClient\nMlflowClient().search_experiments()\n"),
    untouched("what is asked for first", "import mlflow\nif hasattr(mlflow, 'get_last_active_trace'):\n    mlflow.get_last_active_trace()\n"),
    untouched(
        "what is caught",
        "import mlflow\ntry:\n    t = mlflow.get_last_active_trace()\nexcept AttributeError:\n    t = None\n",
    ),
    untouched("what a test may replace", "from unittest.mock import patch\n@patch('mlflow.log_metric')\ndef test(fake):\n    pass\n"),
    untouched("a star brings the rest", "from mlflow import *\nlog_metric('a', 1)\nget_trace = print\nget_trace('1')\n"),
    untouched("with a default", "import mlflow\nlast = getattr(mlflow, 'get_last_active_trace', None)\n"),
    untouched(
        "with another place to import it from",
        """\
try:
    from mlflow.types.llm import ChatCompletionRequest as Request
except ImportError:
    from mlflow.types.llm import ChatRequest as Request
""",
    ),
    untouched("another client", "import mlflow\nimport wandb\nwandb.Api().list_experiments()\n"),
    untouched("what no MLflow has", "import mlflow\nmlflow.some_plugin.anything()\nimport mlflow.acme\n"),
    untouched("what the code puts there", "import mlflow\nmlflow.recipes = None\nmlflow.get_last_active_trace = print\nmlflow.get_last_active_trace()\n"),
    untouched("it is there before 3.0", "import mlflow\nmlflow.get_last_active_trace_id()\n", target="3.0"),
)  # fmt: skip
