"""MLF501: tracking in a folder of files is refused."""

from __future__ import annotations

import ast
import os
from collections.abc import Container, Iterator
from typing import Union

from codemod.analysis.calls import BoundCall
from codemod.analysis.conftests import conftest_of, is_conftest_of
from codemod.analysis.context import Context
from codemod.analysis.handed import HandedArgument, handed_calls
from codemod.analysis.once import once
from codemod.dependencies import servers
from codemod.dependencies.places import Choices, Place
from codemod.dependencies.variables import Substitutions
from codemod.findings import Safety, Severity
from codemod.names import OwnFunction
from codemod.names.reads import sets_store_when_called
from codemod.rewriting.edits import Change, InsertStatements, RequireImport
from codemod.rules.base import Match, Rule
from codemod.rules.idioms import magic_lines
from codemod.rules.idioms.file_stores import (
    ASKING,
    LOGGER,
    SETTERS,
    VARIABLE,
    VARIABLES,
    allows_files,
    file_uri,
    first_file_uri,
    forbids_files,
    is_made_of_files,
    names_setting,
    names_store,
)
from codemod.rules.idioms.file_uris import is_files
from codemod.rules.selectors import LIBRARY, LineStatement, calls_named, constructions, handed_to, masked_lines
from codemod.rules.stores.file_store_examples import EXAMPLES
from codemod.rules.stores.file_store_place_examples import EXAMPLES as OF_PLACES

# What stands in a file with such a setting: a part of its name, and of its value.
_OF_STORES = {"mlflow", "tracking", "registry", "backend"}
_SETTING_NEEDS = (_OF_STORES, {"uri", "url"}, {"file:", "mlruns", "ml-runs"})
# The name of an option may be more than a word: `--tracking-uri`.
_HYPHENS = {"mlflow-", "tracking-", "registry-", "backend-", "-uri", "-url"}
_OPTIONS = {f"-{name}" for name in _OF_STORES} | {f"_{name}-" for name in _OF_STORES}
_Setter = Union[ast.Call, ast.Assign, ast.AnnAssign, ast.keyword, ast.Dict, ast.arguments]
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_REFUSED = "MLflow 3.13 and later refuse a tracking store made of files"
# A program takes its settings from a module, or from one that this imports.
_HOPS = 1
_ASKING = (*ASKING, "load_model", "register_model")
_HANDED = ("set_tracking_uri", "MlflowClient")
_CLIENT = "mlflow.MlflowClient"
_LINE = f'os.environ.setdefault("{VARIABLE}", "true")'


def _check_line(node: LineStatement, context: Context) -> Iterator[Match]:
    if _is_refused(context):
        yield from magic_lines.matches_of_line(node, context, _find, "MLF501")


@once
def _is_refused(context: Context) -> bool:
    if not context.target.at_least("3.13") or allows_files(context):
        return False
    return not any(is_conftest_of(context.path, conftest) for conftest in context.project.allowing)


@once
def _has_conftest(context: Context) -> bool:
    """Return whether a conftest.py of the project is read before the file: the line goes there."""
    return conftest_of(context.path, context.project.conftests) is not None


def _check(node: _Setter, context: Context) -> Iterator[Match]:
    if not _is_refused(context) or _has_conftest(context):
        return
    place = file_uri(node, context)
    if place is not None and not _earlier(node, context):
        yield _match(place, node, context)


