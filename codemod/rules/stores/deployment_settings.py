"""MLF506: settings of servers and clients that MLflow 3 reads no more."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.dependencies import deployment_settings
from codemod.dependencies.deployment_settings import OLD_TIMEOUT, ROUTES_MESSAGE, TIMEOUT_MESSAGE
from codemod.findings import Safety, Severity
from codemod.rules.base import Example, Match, Rule, fixed_file, reported_file, untouched_file
from codemod.rules.idioms import magic_lines
from codemod.rules.selectors import LineStatement, constructions, literals, masked_lines

_OLD_FILE = re.compile(r"^[ \t]*(?:-[ \t]+)?route_type[ \t]*:[ \t]*[\"']?llm/", re.MULTILINE)


def _check(node: ast.Constant | ast.JoinedStr, _context: Context) -> Iterator[Match]:
    if isinstance(node, ast.Constant) and node.value == OLD_TIMEOUT:
        yield Match(node, TIMEOUT_MESSAGE, Safety.MANUAL, severity=Severity.CHANGES)


def _check_routes(node: ast.Dict, _context: Context) -> Iterator[Match]:
    """Report a route of the gateway that code writes: ``{"name": "chat", "route_type": "llm/v1/chat", ...}``."""
    for key, value in zip(node.keys, node.values, strict=True):
        is_type = isinstance(key, ast.Constant) and key.value == "route_type"
        if key is not None and is_type and isinstance(value, ast.Constant) and str(value.value).startswith("llm/"):
            yield Match(key, ROUTES_MESSAGE, Safety.MANUAL)


def _check_text(node: ast.Constant | ast.JoinedStr, _context: Context) -> Iterator[Match]:
    """Report a file of the gateway that stands in a string of code."""
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    if _OLD_FILE.search(text):
        yield Match(node, ROUTES_MESSAGE, Safety.MANUAL)


def _check_line(node: LineStatement, context: Context) -> Iterator[Match]:
    return magic_lines.matches_of_line(node, context, lambda text, *_: deployment_settings.find(text, None), "MLF506")


RULE = Rule(
    code="MLF506",
    name="deployment-settings",
    summary="A setting of the gateway or of the environment is not read any more.",
    why="""\
The gateway of MLflow 2 took `routes` and `route_type` with a warning (`mlflow/gateway/utils.py`,
`check_configuration_deprecated_fields`, 2.22.5). That of MLflow 3 knows `endpoints` and `endpoint_type` only; `routes` has another
meaning there, and such a file ends in `KeyError: 'task_type'` (`mlflow/gateway/config.py`). Both lines read the new keys.

`MLFLOW_GCS_DEFAULT_TIMEOUT`, deprecated in MLflow 2 (`mlflow/environment_variables.py`), is gone: MLflow 3 reads
`MLFLOW_ARTIFACT_UPLOAD_DOWNLOAD_TIMEOUT` alone (`mlflow/store/artifact/gcs_artifact_repo.py`). The fix is unsafe because that one holds
for other stores of artifacts too.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(
        literals(OLD_TIMEOUT, check=_check),
        literals("route_type", check=_check_text),
        masked_lines(check=_check_line, needs=({OLD_TIMEOUT},)),
        constructions(ast.Dict, check=_check_routes, needs=({"route_type"},)),
    ),
    examples=(
        fixed_file(
            "the gateway's old keys",
            "gateway.yaml",
            """
            routes:
              - name: a
                route_type: llm/v1/chat  # kin
                model: {provider: openai, name: m}
            """,
            """
            endpoints:
              - name: a
                endpoint_type: llm/v1/chat  # kin
                model: {provider: openai, name: m}
            """,
        ),
        fixed_file(
            "only one of them",
            "config.yml",
            "endpoints: [{name: a, 'route_type': llm/v1/chat}]\n",
            "endpoints: [{name: a, 'endpoint_type': llm/v1/chat}]\n",
        ),
        fixed_file(
            "the timeout of Google's store",
            "compose.yaml",
            """
            services:
              a:
                environment:
                  MLFLOW_GCS_DEFAULT_TIMEOUT: 60
            """,
            """
            services:
              a:
                environment:
                  MLFLOW_ARTIFACT_UPLOAD_DOWNLOAD_TIMEOUT: 60
            """,
            unsafe=True,
        ),
        Example(
            "two lists",
            """
            routes: [{route_type: a}]
            endpoints: []
            """,
            path="gateway.yaml",
        ),
        Example(
            "two kinds of one route",
            """
            endpoints:
              - route_type: a
                route_type: b
              - route_type: a
                endpoint_type: b
            """,
            path="gateway.yaml",
        ),
        Example(
            "in code",
            """
            import os
            os.environ["MLFLOW_GCS_DEFAULT_TIMEOUT"] = "60"
            """,
        ),
        Example(
            "routes that code writes",
            """
            import yaml
            route = {"name": "chat", "route_type": "llm/v1/chat", "model": model}
            yaml.dump({"routes": [route]}, file)
            """,
        ),
        Example(
            "a file that stands in code",
            'text = """\nroutes:\n  - name: chat\n    route_type: llm/v1/chat\n"""\n',
        ),
        Example(
            "another kind of route in code",
            """
            route = {"name": "chat", "route_type": "bus"}
            new = {"name": "chat", "endpoint_type": "llm/v1/chat"}
            """,
            found=False,
        ),
        reported_file(
            "the gateway's old keys in JSON",
            "routes.json",
            '{"routes": [{"name": "chat", "route_type": "llm/v1/chat", "model": {"provider": "openai", "name": "m"}}]}\n',
        ),
        untouched_file(
            "routes of something else in JSON",
            "routes.json",
            '{"routes": [{"name": "home", "route_type": "page", "endpoint_type": "llm/v1/chat"}]}\n',
        ),
        untouched_file(
            "the new keys",
            "gateway.yaml",
            """
            endpoints:
              - name: a
                endpoint_type: llm/v1/chat
            """,
        ),
        reported_file(
            "a gateway's file in a ConfigMap",
            "configmap.yaml",
            """
            kind: ConfigMap
            data:
              config.yaml: |
                routes:
                  - name: chat
                    route_type: llm/v1/chat
            """,
        ),
        untouched_file(
            "routes of MLflow 3",
            "gateway.yaml",
            """
            routes:
              - name: a
                task_type: llm/v1/chat
                destinations: []
            """,
        ),
        untouched_file(
            "routes of something else",
            "web.yaml",
            """
            routes:
              - path: /mlflow
                name: route_type
            """,
        ),
        untouched_file(
            "below another key",
            "web.yaml",
            """
            site:
              routes:
                - route_type: mlflow
            """,
        ),
        untouched_file("another timeout", ".env", "MLFLOW_GCS_DEFAULT_TIMEOUT_OF_MINE=1\n"),
        untouched_file("a comment", ".env", "# MLFLOW_GCS_DEFAULT_TIMEOUT=1\n"),
    ),
)
