"""MLF403: a run's identifier is `run_id`; `run_uuid` is gone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.loops import Path, loop_places, values_of_loop
from codemod.analysis.mocks import MOCKS
from codemod.analysis.once import once
from codemod.analysis.uris import classes_of
from codemod.findings import Safety, Severity
from codemod.names import Elements, Foreign, Instance, LocalInstance, Mlflow, Unknown
from codemod.names.nodes import dotted_text, function_name, line_of
from codemod.rewriting.edits import RenameAttribute, Replace
from codemod.rules.base import Match, Rule
from codemod.rules.gone.run_uuid_asked_examples import EXAMPLES as ASKED
from codemod.rules.gone.run_uuid_examples import EXAMPLES
from codemod.rules.gone.run_uuid_handler_examples import EXAMPLES as HANDLERS
from codemod.rules.gone.run_uuid_kept_examples import EXAMPLES as KEPT
from codemod.rules.idioms.arguments import shown
from codemod.rules.idioms.named_keys import names_of_key
from codemod.rules.idioms.new_run_id import falls_back_to_new, is_chosen_by_name, speaks_of_new_name, takes_new_name
from codemod.rules.idioms.own_objects import is_given_own
from codemod.rules.idioms.run_doubles import check_double, set_on_double
from codemod.rules.selectors import LIBRARY, attributes, calls_named, constructions, literals

_NAME = "run_uuid"
# What stands in code that looks into a run's info by keys.
_OF_INFO = {"info", "RunInfo"}
# A field of a template that ends in this attribute; two braces are one that is written.
_FIELD = re.compile(r"(?<!\{)(?:\{\{){0,9}\{(?P<name>\w{0,60})(?P<path>(?:\.\w{1,60}){0,9})\.run_uuid(?=[}!:])")
_RUN = "mlflow.entities.Run"
_RUN_INFO = "mlflow.entities.RunInfo"
_RUNS = (_RUN, "mlflow.ActiveRun")
_OF_RUNS = (*_RUNS, _RUN_INFO)


def _check_key(node: ast.Constant | ast.JoinedStr, context: Context) -> Iterator[Match]:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return
    getter = context.names.scopes.parent(node)
    is_asked = isinstance(getter, ast.Call) and _is_getter(getter.func, context)
    if node.value == _NAME and not is_asked:
        yield from _key(node, context)
    elif node.value == _NAME or node.value.endswith(f".{_NAME}"):
        yield from _getter(node, context)
    elif node.value == f"_{_NAME}":
        values, reads = _looked_up(node, getter)
        if reads and values is not None and _is_namespace(values, context):
            yield _renamed(node, f"`RunInfo` of MLflow 3 has no `_{_NAME}`, only `_run_id`", context)
    elif "{" in node.value:
        yield from _in_template(node, context)
    elif isinstance(getter, ast.BinOp) and getter.left is node and f"%({_NAME})" in node.value:
        if _is_info(getter.right, context):
            yield _renamed(node, f"the values of a `RunInfo` of MLflow 3 have no `{_NAME}`, only `run_id`", context)


def _key(node: ast.Constant, context: Context) -> Iterator[Match]:
    """Read a string as a key of ``dict(run.info)`` or of ``run.to_dictionary()["info"]``, or as an attribute's name."""
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.Call) and parent.args[1:2] == [node]:
        if isinstance(parent.func, ast.Name) and parent.func.id in ("getattr", "hasattr"):
            yield from _asked(node, parent, context)
            return
    values, reads = _looked_up(node, parent)
    if values is None or not _is_info(values, context):
        return
    message = "the values of a `RunInfo` of MLflow 3 have no `run_uuid`, only `run_id`"
    uses = [use for use in _uses_that_may_write(values, context) if use is not values]
    if uses:
        scopes = context.names.scopes
        written = any(scopes.order(use) < scopes.order(node) and _writes(use, context) for use in uses)
        if not written:
            yield Match(node, f"{message}; line {line_of(uses[0])} may give or take that key", Safety.MANUAL)
    elif reads:
        yield _renamed(node, message, context)
    else:
        yield Match(node, f"{message}: see what depends on the key", Safety.MANUAL)


def _asked(node: ast.Constant, call: ast.Call, context: Context) -> Iterator[Match]:
    """Read ``getattr(run.info, "run_uuid", None)`` and ``hasattr(run.info, "run_uuid")``."""
    message, owner = f"`RunInfo` of MLflow 3 has no `{_NAME}`, only `run_id`", call.args[0]
    is_known = _is_run_info(owner, context)
    takes_new = takes_new_name(call, context) if is_known else falls_back_to_new(call, context)
    if takes_new and not (is_known and function_name(call.func) == "getattr"):
        return
    if is_known:
        yield _renamed(node, message, context)
    elif isinstance(value := context.resolve(owner), Unknown) and context.facts.names_mlflow:
        yield Match(node, f"{message}; cannot tell what `{shown(owner)}` is: {value.reason}", Safety.MANUAL)


