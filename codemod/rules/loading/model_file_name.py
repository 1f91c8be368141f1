"""MLF207: the files inside of a model have other names."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.origins import origins
from codemod.analysis.texts import Hole, text_of
from codemod.findings import Safety, Severity
from codemod.names import Foreign
from codemod.names.nodes import function_name
from codemod.rewriting.edits import AddKeyword, CallChange
from codemod.rules.base import Match, Rule
from codemod.rules.idioms.local_models import is_elsewhere, whole_path
from codemod.rules.idioms.variable_uses import uses_of
from codemod.rules.loading.model_file_name_examples import EXAMPLES
from codemod.rules.selectors import calls_named, literals


@dataclass(frozen=True, slots=True)
class _File:
    """A file of a model whose name depends on a format that MLflow 3 changed.

    Attributes:
        flavor: Its module.
        old: Its name in MLflow 2.
        new: Its name by MLflow 3's default.
        parameter: The parameter that says the format.
        value: The format that has the old name.
        since: The release that changed the default.
        on_both: Whether MLflow 2 knows the parameter.
        alone: Whether no other flavor has a file of the old name.
    """

    flavor: str
    old: str
    new: str
    parameter: str
    value: str
    since: str
    on_both: bool
    alone: bool

    @property
    def suffix(self) -> str:
        """How the file of MLflow 2 ends."""
        return f".{self.old.rpartition('.')[2]}"

    @property
    def writers(self) -> tuple[str, ...]:
        """The functions that write it."""
        return tuple(f"{self.flavor}.{name}" for name in ("log_model", "save_model", "autolog"))


_FILES = (
    _File("mlflow.xgboost", "model.xgb", "model.ubj", "model_format", "xgb", "3.6", on_both=True, alone=True),
    _File(
        "mlflow.lightgbm",
        "model.pkl",
        "model.skops",
        "serialization_format",
        "cloudpickle",
        "3.14",
        on_both=False,
        alone=False,
    ),
)
# What opens or looks for a file, and what puts its path together.
_READERS = (
    "join", "joinpath", "load_model", "Booster", "open", "exists", "isfile", "load", "Path", "download_artifacts",
)  # fmt: skip
# Where the configuration of a flavor tells of the file.
_KEYS = ("model_format", "data")
_WRITERS = ("save_model", "dump_model", "save", "dump", "save_raw")


def _check(node: ast.Constant | ast.JoinedStr, context: Context) -> Iterator[Match]:
    value = node.value if isinstance(node, ast.Constant) else getattr(node.values[-1], "value", None)
    parent = context.names.scopes.parent(node)
    if not isinstance(value, str) or isinstance(parent, (ast.Expr, ast.JoinedStr)) or not context.facts.names_mlflow:
        return
    is_suffix = isinstance(parent, ast.Compare) or (
        isinstance(parent, ast.Call) and function_name(parent.func) == "endswith"
    )
    for file in _FILES:
        ends = (file.old, *((f"*{file.suffix}", *((file.suffix,) if is_suffix else ())) if file.alone else ()))
        if _last(value) in ends or (
            file.alone and value in (file.value, f".{file.value}") and _asks_format(node, context)
        ):
            yield from _read(node, file, context)
    if isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is node:
        for constant in parent.targets if isinstance(parent, ast.Assign) else [parent.target]:
            yield from _by_constant(constant, value, context)


def _by_constant(constant: ast.expr, value: str, context: Context) -> Iterator[Match]:
    """Read the file's name from a constant where a path ends in it that no call takes which is looked at: ``folder / MODEL_FILE``."""
    for use in uses_of(constant, context):
        whole = whole_path(use, context)
        around = context.names.scopes.parent(whole)
        is_given = isinstance(around, ast.Call) and function_name(around.func) in _READERS
        if whole is use or is_given:
            continue
        for file in _FILES:
            if _last(value) == file.old:
                yield from _read(use, file, context)


def _asks_format(node: ast.expr, context: Context) -> bool:
    """Return whether a format is compared with what a flavor's configuration says: ``flavors["xgboost"]["model_format"] == "xgb"``."""
    parent = context.names.scopes.parent(node)
    if not isinstance(parent, ast.Compare):
        return False
    others = [item for item in (parent.left, *parent.comparators) if item is not node]
    sources = [source for item in others for source in origins(item, context)]
    asked = {item.value for source in sources for item in ast.walk(source) if isinstance(item, ast.Constant)}
    return not asked.isdisjoint(_KEYS)


def _check_given(node: ast.Call, context: Context) -> Iterator[Match]:
    """Read the file's name from a constant, of another module too: ``os.path.join(folder, MODEL_FILE)``."""
    if not context.facts.names_mlflow:
        return
    for given in (*node.args, *(keyword.value for keyword in node.keywords)):
        is_reader = isinstance(given, ast.Call) and function_name(given.func) in _READERS  # looked at by itself
        if isinstance(given, ast.Constant) or is_reader or _names_itself(given):
            continue
        parts = text_of(given, context.names).parts
        last = parts[-1] if parts else ""
        values = [last] if isinstance(last, str) else _values_of(last.node, context)
        for file in _FILES:
            if any(_last(value) == file.old for value in values):
                yield from _read(given, file, context)


