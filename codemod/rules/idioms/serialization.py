"""What the rules about model formats share: a format argument that is added where none was chosen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from codemod.analysis.calls import BoundCall, bind_handed
from codemod.analysis.context import Context
from codemod.analysis.handed import HandedArgument
from codemod.analysis.keywords import keywords_of, later_calls
from codemod.analysis.texts import text_of
from codemod.findings import Safety, Severity
from codemod.names import Mlflow, OwnClass, Unknown
from codemod.names.expressions import returned
from codemod.rewriting.edits import AddKeyword, CallChange
from codemod.rules.base import Match
from codemod.rules.idioms.arguments import MODEL_LOG, shown
from codemod.rules.idioms.log_model_references import use_of_reference
from codemod.rules.selectors import LIBRARY, Selector, attributes, calls_named, constructions, handed_to, plain_names

_PARAMETER = "serialization_format"


@dataclass(frozen=True, slots=True)
class Format:
    """A flavor's format.

    Attributes:
        flavor: The flavor's module, such as ``"mlflow.sklearn"``.
        keeps: The value that keeps what MLflow 2 wrote.
        default_since: The release in which the default became another value.
        parameter_since_2: Whether MLflow 2 has the parameter too.
        message: What MLflow does now, in a clause.
        fix: What the fix does.
        new_file: The file that a model has in the new format.
        setting: The name of the setting that can choose the new format; "" where none can.
    """

    flavor: str
    keeps: str
    default_since: str
    parameter_since_2: bool
    message: str
    fix: str
    new_file: str
    setting: str = ""

    @property
    def functions(self) -> tuple[str, str]:
        """Return the functions that take it."""
        return f"{self.flavor}.log_model", f"{self.flavor}.save_model"

    def is_kept(self, context: Context) -> bool:
        """Return whether the run keeps what MLflow 2 wrote, on a target that writes something else by itself."""
        wanted = not self.setting or getattr(context.settings, self.setting) == self.keeps
        return wanted and context.target.at_least(self.default_since)


def undecided(call: BoundCall, context: Context, chosen: Format) -> bool:
    """Return whether a call that writes a model leaves the format to MLflow, and the target's default is the new one."""
    given = call.get(_PARAMETER)
    if (
        not context.target.at_least(chosen.default_since)
        or (given is not None and given.sure)
        or _PARAMETER in call.bound
        or call.is_given  # reported where the function stands
    ):
        return False
    if not call.makes_partial:
        return True
    later = later_calls(call.node, context.names)
    # Calls of a partial that stand in this file get the format there.
    return bool(later.unseen or not later.called) and _PARAMETER not in later.keywords


def check_format(
    call: BoundCall, context: Context, chosen: Format, severity: Severity | None = None
) -> Iterator[Match]:
    """Add the format that keeps what MLflow 2 wrote, where the run wants that.

    Args:
        call: The call that writes a model.
        context: The namespace.
        chosen: The flavor's format.
        severity: What happens to this model by MLflow 3's default; None where that is what the rule says.
    """
    for match in _without_format(call, context, chosen):
        yield match if severity is None else replace(match, severity=severity)


def _without_format(call: BoundCall, context: Context, chosen: Format) -> Iterator[Match]:
    if not chosen.is_kept(context) or not undecided(call, context, chosen):
        return
    added = f'{_PARAMETER}="{chosen.keeps}"'
    unseen = (
        call.open_kwargs if call.star is None else next(arg for arg in call.node.args if isinstance(arg, ast.Starred))
    )
    if unseen is not None:
        stars = "*" if isinstance(unseen, ast.Starred) else "**"
        value = unseen.value if isinstance(unseen, ast.Starred) else unseen
        yield Match(
            call.node,
            f"{chosen.message}; add `{added}` unless `{stars}{shown(value)}` brings a format",
            Safety.MANUAL,
        )
    elif call.get(_PARAMETER) is not None:
        yield Match(call.node, f"{chosen.message}; only one way through this code gives a format", Safety.MANUAL)
    elif call.makes_partial and later_calls(call.node, context.names).positional + len(call.positional) > 4:
        yield Match(call.node, f"{chosen.message}; add `{added}` to the calls of this partial", Safety.MANUAL)
    elif context.target.both and not chosen.parameter_since_2:
        change = CallChange(call.node, (AddKeyword(_PARAMETER, f'"{chosen.keeps}"'),))
        message = f"{chosen.message}; MLflow 2 has no `{_PARAMETER}` here, so no form runs on both"
        yield Match(call.node, message, Safety.MANUAL, (change,), for_3=True)
    else:
        change = CallChange(call.node, (AddKeyword(_PARAMETER, f'"{chosen.keeps}"'),))
        message = f"{chosen.message}; {chosen.fix}"
        if not _is_wanted(call, chosen, context):
            yield Match(call.node, message, Safety.SAFE, (change,))
        else:
            yield Match(
                call.node,
                f"{message}; some code speaks of `{chosen.new_file}` and may want it",
                Safety.UNSAFE,
                (change,),
            )


def _is_wanted(call: BoundCall, chosen: Format, context: Context) -> bool:
    """Return whether some code may read the new file of the model that a call writes: it names no folder, or that of this model."""
    folders = {name.rpartition("/")[0] for name in context.project.new_files if name.endswith(chosen.new_file)}
    if not folders or "" in folders:
        return bool(folders)
    written = call.get("name", "artifact_path") or call.get("path")
    known = text_of(written.value, context.names).known if written is not None else None
    return known is None or known.replace("\\", "/").rstrip("/").rpartition("/")[2] in folders