def _check_named(node: ast.Subscript | ast.Call, context: Context) -> Iterator[Match]:
    """Read a key that has another name: ``dict(run.info)[Keys.RUN.value]``, ``getattr(run.info, key)``."""
    key, is_asked = _key_of(node)
    if key is None or isinstance(key, (ast.Constant, ast.Slice)):
        return  # `_check_key` reads what stands there
    held = node.value if isinstance(node, ast.Subscript) else node.args[0] if is_asked else node.func
    owner = held.value if isinstance(node, ast.Call) and isinstance(held, ast.Attribute) and not is_asked else held
    is_info = _may_be_info(owner, context) if is_asked else _is_info(owner, context)
    if is_asked and isinstance(node, ast.Call) and falls_back_to_new(node, context):
        return
    # What asks anything for a name that its callers give is no code about runs.
    is_known = not is_asked or _is_run_info(owner, context)
    if is_info and _NAME in names_of_key(key, context, callers=is_known):
        message = f"`{shown(key)}` may be `{_NAME}`, which a `RunInfo` of MLflow 3 does not have: there it is `run_id`"
        yield Match(key, message, Safety.MANUAL)


def _key_of(node: ast.Subscript | ast.Call) -> tuple[ast.expr | None, bool]:
    """Return the key for which an item or a call asks, and whether it is the name of an attribute."""
    if isinstance(node, ast.Subscript):
        return (node.slice if isinstance(node.ctx, ast.Load) else None), False
    if function_name(node.func) in ("getattr", "hasattr"):
        return next(iter(node.args[1:2]), None), True
    return (node.args[0] if node.args and isinstance(node.func, ast.Attribute) else None), False


def _check_names(node: ast.Call, context: Context) -> Iterator[Match]:
    """Read ``getattr(run.info, name)`` in a loop over names."""
    for value in _names_asked_by_loops(context).get(node, ()):
        message = f"`RunInfo` of MLflow 3 has no `{_NAME}`, only `run_id`; line {line_of(node)} asks for it"
        yield Match(value, message, Safety.MANUAL)


@once
def _names_asked_by_loops(context: Context) -> dict[ast.Call, list[ast.expr]]:
    """Return the old names that loops give to calls that ask for them, each with the first of these: many may ask for what many loops give."""
    names, told = context.names, set[ast.expr]()
    known = set[tuple[ast.expr, Path]]()
    found: dict[ast.Call, list[ast.expr]] = {}
    for call in names.scopes.of(ast.Call):
        name = call.args[1] if function_name(call.func) == "getattr" and len(call.args) > 1 else None
        if not isinstance(name, ast.Name) or name.id in _left_out(context) or not _may_be_info(call.args[0], context):
            continue
        for iterable, path in loop_places(name, names):
            held = names.definition(iterable) if isinstance(iterable, ast.Name) else None
            place = held or iterable, path
            values = values_of_loop(iterable, path, names) if place not in known else ()
            known.add(place)
            new = [each for each in values if getattr(each, "value", "") == _NAME and each not in told]
            told.update(new)
            found.setdefault(call, []).extend(new)
    return found


def _may_be_info(node: ast.expr, context: Context) -> bool:
    """Return whether what is asked is a run's info, or nobody can tell."""
    is_open = isinstance(context.resolve(node), Unknown) and _may_be_run(node, context)
    return _is_run_info(node, context) or (is_open and not is_given_own(node, _NAME, context))


@once
def _left_out(context: Context) -> frozenset[str]:
    """Return the names that code compares with the old one, as a loop does that passes over it."""
    found = set[str]()
    for compared in context.names.scopes.of(ast.Compare):
        parts = [*ast.walk(compared)]
        if any(isinstance(item, ast.Constant) and item.value == _NAME for item in parts):
            found.update(item.id for item in parts if isinstance(item, ast.Name))
    return frozenset(found)


def _looked_up(node: ast.Constant, parent: ast.AST | None) -> tuple[ast.expr | None, bool]:
    """Return the values in which a key is looked up, and whether it is only read there; none where the code writes the key."""
    if isinstance(parent, ast.Subscript) and parent.slice is node:
        is_written = isinstance(parent.ctx, ast.Store)
        return (None if is_written else parent.value), isinstance(parent.ctx, ast.Load)
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and parent.args[:1] == [node]:
        is_lookup = parent.func.attr in ("get", "pop") or (
            parent.func.attr == "setdefault" and not speaks_of_new_name(parent)
        )
        return (parent.func.value if is_lookup else None), parent.func.attr == "get"
    if isinstance(parent, ast.Compare) and parent.left is node and isinstance(parent.ops[0], (ast.In, ast.NotIn)):
        return parent.comparators[0], False
    return None, False


