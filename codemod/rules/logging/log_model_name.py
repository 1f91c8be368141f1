"""MLF101: the path of a logged model is its name in MLflow 3."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from codemod.analysis.calls import Argument, BoundCall
from codemod.analysis.context import Context
from codemod.analysis.doubles import ASSERTIONS, RECORDS
from codemod.analysis.handed import HandedArgument
from codemod.analysis.keywords import later_calls
from codemod.analysis.left_out_keys import lacking
from codemod.analysis.mocks import REPLACES
from codemod.analysis.texts import text_of
from codemod.analysis.version_questions import is_chosen_by_version
from codemod.findings import Safety, Severity
from codemod.names import LocalFunction, Mlflow, OwnFunction, Partial, Unknown
from codemod.names.nodes import function_name, line_of
from codemod.rewriting.edits import CallChange, Change, RenameKeyword, SetValue
from codemod.rules.base import Match, Rule
from codemod.rules.idioms.arguments import MODEL_LOG, removed_in, shown, takes_name
from codemod.rules.idioms.chosen_flavors import CAUTION, is_renamed_where_called, renamed_for_several, renaming_changes
from codemod.rules.idioms.doubles import may_log
from codemod.rules.idioms.log_model_references import METHODS, given_mlflow, kept_out_of_sight, looked_up
from codemod.rules.idioms.model_names import invalid_name, registered_name
from codemod.rules.logging.log_model_name_examples import EXAMPLES
from codemod.rules.selectors import LIBRARY, attributes, calls, calls_named, handed_to, plain_names

# Keywords that only the feature stores' `log_model` takes.
_FEATURE_STORE = {"flavor", "training_set", "feature_spec", "feature_store", "infer_input_example"}

# What takes the path of an artifact, but is no function that logs a model.
_WRITERS_OF_FILES = ("log_artifact", "log_artifacts", "download_artifacts", "list_artifacts")


def _check_call(node: ast.Call, context: Context) -> Iterator[Match]:
    call = context.call(node)
    if call is not None:
        if takes_name(call.path, context.target.release):
            yield from _rewrite(call, context)
    elif looked_up(node):
        yield from _looked_up(node, context)
    elif function_name(node.func) != "getattr":
        yield from _unknown(node, context)


def _check_kept(node: ast.Attribute | ast.Name, context: Context) -> Iterator[Match]:
    if _is_called(node, context) and isinstance(node.ctx, ast.Load) and not is_renamed_where_called(node, context):
        yield from kept_out_of_sight(node, context)


def _looked_up(node: ast.Call, context: Context) -> Iterator[Match]:
    """Report a call or another use of what ``getattr(..., "log_model")`` gives."""
    parent = context.names.scopes.parent(node)
    if not isinstance(parent, ast.Call) or parent.func is not node:
        yield from kept_out_of_sight(node, context)
    elif context.call(parent) is None:
        yield from _unknown(parent, context)


def _check_caller(node: ast.Call, context: Context) -> Iterator[Match]:
    """Report ``methodcaller("log_model", ...)``."""
    named = node.args[0] if node.args else None
    new = any(keyword.arg == "name" for keyword in node.keywords)
    if isinstance(named, ast.Constant) and named.value in METHODS and not new and not context.target.both:
        message = (
            f"this calls the `{named.value}` of what it gets, out of sight: MLflow 3 wants `name=` for `artifact_path`"
        )
        yield Match(node, message, Safety.MANUAL)


def _is_called(node: ast.Attribute | ast.Name, context: Context) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in METHODS
    value = context.resolve(node) if isinstance(node.ctx, ast.Load) else None
    is_alias = isinstance(value, Mlflow) and value.path.rpartition(".")[2] in METHODS
    return isinstance(node.ctx, ast.Load) and (node.id in METHODS or is_alias)


def _rewrite(call: BoundCall, context: Context) -> Iterator[Match]:
    argument = call.get("artifact_path")
    if "name" in call.bound and argument is not None and call.get("name") is None:
        yield from _beside_name(call, argument, context)
    if call.get("name") is not None or "name" in call.bound:
        return
    if argument is None:
        yield from _hidden(call, context)
        return
    if any(invalid_name(value, context) is not None for value in argument.values):
        return  # MLF102 speaks of it: the name is refused on MLflow 3 in either form
    if context.target.both:
        message = f"`name=` does not exist in MLflow 2, and MLflow 3 warns about the `artifact_path` of `{_last(call)}`"
        for_3 = renaming_changes(call, argument, context)
        yield Match(call.node, message, Safety.MANUAL, tuple(for_3 or ()), for_3=for_3 is not None)
        return
    changes = renaming_changes(call, argument, context)
    if changes is None:
        yield Match(call.node, f"`artifact_path=` is now `name=`; {_obstacle(call, argument, context)}", Safety.MANUAL)
        return
    message, caution = "`artifact_path=` is now `name=`", ""
    if any(text_of(value, context.names).known is None and not _is_none(value) for value in argument.values):
        message += "; the value is known only at run time and must not hold any of / : . % \" '"
        caution = CAUTION
    if context.settings.name_from == "registered":
        yield from _by_registered_name(call, argument, changes, message, context)
        return
    yield replace(_judged(call, argument, changes, message, context), caution=caution)


def _beside_name(call: BoundCall, argument: Argument, context: Context) -> Iterator[Match]:
    """Give the new name to what a partial that binds `name=` gets again by the old one, which MLflow 3 refuses."""
    changes = None if context.target.both else renaming_changes(call, argument, context)
    message = "what is called here binds `name=`, and MLflow 3 refuses `artifact_path=` beside it"
    safety = Safety.MANUAL if changes is None else Safety.SAFE
    yield Match(call.node, message, safety, tuple(changes or ()), severity=Severity.BREAKS)


def _judged(call: BoundCall, argument: Argument, changes: list[Change], message: str, context: Context) -> Match:
    """Judge a change by the partial that is called, or by the calls of the one that is made."""
    match = Match(call.node, message, Safety.SAFE, tuple(changes))
    if call.makes_partial:
        match = _of_partial(call, argument, changes, message, context)
    if "artifact_path" not in call.bound or not match.changes:
        return match
    # What is called binds it, too: MLflow 3 refuses both names at once, so the two change together or not at all.
    function = call.node.args[0] if call.makes_partial else call.node.func
    maker = context.names.source_of(function) if isinstance(function, (ast.Name, ast.Attribute)) else None
    made = context.call(maker) if isinstance(maker, ast.Call) else None
    bound = made.get("artifact_path") if made is not None and made.makes_partial else None
    first = renaming_changes(made, bound, context) if made is not None and bound is not None else None
    if made is None:
        message += "; what is called here binds it, too, in another place: both must change together"
        return replace(match, message=message, safety=Safety.UNSAFE)
    if bound is None or first is None or not context.changes(made.node, "MLF101"):
        return Match(call.node, f"{message}; what is called here binds it, too: change both together", Safety.MANUAL)
    other = _judged(made, bound, first, message, context)
    return match if other.safety is Safety.SAFE else replace(match, safety=other.safety, changes=match.changes)


def _handed(argument: HandedArgument, call: ast.Call, context: Context) -> Iterator[Match]:
    """Report the old keyword where a function of the project hands it on by its ``**kwargs``."""
    handed = argument.handed
    if handed.parameter != "**" or handed.argument != "artifact_path" or context.target.both:
        return
    if takes_name(handed.to, context.target.release) and invalid_name(argument.value, context) is None:
        message = f"`artifact_path=` goes on to `{handed.to}`, which calls it `name=` in MLflow 3"
        if handed.reads:
            message += "; the function on the way looks at its keywords itself: change both together"
            yield Match(call, message, Safety.MANUAL)
            return
        owner = _owner_if_overridden(call, context)
        if owner:
            message += f"; classes made of `{owner}` put their own in its place: change both together"
            yield Match(call, message, Safety.MANUAL)
            return
        yield Match(call, message, Safety.UNSAFE, (CallChange(call, (RenameKeyword("artifact_path", "name"),)),))


def _owner_if_overridden(call: ast.Call, context: Context) -> str:
    """Return the class whose method a call means where another class has one of its own; "" where none has, or this is no method."""
    function = context.resolve(call.func)
    owner, method = "", ""
    if isinstance(function, LocalFunction):
        around = context.names.scopes.parent(function.node)
        owner, method = getattr(around, "name", ""), getattr(function.node, "name", "")
    elif isinstance(function, OwnFunction):
        owner, _, method = function.place[1].rpartition(".")
    return owner if (owner, method) in context.names.elsewhere.overrides else ""


def _of_partial(call: BoundCall, argument: Argument, changes: list[Change], message: str, context: Context) -> Match:
    """Judge the change of what `functools.partial` binds by the calls that follow."""
    later = later_calls(call.node, context.names)
    if later.positional and argument.index is not None:
        message += "; calls of this partial give further arguments by position, which would move: bind all by keyword"
        return Match(call.node, message, Safety.MANUAL)
    again = [c for c in later.calls if any(k.arg == argument.parameter for k in c.keywords)]
    stays = next((c for c in again if context.call(c) is None or not context.changes(c, "MLF101")), None)
    if stays is not None:
        return Match(call.node, f"{message}; line {line_of(stays)} gives it again: change both together", Safety.MANUAL)
    unseen = later.unseen or context.read_elsewhere(later.variable, call.node)
    kept = later.read or (_gives_again(argument, context) if unseen else "")
    if kept:
        return Match(call.node, f"{message}; kept: {kept}", Safety.MANUAL)
    if unseen:
        message += f"; calls of this partial that are not seen may give it again ({unseen})"
        return Match(call.node, message, Safety.UNSAFE if argument.index is None else Safety.MANUAL, tuple(changes))
    return Match(call.node, message, Safety.SAFE, tuple(changes))


def _gives_again(argument: Argument, context: Context) -> str:
    """Say where this file gives an argument to a function that may be a partial which binds it; "" when it does not."""
    for call in context.names.scopes.of(ast.Call):
        given = any(keyword.arg == argument.parameter for keyword in call.keywords)
        if not given or context.call(call) is not None or function_name(call.func) in _WRITERS_OF_FILES:
            continue
        handed = any(isinstance(context.resolve(each), Partial) for each in call.args if isinstance(each, ast.Name))
        if handed or isinstance(context.resolve(call.func), (Partial, Unknown)):
            return f"line {line_of(call)} may give it to this partial again; change both together"
    return ""


def _obstacle(call: BoundCall, argument: Argument, context: Context) -> str:
    """Say why the argument cannot be given its new name here."""
    if argument.keys:
        also = [
            other.parameter
            for other in call.arguments
            if other.keys and removed_in(call.path, other.parameter or "", context.target.release)
        ]
        more = f"; it refuses {' and '.join(f'`{name}`' for name in also if name)}, too" if also else ""
        return f"kept: {context.stays(argument, call.node)}{more}"
    return "a later positional argument means different things in different 2.x releases; pass all of them by keyword"


def _by_registered_name(
    call: BoundCall, argument: Argument, changes: list[Change], message: str, context: Context
) -> Iterator[Match]:
    """Take the registered name for the model's name, as migration guides propose."""
    registered = call.get("registered_model_name")
    if registered is None or _is_none(registered.value) or argument.keys:
        yield Match(call.node, message, Safety.SAFE, tuple(changes))
        return
    wanted = registered_name(call, context)
    if wanted is None:
        yield Match(
            call.node,
            f"{message}; it keeps its value, because the registered name `{shown(registered.value)}` is not sure to be a valid one",
            Safety.SAFE,
            tuple(changes),
        )
        return
    known = text_of(argument.value, context.names).known
    if known is None or dict(context.project.renamed).get(known, known) != wanted:
        message += (
            "; it keeps its value, because other calls log a model of that name, and nobody can tell who reads which"
        )
        yield Match(call.node, message, Safety.SAFE, tuple(changes))
        return
    message += f"; it takes the registered name `{wanted}`, and what reads it by `runs:/` must follow"
    place: int | str = argument.index if argument.index is not None else (argument.keyword or "")
    value = CallChange(call.node, (SetValue(place, context.source(registered.value)),))
    yield Match(call.node, message, Safety.UNSAFE, (*changes, value))


