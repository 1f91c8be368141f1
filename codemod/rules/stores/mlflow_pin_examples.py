"""The examples of MLF502."""

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
        "requirements, with extras, markers and comments",
        "requirements.txt",
        'numpy\nmlflow[extras] ~= 2.9 ; python_version >= "3.10"  # tracking\npandas==2.1\n',
        'numpy\nmlflow[extras] >=3,<4 ; python_version >= "3.10"  # tracking\npandas==2.1\n',
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
        '[project]\nname = "app"\nversion = "1"\ndependencies = [\n  "mlflow>=2,<2.20",  # tracking\n]\n'
        "[dependency-groups]\ntest = ['mlflow-skinny~=2.9']\n",
        '[project]\nname = "app"\nversion = "1"\ndependencies = [\n  "mlflow>=3,<4",  # tracking\n]\n'
        "[dependency-groups]\ntest = ['mlflow-skinny>=3,<4']\n",
    ),
    _fixed(
        "Poetry",
        "pyproject.toml",
        '[tool.poetry.dependencies]\nmlflow = "^2.3"\n\n[tool.poetry.group.serve.dependencies]\n'
        'mlflow-skinny = {version = "^2.9", extras = ["databricks"]}\n',
        '[tool.poetry.dependencies]\nmlflow = ">=3,<4"\n\n[tool.poetry.group.serve.dependencies]\n'
        'mlflow-skinny = {version = ">=3,<4", extras = ["databricks"]}\n',
    ),
    _fixed("Pipfile", "Pipfile", '[packages]\nmlflow = "~=2.1"\n', '[packages]\nmlflow = ">=3,<4"\n'),
    _fixed(
        "setup.cfg",
        "setup.cfg",
        "[options]\ninstall_requires =\n    mlflow<3\n    numpy\n",
        "[options]\ninstall_requires =\n    mlflow>=3,<4\n    numpy\n",
    ),
    _fixed(
        "conda, and pip in it",
        "conda.yaml",
        "dependencies:\n  - python=3.11\n  - mlflow<3\n  - pip:\n      - mlflow[extras]~=2.9\n",
        "dependencies:\n  - python=3.11\n  - mlflow>=3,<4\n  - pip:\n      - mlflow[extras]>=3,<4\n",
    ),
    _fixed(
        "python_env.yaml",
        "python_env.yaml",
        'dependencies:\n  - "mlflow~=2.4"\n',
        'dependencies:\n  - "mlflow>=3,<4"\n',
    ),
    _fixed(
        "a Dockerfile; the shell needs quotes",
        "Dockerfile",
        'FROM python:3.11\nRUN pip install --no-cache-dir mlflow~=2.22 \\\n    "boto3==1.34" && rm -rf /tmp/x\n',
        'FROM python:3.11\nRUN pip install --no-cache-dir "mlflow>=3,<4" \\\n    "boto3==1.34" && rm -rf /tmp/x\n',
    ),
    _fixed(
        "a workflow",
        ".github/workflows/test.yml",
        "jobs:\n  test:\n    steps:\n      - run: pip install mlflow~=2.9 pytest\n",
        'jobs:\n  test:\n    steps:\n      - run: pip install "mlflow>=3,<4" pytest\n',
    ),
    _fixed(
        "a line of a notebook",
        "example.py",
        "# Databricks notebook source\n# MAGIC %pip install mlflow~=2.9 --quiet\n\n# COMMAND ----------\n\nimport mlflow\n",
        '# Databricks notebook source\n# MAGIC %pip install "mlflow>=3,<4" --quiet\n\n# COMMAND ----------\n\nimport mlflow\n',
    ),
    _fixed(
        "a line of a notebook whose output is kept",
        "example.py",
        "# Databricks notebook source\n# MAGIC %python\n# MAGIC log = !pip install mlflow~=2.9 --quiet\n",
        '# Databricks notebook source\n# MAGIC %python\n# MAGIC log = !pip install "mlflow>=3,<4" --quiet\n',
    ),
    _reported(
        "a line of a notebook that was exported as a script",
        "example.py",
        "get_ipython().run_line_magic('pip', 'install mlflow==2.9.2 --quiet')\n",
    ),
    _reported(
        "setup.py",
        "setup.py",
        'from setuptools import setup\n\nsetup(name="app", install_requires=["mlflow==2.9.2"])\n',
    ),
    _reported(
        "hashes",
        "requirements.txt",
        "mlflow==2.9.2 \\\n    --hash=sha256:0123 \\\n    --hash=sha256:4567\n",
        unsafe=True,
    ),
    _reported("a lock file", "uv.lock", '[[package]]\nname = "mlflow"\nversion = "2.22.0"\n', unsafe=True),
    _reported(
        "a variable", "Dockerfile", "ARG MLFLOW_VERSION\nRUN pip install mlflow==${MLFLOW_VERSION}\n", unsafe=True
    ),
    _reported("a branch", "requirements.txt", "git+https://github.com/mlflow/mlflow.git@branch-2.9\n", unsafe=True),
    _reported(
        "the image of a server",
        "docker-compose.yml",
        "services:\n  mlflow:\n    image: ghcr.io/mlflow/mlflow:v2.9.2\n",
        unsafe=True,
    ),
    _untouched("no pin", "requirements.txt", "mlflow\nmlflow-skinny  # small\n"),
    _untouched("a lower bound", "requirements.txt", "mlflow>=2.9\n"),
    _untouched(
        "MLflow 3",
        "pyproject.toml",
        '[project]\nname = "app"\nversion = "1"\ndependencies = ["mlflow[genai]>=3.6.0"]\n',
    ),
    _untouched("Poetry with MLflow 3", "pyproject.toml", '[tool.poetry.dependencies]\nmlflow = "^3.1"\n'),
    _untouched(
        "other packages",
        "requirements.txt",
        "kedro-mlflow>=0.11.0, <0.12\nbentoml[mlflow]==1.4.12\nmlflow-export-import==1.2\n",
    ),
    _untouched("comments", "requirements.txt", "# mlflow==2.9.2\nnumpy  # for mlflow<3\n"),
    _untouched("a redirection", "run.sh", "pip install mlflow>=1.18.0\npip install mlflow > log.txt\n"),
    _untouched(
        "an image without a release", "compose.yaml", "services:\n  a:\n    image: ghcr.io/mlflow/mlflow:latest\n"
    ),
    _untouched("the host of a server", "run.sh", "curl http://mlflow:5000/health && ping mlflow:2222\n"),
    _untouched("a variable that gives MLflow 3", "Dockerfile", "ARG V=3.5.0\nRUN pip install mlflow==$V\n"),
    _untouched("code", "example.py", "def f(mlflow=None):\n    return mlflow <2\n"),
    _fixed(
        "an installation below a comment",
        "example.py",
        "# Databricks notebook source\n# The tracking.\n# MAGIC %pip install mlflow~=2.9  # not mlflow==2.1\n",
        '# Databricks notebook source\n# The tracking.\n# MAGIC %pip install "mlflow>=3,<4"  # not mlflow==2.1\n',
    ),
    _fixed(
        "a shell command of Databricks",
        "example.py",
        "# Databricks notebook source\n# MAGIC %sh\n# MAGIC ls\n# MAGIC pip install 'mlflow<3'\n",
        "# Databricks notebook source\n# MAGIC %sh\n# MAGIC ls\n# MAGIC pip install 'mlflow>=3,<4'\n",
    ),
    _reported(
        "the environment of a model",
        "example.py",
        "import mlflow\nmlflow.pyfunc.log_model(name='m', python_model=m, pip_requirements=['mlflow==2.9.2'])\n",
    ),
    _reported(
        "a conda environment in code",
        "example.py",
        "env = {'dependencies': ['python=3.11', {'pip': ['pandas', 'mlflow<3']}]}\n",
    ),
    _reported(
        "a task's packages", "example.py", "@component(packages_to_install=['mlflow==2.9.2'])\ndef train(): ...\n"
    ),
    _reported(
        "a command in code",
        "example.py",
        "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'install', 'mlflow==2.9.2'])\n",
    ),
    _reported("a shell command in code", "example.py", "import os\nos.system('pip install mlflow==2.9.2')\n"),
    _reported(
        "packages with their versions",
        "example.py",
        "@pypi(packages={'mlflow': '2.15.1', 'boto3': '1.35'})\ndef train(): ...\n",
    ),
    _untouched(
        "packages with versions of MLflow 3", "example.py", "@pypi(packages={'mlflow': '3.4.0'})\ndef train(): ...\n"
    ),
    _untouched("a dict of something else", "example.py", "titles = {'mlflow': '2.15.1'}\n"),
    _reported("a Python that is too old", "conda.yaml", "dependencies:\n- python=3.8\n- mlflow\n"),
    _untouched("a Python that is new enough", "Dockerfile", "FROM python:3.11\nRUN pip install mlflow\n"),
    _untouched("what a test compares", "example.py", "assert 'mlflow==2.9.2' in requirements\n"),
    _untouched("a list of something else", "example.py", "titles = ['mlflow==2.9.2', 'other']\n"),
    _untouched("packages of MLflow 3", "example.py", "requirements = ['mlflow>=3', 'pandas']\n"),
    _fixed(
        "a pin of one release stays one",
        "requirements.txt",
        "numpy==1.26.4\nmlflow==2.18.0\n",
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
        "libraries:\n  - pypi:\n      package: mlflow>=2,<3\n",
        "libraries:\n  - pypi:\n      package: mlflow>=3,<4\n",
    ),
    _fixed("tox", "tox.ini", "[testenv]\ndeps =\n    mlflow>=2,<3\n", "[testenv]\ndeps =\n    mlflow>=3,<4\n"),
    _fixed(
        "a script that says what it needs",
        "example.py",
        '# /// script\n# dependencies = ["mlflow~=2.9", "pandas"]\n# ///\nimport mlflow\n',
        '# /// script\n# dependencies = ["mlflow>=3,<4", "pandas"]\n# ///\nimport mlflow\n',
    ),
    _fixed(
        "extras that setup.py puts together",
        "setup.py",
        'extras = {}\nextras["mlflow"] = ["mlflow>=2.14.1,<3.0", "pynvml>=11.5.0"]\n',
        'extras = {}\nextras["mlflow"] = ["mlflow>=3,<4", "pynvml>=11.5.0"]\n',
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
        'import os\nos.system("pip install mlflow~=2.9")\n',
        "import os\nos.system(\"pip install 'mlflow>=3,<4'\")\n",
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
        "# MLflow must stay below 3 for now.\nmlflow<3\n",
        unsafe=True,
    ),
    _reported(
        "a neighbour that bounds MLflow",
        "requirements.txt",
        "mlflow==2.19.0\ndatabricks-genai==1.1.7\n",
        unsafe=True,
    ),
    _reported(
        "a plugin that must be raised too",
        "requirements.txt",
        "azureml-mlflow==1.60.0\nmlflow==2.22.0\n",
        unsafe=True,
    ),
    _reported("the client without a database", "requirements.txt", "mlflow-skinny==2.22.5\n", unsafe=True),
    _reported(
        "the image of a chart",
        "values.yaml",
        "image:\n  repository: ghcr.io/mlflow/mlflow\n  tag: v2.9.2\n",
        unsafe=True,
    ),
    _fixed(
        "a comment of another matter", "requirements.txt", "mlflow~=2.9  # tracking\n", "mlflow>=3,<4  # tracking\n"
    ),
    _untouched("what people read", "example.py", "print(\"pip install 'mlflow<3'\")\n"),
    _untouched("an error", "example.py", "raise ImportError('pip install mlflow==2.9')\n"),
    _untouched("a script that needs MLflow 3", "example.py", "# /// script\n# dependencies = ['mlflow>=3']\n# ///\n"),
    _untouched("the image of MLflow 3", "values.yaml", "image:\n  repository: ghcr.io/mlflow/mlflow\n  tag: v3.4.0\n"),
)