def _renamed(node: ast.Constant, message: str, context: Context) -> Match:
    source = context.source(node)
    return Match(node, message, Safety.SAFE, (Replace(node, source.replace(_NAME, "run_id")),))


def _uses_that_may_write(values: ast.expr, context: Context) -> list[ast.Name | ast.Attribute]:
    """Return where the code gives the values a `run_uuid` of its own or takes theirs away, or may do so."""
    if isinstance(values, ast.Name):
        return [use for use in context.names.uses(values) if _may_write(use, context)]
    text = dotted_text(values)
    same = (node for node in context.names.scopes.of(ast.Attribute) if text and dotted_text(node) == text)
    return [node for node in same if _may_write(node, context)]


def _writes(use: ast.Name | ast.Attribute, context: Context) -> bool:
    """Return whether a use writes or takes away a key for certain, or one of its own dicts' methods does."""
    parent = context.names.scopes.parent(use)
    return isinstance(parent, (ast.Subscript, ast.Attribute, ast.AugAssign))


def _may_write(node: ast.Name | ast.Attribute, context: Context) -> bool:
    """Return whether a use of the values may give or take the key: it does so, has another name for them, or hands them to unseen code."""
    parent = context.names.scopes.parent(node)
    if not isinstance(node.ctx, ast.Load):
        return isinstance(parent, ast.AugAssign)
    if isinstance(parent, ast.Subscript) and parent.value is node:
        known = parent.slice.value if isinstance(parent.slice, ast.Constant) else _NAME
        return isinstance(parent.ctx, (ast.Store, ast.Del)) and known == _NAME
    if isinstance(parent, ast.Attribute):
        return parent.attr in ("update", "setdefault", "pop", "popitem", "clear")
    if isinstance(parent, ast.keyword) and parent.arg is not None:
        parent = context.names.scopes.parent(parent)
    if isinstance(parent, ast.Call):
        return not isinstance(context.resolve(parent.func), (Foreign, Mlflow)) and not _is_builtin(parent, context)
    # Who has it from another variable, or takes it out of a tuple, has it by another name.
    return isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Tuple, ast.List, ast.Dict, ast.Starred))


def _is_builtin(call: ast.Call, context: Context) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Name)
        and function.id in ("print", "len", "dict", "list", "sorted", "str", "repr", "set", "tuple", "iter", "bool")
        and not context.names.is_bound(function.id, call)
    )


def _getter(node: ast.Constant, context: Context) -> Iterator[Match]:
    """Read ``attrgetter("info.run_uuid")``."""
    scopes = context.names.scopes
    getter = scopes.parent(node)
    if not isinstance(getter, ast.Call) or not _is_getter(getter.func, context) or not context.facts.names_mlflow:
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


def _is_getter(node: ast.expr, context: Context) -> bool:
    return function_name(node) == "attrgetter" or context.resolve(node) == Foreign("operator.attrgetter")


def _check_attribute(node: ast.Attribute, context: Context) -> Iterator[Match]:
    if isinstance(node.ctx, ast.Store):
        if any(place.node is node for place in context.doubles) and not isinstance(
            context.resolve(node.value), LocalInstance
        ):
            yield from set_on_double(node, context)
        return
    if not isinstance(node.ctx, ast.Load) or _is_message(node.value, context):
        return
    if is_chosen_by_name(node, context):
        return
    owner = context.resolve(node.value)
    if _is_run_info(node.value, context):
        change = RenameAttribute(node, "run_id")
        yield Match(node, "`RunInfo` of MLflow 3 has no `run_uuid`, only `run_id`", Safety.SAFE, (change,))
    elif (
        isinstance(owner, Unknown) and _may_be_run(node.value, context) and not is_given_own(node.value, _NAME, context)
    ):
        message = f"`run_uuid` of a run's info is `run_id` in MLflow 3; cannot tell what `{shown(node.value)}` is: {owner.reason}"
        yield Match(node, message, Safety.MANUAL)
    elif isinstance(owner, Foreign) and _comes_of_run(node.value, context):
        message = "`run_uuid` of a run's info is `run_id` in MLflow 3; code of another package gives this, and got it from a run"
        yield Match(node, message, Safety.MANUAL)


