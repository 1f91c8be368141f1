"""MLF412: MLflow 3 gives artifact repositories and stores of one's own more arguments than a class for MLflow 2 takes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod import mlflow_api
from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.names import LocalClass, LocalFunction, Mlflow, OwnClass
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.selectors import LIBRARY, calls, constructions

_BASE = "mlflow.store.artifact.artifact_repo.ArtifactRepository"
_REGISTER = "mlflow.store.artifact.artifact_repository_registry.ArtifactRepositoryRegistry.register"
_TRACKING = "mlflow.store.tracking.abstract_store.AbstractStore"
# What MLflow's clients give further arguments to: `tracking/_model_registry/client.py`, `tracking/_tracking_service/client.py` and
# `tracing/client.py`, 3.18.
_OF_STORES = (
    "create_model_version",
    "create_registered_model",
    "update_registered_model",
    "log_inputs",
    "search_traces",
    "start_trace",
    "delete_traces",
)
_LOGGED_MODELS = "create_logged_model"
_WORDS = {"ArtifactRepository", "AbstractStore", "RestStore", "SqlAlchemyStore", "FileStore"}
_DEPTH = 4


def _check(node: ast.ClassDef, context: Context) -> Iterator[Match]:
    base = next((found for item in node.bases if (found := _base(item, context))), None)
    if base is None:
        return
    methods = {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}
    if _is_repository(base):
        made = methods.get("__init__") or _made_by_base(node, context)
        missing = _missing(made, _BASE, context) if made is not None else ""
        if made is not None and missing:
            message = f"MLflow 3 makes a repository with further arguments: take {missing} in `__init__`"
            yield Match(made, message, Safety.MANUAL)
        return
    for name in _OF_STORES:
        missing = _missing(methods[name], f"{base}.{name}", context) if name in methods else ""
        if missing:
            message = f"MLflow 3 calls `{name}` of a store with further arguments: take {missing}"
            yield Match(methods[name], message, Safety.MANUAL)
    if base == _TRACKING and "create_run" in methods and _LOGGED_MODELS not in methods:
        message = (
            f"MLflow 3 keeps models in the tracking store: `log_model` ends with NotImplementedError where it has no `{_LOGGED_MODELS}`, "
            "`finalize_logged_model`, `get_logged_model` and what else `AbstractStore` has for them"
        )
        yield Match(node, message, Safety.MANUAL)


def _made_by_base(node: ast.ClassDef, context: Context) -> ast.FunctionDef | None:
    """Return the `__init__` that a class has from one that stands in front of MLflow's among its bases."""
    for base in node.bases:
        found = context.resolve(base)
        if not isinstance(found, LocalClass) or _base(base, context) is not None:
            return None  # judged by itself
        made = context.names.member(found.node, "__init__")
        if isinstance(made, LocalFunction) and isinstance(made.node, ast.FunctionDef):
            return made.node
    return None


def _check_registered(call: BoundCall, context: Context) -> Iterator[Match]:
    """Report a function that the registry of repositories is given, and that takes the address alone."""
    argument = call.get("repository")
    made = context.resolve(argument.value) if argument is not None else None
    if argument is None or not isinstance(made, LocalFunction):
        return
    missing = _missing(made.node, _BASE, context)
    if missing:
        message = f"MLflow 3 makes a repository with further arguments: let this function take {missing}"
        yield Match(argument.value, message, Safety.MANUAL)


def _missing(method: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, path: str, context: Context) -> str:
    """Say which arguments MLflow 3 gives that a method does not take; "" for none."""
    new, old = mlflow_api.signature(path, context.target.release), mlflow_api.signature(path, mlflow_api.NEWEST_2)
    if method.args.kwarg is not None or new is None or old is None:
        return ""
    given = [parameter.name for parameter in new.parameters if old.parameter(parameter.name) is None]
    taken = {argument.arg for argument in (*method.args.posonlyargs, *method.args.args, *method.args.kwonlyargs)}
    return " and ".join(f"`{name}=None`" for name in given if name not in taken)