def _by_class(call: BoundCall, context: Context) -> Iterator[Match]:
    """Report the old argument of `Model.log`, which flavors of one's own call; there it stays required."""
    argument = call.get("artifact_path")
    if context.target.both or argument is None or call.get("name") is not None:
        return
    if any(_is_none(value) or invalid_name(value, context) is not None for value in argument.values):
        return  # MLF102 speaks of a name that is refused
    message = (
        "MLflow 3 warns about the `artifact_path` of `Model.log`, which stays required there: "
        f"`Model.log(artifact_path=None, name={shown(argument.value)}, flavor=...)`"
    )
    yield Match(call.node, message, Safety.MANUAL)


def _hidden(call: BoundCall, context: Context) -> Iterator[Match]:
    """Report a path that may stand in ``*args`` or ``**kwargs``."""
    if call.makes_partial or "artifact_path" in call.bound:
        return
    if call.star is not None:
        yield Match(
            call.node,
            "`artifact_path` may be among the unpacked `*` arguments: MLflow 3 wants it as `name=`",
            Safety.MANUAL,
        )
    elif call.open_kwargs is not None and not _brings_none(call.open_kwargs, context):
        yield Match(
            call.node,
            f"`artifact_path` may come from `**{shown(call.open_kwargs)}`: MLflow 3 wants it as `name`",
            Safety.MANUAL,
        )


