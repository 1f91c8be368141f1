"""MLF505: the default tracking store is no longer one of files."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.origins import origins
from codemod.findings import Safety, Severity
from codemod.names.nodes import function_name
from codemod.rewriting.edits import Replace, RequireImport
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.arguments import shown
from codemod.rules.idioms.file_stores import names_store, own_store_is_named
from codemod.rules.selectors import LIBRARY, calls_named, constructions

# A database that somebody names, in code or by the environment, is none that MLflow takes by default.
_NAMED = "mlflow.is_tracking_uri_set()"
_SCHEMES = f'(("file",) if {_NAMED} else ("file", "sqlite"))'
_OPERATORS = {ast.Eq: "in", ast.NotEq: "not in"}
_MESSAGE = (
    "without a tracking URI, MLflow 3 tracks into `sqlite:///mlflow.db`, not into files: `{}` takes the other way; where nobody "
    "names the store, the fix takes sqlite for a local one, too"
)

_MAY_BE = (
    "without a tracking URI, MLflow 3 tracks into `sqlite:///mlflow.db`, not into files: `{}` takes the other way then"
)


def _is_named(context: Context) -> bool:
    """Return whether the code names a tracking store, or a program that it belongs to does, as far as it is known which programs name none."""
    return names_store(context) or (bool(context.project.unnamed_stores) and own_store_is_named(context))


def _check(node: ast.Compare | ast.Call, context: Context) -> Iterator[Match]:
    if not context.target.at_least("3.7"):
        return
    change = _compared(node, context) if isinstance(node, ast.Compare) else _begins(node, context)
    statement = context.names.scopes.statement(node)
    if change is not None and isinstance(statement, ast.stmt) and not _is_named(context):
        changes = (change, RequireImport("mlflow", "", statement))
        asked = next(each for each in _asked(node) if _is_scheme(each, context) or _is_uri(each, context))
        if _is_sure(asked, context):
            yield Match(node, _MESSAGE.format(shown(node)), Safety.UNSAFE, changes)
        else:
            yield Match(node, _MAY_BE.format(shown(node)), Safety.MANUAL)


def _asked(node: ast.Compare | ast.Call) -> tuple[ast.expr, ...]:
    """Return what is compared with the scheme, or begins with it."""
    if isinstance(node, ast.Compare):
        return (node.left, *node.comparators)
    return (node.func.value,) if isinstance(node.func, ast.Attribute) else ()


def _is_sure(node: ast.expr, context: Context) -> bool:
    """Return whether every name on the way to the URI is a variable that has one value."""
    waiting, seen = [node], {node}
    while waiting:
        for name in ast.walk(waiting.pop()):
            source = context.names.definition(name) if isinstance(name, ast.Name) else None
            if source is not None and source not in seen:  # `uri = uri or given` leads back to itself
                seen.add(source)
                waiting.append(source)
            is_read = isinstance(name, (ast.Name, ast.Attribute)) and source is None
            if is_read and isinstance(name, ast.expr) and len(origins(name, context)) > 1:
                return False
    return True


def _compared(node: ast.Compare, context: Context) -> Replace | None:
    """Return the change of ``scheme == "file"``, or of ``scheme in ("", "file")``."""
    among = node.comparators[0]
    if len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)) and _is_scheme(node.left, context):
        schemes = [getattr(item, "value", None) for item in getattr(among, "elts", ())]
        text = context.source(among)
        is_local = "file" in schemes and "sqlite" not in schemes
        return Replace(among, f'({text} if {_NAMED} else [*{text}, "sqlite"])') if is_local else None
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
    text = context.source(prefix)
    return Replace(prefix, f'{text} if {_NAMED} else ({text}, "sqlite:")')


def _is_file(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == "file"


def _is_scheme(node: ast.expr, context: Context) -> bool:
    """Return whether an expression may be ``urlparse(mlflow.get_tracking_uri()).scheme``, or what stands before the colon."""
    return any(_is_taken(each, context) or _is_parsed(each, context) for each in origins(node, context))


def _is_taken(node: ast.expr, context: Context) -> bool:
    if not isinstance(node, ast.Subscript) or getattr(node.slice, "value", None) != 0:
        return False
    for taken in origins(node.value, context):
        if isinstance(taken, ast.Call) and isinstance(taken.func, ast.Attribute) and taken.args:
            at = getattr(taken.args[0], "value", None)
            if taken.func.attr in ("split", "partition") and at in (":", "://") and _is_uri(taken.func.value, context):
                return True
    return False


def _is_parsed(node: ast.expr, context: Context) -> bool:
    if not (isinstance(node, ast.Attribute) and node.attr == "scheme"):
        return False
    calls = (each for each in origins(node.value, context) if isinstance(each, ast.Call) and each.args)
    return any(
        function_name(call.func) in ("urlparse", "urlsplit") and _is_uri(call.args[0], context) for call in calls
    )


def _is_uri(node: ast.expr, context: Context) -> bool:
    calls = (context.call(each) for each in origins(node, context) if isinstance(each, ast.Call))
    return any(call is not None and call.path == "mlflow.get_tracking_uri" for call in calls)


_PROGRAM = """\
import os
from urllib.parse import urlparse

