"""Says where a rule looks, once: what the engine reads of a file, which nodes it shows, and to which function of the rule.

A rule lists selectors, such as ``calls("mlflow.register_model", check=_check)``. From them is derived everything that decides
whether the rule sees a node: the words without which a file is not even parsed, the kinds of nodes, and the dispatch by name. So
none of that can leave out what the rule would find.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, Union, overload

from codemod.analysis.calls import bind_handed, bind_to
from codemod.analysis.handed import handed_calls
from codemod.analysis.uris import classes_of
from codemod.findings import Safety, Severity
from codemod.names import LocalFunction, Unknown
from codemod.names.nodes import is_abstract

if TYPE_CHECKING:
    from codemod.analysis.calls import BoundCall
    from codemod.analysis.context import Context
    from codemod.analysis.handed import HandedArgument
    from codemod.rewriting.matches import Match

ImportStatement = Union[ast.Import, ast.ImportFrom]
StringNode = Union[ast.Constant, ast.JoinedStr]
#: The statements in which a masked line stands: by itself (``!ls``) or behind the ``=`` of one (``files = !ls``).
LineStatement = Union[ast.Expr, ast.Assign, ast.AnnAssign]
Needs = tuple[frozenset[str], ...]

_N = TypeVar("_N", bound=ast.AST)
_M = TypeVar("_M", bound=ast.AST)
#: What a file needs, at least, to get at something of MLflow.
LIBRARY = frozenset({"mlflow"})
_OF_FLAVORS = frozenset({"log_model", "save_model", "log_explainer", "save_explainer"})


@dataclass(frozen=True, slots=True, eq=False)
class Selector:
    """One kind of place at which a rule looks.

    Attributes:
        kinds: The types of its nodes.
        check: Gives the matches of one such node; the engine shows it no others, which no type can say.
        needs: Strings that stand, in any case of their letters, in every file with such a place: of each set at least one.
        names: The last names that its nodes have: of an attribute, of a name, or of a call's function. Empty for all nodes.
        aliased: Whether calls, or names, count by what they resolve to, too.
        paths: The public paths of the functions whose calls are meant; empty where names decide.
        parts: What its strings hold, in small letters; of the constants and f-strings it sees only those.
        words: Whether the words of a file allow such a place; where names are too many, or too common, to tell by `needs`.
        handed: Whether calls of the project's own functions are meant that hand an argument on to MLflow.
        given: Whether calls are meant, too, that give one of MLflow's functions to what calls it out of sight, with its arguments.
    """

    kinds: tuple[type[ast.AST], ...]
    check: Callable[[Any, Context], Iterator[Match]]
    needs: Needs
    names: frozenset[str] = frozenset()
    aliased: bool = False
    paths: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()
    words: Callable[[Set[str]], bool] | None = None
    handed: bool = False
    given: bool = False


def calls(
    *functions: str,
    check: Callable[[BoundCall, Context], Iterator[Match]],
    needs: Sequence[Set[str]] = (),
    words: Callable[[Set[str]], bool] | None = None,
    sure: bool = False,
) -> Selector:
    """Select the calls of functions that are known to be MLflow's.

    Args:
        functions: Public dotted paths, or names without a dot for all functions of MLflow that are called so; all without any.
        check: Gives the matches of one call.
        needs: Further strings without which a file has no such call, as in `Selector`.
        words: As in `Selector`.
        sure: Whether calls of functions that only may be MLflow's are left to `untold_calls`.
    """
    names = frozenset(function.rpartition(".")[2] for function in functions)
    wanted = frozenset(functions)

    def see(node: ast.Call, context: Context) -> Iterator[Match]:
        call = context.call(node)
        if call is None:
            handed = bind_handed(node, context.names)
            if handed:
                return _of_handed([each for each in handed if _is_wanted(each, wanted)], check, context)
            return iter(()) if sure else _of_one_of_several(node, wanted, check, context)
        return check(call, context) if _is_wanted(call, wanted) else iter(())

    paths = frozenset(function for function in functions if "." in function)
    selector = _selector((ast.Call,), see, (LIBRARY, names, *needs), names, words)
    return replace(selector, paths=paths, aliased=True, given=True)


def _is_wanted(call: BoundCall, wanted: Set[str]) -> bool:
    return not wanted or call.path in wanted or call.path.rpartition(".")[2] in wanted


def _of_handed(
    handed: list[BoundCall], check: Callable[[BoundCall, Context], Iterator[Match]], context: Context
) -> Iterator[Match]:
    """Say to a person what a rule says of a function that is handed on with its arguments: the call stands in other code."""
    for call in handed:
        for match in check(call, context):
            if match.severity is not Severity.ADVICE:
                message = f"`{ast.unparse(call.node.func)}` calls `{call.path}`: {match.message}"
                yield replace(match, message=message, safety=Safety.MANUAL, changes=(), for_3=False)


def _of_one_of_several(
    node: ast.Call, wanted: Set[str], check: Callable[[BoundCall, Context], Iterator[Match]], context: Context
) -> Iterator[Match]:
    """Say what a rule says of a function of MLflow that is one of several that may be called: to a person, as it may be another one.

    The functions that log models are left to rules that know all flavors.
    """
    value = context.resolve(node.func) if isinstance(node.func, ast.Attribute) else None
    if isinstance(value, LocalFunction) and not isinstance(value.node, ast.Lambda) and is_abstract(value.node):
        value = Unknown("it is left to other classes")
    path = value.among[0] if isinstance(value, Unknown) and len(value.among) == 1 else ""
    owner, _, name = path.rpartition(".")
    if _is_class(owner) or not path:
        path = _method_of_given(node.func, wanted, context) if isinstance(value, Unknown) else ""
    elif {path, name}.isdisjoint(wanted) or name in _OF_FLAVORS:
        path = ""
    if not path:
        return
    for match in check(bind_to(node, path, context.names), context):
        if match.severity is not Severity.ADVICE:
            message = f"if this is `{path}`: {match.message}"
            yield replace(match, message=message, safety=Safety.MANUAL, changes=(), for_3=False)


def _method_of_given(function: ast.expr, wanted: Set[str], context: Context) -> str:
    """Return which wanted method a call means, where a caller of the function around it gives the object: ``walk(client, run_id)``."""
    if not isinstance(function, ast.Attribute):
        return ""
    name = function.attr
    methods = {f"{path}.{name}" for path in classes_of(function.value, context) if _is_class(path)}
    return min(methods if name in wanted else methods & wanted, default="")


def _is_class(path: str) -> bool:
    return path.rpartition(".")[2][:1].isupper()


def calls_named(
    *names: str,
    check: Callable[[ast.Call, Context], Iterator[Match]],
    needs: Sequence[Set[str]] = (),
    aliased: bool = False,
) -> Selector:
    """Select the calls of functions with one of these last names, whatever they are known to be.

    Args:
        names: What the functions are called.
        check: Gives the matches of one call.
        needs: Further strings without which a file has no such call, as in `Selector`.
        aliased: Whether calls are meant, too, that are written otherwise and resolve to one of MLflow's functions of such a name.
    """
    return replace(_selector((ast.Call,), check, (frozenset(names), *needs), frozenset(names)), aliased=aliased)


def handed_to(*functions: str, check: Callable[[HandedArgument, ast.Call, Context], Iterator[Match]]) -> Selector:
    """Select the calls of the project's own functions that hand an argument on to some functions of MLflow.

    Args:
        functions: The last names of these, or of the methods of a flavor.
        check: Gives the matches of one argument, and the call in which it stands.
    """
    wanted = frozenset(functions)

    def see(node: ast.Call, context: Context) -> Iterator[Match]:
        for argument in handed_calls(context).get(node, ()):
            handed = argument.handed
            if (handed.to.rpartition(".")[2] or handed.argument) in wanted:
                yield from check(argument, node, context)

    return replace(_selector((ast.Call,), see, (LIBRARY, wanted)), handed=True)


def attributes(
    *names: str,
    check: Callable[[ast.Attribute, Context], Iterator[Match]],
    needs: Sequence[Set[str]] = (),
    words: Callable[[Set[str]], bool] | None = None,
) -> Selector:
    """Select attributes by their name.

    Args:
        names: Their names; any without one.
        check: Gives the matches of one attribute.
        needs: Further strings without which a file has no such attribute, as in `Selector`.
        words: As in `Selector`.
    """
    return _selector((ast.Attribute,), check, (frozenset(names), *needs), frozenset(names), words)


def plain_names(
    *names: str,
    check: Callable[[ast.Name, Context], Iterator[Match]],
    needs: Sequence[Set[str]] = (),
    aliased: bool = False,
) -> Selector:
    """Select the names that stand by themselves, by what they are.

    Args:
        names: The names.
        check: Gives the matches of one.
        needs: Further strings without which a file has no such name, as in `Selector`.
        aliased: Whether other names count, too, that mean one of MLflow's functions of such a name and are not called.
    """
    selector = _selector((ast.Name,), check, (frozenset(names), *needs), frozenset(names))
    return replace(selector, aliased=aliased)


def imports(
    *names: str,
    check: Callable[[ImportStatement, Context], Iterator[Match]],
    needs: Sequence[Set[str]] = (),
    words: Callable[[Set[str]], bool] | None = None,
) -> Selector:
    """Select the imports of files that hold one of some names; a star may import it without naming it.

    Args:
        names: The names; any without one.
        check: Gives the matches of one statement.
        needs: Further strings without which a file has no such import, as in `Selector`.
        words: As in `Selector`.
    """
    return _selector((ast.Import, ast.ImportFrom), check, (LIBRARY, frozenset(names), *needs), words=words)


def literals(
    *parts: str, check: Callable[[StringNode, Context], Iterator[Match]], needs: Sequence[Set[str]] = ()
) -> Selector:
    """Select the texts, f-strings among them, that hold one of some parts.

    Args:
        parts: What stands in such a string, in any case of its letters.
        check: Gives the matches of one string.
        needs: Further strings without which a file has no such place, as in `Selector`.
    """
    lowered = tuple(part.lower() for part in parts)
    return replace(_selector((ast.Constant, ast.JoinedStr), check, (frozenset(parts), *needs)), parts=lowered)


@overload
def constructions(
    kind: type[_N],
    /,
    *,
    check: Callable[[_N, Context], Iterator[Match]],
    needs: Sequence[Set[str]],
    words: Callable[[Set[str]], bool] | None = None,
) -> Selector: ...


@overload
def constructions(
    kind: type[_N],
    other: type[_M],
    /,
    *,
    check: Callable[[_N | _M, Context], Iterator[Match]],
    needs: Sequence[Set[str]],
    words: Callable[[Set[str]], bool] | None = None,
) -> Selector: ...


def constructions(
    *kinds: type[ast.AST],
    check: Callable[[Any, Context], Iterator[Match]],
    needs: Sequence[Set[str]],
    words: Callable[[Set[str]], bool] | None = None,
) -> Selector:
    """Select all nodes of some types in the files that can hold what the rule means.

    Args:
        kinds: The types.
        check: Gives the matches of one node.
        needs: Strings without which a file has no such place, as in `Selector`.
        words: As in `Selector`.
    """
    return _selector(kinds, check, tuple(needs), words=words)


def masked_lines(*, check: Callable[[LineStatement, Context], Iterator[Match]], needs: Sequence[Set[str]]) -> Selector:
    """Select the statements in which shell lines and magics may stand masked.

    Args:
        check: Gives the matches of one statement.
        needs: Strings without which a file has no such line, as in `Selector`.
    """
    return _selector((ast.Expr, ast.Assign, ast.AnnAssign), check, tuple(needs))


def _selector(
    kinds: tuple[type[ast.AST], ...],
    check: Callable[[Any, Context], Iterator[Match]],
    needs: Sequence[Set[str]],
    names: frozenset[str] = frozenset(),
    words: Callable[[Set[str]], bool] | None = None,
) -> Selector:
    # Names that are too many to look for are left to the words.
    told = (texts for texts in needs if texts and not (words is not None and texts == names))
    wanted = tuple(frozenset(text.lower() for text in texts) for texts in told)
    return Selector(kinds, check, wanted, names, words=words)