def _comes_of_run(node: ast.expr, context: Context) -> bool:
    """Return whether what other packages hand on, as pools and futures do, may be a run's info: ``future.result().info``."""
    if isinstance(node, ast.Attribute) and node.attr == "info":
        return not classes_of(node.value, context).isdisjoint(_RUNS)
    return _RUN_INFO in classes_of(node, context)


def _may_be_run(node: ast.expr, context: Context) -> bool:
    """Return whether something that nobody knows may be a run's info: the code has to do with MLflow, or another file gives it a run."""
    if context.facts.names_mlflow:
        return True
    parts = [node]
    while isinstance(node, ast.Attribute):
        node = node.value
        parts.append(node)
    return any(not classes_of(part, context).isdisjoint(_OF_RUNS) for part in parts)


def _in_template(node: ast.Constant, context: Context) -> Iterator[Match]:
    """Read a template that asks for the attribute: ``"{run.info.run_uuid}".format(run=run)``."""
    method = context.names.scopes.parent(node)
    call = context.names.scopes.parent(method) if isinstance(method, ast.Attribute) else None
    if not isinstance(call, ast.Call) or call.func is not method or function_name(call.func) != "format":
        return
    message = f"`RunInfo` of MLflow 3 has no `{_NAME}`, only `run_id`"
    known = [_is_asked_of_info(found, call, context) for found in _FIELD.finditer(str(node.value))]
    if known and all(known) and context.source(node).count(_NAME) == len(known):
        yield _renamed(node, message, context)
    elif any(each is not False for each in known) and context.facts.names_mlflow:
        yield Match(node, f"{message}; cannot tell what this is asked of", Safety.MANUAL)


def _is_asked_of_info(found: re.Match[str], call: ast.Call, context: Context) -> bool | None:
    """Return whether a field of a template asks a run's info; None when nobody can tell."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    name, path = found["name"], found["path"]
    value = keywords.get(name) if not name.isdigit() else next(iter(call.args[int(name) : int(name) + 1]), None)
    if not name:
        value = call.args[0] if len(call.args) == 1 else None
    of = context.resolve(value) if value is not None else Unknown("no argument has this name")
    for part in path.split(".")[1:]:
        of = context.names.attribute_of(of, part)
    return None if isinstance(of, Unknown) else of == Instance(_RUN_INFO)


def _check_pattern(node: ast.MatchClass, context: Context) -> Iterator[Match]:
    """Report ``case object(run_uuid=identifier)``, which nothing of MLflow 3 matches."""
    statement = next((each for each in context.names.scopes.ancestors(node) if isinstance(each, ast.Match)), None)
    if _NAME in node.kwd_attrs and statement is not None and _is_run_info(statement.subject, context):
        message = "`RunInfo` of MLflow 3 has no `run_uuid`, only `run_id`, so that this case never matches"
        yield Match(node.cls, message, Safety.MANUAL, severity=Severity.CHANGES)


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
        whole = context.names.definition(node.value) if isinstance(node.value, ast.Name) else node.value
        call = context.call(whole) if is_info and isinstance(whole, ast.Call) else None
        return call is not None and call.path == "mlflow.entities.Run.to_dictionary"
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "dict"
        and len(node.args) == 1
        and not node.keywords
    ):
        return _is_run_info(node.args[0], context)
    return False


def _is_namespace(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is ``vars(run.info)`` or ``run.info.__dict__``, of which the keys have an underscore."""
    source = context.names.definition(node) if isinstance(node, ast.Name) else node
    if isinstance(source, ast.Attribute):
        return source.attr == "__dict__" and _is_run_info(source.value, context)
    is_vars = isinstance(source, ast.Call) and getattr(source.func, "id", "") == "vars" and len(source.args) == 1
    return is_vars and isinstance(source, ast.Call) and _is_run_info(source.args[0], context)


def _is_message(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is a run's info as the server gets it (``run.info.to_proto()``), which has both names."""
    value = context.resolve(node)
    return isinstance(value, Unknown) and value.made_by == f"{_RUN_INFO}.to_proto"


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
        calls_named("getattr", check=_check_names, needs=(LIBRARY, {_NAME})),
        calls_named("getattr", "hasattr", "get", "pop", check=_check_named, needs=(LIBRARY, _OF_INFO)),
        constructions(ast.Subscript, check=_check_named, needs=(LIBRARY, _OF_INFO)),
        constructions(ast.MatchClass, check=_check_pattern, needs=(LIBRARY, {_NAME})),
        calls_named(*MOCKS, check=check_double, needs=({_NAME},)),
    ),
    examples=(*EXAMPLES, *ASKED, *HANDLERS, *KEPT),
)
