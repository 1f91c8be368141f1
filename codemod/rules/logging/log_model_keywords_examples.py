"""The examples of MLF101 whose keywords come from a dict or through a partial."""

from __future__ import annotations

from codemod.rules.base import fixed, reported
from codemod.settings import Project

EXAMPLES = (
    fixed(
        "a key of that dict that is written twice, or by update",
        'import mlflow\noptions = dict(artifact_path="model")\nif final:\n    options["artifact_path"] = "final"\n'
        'options.update({"signature": None})\nmlflow.xgboost.log_model(booster, **options)\n',
        'import mlflow\noptions = dict(name="model")\nif final:\n    options["name"] = "final"\n'
        'options.update({"signature": None})\nmlflow.xgboost.log_model(booster, **options)\n',
    ),
    reported(
        "a dict whose key other code reads",
        'import mlflow\noptions = {"artifact_path": "model"}\nmlflow.xgboost.log_model(booster, **options)\nprint(options["artifact_path"])\n',
    ),
    reported(
        "a dict of the module that another file reads",
        'import mlflow\nOPTIONS = {"artifact_path": "model"}\nmlflow.xgboost.log_model(booster, **OPTIONS)\n',
        project=Project(reads=frozenset({"OPTIONS"})),
    ),
    reported(
        "a dict of a module of which no other file is in the run",
        'import mlflow\nOPTIONS = {"artifact_path": "model"}\n\ndef log(booster):\n    mlflow.xgboost.log_model(booster, **OPTIONS)\n',
    ),
    reported(
        "a partial whose calls give more by position",
        'import functools\nimport mlflow\nlog = functools.partial(mlflow.xgboost.log_model, booster, "model")\nlog(env)\n',
    ),
    fixed(
        "a partial that binds by position, and whose calls give keywords alone",
        'import functools\nimport mlflow\nlog = functools.partial(mlflow.xgboost.log_model, booster, "model")\nlog(signature=s)\n',
        'import functools\nimport mlflow\nlog = functools.partial(mlflow.xgboost.log_model, booster, name="model")\nlog(signature=s)\n',
    ),
    reported(
        "a partial that is handed on",
        'import functools\nimport mlflow\nrun(functools.partial(mlflow.xgboost.log_model, artifact_path="model"))\n',
    ),
    reported(
        "a partial that another file calls",
        'import functools\nimport mlflow\nlog = functools.partial(mlflow.xgboost.log_model, artifact_path="model")\n',
        project=Project(reads=frozenset({"log"})),
    ),
    fixed(
        "a partial for map",
        'import functools\nimport mlflow\nlist(map(functools.partial(mlflow.xgboost.log_model, artifact_path="model"), models))\n',
        'import functools\nimport mlflow\nlist(map(functools.partial(mlflow.xgboost.log_model, name="model"), models))\n',
    ),
)
