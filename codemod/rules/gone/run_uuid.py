"""MLF403: a run's identifier is `run_id`; `run_uuid` is gone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.doubles import MOCKS
from codemod.findings import Safety, Severity
from codemod.names import Elements, Instance, LocalInstance, Unknown
from codemod.names.nodes import dotted_text, function_name
from codemod.rewriting.edits import CallChange, RenameAttribute, RenameKeyword, Replace
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.arguments import shown
from codemod.rules.selectors import LIBRARY, attributes, calls_named, literals

_NAME = "run_uuid"
_RUN = "mlflow.entities.Run"
_RUN_INFO = "mlflow.entities.RunInfo"
_OF_DOUBLE = (
    "this may stand for a run's info, which has only `run_id` in MLflow 3: it must follow the code that it tests"
)


def _check_key(node: ast.Constant | ast.JoinedStr, context: Context) -> Iterator[Match]:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return
    if node.value == _NAME:
        yield from _key(node, context)
    elif node.value.endswith(f".{_NAME}"):
        yield from _getter(node, context)


def _key(node: ast.Constant, context: Context) -> Iterator[Match]:
    """Read a string as a key of ``dict(run.info)`` or of ``run.to_dictionary()["info"]``, or as an attribute's name."""
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.Call) and function_name(parent.func) == "getattr" and parent.args[1:2] == [node]:
        if _is_run_info(parent.args[0], context):
            yield _renamed(node, f"`RunInfo` of MLflow 3 has no `{_NAME}`, only `run_id`", context)
        return
    values, reads = _looked_up(node, parent)
    if values is None or not _is_info(values, context):
        return
    message = "the values of a `RunInfo` of MLflow 3 have no `run_uuid`, only `run_id`"
    own = _own_key(values, context)
    if own is not None:
        if not own < context.names.scopes.order(node):
            yield Match(node, f"{message}; the code sets a key of that name elsewhere", Safety.MANUAL)
    elif reads:
        yield _renamed(node, message, context)
    else:
        yield Match(node, f"{message}: see what depends on the key", Safety.MANUAL)


def _looked_up(node: ast.Constant, parent: ast.AST | None) -> tuple[ast.expr | None, bool]:
    """Return the values in which a key is looked up, and whether it is only read there; none where the code writes the key."""
    if isinstance(parent, ast.Subscript) and parent.slice is node:
        is_written = isinstance(parent.ctx, ast.Store)
        return (None if is_written else parent.value), isinstance(parent.ctx, ast.Load)
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and parent.args[:1] == [node]:
        is_lookup = parent.func.attr in ("get", "pop")
        return (parent.func.value if is_lookup else None), parent.func.attr == "get"
    if isinstance(parent, ast.Compare) and parent.left is node and isinstance(parent.ops[0], (ast.In, ast.NotIn)):
        return parent.comparators[0], False
    return None, False


def _renamed(node: ast.Constant, message: str, context: Context) -> Match:
    source = context.source(node)
    return Match(node, message, Safety.SAFE, (Replace(node, source.replace(_NAME, "run_id")),))


def _own_key(values: ast.expr, context: Context) -> int | None:
    """Return where the code gives the values a `run_uuid` of its own, or may do so; None when it does not."""
    scopes = context.names.scopes
    text = dotted_text(values)
    if not text:
        return None
    for node in scopes.nodes():
        parent = scopes.parent(node)
        if not isinstance(node, (ast.Name, ast.Attribute)) or dotted_text(node) != text:
            continue
        if isinstance(parent, ast.Subscript) and parent.value is node and isinstance(parent.ctx, ast.Store):
            known = parent.slice.value if isinstance(parent.slice, ast.Constant) else _NAME
            if known == _NAME:
                return scopes.order(node)
        if isinstance(parent, ast.Attribute) and parent.attr in ("update", "setdefault"):
            return scopes.order(node)
        if isinstance(parent, ast.AugAssign) and parent.target is node:
            return scopes.order(node)
    return None