def _base(node: ast.expr, context: Context, depth: int = 0) -> str | None:
    """Return the class of MLflow that an expression is made from, if it is one of its artifact repositories or stores."""
    found = context.resolve(node)
    if isinstance(found, LocalClass) and depth < _DEPTH:
        inherited = (_base(base, context, depth + 1) for base in found.node.bases)
        return next((path for path in inherited if path is not None), None)
    paths = (found.path,) if isinstance(found, Mlflow) else found.bases if isinstance(found, OwnClass) else ()
    return next((path for path in paths if _is_repository(path) or _is_store(path)), None)


def _is_repository(path: str) -> bool:
    in_stores = path.startswith("mlflow.store.artifact.") and path.endswith("Repository")
    return in_stores and mlflow_api.kind_in_api(path) == "class"


def _is_store(path: str) -> bool:
    in_stores = path.startswith(("mlflow.store.tracking.", "mlflow.store.model_registry.")) and path.endswith("Store")
    return in_stores and mlflow_api.kind_in_api(path) == "class"


_PROGRAM = """\
import mlflow.store.artifact.artifact_repository_registry as registry
from mlflow.store.artifact.local_artifact_repo import LocalArtifactRepository


class Team(LocalArtifactRepository):
    def __init__(self, artifact_uri):
        super().__init__(artifact_uri.replace("team://", "file://"))


registry._artifact_repository_registry.register("team", Team)
result = type(registry.get_artifact_repository("team:///tmp")).__name__
"""

_STORE = """\
import mlflow
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore
from mlflow.tracking._model_registry import utils


class Audited(SqlAlchemyStore):
    def create_model_version(
        self, name, source, run_id=None, tags=None, run_link=None, description=None, local_model_path=None
    ):
        return super().create_model_version(name, source, run_id, tags, run_link, description, local_model_path)


utils._get_store_registry().register("audited", lambda store_uri, **_: Audited("sqlite:///registry.db"))
mlflow.set_tracking_uri("sqlite:///tracking.db")
mlflow.set_registry_uri("audited://registry")
client = mlflow.MlflowClient()
client.create_registered_model("line")
result = client.create_model_version("line", "s3://models/line").version
"""

