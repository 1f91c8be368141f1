"""The examples of MLF502."""

from __future__ import annotations

from codemod.rules.base import Example
from codemod.rules.stores.mlflow_pin_places_examples import EXAMPLES as ELSEWHERE


def _fixed(title: str, path: str, before: str, after: str, **settings: object) -> Example:
    return Example(title, before, after, path=path, settings={"unsafe": True, **settings})


def _reported(title: str, path: str, before: str, **settings: object) -> Example:
    return Example(title, before, path=path, settings=settings)


def _untouched(title: str, path: str, before: str, **settings: object) -> Example:
    return Example(title, before, found=False, path=path, settings=settings)


EXAMPLES = (
    _fixed(
        "requirements, with extras, markers and comments",
        "requirements.txt",
        """
        numpy
        mlflow[extras] ~= 2.9 ; python_version >= "3.10"  # tracking
        pandas==2.1
        """,
        """
        numpy
        mlflow[extras] >=3,<4 ; python_version >= "3.10"  # tracking
        pandas==2.1
        """,
    ),
    _fixed("the release that was asked for", "constraints.txt", "mlflow<3\n", "mlflow>=3.5,<4\n", target="3.5"),
    _fixed("another pin", "requirements/base.in", "mlflow~=2.9\n", "mlflow>=3.14,<4\n", mlflow_version=">=3.14,<4"),
    _fixed(
        "for both lines the upper bound is lifted",
        "requirements.txt",
        "mlflow>=2.22.2,<3\n",
        "mlflow>=2.22.2,<4\n",
        target="both",
    ),
    _fixed(
        "PEP 621, extras and dependency groups",
        "pyproject.toml",
        """
        [project]
        name = "app"
        version = "1"
        dependencies = [
          "mlflow>=2,<2.20",  # tracking
        ]
        [dependency-groups]
        test = ['mlflow-skinny~=2.9']
        """,
        """
        [project]
        name = "app"
        version = "1"
        dependencies = [
          "mlflow>=3,<4",  # tracking
        ]
        [dependency-groups]
        test = ['mlflow-skinny>=3,<4']
        """,
    ),
    _fixed(
        "Poetry",
        "pyproject.toml",
        """
        [tool.poetry.dependencies]
        mlflow = "^2.3"

        [tool.poetry.group.serve.dependencies]
        mlflow-skinny = {version = "^2.9", extras = ["databricks"]}
        """,
        """
        [tool.poetry.dependencies]
        mlflow = ">=3,<4"

        [tool.poetry.group.serve.dependencies]
        mlflow-skinny = {version = ">=3,<4", extras = ["databricks"]}
        """,
    ),
    _fixed(
        "Pipfile",
        "Pipfile",
        """
        [packages]
        mlflow = "~=2.1"
        """,
        """
        [packages]
        mlflow = ">=3,<4"
        """,
    ),
    _fixed(
        "setup.cfg",
        "setup.cfg",
        """
        [options]
        install_requires =
            mlflow<3
            numpy
        """,
        """
        [options]
        install_requires =
            mlflow>=3,<4
            numpy
        """,
    ),
    _fixed(
        "conda, and pip in it",
        "conda.yaml",
        """
        dependencies:
          - python=3.11
          - mlflow<3
          - pip:
              - mlflow[extras]~=2.9
        """,
        """
        dependencies:
          - python=3.11
          - mlflow>=3,<4
          - pip:
              - mlflow[extras]>=3,<4
        """,
    ),
    _fixed(
        "python_env.yaml",
        "python_env.yaml",
        """
        dependencies:
          - "mlflow~=2.4"
        """,
        """
        dependencies:
          - "mlflow>=3,<4"
        """,
    ),
    _fixed(
        "a Dockerfile; the shell needs quotes",
        "Dockerfile",
        """
        FROM python:3.11
        RUN pip install --no-cache-dir mlflow~=2.22 \\
            "boto3==1.34" && rm -rf /tmp/x
        """,
        """
        FROM python:3.11
        RUN pip install --no-cache-dir "mlflow>=3,<4" \\
            "boto3==1.34" && rm -rf /tmp/x
        """,
    ),
    _fixed(
        "a workflow",
        ".github/workflows/test.yml",
        """
        jobs:
          test:
            steps:
              - run: pip install mlflow~=2.9 pytest
        """,
        """
        jobs:
          test:
            steps:
              - run: pip install "mlflow>=3,<4" pytest
        """,
    ),
    _fixed(
        "a line of a notebook",
        "example.py",
        """
        # Databricks notebook source
        # MAGIC %pip install mlflow~=2.9 --quiet

        # COMMAND ----------

        import mlflow
        """,
        """
        # Databricks notebook source
        # MAGIC %pip install "mlflow>=3,<4" --quiet

        # COMMAND ----------

        import mlflow
        """,
    ),
    _fixed(
        "a line of a notebook whose output is kept",
        "example.py",
        """
        # Databricks notebook source
        # MAGIC %python
        # MAGIC log = !pip install mlflow~=2.9 --quiet
        """,
        """
        # Databricks notebook source
        # MAGIC %python
        # MAGIC log = !pip install "mlflow>=3,<4" --quiet
        """,
    ),
    _reported(
        "a line of a notebook that was exported as a script",
        "example.py",
        "get_ipython().run_line_magic('pip', 'install mlflow==2.9.2 --quiet')\n",
    ),
    _reported(
        "setup.py",
        "setup.py",
        """
        from setuptools import setup

        setup(name="app", install_requires=["mlflow==2.9.2"])
        """,
    ),
    _reported(
        "hashes",
        "requirements.txt",
        """
        mlflow==2.9.2 \\
            --hash=sha256:0123 \\
            --hash=sha256:4567
        """,
        unsafe=True,
    ),
    _reported(
        "a lock file",
        "uv.lock",
        """
        [[package]]
        name = "mlflow"
        version = "2.22.0"
        """,
        unsafe=True,
    ),
    _reported(
        "a variable",
        "Dockerfile",
        """
        ARG MLFLOW_VERSION
        RUN pip install mlflow==${MLFLOW_VERSION}
        """,
        unsafe=True,
    ),
    _reported("a branch", "requirements.txt", "git+https://github.com/mlflow/mlflow.git@branch-2.9\n", unsafe=True),
    _reported(
        "the image of a server",
        "docker-compose.yml",
        """
        services:
          mlflow:
            image: ghcr.io/mlflow/mlflow:v2.9.2
        """,
        unsafe=True,
    ),
    _untouched(
        "no pin",
        "requirements.txt",
        """
        mlflow
        mlflow-skinny  # small
        """,
    ),
    _untouched("a lower bound", "requirements.txt", "mlflow>=2.9\n"),
    _untouched(
        "MLflow 3",
        "pyproject.toml",
        """
        [project]
        name = "app"
        version = "1"
        dependencies = ["mlflow[genai]>=3.6.0"]
        """,
    ),
    _untouched(
        "Poetry with MLflow 3",
        "pyproject.toml",
        """
        [tool.poetry.dependencies]
        mlflow = "^3.1"
        """,
    ),
    _untouched(
        "other packages",
        "requirements.txt",
        """
        kedro-mlflow>=0.11.0, <0.12
        bentoml[mlflow]==1.4.12
        mlflow-export-import==1.2
        """,
    ),
    _untouched(
        "comments",
        "requirements.txt",
        """
        # mlflow==2.9.2
        numpy  # for mlflow<3
        """,
    ),
    _untouched(
        "a redirection",
        "run.sh",
        """
        pip install mlflow>=1.18.0
        pip install mlflow > log.txt
        """,
    ),
    _untouched(
        "an image without a release",
        "compose.yaml",
        """
        services:
          a:
            image: ghcr.io/mlflow/mlflow:latest
        """,
    ),
    _untouched("the host of a server", "run.sh", "curl http://mlflow:5000/health && ping mlflow:2222\n"),
    _untouched(
        "a variable that gives MLflow 3",
        "Dockerfile",
        """
        ARG V=3.5.0
        RUN pip install mlflow==$V
        """,
    ),
    _untouched(
        "code",
        "example.py",
        """
        def f(mlflow=None):
            return mlflow <2
        """,
    ),
    *ELSEWHERE,
)