def _getter(node: ast.Constant, context: Context) -> Iterator[Match]:
    """Read ``attrgetter("info.run_uuid")``."""
    scopes = context.names.scopes
    getter = scopes.parent(node)
    if not isinstance(getter, ast.Call) or function_name(getter.func) != "attrgetter" or not context.facts.names_mlflow:
        return
    message = f"`{_NAME}` of a run's info is `run_id` in MLflow 3"
    user = scopes.parent(getter)
    if isinstance(user, ast.keyword):
        user = scopes.parent(user)
    elements = [item for item in user.args if item is not getter] if isinstance(user, ast.Call) else []
    known = [context.resolve(item) for item in elements]
    if node.value == f"info.{_NAME}" and known and all(item == Elements(_RUN) for item in known):
        yield _renamed(node, message, context)
    else:
        yield Match(node, f"{message}; cannot tell what this is asked of", Safety.MANUAL)


def _check_attribute(node: ast.Attribute, context: Context) -> Iterator[Match]:
    if isinstance(node.ctx, ast.Store):
        if any(place.node is node for place in context.doubles) and not isinstance(
            context.resolve(node.value), LocalInstance
        ):
            yield Match(node, _OF_DOUBLE, Safety.UNSAFE, (RenameAttribute(node, "run_id"),))
        return
    if not isinstance(node.ctx, ast.Load):
        return
    owner = context.resolve(node.value)
    if _is_run_info(node.value, context):
        change = RenameAttribute(node, "run_id")
        yield Match(node, "`RunInfo` of MLflow 3 has no `run_uuid`, only `run_id`", Safety.SAFE, (change,))
    elif isinstance(owner, Unknown) and context.facts.names_mlflow:
        message = f"`run_uuid` of a run's info is `run_id` in MLflow 3; cannot tell what `{shown(node.value)}` is: {owner.reason}"
        yield Match(node, message, Safety.MANUAL)


def _check_double(node: ast.Call, context: Context) -> Iterator[Match]:
    if any(place.node is node and place.double.path == _NAME for place in context.doubles):
        yield Match(node, _OF_DOUBLE, Safety.UNSAFE, (CallChange(node, (RenameKeyword(_NAME, "run_id"),)),))


def _is_run_info(node: ast.expr, context: Context) -> bool:
    owner = context.resolve(node)
    return isinstance(owner, Instance) and owner.path == _RUN_INFO


def _is_info(node: ast.expr, context: Context) -> bool:
    if isinstance(node, (ast.Name, ast.Attribute)):
        names = context.names
        source = names.definition(node) if isinstance(node, ast.Name) else names.attribute_definition(node)
        return source is not None and source is not node and _is_info(source, context)
    if isinstance(node, ast.Subscript):
        is_info = isinstance(node.slice, ast.Constant) and node.slice.value == "info"
        call = context.call(node.value) if is_info and isinstance(node.value, ast.Call) else None
        return call is not None and call.path == "mlflow.entities.Run.to_dictionary"
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "dict"
        and len(node.args) == 1
    ):
        return _is_run_info(node.args[0], context)
    return False


_PROGRAM = """\
import mlflow

with mlflow.start_run() as run:
    mlflow.log_param("run", run.info.run_uuid)
result = mlflow.get_run(run.info.run_uuid).data.params["run"] == run.info.run_id
"""

_KEYS = """\
import mlflow

with mlflow.start_run() as run:
    info = dict(run.info)
    result = [info["run_uuid"] == run.info.run_id, run.to_dictionary()["info"]["run_uuid"] == run.info.run_id]
"""