def _check_class(node: ast.ClassDef, context: Context) -> Iterator[Match]:
    """Report a store of one's own that is made from MLflow's store of files, whose `__init__` refuses."""
    base = next((base for base in node.bases if is_made_of_files(context.resolve(base))), None)
    if base is None or not _is_refused(context) or _has_conftest(context):
        return
    made = next((each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"), None)
    if made is None or any(isinstance(each, ast.Attribute) and each.attr == "__init__" for each in ast.walk(made)):
        message = f"{_REFUSED}, which this class is one of: set {VARIABLE}=true before it is made, or take a database"
        yield Match(base, message, Safety.MANUAL)


def _check_default(_: ast.Module, context: Context) -> Iterator[Match]:
    """Find a program that names no store and so reads the folder that another program beside it names."""
    folder = os.path.dirname(context.path)
    beside = sorted(path for path in context.project.default_stores if os.path.dirname(path) == folder)
    if not beside or not _is_refused(context) or context.kind == "databricks":
        return
    if names_store(context) or (_imports(context.project.setting_stores, context, _HOPS) and _calls_own(context)):
        return
    if sets_store_when_called(context.text.encode("utf-8", "replace")):
        return  # by `load_dotenv()` or `dagshub`, as one of its own
    if conftest_of(context.path, context.project.conftests) or _imports(beside, context):
        return
    calls = [call.node for call in context.facts.named(*_ASKING) if _asks_default(call, context)]
    first = min(calls, key=context.names.scopes.order, default=None)
    if first is not None:
        message = f"{_REFUSED}, and without a URI this reads the one of {beside[0]}; the fix keeps the files by {VARIABLE}=true"
        yield Match(first, message, Safety.UNSAFE, _match(first, first, context).changes)


def _calls_own(context: Context) -> bool:
    """Return whether the code calls a function of another file of the project: one that sets a store may be among them."""
    return any(isinstance(context.resolve(call.func), OwnFunction) for call in context.names.scopes.of(ast.Call))


def _asks_default(call: BoundCall, context: Context) -> bool:
    """Return whether a call runs when the file is run as a program, and asks the store that MLflow takes by itself."""
    scopes = context.names.scopes
    if call.path.startswith(f"{_CLIENT}.") and any(made.arguments for made in context.facts.called(_CLIENT)):
        return False  # a client may have a store of its own
    return scopes.scope(call.node) is scopes.module or _is_program(context)


def _imports(paths: Container[str], context: Context, hops: int = 0) -> bool:
    """Return whether a file imports one of some others, directly or over others: what they set holds here too."""
    modules = context.project.modules
    nodes = context.names.scopes
    named = [alias.name for node in nodes.of(ast.Import) for alias in node.names]
    named += ["." * node.level + (node.module or "") for node in nodes.of(ast.ImportFrom)]
    near = [(context.path, name) for name in named] if modules is not None else []
    for _ in range(hops + 1):
        found = [item for importer, name in near if modules is not None and (item := modules.module(importer, name))]
        if any(item.path in paths for item in found):
            return True
        near = [(item.path, name) for item in found for name in item.imports]
    return False


@once
def _is_program(context: Context) -> bool:
    """Return whether a file says what it does when it is run: ``if __name__ == "__main__"``."""
    compared = (node.left for node in context.names.scopes.of(ast.Compare))
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in compared)


def _handed(argument: HandedArgument, call: ast.Call, context: Context) -> Iterator[Match]:
    """Judge the argument of a function of the project that makes it the tracking store."""
    if not _is_refused(context) or conftest_of(context.path, context.project.conftests):
        return
    if is_files(argument.value, context) and call is _first_handed(context) and not _earlier(call, context):
        yield _match(argument.value, call, context)


@once
def _first_handed(context: Context) -> ast.Call | None:
    """Return the first call of a namespace that hands a store of files on: one variable serves them all."""
    calls = (
        call
        for call, arguments in handed_calls(context).items()
        if any(each.handed.to.rpartition(".")[2] in _HANDED and is_files(each.value, context) for each in arguments)
    )
    return min(calls, key=context.names.scopes.order, default=None)


def _match(place: ast.expr, node: ast.AST, context: Context) -> Match:
    if forbids_files(context):
        return Match(place, f"{_REFUSED}, and this code sets {VARIABLE} to forbid them: name a database", Safety.MANUAL)
    message = f"{_REFUSED}; the fix keeps the files by {VARIABLE}=true (a database or a server is the better place)"
    scopes = context.names.scopes
    statement = scopes.statement(node)
    top = [item for item in (statement, *scopes.ancestors(statement)) if isinstance(item, ast.stmt)][-1]
    assert isinstance(top, ast.stmt)
    anchor = _first(top, context) if isinstance(top, _DEFINITIONS) else top
    return Match(place, message, Safety.UNSAFE, _allowed(anchor))


def _allowed(anchor: ast.stmt) -> tuple[Change, ...]:
    """Return the changes that let files be a store, before a statement."""
    lines = (_LINE, "", "") if isinstance(anchor, _DEFINITIONS) else (_LINE,)
    return (InsertStatements(anchor, lines, before=True), RequireImport("os", "", anchor))


def _first(statement: ast.stmt, context: Context) -> ast.stmt:
    """Return the first statement below the head of a module (its docstring, imports, a name such as `__author__`) and below `import os`."""
    module = context.names.scopes.parent(statement)
    body = module.body if isinstance(module, ast.Module) else [statement]
    above = body[: body.index(statement)]
    imported = [place for place, item in enumerate(above) if isinstance(item, ast.Import) and _binds_os(item)]
    return next((item for item in body[imported[-1] if imported else 0 :] if not _is_head(item)), statement)


def _binds_os(node: ast.Import) -> bool:
    return any((alias.asname or alias.name.partition(".")[0]) == "os" for alias in node.names)


def _is_head(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Name) and target.id.startswith("__") for target in node.targets)
    is_docstring = (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    )
    return is_docstring or isinstance(node, (ast.Import, ast.ImportFrom))


