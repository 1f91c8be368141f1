"""Examples of MLF507."""

from __future__ import annotations

from codemod.rules.base import Run, program, reported, reported_file, untouched, untouched_file
from codemod.settings import Project

_TRACKS = Project(asking=frozenset({"train.py"}))
_ON_SERVER = Project(asking=frozenset({"train.py"}), environments=frozenset({"Dockerfile"}))

_PROGRAM = """\
import os

import mlflow

os.environ.pop("MLFLOW_TRACKING_URI", None)
with mlflow.start_run() as run:
    mlflow.log_param("a", 1)
with open(f"mlruns/{run.info.experiment_id}/{run.info.run_id}/params/a") as file:
    result = file.read()
"""

_BY_HAND = """\
import os

import mlflow

os.environ.pop("MLFLOW_TRACKING_URI", None)
with mlflow.start_run() as run:
    mlflow.log_param("a", 1)
result = mlflow.MlflowClient().get_run(run.info.run_id).data.params["a"]
"""

_BEGUN_ANEW = """\
import os
import shutil
import subprocess
import sys
import tempfile

import mlflow

os.environ.pop("MLFLOW_TRACKING_URI", None)
folder = tempfile.mkdtemp()
os.chdir(folder)
train = "import mlflow; mlflow.log_text('a', 'a.txt')"
subprocess.run([sys.executable, "-c", train], check=True)
shutil.rmtree(os.path.join(folder, "mlruns"))
subprocess.run([sys.executable, "-c", train], check=True)
result = len(mlflow.search_runs(["0"]))
if result > 1:
    raise AssertionError("runs are left")
"""