def _brings_none(brought: ast.expr, context: Context) -> bool:
    return is_chosen_by_version(brought, context.names) or lacking(brought, context.names).has_not("artifact_path")


def _unknown(node: ast.Call, context: Context) -> Iterator[Match]:
    """Report a call that has the old form but whose function cannot be told."""
    value = context.resolve(node.func)
    if not isinstance(value, Unknown):
        return
    renamed = renamed_for_several(node, context)
    if renamed is not None:
        yield renamed
        return
    if isinstance(node.func, (ast.Name, ast.IfExp)) and function_name(node.func) not in METHODS and not value.like:
        return  # what the variable is given is reported
    if _is_own(node.func, context):
        return
    keywords = {keyword.arg for keyword in node.keywords}
    if "name" in keywords or keywords & _FEATURE_STORE:
        return
    owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    is_near = context.facts.names_mlflow or any(path.startswith("mlflow.") for path in value.among)
    says_so = "mlflow" in shown(node.func).lower() or given_mlflow(owner, context)
    if None in keywords and (says_so or (is_near and "artifact_path" not in keywords and len(node.args) < 2)):
        hidden = next(keyword.value for keyword in node.keywords if keyword.arg is None)
        yield Match(
            node,
            f"`artifact_path` may come from `**{shown(hidden)}`: MLflow 3 wants it as `name`, if `{shown(node.func)}` is MLflow's",
            Safety.MANUAL,
        )
        return
    if "artifact_path" not in keywords:
        first_is_text = bool(node.args) and isinstance(node.args[0], (ast.Constant, ast.JoinedStr))
        if not is_near or len(node.args) < 2 or first_is_text:
            return
    yield Match(
        node,
        f"cannot tell whether `{shown(node.func)}` is MLflow's: {value.reason}; if it is, MLflow 3 wants `name=`",
        Safety.MANUAL,
    )


