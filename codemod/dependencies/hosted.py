"""Tracking servers that Azure ML and SageMaker run, wherever a setting names one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies.places import HOSTED, Place

AZURE_MESSAGE = (
    "Azure ML runs this tracking server: it may not have what MLflow 3 asks for (`log_model` ends with 404 then), and `azureml-mlflow` must "
    "be raised together with MLflow; try both on a workspace before the clients are raised, or stay on MLflow 2 there"
)
SAGEMAKER_MESSAGE = (
    "SageMaker runs this tracking server with the release of MLflow that it was made with (`describe-mlflow-tracking-server` tells it): clients of "
    "MLflow 3 need a server of MLflow 3, and `sagemaker-mlflow` must be raised together with MLflow"
)
_AZURE = re.compile(r"azureml://\S*?/mlflow/v\d")
# No account has the number zero: tests name such a server, and nobody asks it.
_SAGEMAKER = re.compile(r"arn:[\w*-]+:sagemaker:[^\s:]*:(?!0{12}:)[^\s:]*:mlflow-(?:tracking-server|app)/")
_VARIABLE = re.compile(
    r"""\b(?:MLFLOW_TRACKING_URI|(?:mlflow_)?tracking_uri)"""
    r"""(?:["']?[ \t]*[:=][ \t]*|[ \t]+|["']?[ \t]*\r?\n[ \t]*(?:-[ \t]+)?value[ \t]*[:=][ \t]*)["']?(?P<value>(?:azureml:|arn:)[^\s"',}]*)"""
)


def hosted_message(uri: str, *, as_uri: bool) -> str:
    """Return what is to be said of a string; "" where it names no such server.

    Args:
        uri: The string.
        as_uri: Whether it certainly is the address of a tracking server.
    """
    if _SAGEMAKER.match(uri):
        return SAGEMAKER_MESSAGE
    return AZURE_MESSAGE if _AZURE.match(uri) or (as_uri and uri.startswith("azureml://")) else ""


def find(text: str) -> Iterator[Place]:
    """Find the first place at which a setting names each such server, in text whose comments are blanked."""
    seen = set[str]()
    for found in _VARIABLE.finditer(text):
        message = hosted_message(found["value"], as_uri=True)
        if message and found["value"] not in seen:
            seen.add(found["value"])
            yield Place(HOSTED, *found.span("value"), message)