RULE = Rule(
    code="MLF403",
    name="run-uuid",
    summary="`run.info.run_uuid` is `run.info.run_id`.",
    why="""\
`RunInfo.run_uuid` had been an alias of `run_id` since 1.0; MLflow 3.0 removed it (`mlflow/entities/run_info.py`), so that reading it is
an `AttributeError`, and `dict(run.info)["run_uuid"]` a `KeyError`. `run_id` means the same on 2.x and 3.x. What servers answer to requests
over HTTP still has both.

The fix is safe where the object is known to be a run's info. Where only its name says so (`something.info.run_uuid`), a person decides:
tables and clients of one's own have columns of that name.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(
        attributes(_NAME, check=_check_attribute, needs=(LIBRARY,)),
        literals(_NAME, check=_check_key, needs=(LIBRARY,)),
        calls_named(*MOCKS, check=_check_double, needs=({_NAME},)),
    ),
    examples=(
        program(
            "the active run",
            _PROGRAM,
            _PROGRAM.replace("run_uuid", "run_id"),
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(raises="AttributeError: run_uuid"),
                "3 after": Run(),
            },
        ),
        program(
            "the values of a run's info",
            _KEYS,
            _KEYS.replace("run_uuid", "run_id"),
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(raises="KeyError: run_uuid"),
                "3 after": Run(),
            },
        ),
        fixed(
            "values that an attribute keeps",
            """
            import mlflow


            class Row:
                def __init__(self, run: mlflow.entities.Run):
                    self.values = dict(run.info)

                def id(self):
                    return self.values.get("run_uuid")
            """,
            """
            import mlflow


            class Row:
                def __init__(self, run: mlflow.entities.Run):
                    self.values = dict(run.info)

                def id(self):
                    return self.values.get("run_id")
            """,
        ),
        fixed(
            "runs of a client",
            """
            from mlflow.tracking import MlflowClient

            client = MlflowClient()
            ids = [run.info.run_uuid for run in client.search_runs(["0"])]
            first = client.get_run(ids[0]).info.run_uuid
            """,
            """
            from mlflow.tracking import MlflowClient

            client = MlflowClient()
            ids = [run.info.run_id for run in client.search_runs(["0"])]
            first = client.get_run(ids[0]).info.run_id
            """,
        ),
        fixed(
            "the active run without a name of its own",
            """
            import mlflow
            print(mlflow.active_run().info.run_uuid)
            """,
            """
            import mlflow
            print(mlflow.active_run().info.run_id)
            """,
        ),
        fixed(
            "an annotated parameter",
            """
            from mlflow.entities import Run
            def show(run: Run):
                print(run.info.run_uuid)
            """,
            """
            from mlflow.entities import Run
            def show(run: Run):
                print(run.info.run_id)
            """,
        ),
        reported(
            "a run only by its name",
            """
            import mlflow
            def show(run):
                print(run.info.run_uuid)
            """,
            unsafe=True,
        ),
        reported(
            "a variable that is called information",
            """
            import mlflow
            for information in load_rows():
                print(information.run_uuid)
            """,
            unsafe=True,
        ),
        reported(
            "something else of that name",
            """
            import mlflow
            def show(row):
                print(row.run_uuid)
            """,
            unsafe=True,
        ),
        untouched(
            "run_id",
            """
            import mlflow
            print(mlflow.active_run().info.run_id)
            """,
        ),
        untouched(
            "code without MLflow",
            """
            def show(run):
                return run.info.run_uuid
            """,
        ),
        untouched(
            "a class of one's own",
            """
            import mlflow

            class Info:
                def __init__(self):
                    self.run_uuid = "1"

            print(Info().run_uuid)
            """,
        ),
        untouched(
            "a variable of that name",
            """
            import mlflow
            run_uuid = mlflow.active_run().info.run_id
            print(run_uuid)
            """,
        ),
        untouched(
            "what a server answers",
            """
            import mlflow
            run = rest("mlflow/runs/get")["run"]
            print(run["info"]["run_uuid"])
            """,
        ),
        untouched(
            "a column of a table",
            """
            import mlflow
            frame = mlflow.search_runs()
            print(frame["run_uuid"])
            """,
        ),
    ),
)
