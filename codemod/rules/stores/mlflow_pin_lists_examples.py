"""Examples of MLF502: requirements in lists, dicts and arguments of Python, and recipes of conda."""

from __future__ import annotations

from codemod.mlflow_api.releases import RELEASES
from codemod.rules.base import reported, reported_file, untouched_file
from codemod.rules.stores.mlflow_pin_places_examples import fixed_pin

_NEWEST = RELEASES[-1]

EXAMPLES = (
    *(
        fixed_pin(
            f"a comment of a bound of something else: {comment}",
            "requirements.txt",
            f"# {comment}\nmlflow~=2.9\n",
            f"# {comment}\nmlflow>=3,<4\n",
        )
        for comment in ("conflicts with pandas>=2", "pinned for python>=3.9", "does not work with numpy 2")
    ),
    *(
        reported_file(f"a reason: {reason}", "requirements.txt", f"mlflow~=2.9  # {reason}\n")
        for reason in ("because of the server", "due to the server", "needed for the old server", "requires protobuf<4")
    ),
    fixed_pin(
        "extras that a method adds",
        "setup.py",
        """
        from setuptools import setup
        extras = dict(tests=["pytest"])
        extras.update({"databricks": ["mlflow[databricks]<3"]})
        setup(extras_require=extras)
        """,
        """
        from setuptools import setup
        extras = dict(tests=["pytest"])
        extras.update({"databricks": ["mlflow[databricks]>=3,<4"]})
        setup(extras_require=extras)
        """,
    ),
    fixed_pin(
        "a list that stands in a command by its name",
        "example.py",
        """
        import subprocess, sys
        NEEDED = ["mlflow<3"]
        subprocess.check_call([sys.executable, "-m", "pip", "install", "-q", *NEEDED])
        """,
        """
        import subprocess, sys
        NEEDED = ["mlflow>=3,<4"]
        subprocess.check_call([sys.executable, "-m", "pip", "install", "-q", *NEEDED])
        """,
    ),
    fixed_pin(
        "a library of a job",
        "example.py",
        """
        library = Library(pypi=PythonPyPiLibrary(package="mlflow==2.12.1"))
        other = {"pypi": {"package": "mlflow==2.12.1"}}
        """,
        f"""
        library = Library(pypi=PythonPyPiLibrary(package="mlflow=={_NEWEST}"))
        other = {{"pypi": {{"package": "mlflow=={_NEWEST}"}}}}
        """,
    ),
    reported_file(
        "a table of releases",
        "example.py",
        """
        MINIMUM = {"numpy": ">=1.20", "mlflow": ">=2.3,<3", "pandas": ""}
        """,
    ),
    untouched_file(
        "a table of releases with MLflow 3", "example.py", "MINIMUM = {'numpy': '>=1', 'mlflow': '>=2.3'}\n"
    ),
    reported_file(
        "a session that gets its release",
        "noxfile.py",
        """
        import nox
        @nox.session(python=["3.10", "3.11"])
        @nox.parametrize("mlflow", ["2.9.2", "2.22.0"])
        def tests(session, mlflow):
            session.install(f"mlflow=={mlflow}", "pytest")
        """,
    ),
    untouched_file(
        "a session that gets releases of MLflow 3, too",
        "noxfile.py",
        """
        import nox
        @nox.parametrize("mlflow", ["2.22.0", "3.4.0"])
        def tests(session, mlflow):
            session.install(f"mlflow=={mlflow}", "pytest")
        """,
    ),
    reported_file(
        "a release by a constant",
        "noxfile.py",
        """
        RELEASE = "2.9.2"
        def tests(session):
            session.install(f"mlflow=={RELEASE}")
        """,
    ),
    untouched_file(
        "a list that a method adds to something else", "example.py", "titles.update({'a': ['mlflow 2', 'b!']})\n"
    ),
    fixed_pin(
        "a recipe of conda",
        "meta.yaml",
        """
        {% set version = "1.0" %}
        requirements:
          run:
            - python >=3.10
            - mlflow >=2.3,<3
        """,
        """
        {% set version = "1.0" %}
        requirements:
          run:
            - python >=3.10
            - mlflow >=3,<4
        """,
    ),
    fixed_pin(
        "a recipe of conda without templates",
        "recipe.yaml",
        """
        requirements:
          host: [python, mlflow 2.9.*]
        """,
        """
        requirements:
          host: [python, "mlflow >=3,<4"]
        """,
    ),
    fixed_pin(
        "a file of requirements that code writes",
        "example.py",
        '''
        import mlflow
        NEEDED = """
        # what the model needs
        mlflow~=2.9
        scikit-learn>=1
        """
        with open("requirements.txt", "w") as file:
            file.write(NEEDED.strip())
        ''',
        '''
        import mlflow
        NEEDED = """
        # what the model needs
        mlflow>=3,<4
        scikit-learn>=1
        """
        with open("requirements.txt", "w") as file:
            file.write(NEEDED.strip())
        ''',
    ),
    *(
        reported_file(f"requirements that code writes: {code}", "example.py", f"import mlflow\n{code}\n", unsafe=True)
        for code in (
            'Path("requirements.txt").write_text("mlflow==2.9.2\\nscikit-learn\\n")',
            'open("needed.txt", "w").writelines(["mlflow==2.9.2\\n", "pandas\\n"])',
            'open("conda.yaml", "w").write("dependencies:\\n  - pip:\\n    - mlflow==2.9.2\\n")',
        )
    ),
    *(
        untouched_file(f"what code writes that nothing installs: {code}", "example.py", f"import mlflow\n{code}\n")
        for code in (
            'open("log.txt", "w").write("mlflow==2.9.2 is what we need, said she\\n")',
            'print("mlflow==2.9.2\\n")',
            'text = "mlflow==2.9.2\\n"',
            'open("needed.txt", "w").write("mlflow>=3\\n")',
        )
    ),
    untouched_file(
        "requirements that a test writes", "test_pins.py", 'import mlflow\nPath("r.txt").write_text("mlflow==2.9.2")\n'
    ),
    fixed_pin(
        "requirements in one string",
        "example.py",
        """
        container = DockerContainer(env={"EXTRA_PIP_PACKAGES": "boto3 mlflow<3"})
        """,
        """
        container = DockerContainer(env={"EXTRA_PIP_PACKAGES": "boto3 mlflow>=3,<4"})
        """,
    ),
    reported_file(
        "what a container installs when it starts",
        "compose.yaml",
        """
        services:
          airflow:
            environment:
              - _PIP_ADDITIONAL_REQUIREMENTS=mlflow<3 boto3
        """,
    ),
    reported_file(
        "what a job of Azure ML installs into one of its environments",
        "train.yml",
        """
        environment: azureml://registries/azureml/environments/sklearn-1.5/labels/latest
        command: >-
          pip install 'mlflow<2.19' -q &&
          python train.py
        """,
        unsafe=True,
    ),
    reported(
        "the same by its client",
        """
        from azure.ai.ml import command
        job = command(environment="AzureML-sklearn-1.0-ubuntu20.04-py38-cpu@latest", command="pip install 'mlflow<2.19' && python train.py")
        """,
        unsafe=True,
    ),
    reported_file(
        "an image of Azure ML's that has the plugin",
        "Dockerfile",
        "FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:1\nRUN pip install 'mlflow==2.19.0'\n",
        unsafe=True,
    ),
    fixed_pin(
        "what a workflow installs that starts a job in such an environment",
        "deploy.sh",
        "pip install mlflow==2.9.2\naz ml job create -f job.yml --set environment=azureml:train:1\n",
        f"pip install mlflow=={_NEWEST}\naz ml job create -f job.yml --set environment=azureml:train:1\n",
    ),
    fixed_pin(
        "an environment of another kind",
        "job.yml",
        """
        environment: production
        command: pip install 'mlflow<2.19' && python train.py
        """,
        """
        environment: production
        command: pip install 'mlflow>=3,<4' && python train.py
        """,
    ),
    reported_file(
        "words that the shell needs quoted", "setup.sh", "pip install mlflow\\<3 'mlflow-skinny [genai] < 3'\n"
    ),
    *(
        reported_file(f"a requirement that is put together: {title}", path, f"{code}\n")
        for title, path, code in (
            ("in a list", "example.py", 'REQUIREMENTS = ["mlflow" + "==2.9", "boto3"]'),
            ("by a constant", "example.py", 'RELEASE = "2.9.2"\nREQUIREMENTS = ["mlflow==" + RELEASE]'),
            ("by a template", "example.py", 'RELEASE = "2.9.2"\nREQUIREMENTS = ["mlflow=={}".format(RELEASE)]'),
            ("by the environment", "example.py", 'REQUIREMENTS = ["mlflow==" + os.environ["RELEASE"]]'),
            ("behind a name", "example.py", 'NAME = "mlflow"\nREQUIREMENTS = [f"{NAME}<3", "boto3"]'),
            ("in a command", "example.py", 'import os\nos.system("pip install mlflow" + "==2.9")'),
            ("an argument", "noxfile.py", 'def tests(session):\n    session.install("mlflow" + "<3")'),
            ("for setup", "setup.py", 'from setuptools import setup\nsetup(install_requires=["mlflow" + "==2.9"])'),
            (
                "for setup, by a name",
                "setup.py",
                'from setuptools import setup\nNEEDED = ["mlflow%s" % "<3"]\nsetup(install_requires=NEEDED)',
            ),
        )
    ),
    *(
        untouched_file(f"a string that is put together: {title}", path, f"{code}\n")
        for title, path, code in (
            (
                "the one that runs",
                "example.py",
                'import mlflow\npip_requirements = ["mlflow==" + mlflow.__version__, f"mlflow=={mlflow.__version__}"]',
            ),
            ("it lets MLflow 3 in", "example.py", 'REQUIREMENTS = ["mlflow" + ">=2.9", "mlflow==" + "3.4.0"]'),
            ("another package", "example.py", 'REQUIREMENTS = ["mlflow-extras" + "==2.9", "boto3" + "==1"]'),
            (
                "another package behind a name",
                "example.py",
                'NAME = "boto3"\nREQUIREMENTS = [f"{NAME}<3", "mlflow>=3"]',
            ),
            ("nothing is installed", "example.py", 'print("mlflow" + "==2.9")'),
            ("in a test", "test_it.py", 'assert "pip install mlflow" + "==2.9" in text'),
        )
    ),
    *(
        reported_file(
            f"a library of a notebook's session: {title}", "notebook.py", f"dbutils.library.installPyPI({given})\n"
        )
        for title, given in (("by name", '"mlflow", version="2.1"'), ("by place", '"mlflow", "1.30.0"'))
    ),
    *(
        untouched_file(
            f"a library of a notebook's session: {title}", "notebook.py", f"dbutils.library.installPyPI({given})\n"
        )
        for title, given in (
            ("MLflow 3", '"mlflow", version="3.1.0"'),
            ("the newest", '"mlflow"'),
            ("another", '"numpy", version="2.1"'),
        )
    ),
    *(
        reported_file(f"the image of a server that {title}", "server.py", code)
        for title, code in (
            (
                "a test starts",
                'from testcontainers.core.container import DockerContainer\nSERVER = DockerContainer("ghcr.io/mlflow/mlflow:v2.9.2")\n',
            ),
            ("a stack describes", 'IMAGE = "registry.example.com:5000/ml/mlflow:2.9"\n'),
        )
    ),
    *(
        untouched_file(f"an image: {title}", "server.py", code)
        for title, code in (
            ("of MLflow 3", 'IMAGE = "ghcr.io/mlflow/mlflow:v3.18.0"\n'),
            ("that a test expects", 'assert image == "ghcr.io/mlflow/mlflow:v2.9.2"\n'),
            ("in a message", 'print("ghcr.io/mlflow/mlflow:v2.9.2")\n'),
            ("that is a part of a sentence", 'HELP = "Take ghcr.io/mlflow/mlflow:v2.9.2 for the old store."\n'),
        )
    ),
    untouched_file(
        "what a program says before it ends",
        "tool.py",
        """
        import sys
        try:
            import mlflow
        except ImportError:
            raise SystemExit("pip install mlflow==2.9")
        if not mlflow.__version__:
            sys.exit("pip install 'mlflow<3' first")
        """,
    ),
)
