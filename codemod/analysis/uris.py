"""What is known of a URI or a path before the program runs: one value for all rules that read one.

In code, a URI is a string with holes: ``f"runs:/{run.info.run_id}/model"``, ``os.path.join(root, "model")``, ``Path(uri) / "model.pkl"``.
`uri_of` reads such an expression once and says, as far as it is known:

- `Uri.scheme`: ``"runs"``, ``"models"``, ``"file"``, ``"s3"``, ...; "" for a path, None when nobody can tell;
- `Uri.root`: what the first hole is, where the URI begins with one: the root of a run's artifacts, the URI of a logged model, the source of
  a version, or a folder (`Origin`);
- `Uri.run`: the hole, or the text, that names the run in ``runs:/<run>/...``;
- `Uri.path`: what follows, below the run or the root;
- `Uri.is_local`: whether the value was made a path of this machine on the way, by ``Path(uri)``, ``urlparse(uri).path`` or
  ``uri.replace("file://", "")``, so that no other URI can take its place.

Roots are found through variables, attributes and functions (`codemod.analysis.origins`). A root that only its name speaks for has
``by_name``: that is enough to report it, never to edit.
"""

from __future__ import annotations

import ast
import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codemod.analysis.answers import is_version_of_answer
from codemod.analysis.column_values import column_of_value, is_value_of_column
from codemod.analysis.looped_items import classes_of_item
from codemod.analysis.named_methods import gives_version
from codemod.analysis.namespaces import attribute_of_item, attribute_of_message
from codemod.analysis.origins import origins, own_item
from codemod.analysis.peeling import assigned_or_same, peel, peeled
from codemod.analysis.renamed_columns import other_names_of_roots
from codemod.analysis.run_tables import RUN_INFO, is_info_dict, is_runs_row
from codemod.analysis.texts import PATHS, Hole, Text, is_path, text_of
from codemod.names import Elements, Foreign, Instance, Mlflow, Unknown
from codemod.names.forms import FOLDER, There
from codemod.names.members import ARTIFACT_ROOT
from codemod.names.nodes import asked_attribute, function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

MODEL = "mlflow.models.Model"
MODEL_INFO = "mlflow.models.model.ModelInfo"
MODEL_VERSION = "mlflow.entities.model_registry.ModelVersion"
GET_ARTIFACT_URI = "mlflow.get_artifact_uri"

#: The mark that stands for a hole where a pattern reads a URI, and in the names of `codemod.settings.Project.renamed`: no text of code
#: holds it.
HOLE = "\0"

_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):")
_RUNS = re.compile(r"runs:/+(?P<run>[^/]+)(?:/+(?P<path>.*))?", re.DOTALL)
_FILE_PREFIX = re.compile(r"file:(?://)?")
_FOLDERS = ("mkdtemp", "TemporaryDirectory", "getcwd", "gettempdir", "cwd", "home", "mktemp")
_FIXTURES = ("tmp_path", "tmpdir", "tmp_path_factory", "tmpdir_factory")


class Origin(enum.Enum):
    """What the value at the beginning of a URI is."""

    RUN_ARTIFACTS = "the root of a run's artifacts"
    LOGGED_MODEL = "the URI of a logged model"
    VERSION_SOURCE = "the source of a version"
    FOLDER = "a folder of this machine"


_ATTRIBUTES = {
    GET_ARTIFACT_URI: Origin.RUN_ARTIFACTS,
    f"{RUN_INFO}.artifact_uri": Origin.RUN_ARTIFACTS,
    f"{MODEL_INFO}.model_uri": Origin.LOGGED_MODEL,
    f"{MODEL_VERSION}.source": Origin.VERSION_SOURCE,
}


# The keys of such attributes in the dict of an object.
_HELD = ("source", "_source", "_model_uri")

#: The roots that a parameter may be given by another file, in the words of `codemod.settings.Given`.
BY_WORD = {
    "artifact_uri": Origin.RUN_ARTIFACTS,
    "log_model model_uri": Origin.LOGGED_MODEL,
    ".source": Origin.VERSION_SOURCE,
}


@dataclass(frozen=True, slots=True)
class Root:
    """What a URI begins with.

    Attributes:
        origin: What it is.
        node: The expression that says so, such as ``run.info.artifact_uri``.
        by_name: Whether only its name says so.
        is_local: Whether it was made a path of this machine on the way.
    """

    origin: Origin
    node: ast.expr
    by_name: bool = False
    is_local: bool = False