def _check_double(node: ast.Call | ast.Attribute, context: Context) -> Iterator[Match]:
    """Report a test that stands in for ``log_model`` and depends on its arguments as they were."""
    if context.target.both:
        return
    every = (place.double for place in context.doubles if place.node is node)
    doubles = (double for double in every if double.what == "arguments" and not double.moves)
    if any(may_log(double.path, node, context) for double in doubles) and context.facts.names_mlflow:
        message = (
            "this depends on the arguments of `log_model` as they were: MLflow 3 gets `name=`, and what other rules add, such as "
            "`serialization_format=`; expect what the changed code passes"
        )
        yield Match(node, message, Safety.MANUAL)


def _is_own(function: ast.expr, context: Context) -> bool:
    """Return whether the function is one that a module of this project defines."""
    name = function if isinstance(function, ast.Name) else getattr(function, "value", None)
    if not isinstance(name, ast.Name):
        return False
    modules = {module.lstrip(".") for module in context.names.imports(name)}
    if isinstance(function, ast.Attribute):
        modules = {f"{module}.{function.attr}" for module in modules}
    return bool(modules) and all(".".join(module.split(".")[-2:]) in context.project.functions for module in modules)


def _last(call: BoundCall) -> str:
    return call.path.removeprefix("mlflow.")


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


