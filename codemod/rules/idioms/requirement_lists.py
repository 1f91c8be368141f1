"""Which lists, dicts and arguments in Python hold requirements that something installs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence, Set

from codemod.analysis.conftests import is_test
from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.names.nodes import assigned_name, dotted_text, function_name

# The arguments, keys and variables that hold what is installed somewhere, and the functions that install it.
_REQUIREMENTS = re.compile(
    r"requirements?|require[ds]|extras|dependenc(?:y|ies)|packages?|\b(?:pip|libs|libraries|deps)|_(?:pip|libs|libraries|deps)\b"
    r"|(?:\b|_)pin(?:s|ned)(?:\b|_)",
    re.IGNORECASE,
)
INSTALLS = re.compile(r"^install$|pip_install|install_packages?|uv_pip|pip_packages", re.IGNORECASE)
"""The functions that install what they are given."""
SETUP_LISTS = ("install_requires", "extras_require", "tests_require", "setup_requires")
"""The arguments of ``setup`` that hold requirements."""
# The arguments and keys that hold one requirement: of a job's libraries, for instance.
_ONE = re.compile(r"(?:^|_)(?:package|requirement|dependency|pypi)$", re.IGNORECASE)
_SEVERAL = re.compile(r"(?:^|_)(?:packages|requirements|dependencies)$", re.IGNORECASE)
_WORD = re.compile(r"[^\s,]+(?:,(?=[=<>~!])[^\s,]+)*")
# A name of a package with extras, releases and a marker.
_PACKAGE = re.compile(r"[A-Za-z0-9][\w.-]*(?:\[[^\[\]]*\])?[ ]?(?:[(]?[=<>~!][^;@]*)?(?:[;@].*)?")
_RELEASED = re.compile(r"[=<>~!]=?[ ]?\d")
# Releases alone, as tables of versions have them.
_RELEASES = re.compile(r"(?:[=<>~!]=?=?|\^)[ ]?\d[\w.*+-]*(?:[ ]?,[ ]?[=<>~!]=?[ ]?\d[\w.*+-]*)*")
# A line of a file of requirements, and one of MLflow's.
_LINE = re.compile(
    r"(?:-[ ])?[A-Za-z0-9][\w.-]{0,80}(?:\[[^\[\]]{0,80}\])?[ ]?(?:[=<>~!]=?=?[ ]?[\w.*+!-]{1,40}[ ]?,?[ ]?){0,5}(?:[ ]?[;@#].*)?"
    r"|(?:-[a-zA-Z-].*|#.*|[a-z]+:(?:[ ][\w.-]*)?|-[ ][a-z]+:)?"
)
_OWN_LINE = re.compile(r"(?:-[ ])?mlflow(?:-skinny)?(?:\[[^\[\]]*\])?[ ]?[=<>~!]=?[ ]?\d")
_WRITES = ("write", "writelines", "write_text", "put")
_SAME = ("dedent", "strip", "lstrip", "rstrip", "encode", "cleandoc", "join")
_FILLS = ("append", "extend", "insert", "update", "setdefault", "add")


def requirements_in(value: str) -> Iterator[tuple[int, str]]:
    """Return the requirements in a string that may hold several, each with its place."""
    return ((word.start(), word[0]) for word in _WORD.finditer(value))


def are_requirements(node: ast.Constant, parent: ast.AST | None) -> bool:
    """Return whether a string holds requirements by the name of its argument or key: ``env={"EXTRA_PIP_PACKAGES": "mlflow<3 boto3"}``."""
    return _SEVERAL.search(_name_of(node, parent)) is not None


def is_one_requirement(node: ast.Constant, parent: ast.AST | None) -> bool:
    """Return whether a string is one requirement by the name of its argument or key: ``PythonPyPiLibrary(package="mlflow<3")``."""
    return _ONE.search(_name_of(node, parent)) is not None


def _name_of(node: ast.Constant, parent: ast.AST | None) -> str:
    """Return the name of the argument that a string is, or its key in a dict."""
    if isinstance(parent, ast.keyword):
        return parent.arg or ""
    pairs = zip(parent.keys, parent.values, strict=True) if isinstance(parent, ast.Dict) else ()
    key = next((key for key, value in pairs if value is node), None)
    return str(key.value) if isinstance(key, ast.Constant) else ""


def writes_requirements(node: ast.Constant, context: Context) -> bool:
    """Return whether code writes a string into a file whose lines are requirements: ``Path("needed.txt").write_text("mlflow<3")``."""
    if is_test(context.path):
        return False  # what a test writes is for the test
    lines = [line.strip() for line in str(node.value).splitlines()]
    if not any(map(_OWN_LINE.match, lines)) or not all(_LINE.fullmatch(line) for line in lines):
        return False
    target = _way(node, context)
    if isinstance(target, ast.Name):
        uses = [use for use in context.names.uses(target) if isinstance(use.ctx, ast.Load)]
        return any(isinstance(_way(use, context), ast.Call) for use in uses)
    return isinstance(target, ast.Call)


def _way(node: ast.expr, context: Context) -> ast.Call | ast.Name | None:
    """Return the call that writes a string into a file, or the variable that gets it."""
    inside: ast.AST = node
    for parent in context.names.scopes.ancestors(node):
        if isinstance(parent, ast.Call):
            name = function_name(parent.func)
            if name in _WRITES and inside is not parent.func:
                return parent
            if name not in _SAME:
                return None
        elif isinstance(parent, (ast.Assign, ast.AnnAssign)):
            return assigned_name(parent)
        elif not isinstance(parent, (ast.Attribute, ast.List, ast.BinOp)):
            return None
        inside = parent
    return None


def are_releases(table: ast.Dict) -> bool:
    """Return whether a dict gives packages their releases: ``{"numpy": ">=1.20", "mlflow": "<3"}``."""
    return all(
        isinstance(key, ast.Constant)
        and isinstance(value, ast.Constant)
        and (value.value in ("", None) or (isinstance(value.value, str) and _RELEASES.fullmatch(value.value)))
        for key, value in zip(table.keys, table.values, strict=True)
    )


def is_installed(items: ast.expr, context: Context) -> bool:
    """Return whether a list holds requirements, by where it stands: an argument, a key or a variable of such a name, or a command."""
    texts = [item.value for item in ast.walk(items) if isinstance(item, ast.Constant)]
    if "install" in texts:
        return True
    inside: ast.AST = items
    for parent in context.names.scopes.ancestors(items):
        if isinstance(parent, ast.keyword):
            return _REQUIREMENTS.search(parent.arg or "") is not None and not _is_of_setup(parent, context)
        if isinstance(parent, ast.Dict):
            key = next((key for key, value in zip(parent.keys, parent.values, strict=True) if value is inside), None)
            if isinstance(key, ast.Constant) and _REQUIREMENTS.search(str(key.value)):
                return True
        elif isinstance(parent, ast.Call):
            return inside is not parent.func and _is_handed_on(items, inside, parent, context)
        elif isinstance(parent, (ast.Assign, ast.AnnAssign)):
            return _is_kept(items, parent, context)
        elif isinstance(parent, ast.stmt):
            return False
        inside = parent
    return False


def is_in_setup(items: ast.expr, context: Context) -> bool:
    """Return whether a list is one of those that ``setup`` gets, directly or by a variable."""
    for parent in context.names.scopes.ancestors(items):
        if isinstance(parent, ast.keyword):
            return parent.arg in SETUP_LISTS and _is_of_setup(parent, context)
        if isinstance(parent, (ast.Assign, ast.AnnAssign)):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            return not _names(targets).isdisjoint(_of_setup(context))
        if not isinstance(parent, (ast.Dict, ast.List, ast.Tuple, ast.BinOp)):
            return False
    return False


def _is_kept(items: ast.expr, statement: ast.Assign | ast.AnnAssign, context: Context) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = _names(targets)
    if not names.isdisjoint(_of_setup(context)):
        return False  # what `setup` gets is judged where it gets it
    if any(map(_REQUIREMENTS.search, names)) or not names.isdisjoint(_of_installers(context)):
        return True
    return _are_requirements(items, statement.value, targets)


def _is_handed_on(items: ast.expr, inside: ast.AST, call: ast.Call, context: Context) -> bool:
    """Return whether a call installs a list, or adds it to what is installed: ``extras.update({"all": ["mlflow<3"]})``."""
    if INSTALLS.search(function_name(call.func)):
        return True
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _FILLS or not isinstance(inside, ast.expr):
        return False
    names = _names([call.func.value])
    return (
        any(map(_REQUIREMENTS.search, names))
        or not names.isdisjoint(_of_setup(context) | _of_installers(context))
        or _are_requirements(items, inside, ())
    )


def _names(targets: Iterable[ast.expr]) -> Set[str]:
    return {dotted_text(target).rpartition(".")[2] for target in targets} - {""}


@once
def _of_setup(context: Context) -> Set[str]:
    """Return the variables that a call of `setup` gets for its requirements."""
    return {
        keyword.value.id
        for call in context.names.scopes.of(ast.Call)
        if function_name(call.func) == "setup"
        for keyword in call.keywords
        if keyword.arg in SETUP_LISTS and isinstance(keyword.value, ast.Name)
    }


@once
def _of_installers(context: Context) -> Set[str]:
    """Return the variables that are added to a command that installs: ``[sys.executable, "-m", "pip", "install", *NEEDED]``."""
    found: set[str] = set()
    for items in context.names.scopes.of(ast.List):
        if not any(isinstance(item, ast.Constant) and item.value == "install" for item in items.elts):
            continue
        found |= {
            item.value.id for item in items.elts if isinstance(item, ast.Starred) and isinstance(item.value, ast.Name)
        }
        parent = context.names.scopes.parent(items)
        if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add) and isinstance(parent.right, ast.Name):
            found.add(parent.right.id)
    return found


def _are_requirements(items: ast.expr, value: ast.expr | None, targets: Sequence[ast.expr]) -> bool:
    """Return whether a list is one of requirements by what stands in it: extras in a dict, or several with releases."""
    texts = [item.value for item in ast.walk(items) if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    if isinstance(items, ast.Dict) or not texts or not all(map(_PACKAGE.fullmatch, texts)):
        return False
    of_extras = isinstance(value, ast.Dict) or any(isinstance(target, ast.Subscript) for target in targets)
    return of_extras or sum(_RELEASED.search(text) is not None for text in texts) > 1


def _is_of_setup(keyword: ast.keyword, context: Context) -> bool:
    call = context.names.scopes.parent(keyword)
    return isinstance(call, ast.Call) and function_name(call.func) == "setup"
