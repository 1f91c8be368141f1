"""MLF404: `ModelInfo.signature_dict` is gone; `signature.to_dict()` gives the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod import mlflow_api
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.names import Instance, Unknown
from codemod.rewriting.edits import Replace
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.gone_names import check_names
from codemod.rules.idioms.provisions import falls_back
from codemod.rules.selectors import LIBRARY, attributes

_MODEL_INFO = "mlflow.models.model.ModelInfo"


def _check(node: ast.Attribute, context: Context) -> Iterator[Match]:
    owner = context.resolve(node.value)
    if isinstance(owner, Unknown) or not isinstance(node.ctx, ast.Load):
        yield from check_names(node, context, "MLF404")
        return
    if not isinstance(owner, Instance) or owner.path != _MODEL_INFO or falls_back(node, node.attr, context):
        return
    if mlflow_api.exists(f"{_MODEL_INFO}.signature_dict", context.target.release):
        return
    message = "`ModelInfo` of MLflow 3 has no `signature_dict`; `signature.to_dict()` gives the same"
    info = context.source(node.value)
    if _needs_signature(node, context):
        yield Match(node, message, Safety.SAFE, (Replace(node, f"{info}.signature.to_dict()"),))
    elif _is_plain(node.value):
        new = f"({info}.signature.to_dict() if {info}.signature else None)"
        yield Match(node, message, Safety.SAFE, (Replace(node, new),))
    else:
        yield Match(
            node,
            f"{message}, and fails without a signature",
            Safety.UNSAFE,
            (Replace(node, f"{info}.signature.to_dict()"),),
        )


def _needs_signature(node: ast.Attribute, context: Context) -> bool:
    """Whether the code fails on a model without signature in any case: it takes something out of the dictionary."""
    parent = context.names.scopes.parent(node)
    return isinstance(parent, (ast.Subscript, ast.Attribute)) and parent.value is node


def _is_plain(node: ast.expr) -> bool:
    """Whether evaluating an expression twice does nothing twice."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


_PROGRAM = """\
import mlflow
from mlflow.models import infer_signature
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
with mlflow.start_run():
    info = mlflow.sklearn.log_model(LinearRegression().fit(X, y), "model", signature=infer_signature(X, y))
    bare = mlflow.sklearn.log_model(LinearRegression().fit(X, y), "bare")
result = sorted(key for key, value in info.signature_dict.items() if value)
assert bare.signature_dict is None
"""

RULE = Rule(
    code="MLF404",
    name="signature-dict",
    summary="`info.signature_dict` is `info.signature.to_dict()`.",
    why="""\
`ModelInfo.signature_dict` had been deprecated since 1.28.1; MLflow 3.0 removed it (`mlflow/models/model.py`), so that reading it is an
`AttributeError`. MLflow 2 filled it with `signature.to_dict()`, or with `None` for a model without signature; the fix does the same, on 2.x,
too. It is unsafe only where the model's info is the result of a call that would have to be made twice.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(attributes("signature_dict", check=_check, needs=(LIBRARY,)),),
    examples=(
        program(
            "what log_model gives",
            _PROGRAM,
            _PROGRAM.replace("info.signature_dict", "info.signature.to_dict()").replace(
                "bare.signature_dict", "(bare.signature.to_dict() if bare.signature else None)"
            ),
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(raises="AttributeError: signature_dict"),
                "3 after": Run(),
            },
        ),
        fixed(
            "what get_model_info gives, in a call",
            """
            from mlflow.models import get_model_info
            show(get_model_info(uri).signature_dict)
            """,
            """
            from mlflow.models import get_model_info
            show(get_model_info(uri).signature.to_dict())
            """,
            unsafe=True,
        ),
        reported(
            "a model's info only by its name",
            """
            import mlflow
            def show(info):
                print(info.signature_dict)
            """,
        ),
        untouched(
            "the signature itself",
            """
            import mlflow
            info = mlflow.models.get_model_info("models:/m/1")
            print(info.signature)
            """,
        ),
        untouched(
            "without MLflow",
            """
            def show(info):
                print(info.signature_dict)
            """,
        ),
        untouched(
            "a variable of that name",
            """
            import mlflow
            signature_dict = {}
            print(signature_dict)
            """,
        ),
        untouched(
            "a class of one's own",
            """
            import mlflow
            class Info:
                signature_dict = {}
            print(Info().signature_dict)
            """,
        ),
    ),
)  # fmt: skip
