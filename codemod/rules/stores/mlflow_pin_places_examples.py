"""Examples of MLF502: pins in code and commands, pins that are kept, and files in which few people look for one."""

from __future__ import annotations

from codemod.mlflow_api.releases import RELEASES
from codemod.rules.base import Example

_NEWEST = RELEASES[-1]


def _fixed(title: str, path: str, before: str, after: str, **settings: object) -> Example:
    return Example(title, before, after, path=path, settings={"unsafe": True, **settings})


def _reported(title: str, path: str, before: str, **settings: object) -> Example:
    return Example(title, before, path=path, settings=settings)


def _untouched(title: str, path: str, before: str, **settings: object) -> Example:
    return Example(title, before, found=False, path=path, settings=settings)


EXAMPLES = (
    _fixed(
        "an installation below a comment",
        "example.py",
        """
        # Databricks notebook source
        # The tracking.
        # MAGIC %pip install mlflow~=2.9  # not mlflow==2.1
        """,
        """
        # Databricks notebook source
        # The tracking.
        # MAGIC %pip install "mlflow>=3,<4"  # not mlflow==2.1
        """,
    ),
    _fixed(
        "a shell command of Databricks",
        "example.py",
        """
        # Databricks notebook source
        # MAGIC %sh
        # MAGIC ls
        # MAGIC pip install 'mlflow<3'
        """,
        """
        # Databricks notebook source
        # MAGIC %sh
        # MAGIC ls
        # MAGIC pip install 'mlflow>=3,<4'
        """,
    ),
    _reported(
        "the environment of a model",
        "example.py",
        """
        import mlflow
        mlflow.pyfunc.log_model(name='m', python_model=m, pip_requirements=['mlflow==2.9.2'])
        """,
    ),
    _reported(
        "a conda environment in code",
        "example.py",
        "env = {'dependencies': ['python=3.11', {'pip': ['pandas', 'mlflow<3']}]}\n",
    ),
    _reported(
        "a task's packages",
        "example.py",
        """
        @component(packages_to_install=['mlflow==2.9.2'])
        def train(): ...
        """,
    ),
    _reported(
        "a command in code",
        "example.py",
        """
        import subprocess, sys
        subprocess.run([sys.executable, '-m', 'pip', 'install', 'mlflow==2.9.2'])
        """,
    ),
    _reported(
        "a shell command in code",
        "example.py",
        """
        import os
        os.system('pip install mlflow==2.9.2')
        """,
    ),
    _reported(
        "packages with their versions",
        "example.py",
        """
        @pypi(packages={'mlflow': '2.15.1', 'boto3': '1.35'})
        def train(): ...
        """,
    ),
    _untouched(
        "packages with versions of MLflow 3",
        "example.py",
        """
        @pypi(packages={'mlflow': '3.4.0'})
        def train(): ...
        """,
    ),
    _untouched("a dict of something else", "example.py", "titles = {'mlflow': '2.15.1'}\n"),
    _reported(
        "a Python that is too old",
        "conda.yaml",
        """
        dependencies:
        - python=3.8
        - mlflow
        """,
    ),
    _untouched(
        "a Python that is new enough",
        "Dockerfile",
        """
        FROM python:3.11
        RUN pip install mlflow
        """,
    ),
    _untouched("what a test compares", "example.py", "assert 'mlflow==2.9.2' in requirements\n"),
    _untouched("a list of something else", "example.py", "titles = ['mlflow==2.9.2', 'other']\n"),
    _untouched("packages of MLflow 3", "example.py", "requirements = ['mlflow>=3', 'pandas']\n"),
    _fixed(
        "a pin of one release stays one",
        "requirements.txt",
        """
        numpy==1.26.4
        mlflow==2.18.0
        """,
        f"numpy==1.26.4\nmlflow=={_NEWEST}\n",
    ),
    _fixed(
        "the release that was asked for, exactly",
        "requirements.txt",
        "mlflow==2.18.0\n",
        "mlflow==3.9.0\n",
        target="3.9",
    ),
    _fixed(
        "lists of conda in brackets",
        "conda.yaml",
        "dependencies: [python=3.11, {pip: [mlflow<3]}]\n",
        'dependencies: [python=3.11, {pip: ["mlflow>=3,<4"]}]\n',
    ),
    _fixed(
        "what a hook or a job of Databricks installs",
        "databricks.yml",
        """
        libraries:
          - pypi:
              package: mlflow>=2,<3
        """,
        """
        libraries:
          - pypi:
              package: mlflow>=3,<4
        """,
    ),
    _fixed(
        "tox",
        "tox.ini",
        """
        [testenv]
        deps =
            mlflow>=2,<3
        """,
        """
        [testenv]
        deps =
            mlflow>=3,<4
        """,
    ),
    _fixed(
        "a script that says what it needs",
        "example.py",
        """
        # /// script
        # dependencies = ["mlflow~=2.9", "pandas"]
        # ///
        import mlflow
        """,
        """
        # /// script
        # dependencies = ["mlflow>=3,<4", "pandas"]
        # ///
        import mlflow
        """,
    ),
    _fixed(
        "extras that setup.py puts together",
        "setup.py",
        """
        extras = {}
        extras["mlflow"] = ["mlflow>=2.14.1,<3.0", "pynvml>=11.5.0"]
        """,
        """
        extras = {}
        extras["mlflow"] = ["mlflow>=3,<4", "pynvml>=11.5.0"]
        """,
    ),
    _fixed(
        "extras in another module",
        "dependencies.py",
        "EXTRAS = {'tracking': ['mlflow~=2.8']}\n",
        "EXTRAS = {'tracking': ['mlflow>=3,<4']}\n",
    ),
    _fixed(
        "the command of a job",
        "example.py",
        "job = command(code='./src', command=\"pip install 'mlflow<3' -q && python main.py\")\n",
        "job = command(code='./src', command=\"pip install 'mlflow>=3,<4' -q && python main.py\")\n",
    ),
    _fixed(
        "quotes that the shell needs",
        "example.py",
        """
        import os
        os.system("pip install mlflow~=2.9")
        """,
        """
        import os
        os.system("pip install 'mlflow>=3,<4'")
        """,
    ),
    _reported(
        "a comment that says why",
        "requirements.txt",
        "mlflow==2.22.0  # keep until the server is moved\n",
        unsafe=True,
    ),
    _reported(
        "a comment above",
        "requirements.txt",
        """
        # MLflow must stay below 3 for now.
        mlflow<3
        """,
        unsafe=True,
    ),
    _reported(
        "a neighbour that bounds MLflow",
        "requirements.txt",
        """
        mlflow==2.19.0
        databricks-genai==1.1.7
        """,
        unsafe=True,
    ),
    _reported(
        "a plugin that must be raised too",
        "requirements.txt",
        """
        azureml-mlflow==1.60.0
        mlflow==2.22.0
        """,
        unsafe=True,
    ),
    _reported("the client without a database", "requirements.txt", "mlflow-skinny==2.22.5\n", unsafe=True),
    _reported(
        "the image of a chart",
        "values.yaml",
        """
        image:
          repository: ghcr.io/mlflow/mlflow
          tag: v2.9.2
        """,
        unsafe=True,
    ),
    _fixed(
        "a comment of another matter", "requirements.txt", "mlflow~=2.9  # tracking\n", "mlflow>=3,<4  # tracking\n"
    ),
    _untouched("what people read", "example.py", "print(\"pip install 'mlflow<3'\")\n"),
    _untouched("an error", "example.py", "raise ImportError('pip install mlflow==2.9')\n"),
    _untouched(
        "a script that needs MLflow 3",
        "example.py",
        """
        # /// script
        # dependencies = ['mlflow>=3']
        # ///
        """,
    ),
    _untouched(
        "the image of MLflow 3",
        "values.yaml",
        """
        image:
          repository: ghcr.io/mlflow/mlflow
          tag: v3.4.0
        """,
    ),
)
