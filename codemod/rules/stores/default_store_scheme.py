"""MLF505: the default tracking store is no longer one of files."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.findings import Safety
from codemod.names.nodes import function_name
from codemod.rewriting.edits import Replace
from codemod.rules.base import Match, Rule, Run, fixed, program, untouched
from codemod.rules.idioms.arguments import shown
from codemod.rules.selectors import LIBRARY, calls_named, constructions

_SCHEMES = '("file", "sqlite")'
_OPERATORS = {ast.Eq: "in", ast.NotEq: "not in"}
_MESSAGE = (
    "without a tracking URI, MLflow 3 tracks into `sqlite:///mlflow.db`, not into files: `{}` takes the other way; the fix takes "
    "sqlite for such a store, too (wrong where MLFLOW_TRACKING_URI names a sqlite database on purpose)"
)


def _check(node: ast.Compare | ast.Call, context: Context) -> Iterator[Match]:
    # Who names the store in the same file does not ask for the default.
    if not context.target.at_least("3.7") or context.mentions("set_tracking_uri"):
        return
    change = _compared(node, context) if isinstance(node, ast.Compare) else _begins(node, context)
    if change is not None:
        yield Match(node, _MESSAGE.format(shown(node)), Safety.UNSAFE, (change,))


def _compared(node: ast.Compare, context: Context) -> Replace | None:
    """Return the change of ``scheme == "file"``."""
    operator = _OPERATORS.get(type(node.ops[0]))
    if len(node.ops) != 1 or operator is None:
        return None
    left, right = node.left, node.comparators[0]
    scheme = left if _is_file(right) else right if _is_file(left) else None
    if scheme is None or not _is_scheme(scheme, context):
        return None
    return Replace(node, f"{context.source(scheme)} {operator} {_SCHEMES}")


def _begins(node: ast.Call, context: Context) -> Replace | None:
    """Return the change of ``mlflow.get_tracking_uri().startswith("file:")``."""
    function = node.func
    if not (isinstance(function, ast.Attribute) and function.attr == "startswith" and len(node.args) == 1):
        return None
    prefix = node.args[0]
    if not (isinstance(prefix, ast.Constant) and prefix.value in ("file", "file:", "file://", "file:/", "file:///")):
        return None
    if node.keywords or not _is_uri(function.value, context):
        return None
    return Replace(prefix, f'({context.source(prefix)}, "sqlite:")')


def _is_file(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == "file"


def _is_scheme(node: ast.expr, context: Context) -> bool:
    """Whether an expression is ``urlparse(mlflow.get_tracking_uri()).scheme``."""
    node = _value(node, context)
    if not (isinstance(node, ast.Attribute) and node.attr == "scheme"):
        return False
    parsed = _value(node.value, context)
    if not (isinstance(parsed, ast.Call) and parsed.args):
        return False
    return function_name(parsed.func) in ("urlparse", "urlsplit") and _is_uri(parsed.args[0], context)


def _is_uri(node: ast.expr, context: Context) -> bool:
    value = _value(node, context)
    call = context.call(value) if isinstance(value, ast.Call) else None
    return call is not None and call.path == "mlflow.get_tracking_uri"


def _value(node: ast.expr, context: Context) -> ast.expr:
    """Follow a variable that was assigned once."""
    source = context.names.definition(node) if isinstance(node, ast.Name) else None
    return source if source is not None else node


_PROGRAM = """\
import os
from urllib.parse import urlparse

import mlflow

os.environ.pop("MLFLOW_TRACKING_URI", None)
scheme = urlparse(mlflow.get_tracking_uri()).scheme
if scheme != "file":
    raise RuntimeError("registers the model on a server")
result = "keeps the model in this folder"
"""

RULE = Rule(
    code="MLF505",
    name="default-store-scheme",
    summary="Without a tracking URI, MLflow 3 tracks into `sqlite:///mlflow.db`: its scheme is `sqlite`, not `file`.",
    why="""\
Much code asks by `urlparse(mlflow.get_tracking_uri()).scheme != "file"` whether it talks to a server, and registers the model only then, as an
example of MLflow did (`examples/sklearn_elasticnet_wine/train.py`, 2.22). Since 3.7 the store that nobody named is `sqlite:///mlflow.db`
(`_get_default_tracking_uri` in `mlflow/tracking/_tracking_service/utils.py`): such code takes the other way, without an error.

The fix (unsafe) takes sqlite for a local store, as well. A file that calls `set_tracking_uri` is left alone.""",
    safety=Safety.UNSAFE,
    on=(
        constructions(ast.Compare, check=_check, needs=(LIBRARY, {"get_tracking_uri"})),
        calls_named("startswith", check=_check, needs=(LIBRARY, {"get_tracking_uri"})),
    ),
    since="3.7",
    examples=(
        program(
            "a model that is registered on a server only",
            _PROGRAM,
            _PROGRAM.replace('scheme != "file"', f"scheme not in {_SCHEMES}"),
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(raises="RuntimeError: registers the model"),
                "3 after": Run(),
            },
            unsafe=True,
        ),
        fixed(
            "in one expression, the other way round",
            'import mlflow\nfrom urllib import parse\nlocal = "file" == parse.urlsplit(mlflow.get_tracking_uri()).scheme\n',
            "import mlflow\nfrom urllib import parse\nlocal = parse.urlsplit(mlflow.get_tracking_uri()).scheme in "
            f"{_SCHEMES}\n",
            unsafe=True,
        ),
        fixed(
            "how the URI begins",
            'import mlflow\nuri = mlflow.get_tracking_uri()\nif uri.startswith("file:"):\n    print(uri)\n',
            'import mlflow\nuri = mlflow.get_tracking_uri()\nif uri.startswith(("file:", "sqlite:")):\n    print(uri)\n',
            unsafe=True,
        ),
        untouched(
            "a store that the code names",
            "import mlflow\nfrom urllib.parse import urlparse\nmlflow.set_tracking_uri(uri)\n"
            'remote = urlparse(mlflow.get_tracking_uri()).scheme != "file"\n',
        ),
        untouched(
            "both schemes",
            "import mlflow\nfrom urllib.parse import urlparse\n"
            f"local = urlparse(mlflow.get_tracking_uri()).scheme in {_SCHEMES}\n",
        ),
        untouched(
            "servers",
            'import mlflow\nremote = mlflow.get_tracking_uri().startswith("http")\n',
        ),
        untouched(
            "another scheme",
            "import mlflow\nfrom urllib.parse import urlparse\n"
            'print(mlflow.get_tracking_uri())\nlocal = urlparse(path).scheme == "file"\n',
        ),
        untouched(
            "where artifacts lie",
            "import mlflow\nfrom urllib.parse import urlparse\nprint(mlflow.get_tracking_uri())\n"
            'local = urlparse(mlflow.get_artifact_uri()).scheme == "file"\n',
        ),
        untouched(
            "an old target",
            "import mlflow\nfrom urllib.parse import urlparse\n"
            'remote = urlparse(mlflow.get_tracking_uri()).scheme != "file"\n',
            target="3.5",
        ),
    ),
)
