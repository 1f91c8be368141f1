"""Places that give MLflow a store of files: a call, a variable of the environment, a setting, an option, a default."""

from __future__ import annotations

import ast
import re
from collections.abc import Set

from codemod.analysis.conftests import is_test
from codemod.analysis.context import Context
from codemod.analysis.idle import is_idle, runs_with_file
from codemod.analysis.once import once
from codemod.analysis.other_stores import stores_here
from codemod.analysis.texts import text_of
from codemod.names import LocalClass, Mlflow, Value
from codemod.names.nodes import defaults, dotted_text, function_name, is_none
from codemod.rules.idioms.environments import may_set_for
from codemod.rules.idioms.file_uris import is_files, is_plain_store
from codemod.rules.idioms.named_stores import is_always_given

_URI_OF = {
    "mlflow.set_tracking_uri": "uri",
    "mlflow.set_registry_uri": "uri",
    "mlflow.MlflowClient": "tracking_uri",
}
#: Classes of stores that keep files whatever they are given.
STORES = (
    "mlflow.store.tracking.file_store.FileStore",
    "mlflow.store.model_registry.file_store.FileStore",
)
#: What asks the tracking store for something: it makes the store that nobody named, and fails where one is refused.
ASKING = (
    "start_run", "set_experiment", "create_experiment", "search_experiments", "search_runs", "get_run", "get_experiment_by_name", "create_run",
    "log_param", "log_params", "log_metric", "log_metrics", "log_artifact", "log_artifacts", "log_model", "log_dict", "log_text", "log_figure",
    "set_tag", "set_tags",
)  # fmt: skip
VARIABLE = "MLFLOW_ALLOW_FILE_STORE"
VARIABLES = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI")
#: The last names of what takes the URI of a store.
SETTERS = tuple(path.rpartition(".")[2] for path in (*_URI_OF, *STORES))
LOGGER = "MLFlowLogger"
#: The nodes that may set a store.
NODES = (ast.Call, ast.Assign, ast.AnnAssign, ast.keyword, ast.Dict, ast.arguments)
_PLACES = (ast.Name, ast.Attribute, ast.Subscript)
# Names of settings that hold such a URI; where artifacts lie is another matter.
_URI = ("uri", "url")
_SETTING = re.compile(r"(?:\A|_)(?:mlflow|tracking|registry|backend)(?=_|ur[il]\Z)")


@once
def first_file_uri(context: Context) -> ast.AST | None:
    """Return the first place of a namespace that sets a store of files."""
    nodes = context.names.scopes.nodes()
    return next((node for node in nodes if isinstance(node, NODES) and file_uri(node, context) is not None), None)


def is_made_of_files(found: Value) -> bool:
    """Return whether what a name means is one of MLflow's classes of stores that keep files."""
    return isinstance(found, Mlflow) and found.path in STORES


def allows_files(context: Context) -> bool:
    """Return whether the code lets files be a store by the variable of the environment for it, and not plainly forbids it by that."""
    return any(text is None or text.strip().lower() not in ("false", "0") for text in _allowing(context))


def forbids_files(context: Context) -> bool:
    """Return whether the code sets that variable and does not let files be a store by it."""
    return bool(_allowing(context)) and not allows_files(context)


@once
def _allowing(context: Context) -> list[str | None]:
    """Return the values that the variable gets, None for an unknown one.

    What a function sets that nobody calls does not count where the store is set while the file runs.
    """
    values = context.facts.environment.get(VARIABLE, ())
    store = first_file_uri(context) if values else None
    if store is not None and not is_test(context.path) and runs_with_file(store, context):
        values = tuple(value for value in values if value is None or not is_idle(value, context))
    return [text_of(value, context.names).known if value is not None else None for value in values]


def keeps_default_folder(context: Context) -> bool:
    """Return whether code names the folder as its store that MLflow takes by default, if it is there: `./mlruns`."""
    first = first_file_uri(context)
    uri = file_uri(first, context) if first is not None else None
    known = text_of(uri, context.names).known if uri is not None else None
    return known is not None and known.removeprefix("file:").removeprefix("./").rstrip("/") == "mlruns"


@once
def names_store(context: Context) -> bool:
    """Return whether the same code names the tracking store, so that it does not take the default."""
    if context.facts.sets("MLFLOW_TRACKING_URI") or context.facts.called("mlflow.set_tracking_uri"):
        return True
    calls = context.names.scopes.of(ast.Call)
    handed = any(keyword.arg == "tracking_uri" for call in calls for keyword in call.keywords)  # to who sets it
    return handed or any(function_name(call.func) == "set_tracking_uri" for call in calls)


def own_store_is_named(context: Context) -> bool:
    """Return whether some code that runs with this names the tracking store, or an environment in which it is started."""
    project = context.project
    if names_store(context):
        if not _names_if_given(context) or project.stores - stores_here(context):
            return True
    elif project.stores and context.path not in project.unnamed_stores:
        return True
    return any(may_set_for(each, context.path, project.asking) for each in project.environments)


@once
def _names_if_given(context: Context) -> bool:
    """Return whether the code sets the store only where it is given one: ``if len(sys.argv) > 1: mlflow.set_tracking_uri(sys.argv[1])``."""
    calls = context.facts.called("mlflow.set_tracking_uri")
    named = [each for each in context.names.scopes.of(ast.Call) if function_name(each.func) == "set_tracking_uri"]
    is_all = len(calls) == len(named) and not context.facts.sets("MLFLOW_TRACKING_URI")
    return is_all and bool(calls) and all(_is_if_given(call.node, context) for call in calls)