@dataclass(frozen=True, slots=True)
class Uri:
    """A URI or path expression.

    Attributes:
        node: The expression.
        text: What is known of its text.
        root: What its first hole is; None when it begins with a string, or with something else.
    """

    node: ast.expr
    text: Text
    root: Root | None = None

    @property
    def scheme(self) -> str | None:
        """Its scheme in small letters; "" for a path, None when the beginning is known only at run time."""
        start = self.text.start
        found = _SCHEME.match(start)
        if found is not None:
            return found["scheme"].lower()
        if self.root is not None and self.root.origin is Origin.FOLDER:
            return ""
        if not start:
            return None if self.text.parts else ""
        return "" if self.text.known is not None or "/" in start or start[0] in ".~" else None

    @property
    def marked(self) -> str:
        """The text with the mark `HOLE` for each part that is known only at run time."""
        return self.text.filled(HOLE)

    @property
    def is_local(self) -> bool:
        """Whether it is a path of this machine that was made of a URI."""
        return self.root is not None and self.root.is_local

    @property
    def rest(self) -> Text:
        """What follows the root: the text behind it, without the slash in front."""
        parts = self.text.parts[1:] if self.root is not None else self.text.parts
        if parts and isinstance(parts[0], str):
            first = parts[0].lstrip("/\\")
            parts = (*((first,) if first else ()), *parts[1:])
        return Text(parts)

    @property
    def is_below(self) -> bool:
        """Whether it leads to something below its root."""
        behind = self.text.parts[1:]
        return (
            self.root is not None and bool(behind) and isinstance(behind[0], str) and behind[0].startswith(("/", "\\"))
        )

    @property
    def path(self) -> str | None:
        """The path below a run's artifacts, of ``runs:/<run>/<path>`` or below a root; None when it is not all known."""
        if self.root is not None:
            return self.rest.known
        found = _RUNS.fullmatch(self.marked)
        path = found["path"] if found is not None else None
        return None if found is None or HOLE in (path or "") else (path or "").strip("/")

    @property
    def run(self) -> ast.expr | str | None:
        """What names the run of a ``runs:/`` URI: an expression or a string; None for another URI."""
        found = _RUNS.fullmatch(self.marked)
        if found is None:
            return None
        hole = next(iter(self.text.holes), None)
        return hole.node if found["run"] == HOLE and hole is not None else found["run"]


def uri_of(node: ast.expr, context: Context) -> Uri:
    """Read an expression as a URI or path."""
    text = text_of(node, context.names)
    first = text.parts[0] if text.parts else None
    local = False
    if isinstance(first, str) and len(text.parts) > 1 and _FILE_PREFIX.fullmatch(first):
        text, first, local = text.from_(1), text.parts[1], True  # "file://" + str(path)
    root = root_of_uri(first.node, context) if isinstance(first, Hole) and first.form in ("", "!s") else None
    if root is None and local:
        return Uri(node, text_of(node, context.names))
    if isinstance(first, Hole) and is_path(node, context.names):
        origin, by_name = (root.origin, root.by_name) if root is not None else (Origin.FOLDER, False)
        root = Root(origin, first.node, by_name, is_local=True)
    return Uri(node, text, root)


def root_of_uri(node: ast.expr, context: Context) -> Root | None:
    """Say what an expression is by itself: a root that URIs begin with; None for anything else."""
    known = context.roots
    if node not in known:
        known[node] = None  # what asks for it meanwhile finds this
        known[node] = _root(node, context)
    return known[node]


def _root(node: ast.expr, context: Context) -> Root | None:
    inner, local = peeled(node, context)
    by_name: Root | None = None
    for source in origins(inner, context):
        found: Root | None = None
        if source is not inner:  # `Path(uri)` is the place that the URI is, and only then a folder
            bare, is_local = peeled(source, context)
            found = root_of_uri(bare, context) if bare is not source else None
            local = local or (found is not None and is_local)
        found = found or _direct(source, context)
        if found is not None:
            whole = Root(found.origin, found.node, found.by_name, found.is_local or local)
            if not whole.by_name:
                return whole
            by_name = by_name or whole
    return by_name or _made_path(node, context)


def _made_path(node: ast.expr, context: Context) -> Root | None:
    """Say that a value is a folder of this machine, because it was a path object on the way."""
    step: ast.expr | None = node
    while step is not None:
        if is_path(step, context.names):
            return Root(Origin.FOLDER, step, is_local=True)
        step = peel(step, context)[0]
    return None