def _values_of(node: ast.expr, context: Context) -> list[str]:
    """Return the strings that a value of another file may be, or of a dict: ``os.environ.get("MODEL_FILE", "model.xgb")`` there."""
    if not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        return []
    is_item = isinstance(node, ast.Subscript)
    elsewhere = (source for source in origins(node, context) if is_item or not context.names.scopes.holds(source))
    texts = (text_of(source, context.names).known for source in elsewhere)
    return [text for text in texts if text is not None]


def _names_itself(node: ast.expr) -> bool:
    """Return whether the name stands in the expression, where it is found as a string."""
    texts = (item.value for item in ast.walk(node) if isinstance(item, ast.Constant))
    return any(isinstance(text, str) and _last(text) in [file.old for file in _FILES] for text in texts)


def _last(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _read(node: ast.expr, file: _File, context: Context) -> Iterator[Match]:
    if not context.target.at_least(file.since) or _is_own(file, context) or _is_of_library(node, context):
        return
    if not is_elsewhere(node, context):
        yield from _judge(node, file, context)


def _is_of_library(node: ast.expr, context: Context) -> bool:
    """Return whether a function of another library gets the bare name for a file of its own: ``Checkpoint(filename="model.xgb")``."""
    if not isinstance(node, ast.Constant) or "/" in str(node.value):
        return False
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.keyword):
        parent = context.names.scopes.parent(parent)
    if not isinstance(parent, ast.Call) or parent.func is node or function_name(parent.func) in _READERS:
        return False
    made = context.resolve(parent.func)
    return isinstance(made, Foreign) and made.what.partition(".")[0] not in sys.stdlib_module_names


def _is_own(file: _File, context: Context) -> bool:
    """Return whether the code writes a file of that name itself."""
    for node in context.names.scopes.of(ast.Call):
        if function_name(node.func) in _WRITERS and context.call(node) is None:
            texts = (item.value for item in ast.walk(node) if isinstance(item, ast.Constant))
            if any(isinstance(text, str) and text.endswith(file.old) for text in texts):
                return True
    return False


def _judge(node: ast.expr, file: _File, context: Context) -> Iterator[Match]:
    writers = context.facts.called(*file.writers)
    plain = [call for call in writers if call.get(file.parameter) is None]
    if not plain and (writers or not file.alone):
        return
    flavor = file.flavor.partition(".")[2]
    others = [
        call for call in context.facts.named("log_model", "save_model") if not call.path.startswith(f"{file.flavor}.")
    ]
    if others and not file.alone and not _leads_to(plain, node, context):
        return
    message = f"`{flavor}` models of MLflow 3 have `{file.new}` instead of `{file.old}`"
    changes = tuple(_kept(call, file) for call in plain if _can_be_kept(call))
    is_changed = (
        len(changes) == len(plain) == len(writers) > 0 and file.alone and (file.on_both or not context.target.both)
    )
    keyword = f'{file.parameter}="{file.value}"'
    is_compared = isinstance(context.names.scopes.parent(node), ast.Compare)
    severity = Severity.CHANGES if is_compared else Severity.BREAKS
    if is_changed:
        yield Match(node, f"{message}; `{keyword}` keeps it", Safety.SAFE, changes, severity=severity)
    else:
        advice = f"read that, or keep the old one by `{keyword}` where the model is logged"
        yield Match(node, f"{message}; {advice}", Safety.MANUAL, severity=severity)


def _leads_to(calls: list[BoundCall], node: ast.expr, context: Context) -> bool:
    """Return whether a path leads into a model that one of some calls logs, by its name: ``lgb/model.pkl``."""
    named = (call.get("artifact_path", "name") for call in calls)
    names = {text_of(each.value, context.names).known for each in named if each is not None} - {None}
    parts = text_of(whole_path(node, context), context.names).parts
    steps = parts[-1].split("/") if parts and isinstance(parts[-1], str) else []
    folder = "/".join(step for step in steps[:-1] if step)
    if folder or not names:
        return folder.rpartition("/")[2] in names
    first = parts[0] if parts else None
    sources = origins(first.node, context) if isinstance(first, Hole) else []
    given = [item for source in sources if isinstance(source, ast.Call) for item in _arguments(source)]
    ends = (text_of(item, context.names).parts[-1:] for item in given)
    return any(isinstance(end[0], str) and _last(end[0]) in names for end in ends if end)


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _can_be_kept(call: BoundCall) -> bool:
    return call.star is None and call.open_kwargs is None and not call.makes_partial


def _kept(call: BoundCall, file: _File) -> CallChange:
    return CallChange(call.node, (AddKeyword(file.parameter, f'"{file.value}"'),))


RULE = Rule(
    code="MLF207",
    name="model-file-name",
    summary="The files inside of a model have other names: `model.ubj` was `model.xgb`.",
    why="""\
`mlflow.xgboost.log_model`, `save_model` and `autolog` write the format `ubj` since 3.6, where 2.x wrote `xgb` (the default of `model_format` in
`mlflow/xgboost/__init__.py`), and the file is named after it: `model.ubj`. LightGBM's models of the scikit-learn API are `model.skops` since
3.14, where they were `model.pkl` (`mlflow/lightgbm/__init__.py`). MLflow loads both; whoever opens the file by
its old name finds none.

Where the same code logs the model and opens the file, `model_format="xgb"` keeps the name, on 2 and 3. Other readers are reported.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    since="3.6",
    on=(
        literals(*(file.old for file in _FILES), "xgb", check=_check, needs=({"mlflow"},)),
        calls_named(*_READERS, check=_check_given, needs=({"mlflow"}, {"xgb", "lightgbm"})),
    ),
    examples=EXAMPLES,
)
