"""What an expression can be, as far as MLflow is concerned, and what MLflow's own calls give back."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Union

from codemod import mlflow_api
from codemod.names.forms import Form


@dataclass(frozen=True, slots=True)
class Mlflow:
    """A module, function, class or method of MLflow by its dotted path, such as ``mlflow.sklearn.log_model``."""

    path: str


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance of an MLflow class."""

    path: str


@dataclass(frozen=True, slots=True)
class Elements:
    """An iterable whose elements are instances of an MLflow class."""

    path: str


@dataclass(frozen=True, slots=True)
class Partial:
    """``functools.partial(function, ...)``.

    Attributes:
        function: What the partial calls.
        positional: How many leading positional arguments are bound already.
        keywords: Names of the keyword arguments bound already.
        exact: False when ``*args`` or ``**kwargs`` are bound, so that the two fields above are not the whole truth.
    """

    function: Value
    positional: int
    keywords: frozenset[str]
    exact: bool


@dataclass(frozen=True, slots=True)
class Getter:
    """``operator.attrgetter("sklearn.log_model")``.

    Attributes:
        path: The attribute that it takes, with dots between several.
    """

    path: str


@dataclass(frozen=True, slots=True)
class LocalFunction:
    """A function or method that the document itself defines."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True)
class LocalClass:
    """A class that the document itself defines."""

    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class LocalInstance:
    """An instance of a class that the document itself defines."""

    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class OwnModule:
    """Another module of the project that is in the run, by its file."""

    path: str


@dataclass(frozen=True, slots=True)
class Handed:
    """A parameter of a function of the project that ends in a call of MLflow.

    Attributes:
        parameter: Its name; ``"**"`` for all keywords that the function does not name itself.
        index: Its place among the positional arguments, without ``self``; None when it takes no place.
        to: The function of MLflow that gets it; "" when the parameter is a flavor, whose method is called.
        argument: The argument that it becomes there, or the flavor's method; ``"**"`` for all that it brings.
        named: With ``"**"``: what is not among them: the parameters that the function names, and the keys that it leaves out.
        starts: Whether the function may start a run itself.
        reads: Whether the function looks at the keywords that it does not name, so that another name of one changes what it does.
    """

    parameter: str
    index: int | None
    to: str
    argument: str
    named: frozenset[str] = frozenset()
    starts: bool = False
    reads: bool = False


@dataclass(frozen=True, slots=True)
class Importing:
    """How a function of the project imports a module that its caller names.

    Attributes:
        module: The parameter that names the module.
        member: The one that names what is taken of it; "" for none.
        parameters: All of its parameters, in order.
        is_pair: Whether it returns that and more, as a tuple.
        is_top: Whether it returns the package at the top of what is named, as ``__import__`` does.
    """

    module: str
    member: str
    parameters: tuple[str, ...]
    is_pair: bool
    is_top: bool = False


@dataclass(frozen=True, slots=True)
class OwnFunction:
    r"""A function of another module of the project.

    Attributes:
        name: Its name.
        returns: What calling it gives.
        hands: Which of its parameters end in a call of MLflow.
        texts: The texts that it may return.
        items: What the items of a dict or tuple that it returns are, by key or index.
        place: Its file and its name there, such as ``("steps.py", "Report.show")``.
        parameters: The names of its parameters that are given by position, without ``self``.
        traces: Whether calling it makes a trace.
        imports: How it imports what its caller names; None for one that does not.
        other_store: Whether what it gives is, or comes from, a client of another tracking store than the one that MLflow asks.
        keys: The keys that the dict may have which it returns.
        keeps: What the object keeps that it makes and returns, by attributes; behind `codemod.names.forms.ITEM`, what those in a
            collection do.
        ends: Whether it never returns.
    """

    name: str
    returns: Value
    hands: tuple[Handed, ...] = ()
    texts: tuple[Form, ...] = ()
    items: tuple[tuple[str | int, Value], ...] = ()
    place: tuple[str, str] = ("", "")
    parameters: tuple[str, ...] = ()
    traces: bool = False
    imports: Importing | None = None
    other_store: bool = False
    keys: tuple[str, ...] = ()
    keeps: tuple[tuple[str, Form], ...] = ()
    ends: bool = False


#: The attributes of a class that keep what its instances are made of, each with that parameter and its place.
Fields = tuple[tuple[str, str, Union[int, None]], ...]


@dataclass(frozen=True, slots=True)
class OwnClass:
    """A class of another module of the project.

    Attributes:
        name: Its name.
        members: What its attributes and methods are.
        complete: Whether it can have no others but those of its parents: its bases are seen, or are not MLflow's.
        texts: The texts that its attributes hold for good, or that its properties give.
        hands: Which of the parameters by which it is made end in a call of MLflow, by `__init__` or by what that keeps.
        bases: The classes of MLflow's stores that it is made from, by dotted paths, as far as they are seen in its module.
        parents: Those of its bases that are in further modules: the file that imports each, and the dotted path of the import.
        path: Its file.
        fields: The attributes that keep what an instance is made of, each with that parameter and its place, None for none.
        place: Its file and its name there, where members and texts are looked at only when they are asked for.
        imports: How its instances import what its caller names; None for a class whose instances do not.
        writes: The attributes and methods of its instances that it takes for flavors: it calls their `log_model` or `save_model`.
    """

    name: str
    members: tuple[tuple[str, Value], ...]
    complete: bool = True
    texts: tuple[tuple[str, Form], ...] = ()
    hands: tuple[Handed, ...] = ()
    bases: tuple[str, ...] = ()
    parents: tuple[tuple[str, str], ...] = ()
    path: str = ""
    fields: Fields = ()
    place: tuple[str, str] | None = None
    imports: Importing | None = None
    writes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnInstance:
    """An instance of a class of another module of the project."""

    kind: OwnClass


@dataclass(frozen=True, slots=True)
class Foreign:
    """Certainly not MLflow."""

    what: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Cannot be told; the reason completes "cannot tell what this is: ...".

    Attributes:
        reason: The reason.
        among: What of MLflow it may be, or of which class an instance, by dotted paths, as far as that is seen; it may be another
            thing, too.
        made_by: The function of MLflow that gave it, when that is all that is known.
        like: What of MLflow it is, as a dotted path with ``*`` for the part that is chosen at run time: ``mlflow.*.log_model``;
            ``*`` alone is a module of any name.
        functions: Which functions of the project it may be, or hold.
    """

    reason: str
    among: tuple[str, ...] = ()
    made_by: str = ""
    like: str = ""
    functions: tuple[Value, ...] = ()


