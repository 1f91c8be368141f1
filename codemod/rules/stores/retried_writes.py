"""MLF508: a call that makes something is not tried again, however many tries the environment asks for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.selectors import StringNode, literals

_VARIABLE = "MLFLOW_HTTP_REQUEST_MAX_RETRIES"
_DEFAULT = 7  # mlflow/environment_variables.py, the same in 2.22 and 3.18


def _check(node: StringNode, context: Context) -> Iterator[Match]:
    if not context.target.at_least("3.18") or not isinstance(node, ast.Constant) or node.value != _VARIABLE:
        return
    if _VARIABLE not in context.facts.environment or _is_read(node, context):
        return
    values = [_number(value) for value in context.facts.environment[_VARIABLE]]
    if all(value is not None and value <= _DEFAULT for value in values):
        return  # who asks for fewer tries than there are by default does not count on them
    yield Match(
        node,
        "since 3.18 MLflow sends a request that makes something (a run, an experiment, a version of a model, inputs) once, whatever this says, "
        "unless the server answers 408 or 429; repeat such calls in your own code if the server may be away",
        Safety.MANUAL,
    )


def _is_read(node: ast.expr, context: Context) -> bool:
    """Return whether the name stands where a variable is asked for, not set."""
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.Subscript):
        return isinstance(parent.ctx, ast.Load)
    return (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Attribute)
        and parent.func.attr in ("get", "getenv", "pop")
    )


def _number(node: ast.expr | None) -> int | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else None


_PROGRAM = """\
import http.server
import json
import os
import threading

import mlflow

os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "9"
os.environ["MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR"] = "0"
os.environ["MLFLOW_HTTP_REQUEST_BACKOFF_JITTER"] = "0"
asked = []


class Starting(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(404)
        self.end_headers()

    def do_POST(self):
        asked.append(self.path)
        self.rfile.read(int(self.headers["Content-Length"]))
        info = {"run_id": "a" * 32, "experiment_id": "0", "status": "RUNNING", "lifecycle_stage": "active"}
        body = json.dumps({"run": {"info": info, "data": {}}}).encode()
        self.send_response(200 if len(asked) > 1 else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.HTTPServer(("127.0.0.1", 0), Starting)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = mlflow.MlflowClient(f"http://127.0.0.1:{server.server_port}")
try:
    result = client.create_run("0").info.status
except mlflow.exceptions.MlflowException:
    result = "not made"
assert result == "RUNNING", result
"""
_REPEATED = """\
for attempt in range(10):
    try:
        result = client.create_run("0").info.status
        break
    except mlflow.exceptions.MlflowException:
        if attempt == 9:
            raise
"""

RULE = Rule(
    code="MLF508",
    name="retried-writes",
    summary="Requests that make something are not retried since 3.18, whatever `MLFLOW_HTTP_REQUEST_MAX_RETRIES` says.",
    why="""\
Code that raises `MLFLOW_HTTP_REQUEST_MAX_RETRIES` counts on a server that is away for a while, as during a deployment. Up to 3.17 every
request was sent again after an answer such as 503, or when the connection broke. Since 3.18 a POST is sent again only where a second one can do
no harm: searches, `log_metric`, `log_param`, `log_batch`, tags, aliases, the end of a run. What would be made twice, such as a run, an experiment, a
registered model or a version, is tried once; only 408 and 429 are followed by another try (`_RETRY_SAFE_POST_RESPONSES` and
`_non_idempotent_write_retry_kwargs` in `mlflow/utils/rest_utils.py`, 3.18). Databricks' own client retries as before.

Only a number above the default of 7, or one that is not seen, is reported: who asks for fewer tries does not count on them.""",
    safety=Safety.MANUAL,
    severity=Severity.CHANGES,
    since="3.18",
    on=(literals(_VARIABLE, check=_check),),
    examples=(
        program(
            "a server that is away at first",
            _PROGRAM,
            by_hand=_PROGRAM[: _PROGRAM.index("try:")].replace('"9"', '"5"') + _REPEATED,
            runs={
                "2 before": Run(),
                "2 by hand": Run(),
                "3 before": Run(raises="AssertionError: not made"),
                "3 by hand": Run(),
            },
        ),
        reported(
            "a number that is not seen",
            """
            import os
            import mlflow
            os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = str(settings.retries)
            """,
        ),
        untouched(
            "fewer tries",
            """
            import os
            import mlflow
            os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "2"
            """,
        ),
        untouched(
            "the variable is read",
            """
            import os
            print(os.environ.get("MLFLOW_HTTP_REQUEST_MAX_RETRIES"))
            """,
        ),
        untouched(
            "another variable",
            """
            import os
            os.environ["MLFLOW_HTTP_REQUEST_TIMEOUT"] = "600"
            """,
        ),
        untouched(
            "an older target",
            """
            import os
            os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "20"
            """,
            target="3.17",
        ),
    ),
)