EXAMPLES = (
    program(
        "a parameter that is read from its file",
        _PROGRAM,
        runs={"2 before": Run(), "3 before": Run(raises="FileNotFoundError"), "2 by hand": Run(), "3 by hand": Run()},
        by_hand=_BY_HAND,
    ),
    reported(
        "a path that is put together",
        """
        import pathlib
        import mlflow
        with mlflow.start_run() as run:
            mlflow.log_param("a", 1)
        path = pathlib.Path("mlruns") / run.info.experiment_id / run.info.run_id / "params" / "a"
        """,
    ),
    reported(
        "a folder that is removed to begin anew",
        """
        import shutil
        import mlflow
        STORE = "./mlruns"
        shutil.rmtree(STORE, ignore_errors=True)
        """,
    ),
    reported(
        "a folder that a class knows",
        """
        import shutil
        import mlflow
        class Store:
            FOLDER = "./mlruns"
            def clear(self):
                shutil.rmtree(self.FOLDER, ignore_errors=True)
        """,
    ),
    untouched(
        "a folder that an object is given later",
        """
        import shutil
        import mlflow
        class Store:
            def __init__(self):
                self.folder = "./mlruns"
            def clear(self, folder):
                self.folder = folder
                shutil.rmtree(self.folder, ignore_errors=True)
        """,
    ),
    reported(
        "a search for files",
        """
        from glob import glob
        import mlflow
        metrics = glob("mlruns/*/*/metrics/*")
        """,
    ),
    untouched(
        "an artifact by a variable",
        """
        import mlflow, os
        with mlflow.start_run() as run:
            mlflow.log_artifact("a.bin", "profiles")
        folder = f"artifacts/{kind}"
        name = os.path.join(folder, "a.bin")
        assert os.path.isfile(f"mlruns/0/{run.info.run_id}/{name}")
        """,
    ),
    program(
        "a folder that is removed by its path",
        _BEGUN_ANEW,
        runs={"2 before": Run(), "3 before": Run(raises="AssertionError: runs are left")},
    ),
    reported(
        "the folder of a test",
        """
        import shutil
        import mlflow
        def test_train(tmp_path, monkeypatch):
            monkeypatch.chdir(tmp_path)
            train()
            store = tmp_path / "mlruns"
            assert store.exists()
        """,
    ),
    reported(
        "files by a method of the path",
        """
        from pathlib import Path
        import mlflow
        ROOT = Path(__file__).parent
        metrics = list((ROOT / "mlruns").rglob("metrics/*"))
        """,
    ),
    reported(
        "a folder below one that the program knows",
        """
        import os
        import shutil
        import mlflow
        root = os.getcwd()
        shutil.rmtree(f"{root}/mlruns")
        """,
    ),
    reported(
        "a command",
        """
        import os
        import mlflow
        os.system("rm -rf ./mlruns")
        """,
    ),
    reported(
        "a command in words",
        """
        import subprocess
        import mlflow
        subprocess.run(["rm", "-rf", "mlruns"], check=True)
        """,
    ),
    reported(
        "a task of a project whose programs name no store",
        """
        from invoke import task
        @task
        def clean(c):
            c.run("rm -rf build mlruns")
        """,
        project=_TRACKS,
    ),
    reported_file("a script", "clean.sh", "set -e\nrm -rf build/ ./mlruns\n", project=_TRACKS),
    reported_file("a Makefile", "Makefile", "clean:\n\t@rm -rf $(ROOT)/mlruns/*\n", project=_TRACKS),
    reported_file(
        "what is found and removed", "Makefile", "clean:\n\tfind . -name mlruns -exec rm -rf {} +\n", project=_TRACKS
    ),
    reported_file("runs in an image", "Dockerfile", "FROM python\nCOPY mlruns ./mlruns\n", project=_TRACKS),
    *(
        reported_file(
            f"runs in the folder of an image: {line}",
            "Dockerfile",
            f"FROM python\nWORKDIR /app\n{line}\n",
            project=_TRACKS,
        )
        for line in ("RUN rm -rf /app/mlruns", "VOLUME /app/mlruns", 'CMD ["cat", "/app/mlruns/0/meta.yaml"]')
    ),
    untouched_file(
        "another folder of an image",
        "Dockerfile",
        "FROM python\nRUN rm -rf /app/mlruns\nWORKDIR /app\nWORKDIR src\nRUN rm -rf /app/mlruns /srv/mlruns\n",
        project=_TRACKS,
    ),
    reported_file("runs that are sent away", "sync.sh", "aws s3 sync mlruns/ s3://bucket/runs\n", project=_TRACKS),
    reported_file("what a build keeps", "Jenkinsfile", "archiveArtifacts artifacts: 'mlruns/**'\n", project=_TRACKS),
    reported_file("files that a shell reads", "show.sh", "cat mlruns/0/*/metrics/rmse\n", project=_TRACKS),
    reported_file(
        "a step of a workflow",
        ".github/workflows/train.yml",
        "jobs:\n  a:\n    steps:\n      - run: |\n          rm -rf mlruns\n          python train.py\n",
        project=_TRACKS,
    ),
    reported_file(
        "what a workflow keeps",
        ".github/workflows/train.yml",
        "jobs:\n  a:\n    steps:\n      - uses: actions/upload-artifact@v4\n        with:\n          name: runs\n          path: mlruns/\n",
        project=_TRACKS,
    ),
    reported_file(
        "a folder that outlives its container",
        "compose.yaml",
        "services:\n  train:\n    build: .\n    volumes:\n      - ./mlruns:/app/mlruns\n",
        project=_TRACKS,
    ),
    untouched_file("programs that name their store", "clean.sh", "rm -rf mlruns\n", project=_ON_SERVER),
    untouched_file("a project of which nothing is known", "clean.sh", "rm -rf mlruns\n"),
    untouched_file("the database is removed, too", "clean.sh", "rm -rf mlruns mlflow.db\n", project=_TRACKS),
    untouched_file(
        "other words of scripts",
        "setup.sh",
        "mkdir -p mlruns\n# rm -rf mlruns\necho remove it by rm -rf mlruns\ngit rm -r --cached mlruns\nls mlruns_old mlruns\nrm -rf /data/mlruns\n",
        project=_TRACKS,
    ),
    untouched_file("artifacts", "get.sh", "cp -r mlruns/0/abc/artifacts/model .\n", project=_TRACKS),
    untouched_file(
        "a run that lies in the project",
        "Dockerfile",
        "FROM python\nCOPY mlruns/1/0a1b/artifacts/model ./model\nCOPY mlruns/1/0a1b ./run\n",
        project=_TRACKS,
    ),
    untouched_file(
        "what is left out",
        ".pre-commit-config.yaml",
        "exclude: ^mlruns/\nrepos:\n  - hooks:\n      - id: a\n        exclude: mlruns\n",
        project=_TRACKS,
    ),
    untouched_file(
        "a server with a store",
        "compose.yaml",
        "services:\n  mlflow:\n    command: mlflow server --backend-store-uri postgresql://db\n    volumes:\n      - ./mlruns:/mlruns\n",
        project=_TRACKS,
    ),
    untouched(
        "a folder that is only made",
        """
        import os
        from pathlib import Path
        import mlflow
        os.makedirs("mlruns", exist_ok=True)
        Path("mlruns").mkdir(exist_ok=True)
        (Path(__file__).parent / "mlruns").mkdir(exist_ok=True)
        """,
    ),
    untouched(
        "the folder of a store that is handed over",
        """
        import mlflow
        def test_train(tmp_path):
            store = tmp_path / "mlruns"
            mlflow.set_tracking_uri(store.as_uri())
            assert store.exists()
        """,
    ),
    untouched(
        "a path in another folder",
        """
        import shutil
        from pathlib import Path
        import mlflow
        shutil.rmtree(Path("/data") / "mlruns")
        shutil.rmtree(Path("experiments") / "old" / "mlruns")
        shutil.rmtree(f"s3://{bucket}/mlruns")
        """,
    ),
    untouched(
        "both are removed",
        """
        import os
        import shutil
        import mlflow
        shutil.rmtree("mlruns", ignore_errors=True)
        os.remove("mlflow.db")
        """,
    ),
    untouched(
        "artifacts, which lie where they lay",
        """
        import pathlib
        import mlflow
        path = pathlib.Path("mlruns") / run.info.experiment_id / run.info.run_id / "artifacts" / "a.txt"
        """,
    ),
    untouched(
        "a store that the code names",
        """
        import shutil
        import mlflow
        mlflow.set_tracking_uri(uri)
        shutil.rmtree("mlruns")
        """,
    ),
    untouched(
        "a folder of that name elsewhere",
        """
        import shutil
        import mlflow
        shutil.rmtree("/data/mlruns")
        shutil.rmtree("mlruns_old")
        """,
    ),
    untouched(
        "a word in a string",
        """
        import mlflow
        print("mlruns")
        ignored = ["mlruns", ".git"]
        """,
    ),
    untouched(
        "code without MLflow",
        """
        import shutil
        shutil.rmtree("mlruns")
        """,
    ),
    untouched(
        "before 3.7",
        """
        import mlflow
        open("mlruns/0/meta.yaml")
        """,
        target="3.6",
    ),
    reported(
        "a store that is named only where one is given",
        """
        import os
        import sys
        import mlflow
        if len(sys.argv) > 1:
            mlflow.set_tracking_uri(sys.argv[1])
        mlflow.log_param("depth", 3)
        print(os.listdir("mlruns"))
        """,
    ),
    *(
        untouched(
            f"a store that is named in a branch: {title}",
            f"""
import os
import mlflow
{branch}
mlflow.log_param("depth", 3)
print(os.listdir("mlruns"))
""",
        )
        for title, branch in (
            ("or another one", "if uri:\n    mlflow.set_tracking_uri(uri)\nelse:\n    mlflow.set_tracking_uri(other)"),
            ("asked of other things", "if verbose:\n    mlflow.set_tracking_uri(uri)"),
            ("whether there is what stands above", 'URI = "sqlite:///a.db"\nif URI:\n    mlflow.set_tracking_uri(URI)'),
            (
                "a parameter with a default",
                'def connect(uri="http://a:5000"):\n    if uri is not None:\n        mlflow.set_tracking_uri(uri)',
            ),
            (
                "an option with a default",
                """\
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--uri", default="http://a:5000")
args = parser.parse_args()
if args.uri:
    mlflow.set_tracking_uri(args.uri)""",
            ),
        )
    ),
)
