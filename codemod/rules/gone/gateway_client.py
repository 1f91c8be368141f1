"""MLF402: the client of the AI gateway; `mlflow.deployments` asks a gateway now."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.rewriting.edits import Replace, RequireImport
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.gone_names import check_names, leaves
from codemod.rules.selectors import LIBRARY, ImportStatement, attributes, imports

_CLIENT = "get_deploy_client"
_NAMES = leaves("MLF402")


def _check(node: ImportStatement | ast.Attribute, context: Context) -> Iterator[Match]:
    for match in check_names(node, context, "MLF402"):
        yield _query(match, context) or match


def _query(match: Match, context: Context) -> Match | None:
    """Rewrite ``mlflow.gateway.query(route, data)``; a name that was imported is reported at its import."""
    parent = context.names.scopes.parent(match.node)
    call = context.call(parent) if isinstance(parent, ast.Call) and parent.func is match.node else None
    if call is None or call.path != "mlflow.gateway.query" or call.star is not None or call.open_kwargs is not None:
        return None
    route, data = call.get("route"), call.get("data")
    if route is None or data is None or len(call.arguments) != 2:
        return None
    statement = context.names.scopes.statement(call.node)
    assert isinstance(statement, ast.stmt)  # a call stands in no handler's or case's own line
    # `get_gateway_uri` is still there and knows what the old client asked: what was set, or MLFLOW_GATEWAY_URI.
    uri = _uri(context) or f"{context.source(call.node.func).rpartition('.')[0]}.get_gateway_uri()"
    new = f"{_CLIENT}({uri}).predict(endpoint={context.source(route.value)}, inputs={context.source(data.value)})"
    if _reads_old_answers(context):
        message = (
            f"{match.message}; its answers have `choices` or `data` in place of the `candidates` that are read here"
        )
        return Match(call.node, message, Safety.MANUAL)
    changes = (RequireImport("mlflow.deployments", _CLIENT, statement), Replace(call.node, new))
    return Match(call.node, match.message, Safety.UNSAFE, changes)


def _reads_old_answers(context: Context) -> bool:
    """Return whether the code takes answers apart as gateways before 2.9 gave them, which the new client does not ask."""
    return any(
        isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value == "candidates"
        for node in context.names.scopes.nodes()
    )


def _uri(context: Context) -> str:
    """Return the source of the URI that the code gives ``set_gateway_uri``, "" where that is not one constant."""
    found = set()
    for node in context.names.scopes.nodes():
        call = context.call(node) if isinstance(node, ast.Call) else None
        argument = (
            call.get("gateway_uri") if call is not None and call.path == "mlflow.gateway.set_gateway_uri" else None
        )
        if argument is not None:
            found.add(context.source(argument.value) if isinstance(argument.value, ast.Constant) else "")
    return found.pop() if len(found) == 1 else ""


RULE = Rule(
    code="MLF402",
    name="gateway-client",
    summary="`mlflow.gateway.query` and the other calls of the gateway's client are gone.",
    why="""\
MLflow 2.9 renamed the AI gateway's client to `mlflow.deployments`; 3.0 removed the old one: `query`, `create_route`, `delete_route`,
`get_route`, `search_routes`, `set_limits`, `get_limits` and `MlflowGatewayClient` (`mlflow/gateway/__init__.py`; the modules `client` and
`fluent` are gone). `set_gateway_uri` and `get_gateway_uri` are still there, but no client reads them.

`mlflow.deployments.get_deploy_client(uri).predict(endpoint=route, inputs=data)` asks the same route of a gateway that is not older than
2.9 (`mlflow/deployments/mlflow/__init__.py`). The fix gives it the URI that the code sets, or that `get_gateway_uri` knows. It is unsafe
because the answer of a gateway older than 2.9 has another shape; code that reads the `candidates` of such answers is left to a person.""",
    safety=Safety.UNSAFE,
    severity=Severity.BREAKS,
    on=(
        imports(*_NAMES, check=_check, needs=({"gateway"},)),
        attributes(*_NAMES, check=_check, needs=(LIBRARY, {"gateway"})),
    ),
    examples=(
        fixed(
            "a query",
            """
            import mlflow.gateway

            mlflow.gateway.set_gateway_uri("http://localhost:5000")
            answer = mlflow.gateway.query(route="chat", data={"messages": messages})
            """,
            """
            import mlflow.gateway
            from mlflow.deployments import get_deploy_client

            mlflow.gateway.set_gateway_uri("http://localhost:5000")
            answer = get_deploy_client("http://localhost:5000").predict(endpoint="chat", inputs={"messages": messages})
            """,
            unsafe=True,
        ),
        fixed(
            "by position, with the URI from elsewhere",
            """
            import mlflow
            print(mlflow.gateway.query(name, {'prompt': text}))
            """,
            """
            import mlflow
            from mlflow.deployments import get_deploy_client
            print(get_deploy_client(mlflow.gateway.get_gateway_uri()).predict(endpoint=name, inputs={'prompt': text}))
            """,
            unsafe=True,
        ),
        fixed(
            "where MLflow need not be installed",
            """
            def ask(uri, route, prompt):
                try:
                    import mlflow.gateway
                except ImportError as error:
                    raise ImportError("pip install mlflow") from error
                mlflow.gateway.set_gateway_uri(uri)
                return mlflow.gateway.query(route, data={"prompt": prompt})
            """,
            """
            def ask(uri, route, prompt):
                try:
                    import mlflow.gateway
                    from mlflow.deployments import get_deploy_client
                except ImportError as error:
                    raise ImportError("pip install mlflow") from error
                mlflow.gateway.set_gateway_uri(uri)
                return get_deploy_client(mlflow.gateway.get_gateway_uri()).predict(endpoint=route, inputs={"prompt": prompt})
            """,
            unsafe=True,
        ),
        program(
            "an import",
            "from mlflow.gateway import query\n",
            runs={"2 before": Run(), "3 before": Run(raises="ImportError: query")},
        ),
        reported(
            "the client",
            """
            from mlflow.gateway import MlflowGatewayClient
            client = MlflowGatewayClient(uri)
            """,
        ),
        reported(
            "routes",
            """
            import mlflow
            mlflow.gateway.create_route("chat", "llm/v1/chat", model)
            """,
            unsafe=True,
        ),
        reported("its module", "from mlflow.gateway.fluent import search_routes\n"),
        reported(
            "a query that is handed on",
            """
            import mlflow
            ask = mlflow.gateway.query
            """,
            unsafe=True,
        ),
        reported(
            "answers as they were before 2.9",
            """
            import mlflow.gateway
            answer = mlflow.gateway.query(route='a', data=data)
            print(answer['candidates'][0]['text'])
            """,
            unsafe=True,
        ),
        untouched(
            "the gateway's server",
            """
            from mlflow.gateway.config import GatewayConfig
            from mlflow.gateway.app import GatewayAPI
            """,
        ),
        untouched(
            "the new client",
            """
            from mlflow.deployments import get_deploy_client
            get_deploy_client("http://gateway")
            """,
        ),
        untouched(
            "another gateway",
            """
            import gateway
            gateway.query(route='chat', data={})
            """,
        ),
        untouched(
            "code for both",
            """
            try:
                from mlflow.gateway import query
            except ImportError:
                from helpers import query
            """,
        ),
    ),
)  # fmt: skip
