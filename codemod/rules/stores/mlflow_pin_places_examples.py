"""Examples of MLF502: pins in code and commands, pins that are kept, and files in which few people look for one."""

from __future__ import annotations

from codemod.mlflow_api.releases import RELEASES
from codemod.rules.base import Example, fixed_file, reported_file, untouched_file

_NEWEST = RELEASES[-1]


def fixed_pin(title: str, path: str, before: str, after: str, **settings: object) -> Example:
    """Make an example of a pin that is raised, which is done when unsafe fixes are asked for."""
    return fixed_file(title, path, before, after, **{"unsafe": True, **settings})


EXAMPLES = (
    fixed_pin(
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
    fixed_pin(
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
    untouched_file(
        "headings in a list",
        "example.py",
        """
        REQUIRED_PARTS = ("Ziel", "MLflow für Anfänger", "MLflow UI")
        """,
    ),
    reported_file(
        "the environment of a model",
        "example.py",
        """
        import mlflow
        mlflow.pyfunc.log_model(name='m', python_model=m, pip_requirements=['mlflow==2.9.2'])
        """,
    ),
    reported_file(
        "a conda environment in code",
        "example.py",
        "env = {'dependencies': ['python=3.11', {'pip': ['pandas', 'mlflow<3']}]}\n",
    ),
    reported_file(
        "a task's packages",
        "example.py",
        """
        @component(packages_to_install=['mlflow==2.9.2'])
        def train(): ...
        """,
    ),
    reported_file(
        "a command in code",
        "example.py",
        """
        import subprocess, sys
        subprocess.run([sys.executable, '-m', 'pip', 'install', 'mlflow==2.9.2'])
        """,
    ),
    reported_file(
        "a shell command in code",
        "example.py",
        """
        import os
        os.system('pip install mlflow==2.9.2')
        """,
    ),
    reported_file(
        "packages with their versions",
        "example.py",
        """
        @pypi(packages={'mlflow': '2.15.1', 'boto3': '1.35'})
        def train(): ...
        """,
    ),
    untouched_file(
        "packages with versions of MLflow 3",
        "example.py",
        """
        @pypi(packages={'mlflow': '3.4.0'})
        def train(): ...
        """,
    ),
    untouched_file("a dict of something else", "example.py", "titles = {'mlflow': '2.15.1'}\n"),
    reported_file(
        "a Python that is too old",
        "conda.yaml",
        """
        dependencies:
        - python=3.8
        - mlflow
        """,
    ),
    untouched_file(
        "a Python that is new enough",
        "Dockerfile",
        """
        FROM python:3.11
        RUN pip install mlflow
        """,
    ),
    untouched_file("what a test compares", "example.py", "assert 'mlflow==2.9.2' in requirements\n"),
    untouched_file("a list of something else", "example.py", "titles = ['mlflow==2.9.2', 'other']\n"),
    untouched_file("packages of MLflow 3", "example.py", "requirements = ['mlflow>=3', 'pandas']\n"),
    fixed_pin(
        "a pin of one release stays one",
        "requirements.txt",
        """
        numpy==1.26.4
        mlflow==2.18.0
        """,
        f"numpy==1.26.4\nmlflow=={_NEWEST}\n",
    ),
    fixed_pin(
        "the release that was asked for, exactly",
        "requirements.txt",
        "mlflow==2.18.0\n",
        "mlflow==3.9.0\n",
        target="3.9",
    ),
    fixed_pin(
        "lists of conda in brackets",
        "conda.yaml",
        "dependencies: [python=3.11, {pip: [mlflow<3]}]\n",
        'dependencies: [python=3.11, {pip: ["mlflow>=3,<4"]}]\n',
    ),
    fixed_pin(
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
    fixed_pin(
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
    fixed_pin(
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
    fixed_pin(
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
    fixed_pin(
        "extras in another module",
        "dependencies.py",
        "EXTRAS = {'tracking': ['mlflow~=2.8']}\n",
        "EXTRAS = {'tracking': ['mlflow>=3,<4']}\n",
    ),
    fixed_pin(
        "the command of a job",
        "example.py",
        "job = command(code='./src', command=\"pip install 'mlflow<3' -q && python main.py\")\n",
        "job = command(code='./src', command=\"pip install 'mlflow>=3,<4' -q && python main.py\")\n",
    ),
    fixed_pin(
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
    reported_file(
        "a comment that says why",
        "requirements.txt",
        "mlflow==2.22.0  # keep until the server is moved\n",
        unsafe=True,
    ),
    reported_file(
        "a comment above",
        "requirements.txt",
        """
        # MLflow must stay below 3 for now.
        mlflow<3
        """,
        unsafe=True,
    ),
    reported_file(
        "a comment above, of the releases alone",
        "pyproject.toml",
        """
        [project]
        dependencies = [
            # pinned to 2.x until our gateway takes 3
            "mlflow>=2.22,<3",
        ]
        """,
        unsafe=True,
    ),
    reported_file(
        "a neighbour that bounds MLflow",
        "requirements.txt",
        """
        mlflow==2.19.0
        databricks-genai==1.1.7
        """,
        unsafe=True,
    ),
    reported_file(
        "a plugin that must be raised too",
        "requirements.txt",
        """
        azureml-mlflow==1.60.0
        mlflow==2.22.0
        """,
        unsafe=True,
    ),
    fixed_file(
        "the client of Databricks, which is its own tracking server",
        "requirements.txt",
        "mlflow-skinny[databricks]==2.22.5\n",
        f"mlflow-skinny[databricks]=={_NEWEST}\n",
        unsafe=True,
    ),
    reported_file(
        "an extra for MLflow 2",
        "pyproject.toml",
        """
        [project.optional-dependencies]
        mlflow2 = [
          "mlflow<3",
        ]
        """,
        unsafe=True,
    ),
    untouched_file(
        "a matrix of releases that has MLflow 3",
        "tox.ini",
        """
        [testenv]
        deps =
            mlflow28: mlflow>=2.8,<2.9
            mlflow30: mlflow>=3.0,<3.1
        """,
    ),
    reported_file("the client without a database", "requirements.txt", "mlflow-skinny==2.22.5\n", unsafe=True),
    reported_file(
        "the image of a chart",
        "values.yaml",
        """
        image:
          repository: ghcr.io/mlflow/mlflow
          tag: v2.9.2
        """,
        unsafe=True,
    ),
    fixed_pin(
        "a comment of another matter", "requirements.txt", "mlflow~=2.9  # tracking\n", "mlflow>=3,<4  # tracking\n"
    ),
    *(
        fixed_pin(
            f"a comment that says nothing of it: {comment}",
            "requirements.txt",
            f"# {comment}\nmlflow~=2.9\n",
            f"# {comment}\nmlflow>=3,<4\n",
        )
        for comment in (
            "step 2: requires a tracking server",
            "keep 3 workers busy",
            "pinned for Python 3",
            "works with 3 services, do not remove",
            "locked in phase 2",
        )
    ),
    *(
        fixed_pin(
            f"a comment that gives another reason: {comment}",
            "requirements.txt",
            f"mlflow~=2.9  # {comment}\n",
            f"mlflow>=3,<4  # {comment}\n",
        )
        for comment in ("needed for tracking, see 3", "requires Python 3", "2")
    ),
    *(
        reported_file(f"a comment above: {comment}", "requirements.txt", f"# {comment}\nmlflow==2.9.2\n", unsafe=True)
        for comment in (
            "stay on 2 until the server moves",
            "3 breaks our server",
            "not compatible with 3",
            "keep 2.x",
            "Pinned <3 by ops",
            "Do not upgrade past 2.x",
            "unpin it later, 3 breaks loading",
            "held back: 3 removes stages",
            "keep: the server is 2.9, as we",
            "frozen until we can use 3, sorry",
            "don't use 3",
            "avoid 3.*: breaks it",
            "pinned: next major (3.0) breaks the UI",
        )
    ),
    reported_file(
        "a reason of MLflow", "requirements.txt", "mlflow==2.9.2  # because MLflow 3 is slower\n", unsafe=True
    ),
    untouched_file("what people read", "example.py", "print(\"pip install 'mlflow<3'\")\n"),
    untouched_file("an error", "example.py", "raise ImportError('pip install mlflow==2.9')\n"),
    untouched_file(
        "a script that needs MLflow 3",
        "example.py",
        """
        # /// script
        # dependencies = ['mlflow>=3']
        # ///
        """,
    ),
    untouched_file(
        "the image of MLflow 3",
        "values.yaml",
        """
        image:
          repository: ghcr.io/mlflow/mlflow
          tag: v3.4.0
        """,
    ),
    untouched_file(
        "a program beside MLflow, and a chart",
        "values.yaml",
        """
        exporter: {repository: ghcr.io/acme/mlflow-exporter, tag: v2.9.2}
        chart: {name: mlflow, version: 2.9.2}
        """,
    ),
    fixed_pin(
        "libraries of a cluster",
        "cluster.json",
        """
        {"libraries": [{"pypi": {"package": "mlflow==2.9.2"}}]}
        """,
        f"""
        {{"libraries": [{{"pypi": {{"package": "mlflow=={_NEWEST}"}}}}]}}
        """,
    ),
)