def _direct(node: ast.expr, context: Context) -> Root | None:
    """Say what an expression is, without following where it comes from."""
    asked = asked_attribute(node) if isinstance(node, ast.Call) else None
    looked_up = _looked_up(node) if isinstance(node, ast.Call) else None
    if asked is not None or looked_up is not None:
        found = _attribute(asked, context) if asked is not None else _item(looked_up, context) if looked_up else None
        if found is not None:
            return Root(found.origin, node, found.by_name)
    if isinstance(node, ast.Call) and column_of_value(node, context) is not None:
        return Root(Origin.RUN_ARTIFACTS, node)
    if isinstance(node, ast.Attribute):
        # A file that has nothing else of MLflow does not read there itself: who reads what it gives is told.
        word = min(context.given_field(node) & BY_WORD.keys() if context.facts.names_mlflow else (), default="")
        given = Root(BY_WORD[word], node, by_name=True) if word else None
        return _attribute(node, context) or _given_elsewhere(node, context) or given
    if isinstance(node, ast.Subscript):
        return _item(node, context) or _given_elsewhere(node, context)
    if isinstance(node, There):
        return _there(node)
    given = _given_elsewhere(node, context)
    if given is not None:
        return given
    if isinstance(node, ast.Call):
        call = context.call(node)
        if call is not None:
            is_root = call.path == GET_ARTIFACT_URI and call.get("artifact_path") is None
            return Root(Origin.RUN_ARTIFACTS, node) if is_root else None
        return _folder(node, context)
    return _of_name(node, context) if isinstance(node, ast.Name) else None


def _looked_up(node: ast.Call) -> ast.Subscript | None:
    """Return the item for which ``row.get("artifact_uri")`` asks."""
    is_asked = isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args
    key = node.args[0] if is_asked else None
    if not isinstance(node.func, ast.Attribute) or not isinstance(key, ast.Constant):
        return None
    return ast.copy_location(ast.Subscript(node.func.value, key, ast.Load()), node)


def _there(node: There) -> Root | None:
    if node.kind == FOLDER:
        return Root(Origin.FOLDER, node, is_local=True)
    return Root(BY_WORD[node.kind], node, by_name=True) if node.kind in BY_WORD else None


def _of_name(node: ast.Name, context: Context) -> Root | None:
    for word in sorted(context.given(node) & BY_WORD.keys()):
        return Root(BY_WORD[word], node, by_name=True)
    if is_value_of_column(node, context):
        return Root(Origin.RUN_ARTIFACTS, node, by_name=True)
    is_fixture = node.id in _FIXTURES and context.names.parameter(node) is not None
    return Root(Origin.FOLDER, node, is_local=True) if is_fixture else None


def _given_elsewhere(node: ast.expr, context: Context) -> Root | None:
    """Say what an expression is that another module of the project gives: by its function, its constant, or its object."""
    if not context.names.elsewhere.modules.brings or not isinstance(
        node, (ast.Call, ast.Name, ast.Attribute, ast.Subscript)
    ):
        return None
    value = own_item(node, context) if isinstance(node, ast.Subscript) else context.resolve(node)
    if isinstance(value, Unknown) and value.like.endswith(ARTIFACT_ROOT):
        return Root(Origin.RUN_ARTIFACTS, node, by_name=True)
    path = value.path if isinstance(value, Mlflow) else value.made_by if isinstance(value, Unknown) else ""
    if path in _ATTRIBUTES:
        return Root(_ATTRIBUTES[path], node)
    among = value.among if isinstance(value, Unknown) else ()
    origin = next((_ATTRIBUTES[path] for path in among if path in _ATTRIBUTES), None)
    return Root(origin, node, by_name=True) if origin is not None else None