RULE = Rule(
    code="MLF412",
    name="own-artifact-repository",
    summary="MLflow 3 gives artifact repositories and stores of one's own further arguments.",
    why="""\
A class of one's own for artifacts is registered for a scheme, as a plugin or by hand, and MLflow makes its instances. 2.22.5 called
`repository(artifact_uri)`; since 3.1 it passes `tracking_uri=`, and since 3.5 also `registry_uri=` (`get_artifact_repository` in
`mlflow/store/artifact/artifact_repository_registry.py`). An `__init__` that takes neither of them is a `TypeError` at the first use of the scheme.

    def __init__(self, artifact_uri, tracking_uri=None, registry_uri=None):

runs on both; `super().__init__(artifact_uri)` may stay as it is.

The same happens to stores of one's own: MLflow 3 gives `create_model_version` a `model_id=`, `create_registered_model` and
`update_registered_model` a `deployment_job_id`, `log_inputs` `models=`, `search_traces` `model_id=` and `locations=`, and `start_trace` and
`delete_traces` other arguments (`mlflow/tracking/_model_registry/client.py`, `mlflow/tracking/_tracking_service/client.py`,
`mlflow/tracing/client.py`). A tracking store that is made from `AbstractStore` alone has no logged models, without which `log_model` fails.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    on=(
        constructions(ast.ClassDef, check=_check, needs=(LIBRARY, _WORDS)),
        calls(_REGISTER, check=_check_registered, needs=({"ArtifactRepositoryRegistry"},)),
    ),
    since="3.1",
    examples=(
        program(
            "a repository of one's own",
            _PROGRAM,
            by_hand=_PROGRAM.replace("(self, artifact_uri)", "(self, artifact_uri, tracking_uri=None, registry_uri=None)"),
            runs={
                "2 before": Run(),
                "2 by hand": Run(),
                "3 before": Run(raises="TypeError: tracking_uri"),
                "3 by hand": Run(),
            },
        ),
        program(
            "a registry's store of one's own",
            _STORE,
            by_hand=_STORE.replace("local_model_path=None\n", "local_model_path=None, model_id=None\n").replace(
                "local_model_path)", "local_model_path, **({'model_id': model_id} if model_id else {}))"
            ),
            runs={
                "2 before": Run(),
                "2 by hand": Run(),
                "3 before": Run(raises="TypeError: model_id"),
                "3 by hand": Run(),
            },
        ),
        reported(
            "a tracking store without logged models",
            """
            from mlflow.store.tracking.abstract_store import AbstractStore
            class Mine(AbstractStore):
                def create_run(self, experiment_id, user_id, start_time, tags, run_name):
                    return save(tags)
                def log_inputs(self, run_id, datasets=None):
                    pass
            """,
        ),
        untouched(
            "a store whose methods MLflow calls as before",
            """
            from mlflow.store.tracking.rest_store import RestStore
            class Mine(RestStore):
                def create_run(self, experiment_id, user_id, start_time, tags, run_name):
                    return super().create_run(experiment_id, user_id, start_time, tags, run_name)
                def log_inputs(self, run_id, **given):
                    return super().log_inputs(run_id, **given)
            """,
        ),
        reported(
            "only one of both",
            """
            from mlflow.store.artifact.artifact_repo import ArtifactRepository
            class Mine(ArtifactRepository):
                def __init__(self, artifact_uri, tracking_uri=None):
                    super().__init__(artifact_uri)
            """,
        ),
        reported(
            "by a class in between",
            """
            from mlflow.store.artifact.s3_artifact_repo import S3ArtifactRepository

            class Base(S3ArtifactRepository):
                pass

            class Team(Base):
                def __init__(self, artifact_uri):
                    super().__init__(artifact_uri)
            """,
        ),
        reported(
            "by a class in between that takes both",
            """
            from mlflow.store.artifact.s3_artifact_repo import S3ArtifactRepository

            class Base(S3ArtifactRepository):
                def __init__(self, artifact_uri, tracking_uri=None, registry_uri=None):
                    super().__init__(artifact_uri)

            class Team(Base):
                def __init__(self, artifact_uri):
                    super().__init__(artifact_uri)
            """,
        ),
        reported(
            "by a class beside it",
            """
            from mlflow.store.artifact.artifact_repo import ArtifactRepository

            class Checked:
                def __init__(self, artifact_uri):
                    super().__init__(artifact_uri)

            class Team(Checked, ArtifactRepository):
                pass
            """,
        ),
        reported(
            "a function that makes one",
            """
            from mlflow.store.artifact.artifact_repository_registry import ArtifactRepositoryRegistry

            def team(artifact_uri):
                return Team(artifact_uri)

            ArtifactRepositoryRegistry().register("team", team)
            """,
        ),
        untouched(
            "a function that takes more",
            """
            from mlflow.store.artifact.artifact_repository_registry import ArtifactRepositoryRegistry
            ArtifactRepositoryRegistry().register("team", lambda uri, **options: Team(uri, **options))
            """,
        ),
        untouched(
            "a release that gives one",
            """
            from mlflow.store.artifact.artifact_repo import ArtifactRepository
            class Mine(ArtifactRepository):
                def __init__(self, artifact_uri, tracking_uri=None):
                    super().__init__(artifact_uri)
            """,
            target="3.2",
        ),
        untouched(
            "all keywords are taken",
            """
            from mlflow.store.artifact.artifact_repo import ArtifactRepository
            class Mine(ArtifactRepository):
                def __init__(self, artifact_uri, **options):
                    super().__init__(artifact_uri)
            """,
        ),
        untouched(
            "MLflow's own __init__",
            """
            from mlflow.store.artifact.artifact_repo import ArtifactRepository
            class Mine(ArtifactRepository):
                def log_artifact(self, local_file, artifact_path=None):
                    pass
            """,
        ),
        untouched(
            "a class of that name elsewhere",
            """
            import mlflow
            from mine import ArtifactRepository
            class Mine(ArtifactRepository):
                def __init__(self, artifact_uri):
                    pass
            """,
        ),
    ),
)  # fmt: skip