RULE = Rule(
    code="MLF101",
    name="log-model-name",
    summary="`artifact_path=` of `log_model` is now `name=`.",
    why="""\
MLflow 3 logs a model as an entity of its own, a *LoggedModel* with a name, instead of a folder among the run's artifacts. Every
flavor's `log_model` takes `name` since 3.0; `artifact_path` is still accepted, in its old place, and writes
``artifact_path` is deprecated. Please use `name` instead.` through the logger `mlflow.models.model` (not as a warning, so
`-W error` does not see it): `Model.log` in `mlflow/models/model.py`.

`name` stands further right in every signature, so the arguments that followed `artifact_path` by position become the keywords
that their 2.x positions meant. `name=` is a `TypeError` on MLflow 2.

A call of one of several flavors, or of one of several functions that a variable may be, is changed where all that it may be are seen,
and mean the same by the argument.

Where code keeps the function itself, as the entry of a dict, the default of a parameter or a value of a variable that other code gets,
nobody can see from there how it is called: that place is reported.

`Model.log`, which flavors of one's own call, takes both: `artifact_path` stays a required argument and warns, so on MLflow 3 it is
`Model.log(artifact_path=None, name="model", flavor=...)`. Who calls such a flavor stands elsewhere, so it is reported.

A configuration of Hydra that makes such a call (`_target_: mlflow.sklearn.log_model`) is reported.

Not touched: `mlflow.spark.log_model` (it has no `name` in any 3.x and still logs a run artifact), `Model(...)`,
feature stores' clients, `log_artifact(s)`, `download_artifacts`, `list_artifacts`, `shap.log_explanation` and
`pytorch.log_state_dict`, whose `artifact_path` stays.""",
    safety=Safety.SAFE,
    severity=Severity.DEPRECATED,
    on=(
        calls_named(*METHODS, check=_check_call, aliased=True),
        calls(MODEL_LOG, check=_by_class),
        calls_named("methodcaller", check=_check_caller, needs=(LIBRARY, set(METHODS))),
        handed_to(*METHODS, check=_handed),
        calls_named("getattr", check=_check_call, needs=(set(METHODS),)),
        calls_named(*ASSERTIONS, *REPLACES, check=_check_double, needs=(set(METHODS),)),
        attributes(*RECORDS, check=_check_double, needs=(set(METHODS),)),
        attributes(*METHODS, check=_check_kept),
        plain_names(*METHODS, check=_check_kept, aliased=True),
    ),
    examples=EXAMPLES,
)
