"""Calls that a configuration of Hydra makes: ``_target_: mlflow.sklearn.log_model`` with its arguments beside it."""

from __future__ import annotations

from collections.abc import Iterator

from codemod import mlflow_api
from codemod.dependencies.places import LOGGED_NAME, Choices, Place
from codemod.dependencies.yaml_nodes import Mapping, Scalar, Tree, walk

_TARGET, _OLD = "_target_", "artifact_path"


def find(tree: Tree, choices: Choices) -> Iterator[Place]:
    """Report the `artifact_path` that a function gets which takes `name` in MLflow 3.

    Code and options of the command line may give the same argument, so a person changes it.
    """
    for document in tree.documents:
        for _, node in walk(document):
            target = node.get(_TARGET) if isinstance(node, Mapping) else None
            if isinstance(node, Mapping) and isinstance(target, Scalar) and _takes_name(target.value, choices):
                for key in node.keys(_OLD):
                    yield Place(LOGGED_NAME, key.start, key.end, _message(target.value, choices))


def _message(path: str, choices: Choices) -> str:
    called = f"`{path.rpartition('.')[2]}`"
    if choices.target == "both":
        return f"`name` does not exist in MLflow 2, and MLflow 3 warns about the `{_OLD}` of {called}"
    return f"`{_OLD}` of {called} is now `name`: change it with what else gives this argument"


def _takes_name(path: str, choices: Choices) -> bool:
    if not path.startswith("mlflow.") or mlflow_api.position(path, _OLD, mlflow_api.NEWEST_2) is None:
        return False
    signature = mlflow_api.signature(path, choices.release)
    return signature is not None and signature.accepts("name")