Value = Union[
    Mlflow, Instance, Elements, Partial, Getter, LocalFunction, LocalClass, LocalInstance, OwnModule, OwnFunction, OwnClass, OwnInstance,
    Foreign, Unknown,
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alias:
    """A name that a module has from another module of the project.

    Attributes:
        module: The dotted path of the import, as it is written there.
    """

    module: str


Export = Union[Value, Alias]


def one_of(reason: str, values: Iterable[Value]) -> Unknown:
    """Return a value that is one of several, and remember what of MLflow is among them."""
    among: dict[str, None] = {}
    functions: dict[Value, None] = {}
    like = ""
    for value in values:
        if isinstance(value, (Mlflow, Instance)):
            among[value.path] = None
        elif isinstance(value, (LocalFunction, OwnFunction)):
            functions[value] = None
        elif isinstance(value, Unknown):
            among.update(dict.fromkeys(value.among))
            functions.update(dict.fromkeys(value.functions))
            like = like or value.like
    return Unknown(reason, tuple(among), like=like, functions=tuple(functions))


_MODEL_INFO = "mlflow.models.model.ModelInfo"

# What MLflow's sources do not annotate, from the functions' documentation in MLflow 2.22.
_UNANNOTATED: dict[str, Value] = {
    "mlflow.shap.log_explainer": Instance(_MODEL_INFO),
    "mlflow.evaluate": Instance("mlflow.models.EvaluationResult"),
    "mlflow.models.evaluate": Instance("mlflow.models.EvaluationResult"),
    "mlflow.entities.model_registry.RegisteredModel.latest_versions": Elements(
        "mlflow.entities.model_registry.ModelVersion"
    ),
}


@functools.cache
def given_by(path: str) -> Value | None:
    """Return what calling an MLflow function or method returns, or what an attribute of an MLflow class holds.

    Returns:
        None when MLflow's sources do not say.
    """
    if path in _UNANNOTATED:
        return _UNANNOTATED[path]
    if path.endswith(".log_model"):
        return Instance(_MODEL_INFO)
    for release in (mlflow_api.NEWEST_2, mlflow_api.NEWEST):
        single = mlflow_api.returns_class(path, release)
        if single is not None:
            return Instance(single)
        items = mlflow_api.items_class(path, release)
        if items is not None:
            return Elements(items)
    return None


# Packages outside the standard library whose objects are never MLflow's although their methods carry the same names.
OTHER_PACKAGES = frozenset(
    """
    aim bentoml boto3 catboost clearml comet_ml comet_llm dvclive dvc feast joblib keras lightgbm matplotlib mlrun neptune
    numpy onnx optuna pandas pytest requests sagemaker scipy seaborn skl2onnx sklearn snowflake sqlalchemy statsmodels swanlab
    tensorboard tensorboardX tensorflow torch torchvision tqdm trackio transformers valohai wandb weave xgboost yaml
    """.split()
)

# Databricks' own clients: `databricks.feature_store` and `databricks.feature_engineering` have a `log_model` of their own.
OTHER_MODULES = ("databricks.feature_store", "databricks.feature_engineering", "databricks.automl")
