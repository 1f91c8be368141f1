"""Files that are no code and name the tracking store of what they start."""

from __future__ import annotations

import pytest

from codemod.names.reads import environment_names_store


@pytest.mark.parametrize(
    "text",
    [
        "ENV MLFLOW_TRACKING_URI=http://a:5000\n",
        "ENV MLFLOW_TRACKING_URI http://a:5000\n",
        "export MLFLOW_TRACKING_URI='sqlite:///a.db'\n",
        "MLFLOW_TRACKING_URI=http://a python train.py\n",
        "    environment:\n      MLFLOW_TRACKING_URI: http://a:5000\n",
        "    environment:\n      - MLFLOW_TRACKING_URI=${URI}\n",
        "env:\n  - name: MLFLOW_TRACKING_URI\n    value: http://a\n",
        "env:\r\n  - name: MLFLOW_TRACKING_URI\r\n    valueFrom:\r\n",
        '{"MLFLOW_TRACKING_URI": "http://a"}',
        "passenv = PATH\nsetenv =\n    MLFLOW_TRACKING_URI = sqlite:///a.db\n",
    ],
)
def test_named(text: str) -> None:
    assert environment_names_store(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "# MLFLOW_TRACKING_URI=http://a\n",
        "echo $MLFLOW_TRACKING_URI\n",
        "MLFLOW_TRACKING_URI=\n",
        "MLFLOW_TRACKING_URI: ''\n",
        "unset MLFLOW_TRACKING_URI\n",
        "passenv = MLFLOW_TRACKING_URI\n",
        "curl ${MLFLOW_TRACKING_URI}/health\n",
        "MLFLOW_TRACKING_URI_FILE=a\n",
    ],
)
def test_not_named(text: str) -> None:
    assert not environment_names_store(text.encode())
