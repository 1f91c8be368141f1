"""Answers one question about an expression: which MLflow object is it, is it none, or can nobody tell?"""

from codemod.names.resolve import Names
from codemod.names.values import (
    Elements,
    Foreign,
    Getter,
    Handed,
    Instance,
    LocalClass,
    LocalFunction,
    LocalInstance,
    Mlflow,
    OwnClass,
    OwnFunction,
    OwnInstance,
    OwnModule,
    Partial,
    Unknown,
    Value,
)

__all__ = [
    "Elements",
    "Foreign",
    "Getter",
    "Handed",
    "Instance",
    "LocalClass",
    "LocalFunction",
    "LocalInstance",
    "Mlflow",
    "Names",
    "OwnClass",
    "OwnFunction",
    "OwnInstance",
    "OwnModule",
    "Partial",
    "Unknown",
    "Value",
]
