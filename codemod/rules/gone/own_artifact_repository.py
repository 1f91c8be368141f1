"""MLF412: MLflow 3 makes artifact repositories with more arguments than a class for MLflow 2 takes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod import mlflow_api
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.names import LocalClass, Mlflow, OwnClass
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.selectors import LIBRARY, constructions

_BASE = "mlflow.store.artifact.artifact_repo.ArtifactRepository"

_DEPTH = 4


def _check(node: ast.ClassDef, context: Context) -> Iterator[Match]:
    base = next((found for item in node.bases if (found := _repository(item, context))), None)
    if base is None:
        return
    made = _makes(node)
    if made is None or made.args.kwarg is not None:
        return
    signature = mlflow_api.signature(_BASE, context.target.release)
    old = mlflow_api.signature(_BASE, mlflow_api.NEWEST_2)
    if signature is None or old is None:
        return
    given = [parameter.name for parameter in signature.parameters if old.parameter(parameter.name) is None]
    taken = {argument.arg for argument in (*made.args.posonlyargs, *made.args.args, *made.args.kwonlyargs)}
    missing = [f"`{name}=None`" for name in given if name not in taken]
    if missing:
        message = f"MLflow 3 makes a repository with further arguments: take {' and '.join(missing)} in `__init__`"
        yield Match(made, message, Safety.MANUAL)


def _makes(node: ast.ClassDef) -> ast.FunctionDef | None:
    return next((item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"), None)


def _repository(node: ast.expr, context: Context, depth: int = 0) -> str | None:
    """Return the class of MLflow that an expression is made from, if it is one of its artifact repositories."""
    found = context.resolve(node)
    if isinstance(found, LocalClass) and depth < _DEPTH:
        inherited = (_repository(base, context, depth + 1) for base in found.node.bases)
        return next((path for path in inherited if path is not None), None)
    paths = (found.path,) if isinstance(found, Mlflow) else found.bases if isinstance(found, OwnClass) else ()
    return next((path for path in paths if _is_repository(path)), None)


def _is_repository(path: str) -> bool:
    in_stores = path.startswith("mlflow.store.artifact.") and path.endswith("Repository")
    return in_stores and mlflow_api.kind_of(path) == "class"


_PROGRAM = """\
import mlflow.store.artifact.artifact_repository_registry as registry
from mlflow.store.artifact.local_artifact_repo import LocalArtifactRepository


class Team(LocalArtifactRepository):
    def __init__(self, artifact_uri):
        super().__init__(artifact_uri.replace("team://", "file://"))


registry._artifact_repository_registry.register("team", Team)
result = type(registry.get_artifact_repository("team:///tmp")).__name__
"""

RULE = Rule(
    code="MLF412",
    name="own-artifact-repository",
    summary="MLflow 3 gives `ArtifactRepository.__init__` the tracking and the registry URI.",
    why="""\
A class of one's own for artifacts is registered for a scheme, as a plugin or by hand, and MLflow makes its instances. 2.22.5 called
`repository(artifact_uri)`; since 3.1 it passes `tracking_uri=`, and since 3.5 also `registry_uri=` (`get_artifact_repository` in
`mlflow/store/artifact/artifact_repository_registry.py`). An `__init__` that takes neither of them is a `TypeError` at the first use of the scheme.

    def __init__(self, artifact_uri, tracking_uri=None, registry_uri=None):

runs on both; `super().__init__(artifact_uri)` may stay as it is.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    on=(constructions(ast.ClassDef, check=_check, needs=(LIBRARY, {"ArtifactRepository"})),),
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