def also(chosen: Format) -> tuple[Selector, ...]:
    """Select the places at which a flavor writes models without a call of its functions that could be seen."""

    def kept_here(node: ast.Attribute | ast.Name, context: Context) -> Iterator[Match]:
        if chosen.is_kept(context):
            yield from _handed_on(node, context, chosen)

    def by_flavor(node: ast.Call, context: Context) -> Iterator[Match]:
        if chosen.is_kept(context):
            yield from _of_flavor(node, context, chosen)

    def handed_on(argument: HandedArgument, _call: ast.Call, context: Context) -> Iterator[Match]:
        if chosen.is_kept(context) and not argument.handed.to and may_be(argument.value, chosen, context):
            method = argument.handed.argument
            message = f"`{shown(argument.value)}` is handed to a function that calls its `{method}`: {chosen.message}"
            yield Match(argument.value, f'{message}; pass `{_PARAMETER}="{chosen.keeps}"` there', Safety.MANUAL)

    def inherited(node: ast.ClassDef, context: Context) -> Iterator[Match]:
        if chosen.is_kept(context):
            yield from _written_by_base(node, context, chosen)

    return (
        constructions(ast.ClassDef, check=inherited, needs=(LIBRARY, {chosen.flavor.rpartition(".")[2]})),
        handed_to("save_model", "log_model", "log", check=handed_on),
        attributes("save_model", "log_model", check=kept_here, needs=(LIBRARY,)),
        plain_names("save_model", "log_model", check=kept_here, needs=(LIBRARY,), aliased=True),
        calls_named("log", "log_model", check=by_flavor, needs=(LIBRARY,)),
    )


def _written_by_base(node: ast.ClassDef, context: Context, chosen: Format) -> Iterator[Match]:
    """Report a flavor that a class gives to a base in another file, which writes models by it."""
    names = context.names
    bases = [value for base in node.bases if isinstance(value := context.resolve(base), OwnClass)]
    for name in dict.fromkeys(name for base in bases for name in base.writes):
        for binding in names.scopes.attributes.get(node, {}).get(name, ()):
            made = binding.node
            if isinstance(made, (ast.FunctionDef, ast.AsyncFunctionDef)):
                given = returned(names, made)
            elif binding.source is not None:
                given = names.resolve(binding.source)
            else:
                continue
            if given == Mlflow(chosen.flavor):
                message = f"`{bases[0].name}`, from which `{node.name}` is made, writes models by its `{name}`"
                advice = f'{chosen.message}; pass `{_PARAMETER}="{chosen.keeps}"` there'
                yield Match(made, f"{message}: {advice}", Safety.MANUAL)


def may_be(node: ast.expr, chosen: Format, context: Context) -> bool:
    """Return whether an expression is a flavor's module, or is seen to be one of several of which that is one."""
    value = context.resolve(node)
    paths = (value.path,) if isinstance(value, Mlflow) else value.among if isinstance(value, Unknown) else ()
    return chosen.flavor in paths


def _handed_on(node: ast.Attribute | ast.Name, context: Context, chosen: Format) -> Iterator[Match]:
    """Report a `save_model` or `log_model` that is not called where it stands."""
    value = context.resolve(node) if isinstance(node.ctx, ast.Load) else None
    done = use_of_reference(node, context) if isinstance(value, Mlflow) and value.path in chosen.functions else None
    around = context.names.scopes.parent(node)
    made = context.call(around) if isinstance(around, ast.Call) else None
    if made is not None and made.makes_partial:
        return  # it gets the format itself
    given = bind_handed(around, context.names) if isinstance(around, ast.Call) else ()
    if given and all(each.get(_PARAMETER) is not None for each in given):
        return
    if done is not None:
        added = f'{_PARAMETER}="{chosen.keeps}"'
        yield Match(node, f"`{shown(node)}` {done}: {chosen.message}; pass `{added}` where it is called", Safety.MANUAL)


def _of_flavor(node: ast.Call, context: Context, chosen: Format) -> Iterator[Match]:
    """Read ``Model.log(flavor=mlflow.sklearn, ...)`` and ``client.log_model(flavor=mlflow.sklearn, ...)`` of feature stores.

    Both call the flavor's `save_model` with the keywords that they do not know themselves.
    """
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    call = context.call(node)
    if call is not None and call.path != MODEL_LOG:
        return
    bound = call.get("flavor") if call is not None else None
    argument = bound.value if bound is not None else given.get("flavor") or _unpacked(node, context).get("flavor")
    flavor = context.resolve(argument) if argument is not None else None
    if not isinstance(flavor, Mlflow) or flavor.path != chosen.flavor:
        return
    if _PARAMETER in given or _PARAMETER in _unpacked(node, context):
        return
    change = CallChange(node, (AddKeyword(_PARAMETER, f'"{chosen.keeps}"'),))
    dicts = (keyword.value for keyword in node.keywords if keyword.arg is None)
    if not all(keywords_of(each, node, context.names).closed for each in dicts):
        yield Match(node, f"{chosen.message}; the format may be among the unpacked arguments", Safety.MANUAL)
    elif context.target.both and not chosen.parameter_since_2:
        yield Match(node, f"{chosen.message}; MLflow 2 has no `{_PARAMETER}` here", Safety.MANUAL)
    else:
        safety = Safety.SAFE if call is not None else Safety.UNSAFE
        yield Match(node, f"{chosen.message}; {chosen.fix}", safety, (change,))


def _unpacked(node: ast.Call, context: Context) -> dict[str, ast.expr]:
    """Return the keywords that a dict brings which a call unpacks, as far as they are seen."""
    dicts = (keyword.value for keyword in node.keywords if keyword.arg is None)
    return {entry.name: entry.values[0] for each in dicts for entry in keywords_of(each, node, context.names).entries}