def _is_if_given(node: ast.Call, context: Context) -> bool:
    """Return whether a call stands in a branch without another one, whose condition, about what the call is given, may fail."""
    given = {ast.unparse(each) for item in node.args for each in ast.walk(item) if isinstance(each, _PLACES)}
    child: ast.AST = node
    for ancestor in context.names.scopes.ancestors(node):
        if isinstance(ancestor, ast.If) and not ancestor.orelse and child in ancestor.body:
            asked = {ast.unparse(each) for each in ast.walk(ancestor.test) if isinstance(each, _PLACES)}
            if not given.isdisjoint(asked):
                # `if uri:` holds where `uri` has a default.
                tested = _tested(ancestor.test)
                return ast.unparse(tested) not in given or not is_always_given(tested, context)
        child = ancestor
    return False


def _tested(test: ast.expr) -> ast.expr:
    """Return the value of which a condition asks only whether it is there: ``uri``, ``uri is not None``, ``uri != ""``."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (ast.IsNot, ast.NotEq)):
        other = test.comparators[0]
        if isinstance(other, ast.Constant) and not other.value:
            return test.left
    return test


def file_uri(node: ast.AST, context: Context) -> ast.expr | None:
    """Return the expression that sets a store of files."""
    if isinstance(node, ast.Call):
        return _given(node, context) or _option(node, context)
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is None:
            return None
        if any(_is_environment(target, context) for target in targets) and is_files(node.value, context):
            return node.value
        names = [dotted_text(target).rpartition(".")[2] for target in targets]
        return _setting(names, node.value, context)
    if isinstance(node, ast.keyword):
        return _named(node.arg or "", node.value, context)
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        found = (_named(str(key.value), value, context) for key, value in pairs if isinstance(key, ast.Constant))
        return next((value for value in found if value is not None), None)
    if isinstance(node, ast.arguments):
        found = (_setting([parameter.arg], value, context) for parameter, value in defaults(node))
        return next((value for value in found if value is not None), None)
    return None


def _given(node: ast.Call, context: Context) -> ast.expr | None:
    """Return the URI that MLflow, or Lightning's logger, gets from a call."""
    call = context.call(node)
    if call is not None:
        if call.path in STORES:
            return node.func
        argument = call.get(_URI_OF[call.path]) if call.path in _URI_OF else None
        return argument.value if argument is not None and is_files(argument.value, context) else None
    if function_name(node.func) != LOGGER or not context.facts.imports(
        "lightning", "pytorch_lightning", "lightning_fabric"
    ):
        return None
    if isinstance(context.resolve(node.func), LocalClass) or any(keyword.arg is None for keyword in node.keywords):
        return None
    value = next((keyword.value for keyword in node.keywords if keyword.arg == "tracking_uri"), None)
    if value is None and len(node.args) > 2:
        value = node.args[2]
    if value is not None and not is_none(value):
        return value if is_files(value, context) else None
    # Without a URI it takes the folder `save_dir`, by default "./mlruns", unless the environment names a server.
    is_set = context.facts.sets("MLFLOW_TRACKING_URI") or context.kind == "databricks"
    return None if is_set else node.func


def _option(node: ast.Call, context: Context) -> ast.expr | None:
    """Return the default of an option, as ``add_argument`` and ``click.option`` take it, or what sets a variable."""
    first = node.args[0] if node.args else None
    if len(node.args) == 3 and function_name(node.func) == "setitem" and _is_environ(node.args[0], context):
        variable, value = node.args[1:]
        is_named = isinstance(variable, ast.Constant) and variable.value in VARIABLES
        return value if is_named and is_files(value, context) else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return None
    if first.value in VARIABLES and function_name(node.func) in ("setdefault", "setenv", "putenv"):
        return node.args[1] if len(node.args) == 2 and is_files(node.args[1], context) else None
    if not first.value.startswith("-"):
        return None
    default = next((keyword.value for keyword in node.keywords if keyword.arg == "default"), None)
    name = first.value.lstrip("-").replace("-", "_")
    return _setting([name], default, context) if default is not None else None


def _named(name: str, value: ast.expr, context: Context) -> ast.expr | None:
    """Return the value of a setting, or of a variable of the environment (``os.environ.update({...})``), that is a store of files."""
    if name in VARIABLES:
        return value if is_files(value, context) else None
    return _setting([name], value, context)


def _setting(names: list[str], value: ast.expr, context: Context) -> ast.expr | None:
    """Return the value of a setting that is, by its name and its value, a store of files."""
    is_uri = any(_is_setting(name.lower()) for name in names)
    return value if is_uri and is_plain_store(value, context) else None


def names_setting(words: Set[str]) -> bool:
    """Return whether one of a file's words is the name of a setting that holds such a URI."""
    return any(_is_setting(word.lower()) for word in words if word[-3:].lower() in _URI)


def _is_setting(name: str) -> bool:
    return name.endswith(_URI) and "artifact" not in name and _SETTING.search(name) is not None


def _is_environment(target: ast.expr, context: Context) -> bool:
    """Return whether the target is ``os.environ["MLFLOW_TRACKING_URI"]``."""
    return (
        isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Constant)
        and target.slice.value in VARIABLES
        and _is_environ(target.value, context)
    )


def _is_environ(node: ast.expr, context: Context) -> bool:
    return context.source(node).endswith(("environ", ".env"))  # `session.env` of nox