import mlflow

os.environ.pop("MLFLOW_TRACKING_URI", None)
scheme = urlparse(mlflow.get_tracking_uri()).scheme
if scheme != "file":
    raise AssertionError("registers the model on a server")
result = "keeps the model in this folder"
"""

_NAMED_STORE = """\
from urllib.parse import urlparse

import mlflow
from mlflow.environment_variables import MLFLOW_TRACKING_URI


def given_by_the_environment(variable):
    variable.set("sqlite:///named.db")


given_by_the_environment(MLFLOW_TRACKING_URI)
scheme = urlparse(mlflow.get_tracking_uri()).scheme
if scheme != "file":
    result = "registers the model"
else:
    raise RuntimeError("keeps the model")
"""

RULE = Rule(
    code="MLF505",
    name="default-store-scheme",
    summary="Without a tracking URI, MLflow 3 tracks into `sqlite:///mlflow.db`: its scheme is `sqlite`, not `file`.",
    why="""\
Much code asks by `urlparse(mlflow.get_tracking_uri()).scheme != "file"` whether it talks to a server, and registers the model only then, as an
example of MLflow did (`examples/sklearn_elasticnet_wine/train.py`, 2.22). Since 3.7 the store that nobody named is `sqlite:///mlflow.db`
(`_get_default_tracking_uri` in `mlflow/tracking/_tracking_service/utils.py`): such code takes the other way, without an error.