def _check_conftest(node: ast.Module, context: Context) -> Iterator[Match]:
    """Let the nearest conftest.py allow files once for all tests below it."""
    below = dict(context.project.stores_below).get(context.path)
    if below is None or not node.body or not _is_refused(context):
        return
    last = node.body[-1]
    anchor = next((item for item in node.body if not _is_head(item)), last)
    message = f"{_REFUSED}, as tests below set one ({below}); {VARIABLE}=true keeps it for all of them"
    changes: tuple[Change, ...] = (InsertStatements(last, (_LINE,)), RequireImport("os", "", last))
    yield Match(node.body[0], message, Safety.UNSAFE, changes if _is_head(anchor) else _allowed(anchor))


def _find(text: str, choices: Choices, variables: Substitutions) -> Iterator[Place]:
    return servers.find(text, choices, variables, notebook=True)


def _earlier(node: ast.AST, context: Context) -> bool:
    """Return whether the namespace has such a place before this one: one variable serves them all."""
    first = first_file_uri(context)
    return first is not None and context.names.scopes.order(first) < context.names.scopes.order(node)


RULE = Rule(
    code="MLF501",
    name="file-store",
    summary="Tracking in a folder of files is refused since 3.13.",
    why="""\
MLflow 2 tracked into `./mlruns` by default. Since 3.7 the default is `sqlite:///mlflow.db`, and since 3.13 a store of files is refused at
the first call that needs it: `MlflowException: The filesystem tracking backend (e.g., './mlruns') is in maintenance mode`
(`mlflow/store/tracking/file_store.py`), unless the environment has `MLFLOW_ALLOW_FILE_STORE=true`.

Without any URI, MLflow 3.7 and later still take a folder `mlruns` in the working directory that holds `<number>/meta.yaml`
(`_has_existing_mlruns_data` in `mlflow/tracking/_tracking_service/utils.py`), and 3.13 and later then refuse it: code that names no URI stops where an
MLflow 2 has run before. `check` looks into the folder `mlruns` of each folder that it is given, also when Git ignores it, and says so unless a file
there names a tracking URI. `mlflow migrate-filestore` copies the runs into a database; as the folder stays, with the artifacts, the URI of the
database must be set, too.

The better way is a database or a server: `mlflow.set_tracking_uri("sqlite:///mlflow.db")`; older runs stay in their folder.
The unsafe fix keeps the folder and what is in it: it sets the variable before the store is made. MLflow 2 ignores it.

Lightning's `MLFlowLogger` without a `tracking_uri` takes the folder `save_dir`, by default `./mlruns`, unless the environment names a server
(`lightning/pytorch/loggers/mlflow.py`): it is refused, too. So is a folder that is only a default: of `os.getenv("MLFLOW_TRACKING_URI", ...)`, of
`settings.get("tracking_uri", ...)`, of a parameter, an option or a setting.

A program that names no URI reads the folder `./mlruns`, too, where a program beside it names that one: the message names it.

A URI that is known only at run time (an argument, a setting without default) is not reported: most of them name a server.""",
    safety=Safety.UNSAFE,
    severity={"3.0": Severity.DEPRECATED, "3.13": Severity.BREAKS},
    on=(
        masked_lines(check=_check_line, needs=(LIBRARY,)),
        constructions(ast.Module, check=_check_default, needs=(LIBRARY, set(_ASKING))),
        constructions(ast.Module, check=_check_conftest, needs=(LIBRARY, {"conftest", "fixture", "pytest"})),
        calls_named(*SETTERS, check=_check, aliased=True, needs=(LIBRARY,)),
        constructions(ast.ClassDef, check=_check_class, needs=(LIBRARY, {"FileStore"})),
        handed_to(*_HANDED, check=_handed),
        calls_named(LOGGER, check=_check, needs=({"lightning"},)),
        calls_named("setdefault", "setenv", "putenv", "setitem", check=_check, needs=(set(VARIABLES),)),
        constructions(ast.Assign, ast.AnnAssign, check=_check, needs=(set(VARIABLES),)),
        constructions(ast.Dict, ast.keyword, check=_check, needs=(set(VARIABLES),)),
        constructions(ast.Assign, ast.AnnAssign, check=_check, needs=_SETTING_NEEDS, words=names_setting),
        constructions(ast.Call, ast.keyword, check=_check, needs=_SETTING_NEEDS, words=names_setting),
        constructions(ast.Dict, ast.arguments, check=_check, needs=_SETTING_NEEDS, words=names_setting),
        constructions(ast.Call, check=_check, needs=(*_SETTING_NEEDS, _HYPHENS, _OPTIONS)),
    ),
    since="3.13",
    examples=(*EXAMPLES, *OF_PLACES),
)
