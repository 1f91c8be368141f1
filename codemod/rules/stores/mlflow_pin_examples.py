"""The examples of MLF502."""

from __future__ import annotations

from codemod.rules.base import reported_file, untouched_file
from codemod.rules.stores.mlflow_pin_lists_examples import EXAMPLES as IN_LISTS
from codemod.rules.stores.mlflow_pin_places_examples import EXAMPLES as ELSEWHERE
from codemod.rules.stores.mlflow_pin_places_examples import fixed_pin

EXAMPLES = (
    fixed_pin(
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
    fixed_pin("the release that was asked for", "constraints.txt", "mlflow<3\n", "mlflow>=3.5,<4\n", target="3.5"),
    fixed_pin("another pin", "requirements/base.in", "mlflow~=2.9\n", "mlflow>=3.14,<4\n", mlflow_version=">=3.14,<4"),
    fixed_pin(
        "for both lines the upper bound is lifted",
        "requirements.txt",
        "mlflow>=2.22.2,<3\n",
        "mlflow>=2.22.2,<4\n",
        target="both",
    ),
    fixed_pin(
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
    fixed_pin(
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
    fixed_pin(
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
    fixed_pin(
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
    fixed_pin(
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
    fixed_pin(
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
    fixed_pin(
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
    fixed_pin(
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
    fixed_pin(
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
    fixed_pin(
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
    reported_file(
        "a line of a notebook that was exported as a script",
        "example.py",
        "get_ipython().run_line_magic('pip', 'install mlflow==2.9.2 --quiet')\n",
    ),
    reported_file(
        "setup.py",
        "setup.py",
        """
        from setuptools import setup

        setup(name="app", install_requires=["mlflow==2.9.2"])
        """,
    ),
    reported_file(
        "hashes",
        "requirements.txt",
        """
        mlflow==2.9.2 \\
            --hash=sha256:0123 \\
            --hash=sha256:4567
        """,
        unsafe=True,
    ),
    reported_file(
        "a lock file",
        "uv.lock",
        """
        [[package]]
        name = "mlflow"
        version = "2.22.0"
        """,
        unsafe=True,
    ),
    reported_file(
        "a variable",
        "Dockerfile",
        """
        ARG MLFLOW_VERSION
        RUN pip install mlflow==${MLFLOW_VERSION}
        """,
        unsafe=True,
    ),
    reported_file("a branch", "requirements.txt", "git+https://github.com/mlflow/mlflow.git@branch-2.9\n", unsafe=True),
    reported_file(
        "the image of a server",
        "docker-compose.yml",
        """
        services:
          mlflow:
            image: ghcr.io/mlflow/mlflow:v2.9.2
        """,
        unsafe=True,
    ),
    untouched_file(
        "a list of what a team uses",
        "software-requirements.txt",
        """
        The system shall
         * use MLflow 2.9
        Parts:
        MLflow UI
        MLflow 2.9, as a server
        """,
    ),
    untouched_file(
        "words beside packages, which pip refuses to read",
        "requirements.txt",
        """
        numpy
        MLflow UI
        """,
    ),
    reported_file(
        "what is not understood among packages",
        "requirements.txt",
        """
        numpy
        pandas>=2
        mlflow 2.9.2
        """,
    ),
    untouched_file(
        "no pin",
        "requirements.txt",
        """
        mlflow
        mlflow-skinny  # small
        """,
    ),
    untouched_file("a lower bound", "requirements.txt", "mlflow>=2.9\n"),
    untouched_file(
        "MLflow 3",
        "pyproject.toml",
        """
        [project]
        name = "app"
        version = "1"
        dependencies = ["mlflow[genai]>=3.6.0"]
        """,
    ),
    untouched_file(
        "Poetry with MLflow 3",
        "pyproject.toml",
        """
        [tool.poetry.dependencies]
        mlflow = "^3.1"
        """,
    ),
    untouched_file(
        "other packages",
        "requirements.txt",
        """
        kedro-mlflow>=0.11.0, <0.12
        bentoml[mlflow]==1.4.12
        mlflow-export-import==1.2
        """,
    ),
    untouched_file(
        "comments",
        "requirements.txt",
        """
        # mlflow==2.9.2
        numpy  # for mlflow<3
        """,
    ),
    untouched_file(
        "a redirection",
        "run.sh",
        """
        pip install mlflow>=1.18.0
        pip install mlflow > log.txt
        """,
    ),
    untouched_file(
        "an image without a release",
        "compose.yaml",
        """
        services:
          a:
            image: ghcr.io/mlflow/mlflow:latest
        """,
    ),
    untouched_file("the host of a server", "run.sh", "curl http://mlflow:5000/health && ping mlflow:2222\n"),
    untouched_file(
        "a variable that gives MLflow 3",
        "Dockerfile",
        """
        ARG V=3.5.0
        RUN pip install mlflow==$V
        """,
    ),
    untouched_file(
        "code",
        "example.py",
        """
        def f(mlflow=None):
            return mlflow <2
        """,
    ),
    *ELSEWHERE,
    *IN_LISTS,
)
