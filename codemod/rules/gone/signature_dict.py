"""MLF404: `ModelInfo.signature_dict` is gone; `signature.to_dict()` gives the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod import mlflow_api
from codemod.analysis.context import Context
from codemod.analysis.uris import classes_of
from codemod.findings import Safety, Severity
from codemod.names import Foreign, Instance, Unknown, Value
from codemod.names.nodes import asked_attribute
from codemod.rewriting.edits import Replace
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.gone_names import check_names
from codemod.rules.idioms.provisions import expects, falls_back
from codemod.rules.selectors import LIBRARY, attributes, calls_named

_MODEL_INFO = "mlflow.models.model.ModelInfo"
_SIGNATURE = "mlflow.models.ModelSignature"


def _check(node: ast.Attribute, context: Context) -> Iterator[Match]:
    owner = context.resolve(node.value)
    if isinstance(owner, (Unknown, Foreign)) or not isinstance(node.ctx, ast.Load):
        found = list(check_names(node, context, "MLF404"))
        yield from found or _given(node, owner, context)
        return
    if not isinstance(owner, Instance) or owner.path != _MODEL_INFO or falls_back(node, node.attr, context):
        return
    if mlflow_api.exists(f"{_MODEL_INFO}.signature_dict", context.target.release):
        return
    message = "`ModelInfo` of MLflow 3 has no `signature_dict`; `signature.to_dict()` gives the same"
    if _is_changed(node, context):
        yield Match(node, f"{message}, each time anew: keep it in a variable to change it", Safety.MANUAL)
        return
    info = context.source(node.value)
    plain = f"{info}.signature.to_dict()"
    if _fails_alike(node, context) or _has_signature(node.value, context):
        yield Match(node, message, Safety.SAFE, (Replace(node, plain),))
    elif _is_plain(node.value):
        new = f"({plain} if {info}.signature else None)"
        yield Match(node, message, Safety.SAFE, (Replace(node, new),))
    elif expects(node, frozenset({"TypeError"}), context):
        yield Match(node, f"{message}; what is caught here is raised no more without a signature", Safety.MANUAL)
    else:
        yield Match(node, f"{message}, and fails without a signature", Safety.UNSAFE, (Replace(node, plain),))


def _given(node: ast.Attribute, owner: Value, context: Context) -> Iterator[Match]:
    """Report what another file gives to code that does not name MLflow."""
    among = owner.among if isinstance(owner, Unknown) else classes_of(node.value, context)
    is_read = _MODEL_INFO in among and isinstance(node.ctx, ast.Load)
    if is_read and not mlflow_api.exists(f"{_MODEL_INFO}.signature_dict", context.target.release):
        message = "`ModelInfo` of MLflow 3 has no `signature_dict`; `signature.to_dict()` gives the same"
        yield Match(node, f"{message}; another file, or another package, gives one here", Safety.MANUAL)


def _asked(node: ast.Call, context: Context) -> Iterator[Match]:
    """Read ``getattr(info, "signature_dict", None)``, which MLflow 3 answers with the default."""
    attribute = asked_attribute(node)
    if attribute is None or attribute.attr != "signature_dict" or falls_back(node, attribute.attr, context):
        return
    if context.resolve(attribute.value) == Instance(_MODEL_INFO) and not mlflow_api.exists(
        f"{_MODEL_INFO}.signature_dict", context.target.release
    ):
        message = "`ModelInfo` of MLflow 3 has no `signature_dict`; `signature.to_dict()` gives the same"
        if len(node.args) > 2:
            yield Match(node, f"{message}; this gives the default", Safety.MANUAL, severity=Severity.CHANGES)
        else:
            yield Match(node, message, Safety.MANUAL)


def _is_changed(node: ast.Attribute, context: Context) -> bool:
    """Return whether the code changes the dict where it stands: MLflow 2 kept that one, and `to_dict` makes a new one."""
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.Subscript) and parent.value is node:
        return not isinstance(parent.ctx, ast.Load)
    return isinstance(parent, ast.Attribute) and parent.attr in ("update", "pop", "popitem", "setdefault", "clear")


def _fails_alike(node: ast.Attribute, context: Context) -> bool:
    """Return whether the code fails with the same error in both forms when there is no signature: it asks None for an attribute."""
    parent = context.names.scopes.parent(node)
    return isinstance(parent, ast.Attribute) and parent.value is node


def _has_signature(node: ast.expr, context: Context) -> bool:
    """Return whether a model's info certainly has a signature: it is what `log_model` gave that was given one."""
    source = context.names.definition(node) if isinstance(node, ast.Name) else None
    call = context.call(source) if isinstance(source, ast.Call) else None
    given = call.get("signature") if call is not None else None
    if given is None:
        return False
    value = context.names.definition(given.value) if isinstance(given.value, ast.Name) else given.value
    return isinstance(value, ast.Call) and context.resolve(value) == Instance(_SIGNATURE)


def _is_plain(node: ast.expr) -> bool:
    """Return whether evaluating an expression twice does nothing twice."""
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
    on=(
        attributes("signature_dict", check=_check, needs=(LIBRARY,)),
        calls_named("getattr", check=_asked, needs=(LIBRARY, {"signature_dict"})),
    ),
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
            "a dict that is changed where it stands",
            """
            from mlflow.models import get_model_info
            info = get_model_info(uri)
            info.signature_dict["params"] = None
            """,
        ),
        reported(
            "a model's info only by its name",
            """
            import mlflow
            def show(info):
                print(info.signature_dict)
            """,
        ),
        reported(
            "what a parameter has, where an error gives a default",
            """
            import mlflow
            def inputs_of(info, default=None):
                try:
                    return info.signature_dict["inputs"]
                except AttributeError:
                    return default
            """,
        ),
        untouched(
            "what a parameter has, where a default is asked for",
            """
            import mlflow
            def inputs_of(info):
                try:
                    found = info.signature_dict
                except AttributeError:
                    found = None
                if not found:
                    found = info.signature.to_dict()
                return found["inputs"]
            """,
        ),
        untouched(
            "what a parameter has, where an error leads to the signature",
            """
            import mlflow
            def inputs_of(info):
                try:
                    return info.signature_dict["inputs"]
                except AttributeError:
                    return info.signature.to_dict()["inputs"]
            """,
        ),
        reported(
            "what a pool hands on",
            """
            from concurrent.futures import ThreadPoolExecutor
            import mlflow
            with ThreadPoolExecutor() as pool:
                for info in pool.map(mlflow.models.get_model_info, uris):
                    print(info.signature_dict)
            """,
        ),
        reported(
            "an attribute by its name",
            """
            from mlflow.models import get_model_info
            show(getattr(get_model_info(uri), "signature_dict", None))
            """,
        ),
        untouched(
            "an attribute by its name, in another object",
            """
            from mlflow.models import get_model_info
            show(get_model_info(uri), getattr(other, "signature_dict", None))
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