def _attribute(node: ast.Attribute, context: Context) -> Root | None:
    if node.attr not in ("artifact_uri", "model_uri", "source", "name"):
        is_other_name = node.attr in other_names_of_roots(context) and is_runs_row(node.value, context)
        return Root(Origin.RUN_ARTIFACTS, node, by_name=True) if is_other_name else None
    owner = context.resolve(node.value)
    path = owner.path if isinstance(owner, Instance) else ""
    if node.attr == "artifact_uri":
        if path == RUN_INFO or is_runs_row(node.value, context):
            return Root(Origin.RUN_ARTIFACTS, node)
        if not isinstance(owner, Unknown):
            return None
        if not isinstance(node.value, ast.Attribute) or node.value.attr != "info":
            return Root(Origin.RUN_ARTIFACTS, node, by_name=True) if _may_be(RUN_INFO, node.value, context) else None
        return Root(Origin.RUN_ARTIFACTS, node, by_name=not context.facts.is_given_as_run(node.value.value))
    if node.attr == "model_uri":
        if path == MODEL_INFO:
            return Root(Origin.LOGGED_MODEL, node)
        # `self.model_uri` of a class of one's own resolves to that class; this is an object that nobody sees.
        by_name = (isinstance(owner, Unknown) and context.facts.logs_models) or _may_be(MODEL_INFO, node.value, context)
        return Root(Origin.LOGGED_MODEL, node, by_name=True) if by_name else None
    if node.attr == "source" and (path == MODEL_VERSION or _may_be(MODEL_VERSION, node.value, context)):
        return Root(Origin.VERSION_SOURCE, node, by_name=path != MODEL_VERSION)
    message = attribute_of_message(node, context) if node.attr == "source" else None
    if message is not None:
        return _attribute(message, context)
    return _temporary(node, context)


def _may_be(path: str, node: ast.expr, context: Context) -> bool:
    """Return whether a value may be an instance of a class of MLflow: one of a list, or one that a parameter gets."""
    return path in classes_of(node, context)


def classes_of(node: ast.expr, context: Context) -> set[str]:
    """Return of which classes of MLflow a value may be an instance, or hold some; of a root, the attribute that it is."""
    root = root_of_uri(node, context)
    found = {path for path, origin in _ATTRIBUTES.items() if root is not None and origin is root.origin}
    for source in origins(node, context):
        value = context.resolve(source)
        if isinstance(value, (Instance, Elements)):
            found.add(value.path)
        elif isinstance(value, Unknown):
            found.update((MODEL_VERSION,) if gives_version(source, context) else value.among)
        found |= classes_of_item(source, context)
    return found


def _temporary(node: ast.Attribute, context: Context) -> Root | None:
    """Read ``tempfile.TemporaryDirectory().name``."""
    made = assigned_or_same(node.value, context)
    is_folder = node.attr == "name" and isinstance(made, ast.Call) and _folder(made, context) is not None
    return Root(Origin.FOLDER, node, is_local=True) if is_folder else None


def _item(node: ast.Subscript, context: Context) -> Root | None:
    """Read ``row["artifact_uri"]``, ``df["artifact_uri"][0]``, ``df.loc[0, "artifact_uri"]`` and ``df.artifact_uri[0]``."""
    key = node.slice.elts[-1] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
    if isinstance(key, ast.Constant) and key.value == "artifact_uri":
        if is_runs_row(node.value, context) or is_info_dict(node.value, context):
            return Root(Origin.RUN_ARTIFACTS, node)
        # What a server answers is a value of another library.
        may_be = isinstance(context.resolve(node.value), (Unknown, Foreign)) and context.facts.names_mlflow
        return Root(Origin.RUN_ARTIFACTS, node, by_name=True) if may_be else None
    if isinstance(key, ast.Constant) and key.value == "source" and is_version_of_answer(node.value, context):
        return Root(Origin.VERSION_SOURCE, node, by_name=True)
    held = attribute_of_item(node, context) if getattr(key, "value", "") in _HELD else None
    if held is not None and (root := _attribute(held, context)) is not None:
        return Root(root.origin, node, root.by_name)
    if isinstance(key, ast.Constant) and key.value in other_names_of_roots(context):
        return Root(Origin.RUN_ARTIFACTS, node, by_name=True) if is_runs_row(node.value, context) else None
    return Root(Origin.RUN_ARTIFACTS, node) if column_of_value(node, context) is not None else None


def _folder(node: ast.Call, context: Context) -> Root | None:
    """Read what makes a folder, or a path of this machine."""
    name = function_name(node.func)
    made = context.resolve(node.func)
    is_folder = (
        name in _FOLDERS
        and isinstance(made, Foreign)
        and made.what in ("tempfile", "os", "pathlib", "tmp_path_factory")
    )
    if not is_folder and isinstance(node.func, ast.Attribute) and name in ("mktemp", "mkdir", "getbasetemp"):
        owner = node.func.value
        is_folder = isinstance(owner, ast.Name) and owner.id in _FIXTURES
    if is_folder or (name in PATHS and isinstance(made, Foreign) and made.what == "pathlib"):
        return Root(Origin.FOLDER, node, is_local=True)
    return None