The fix takes sqlite for a local store, as well, where neither the code nor the environment names a store (`mlflow.is_tracking_uri_set()`); a
database that somebody names on purpose stays one. It is unsafe, because a program that `mlflow run` starts gets the store of its parent by the
environment. Code that names a store itself is left alone.""",
    safety=Safety.UNSAFE,
    severity=Severity.CHANGES,
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
                "3 before": Run(raises="AssertionError: registers the model"),
                "3 after": Run(),
            },
            unsafe=True,
        ),
        fixed(
            "in one expression, the other way round",
            """
            import mlflow
            from urllib import parse
            local = "file" == parse.urlsplit(mlflow.get_tracking_uri()).scheme
            """,
            "import mlflow\nfrom urllib import parse\nlocal = parse.urlsplit(mlflow.get_tracking_uri()).scheme in "
            f"{_SCHEMES}\n",
            unsafe=True,
        ),
        fixed(
            "how the URI begins",
            """
            import mlflow
            uri = mlflow.get_tracking_uri()
            if uri.startswith("file:"):
                print(uri)
            """,
            """
            import mlflow
            uri = mlflow.get_tracking_uri()
            if uri.startswith("file:" if mlflow.is_tracking_uri_set() else ("file:", "sqlite:")):
                print(uri)
            """,
            unsafe=True,
        ),
        *(
            reported(f"what may be such a URI: {title}", code)
            for title, code in (
                (
                    "of an object",
                    """
                    import mlflow
                    class Work:
                        def __init__(self):
                            self.uri = mlflow.get_tracking_uri()
                        def is_local(self):
                            return self.uri.startswith("file:")
                    """,
                ),
                (
                    "what a function is given",
                    """
                    import mlflow
                    from urllib.parse import urlparse
                    def registers(scheme):
                        return scheme != "file"
                    registers(urlparse(mlflow.get_tracking_uri()).scheme)
                    """,
                ),
                (
                    "one of two",
                    """
                    import mlflow
                    uri = mlflow.get_tracking_uri() if tracked else given
                    local = uri.split(":")[0] == "file"
                    """,
                ),
            )
        ),
        reported(
            "a variable that keeps what it was",
            """
            import mlflow
            scheme = mlflow.get_tracking_uri().split(":")[0] if asked else scheme
            local = scheme == "file"
            """,
        ),
        untouched(
            "the URI of another client",
            """
            import mlflow
            def registers(uri):
                return uri.startswith("file:")
            registers(other.get_uri())
            """,
        ),
        untouched(
            "a store that the code names",
            """
            import mlflow
            from urllib.parse import urlparse
            mlflow.set_tracking_uri(uri)
            remote = urlparse(mlflow.get_tracking_uri()).scheme != "file"
            """,
        ),
        program(
            "a database that the environment names on purpose is still a server",
            _NAMED_STORE,
            _NAMED_STORE.replace('scheme != "file"', f"scheme not in {_SCHEMES}"),
            runs={"2 before": Run(), "2 after": Run(), "3 before": Run(), "3 after": Run()},
            unsafe=True,
        ),
        fixed(
            "a comment about `set_tracking_uri` names no store",
            """
            # set_tracking_uri is for others
            import mlflow
            from urllib.parse import urlparse
            local = urlparse(mlflow.get_tracking_uri()).scheme == "file"
            """,
            "# set_tracking_uri is for others\nimport mlflow\nfrom urllib.parse import urlparse\n"
            f"local = urlparse(mlflow.get_tracking_uri()).scheme in {_SCHEMES}\n",
            unsafe=True,
        ),
        untouched(
            "a store in the environment of this program",
            """
            import os
            import mlflow
            from urllib.parse import urlparse
            os.environ["MLFLOW_TRACKING_URI"] = uri
            remote = urlparse(mlflow.get_tracking_uri()).scheme != "file"
            """,
        ),
        untouched(
            "both schemes",
            """
            import mlflow
            from urllib.parse import urlparse
            local = urlparse(mlflow.get_tracking_uri()).scheme in ("file", "sqlite")
            """,
        ),
        untouched(
            "servers",
            """
            import mlflow
            remote = mlflow.get_tracking_uri().startswith("http")
            """,
        ),
        untouched(
            "another scheme",
            """
            import mlflow
            from urllib.parse import urlparse
            print(mlflow.get_tracking_uri())
            local = urlparse(path).scheme == "file"
            """,
        ),
        untouched(
            "where artifacts lie",
            """
            import mlflow
            from urllib.parse import urlparse
            print(mlflow.get_tracking_uri())
            local = urlparse(mlflow.get_artifact_uri()).scheme == "file"
            """,
        ),
        fixed(
            "what stands before the colon, and several schemes",
            """
            import mlflow
            from urllib.parse import urlparse
            local = mlflow.get_tracking_uri().split(":", 1)[0] == "file"
            if urlparse(mlflow.get_tracking_uri()).scheme not in ("", "file"):
                register()
            """,
            "import mlflow\nfrom urllib.parse import urlparse\n"
            f'local = mlflow.get_tracking_uri().split(":", 1)[0] in {_SCHEMES}\n'
            'if urlparse(mlflow.get_tracking_uri()).scheme not in (("", "file") if mlflow.is_tracking_uri_set() else '
            '[*("", "file"), "sqlite"]):\n    register()\n',
            unsafe=True,
        ),
        untouched(
            "an old target",
            """
            import mlflow
            from urllib.parse import urlparse
            remote = urlparse(mlflow.get_tracking_uri()).scheme != "file"
            """,
            target="3.5",
        ),
    ),
)
