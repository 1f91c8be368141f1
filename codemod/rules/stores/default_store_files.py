"""MLF507: the files of runs below `./mlruns`, which the default tracking store no longer writes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from codemod.analysis.context import Context
from codemod.analysis.origins import origins
from codemod.analysis.texts import text_of
from codemod.dependencies import run_folders
from codemod.dependencies.places import Choices, Place
from codemod.dependencies.variables import Substitutions
from codemod.findings import Safety, Severity
from codemod.names.nodes import function_name
from codemod.rules.base import Match, Rule
from codemod.rules.idioms import magic_lines
from codemod.rules.idioms.file_stores import own_store_is_named
from codemod.rules.idioms.started_commands import STARTS
from codemod.rules.idioms.variable_uses import is_held, uses_of
from codemod.rules.selectors import LineStatement, StringNode, literals, masked_lines
from codemod.rules.stores.default_store_files_examples import EXAMPLES

_FOLDER = re.compile(r"(?:[.*][/\\])?mlruns(?:[/\\].*)?", re.DOTALL)
# Files of a store of files: where they are read, an error is sure.
_OPENS = ("open", "listdir", "scandir")
_REMOVES = ("rmtree", "remove", "unlink", "rmdir")
_TAKES = ("copytree", "move", "make_archive")
_USES = frozenset({*_OPENS, *_REMOVES, *_TAKES, "glob", "iglob", "walk", "exists", "isdir", "isfile"})
# What makes a path of others: by itself, it reads nothing.
_MAKES = frozenset({"Path", "PurePath", "PosixPath", "join", "joinpath", "str", "abspath", "realpath"})
_METHODS = frozenset(
    {"exists", "is_dir", "is_file", "glob", "rglob", "iterdir", "open", "read_text", "unlink", "rmdir"}
)


def _check(node: StringNode, context: Context) -> Iterator[Match]:
    if not context.target.at_least("3.7") or not _may_be_default(context):
        return
    text = text_of(node, context.names).filled("*")
    if " " in text or isinstance(context.names.scopes.parent(node), ast.List):
        yield from _of_command(node, text, context)
    if _FOLDER.fullmatch(text) is None or _is_named(context):
        return
    use = _use(node, context)
    if use is None or _is_of_artifacts(use, context) or "artifacts" in _with_names(node, context):
        return
    does = function_name(use.func)
    severity = Severity.BREAKS if does in _OPENS else Severity.CHANGES
    what = "removes" if does in _REMOVES else "takes" if does in _TAKES else "reads"
    if what == "reads" or "mlflow.db" not in context.text:
        yield Match(node, run_folders.message_of(what), Safety.MANUAL, severity=severity)


def _may_be_default(context: Context) -> bool:
    """Return whether this code, or the programs beside it, may keep runs in the store that MLflow takes by itself."""
    return context.kind != "databricks" and (
        context.facts.imports("mlflow") or context.project.takes_default_store(context.path)
    )


def _is_named(context: Context) -> bool:
    """Return whether what this code looks for is kept in a store that somebody names."""
    if context.facts.imports("mlflow"):
        return own_store_is_named(context)
    return not context.project.takes_default_store(context.path)


def _check_line(node: LineStatement, context: Context) -> Iterator[Match]:
    if _may_be_default(context) and not _is_named(context):
        yield from magic_lines.matches_of_line(node, context, _find, "MLF507")


def _find(text: str, choices: Choices, _: Substitutions) -> Iterator[Place]:
    return run_folders.find(text, replace(choices, takes_default_store=True))


def _of_command(node: StringNode, text: str, context: Context) -> Iterator[Match]:
    """Judge ``os.system("rm -rf mlruns")`` and ``subprocess.run(["rm", "-rf", "mlruns"])``."""
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.List):
        text = " ".join(text_of(item, context.names).filled("*") for item in parent.elts)
        parent = context.names.scopes.parent(parent)
    if isinstance(parent, ast.Call) and function_name(parent.func) in STARTS and not _is_named(context):
        choices = magic_lines.choices_of(context)
        if "mlflow.db" not in context.text and any(_find(text, choices, Substitutions(""))):
            (place, *_) = _find(text, choices, Substitutions(""))
            yield Match(node, place.message, Safety.MANUAL)


def _use(node: ast.expr, context: Context) -> ast.Call | None:
    """Return the call that uses a string as a path, or a path that is made of it; also by the name that it is assigned to."""
    path, is_first = _path_of(node, context)
    if not is_first and not _may_be_here(path, node, context):
        return None
    scopes = context.names.scopes
    use = _direct(path, context)
    if isinstance(above := scopes.parent(path), ast.Attribute) and above.attr == "mkdir":
        return None
    if use is None and is_first and path is not node and isinstance(path, (ast.BinOp, ast.Call)):
        return _made(node, context)
    parent = scopes.parent(path)
    if use is not None or not isinstance(parent, (ast.Assign, ast.AnnAssign)) or parent.value is not path:
        return use
    targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
    uses = (each for target in targets for each in uses_of(target, context))
    found = (_direct(_path_of(each, context)[0], context) for each in uses if is_held(each, path, context))
    return next((each for each in found if each is not None), None)


def _made(node: ast.expr, context: Context) -> ast.Call | None:
    """Return the first call that makes a path of a string which begins with the folder."""
    ancestors = context.names.scopes.ancestors(node)
    return next((each for each in ancestors if isinstance(each, ast.Call) and function_name(each.func) in _MAKES), None)


def _direct(path: ast.expr, context: Context) -> ast.Call | None:
    parent = context.names.scopes.parent(path)
    if isinstance(parent, ast.Attribute) and parent.attr in _METHODS:
        parent = context.names.scopes.parent(parent)
        return parent if isinstance(parent, ast.Call) else None
    if not isinstance(parent, ast.Call) or function_name(parent.func) not in _USES or context.call(parent) is not None:
        return None
    return parent if parent.args and parent.args[0] is path else None


def _path_of(node: ast.expr, context: Context) -> tuple[ast.expr, bool]:
    """Return the path that is made of a part of it, and whether the part is the first one."""
    is_first, scopes = True, context.names.scopes
    while True:
        parent = scopes.parent(node)
        if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Div):
            is_first = is_first and parent.left is node
        elif isinstance(parent, ast.Call) and function_name(parent.func) in _MAKES and node in parent.args:
            is_first = is_first and parent.args[0] is node and function_name(parent.func) != "joinpath"
        else:
            return node, is_first
        node = parent


def _may_be_here(path: ast.expr, part: ast.expr, context: Context) -> bool:
    """Return whether the folder in front of a part may be the one in which the program runs: nothing says which one it is."""
    before = text_of(path, context.names).filled("*").partition("mlruns")[0]
    return before in ("", "*", "*/", "./", "../", ".//") or part is path


def _is_of_artifacts(use: ast.Call, context: Context) -> bool:
    """Return whether a path leads to artifacts, which the default store still keeps below ``mlruns``."""
    statement = context.names.scopes.statement(use)
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and "artifacts" in node.value
        for node in ast.walk(statement)
    )


def _with_names(node: StringNode, context: Context) -> str:
    """Return a path with what is known of the variables in it: ``f"mlruns/0/{run_id}/{place}"``."""
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    held = [source for part in parts if isinstance(part, ast.FormattedValue) for source in origins(part.value, context)]
    return "/".join(text_of(each, context.names).filled("*") for each in (node, *held))


RULE = Rule(
    code="MLF507",
    name="default-store-files",
    summary="Without a tracking URI, MLflow 3 writes no files of runs below `./mlruns`.",
    why="""\
MLflow 2 kept the runs of code that names no tracking URI as files: `mlruns/<experiment>/<run>/params/<name>`. Since 3.7
the store that nobody named is `sqlite:///mlflow.db` (`_get_default_tracking_uri` in `mlflow/tracking/_tracking_service/utils.py`),
unless the folder holds runs of MLflow 2, which 3.13 and later refuse (MLF501).
Code that reads such files finds none; code that removes the folder to begin anew leaves the runs in the database, and a copy of the
folder has no runs. So it is with commands in Python, scripts, Makefiles, Dockerfiles and workflows, and with what workflows and compose files
keep, where programs of the project ask the tracking store for something and nothing says which one. Where no run has artifacts, there is no
folder at all.

Paths to artifacts are left alone: the default store still keeps these in `./mlruns/<experiment>/<run>/artifacts`.
So is code whose programs name a store: those that have code in common with what names it, or are started in its environment. What uses
no MLflow itself goes with the programs that lie nearest to it.""",
    safety=Safety.MANUAL,
    severity=Severity.CHANGES,
    on=(literals("mlruns", check=_check), masked_lines(check=_check_line, needs=({"mlruns"},))),
    since="3.7",
    examples=EXAMPLES,
)
