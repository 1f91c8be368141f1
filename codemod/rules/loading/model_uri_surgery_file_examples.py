"""Examples of MLF203: URIs that are kept in files and come back, and code for one release of MLflow."""

from __future__ import annotations

from codemod.rules.base import Example, Run, program, reported, untouched

_KEPT = """\
import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run() as run:
    info = mlflow.sklearn.log_model(LinearRegression(), "model")
    mlflow.log_dict({"uri": info.model_uri, "run": run.info.run_id}, "where.json")
where = mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/where.json")
result = where["uri"].split("/")[2]
"""
_START = "import json, pathlib, mlflow\ninfo = mlflow.xgboost.log_model(m, name='model')\n"

_ASKED = """
import mlflow

def run_of(m, args, wanted, seen, kind):
    info = mlflow.onnx.log_model(m, name="m")
    if {}:
        return seen.index(info)
    return info.model_uri.split("/")[1]
"""

_METADATA = """\
import os

import mlflow
import yaml
from sklearn.linear_model import LinearRegression

with mlflow.start_run():
    info = mlflow.sklearn.log_model(LinearRegression(), "model")
folder = mlflow.artifacts.download_artifacts(info.model_uri)
with open(os.path.join(folder, "MLmodel")) as file:
    metadata = yaml.safe_load(file)
assert metadata["artifact_path"] == "model"
"""

EXAMPLES: tuple[Example, ...] = (
    program(
        "the metadata in the file of a model",
        _METADATA,
        by_hand=_METADATA.replace('"model")\n', 'name="model", serialization_format="cloudpickle")\n', 1).replace(
            'metadata["artifact_path"]', "mlflow.models.get_model_info(info.model_uri).name"
        ),
        runs={"2 before": Run(), "3 before": Run(raises="AssertionError"), "3 by hand": Run()},
    ),
    reported(
        "the metadata of a loaded model as a dict",
        "import mlflow\nmetadata = mlflow.pyfunc.load_model(uri).metadata.to_dict()\nprint(metadata.get('artifact_path'))\n",
    ),
    reported(
        "the metadata as a string of YAML",
        "import mlflow, yaml\nmodel = mlflow.models.Model.load(uri)\nprint(yaml.safe_load(model.to_yaml())['artifact_path'])\n",
    ),
    reported(
        "the file of a model that a function reads",
        "import yaml\nfrom pathlib import Path\n\ndef described(folder):\n"
        "    return yaml.safe_load((Path(folder) / 'MLmodel').read_text())\n\nprint(described('m')['artifact_path'])\n",
    ),
    reported(
        "a source that a getter takes of each version",
        "import mlflow\nfrom operator import attrgetter\n\nversions = mlflow.MlflowClient().search_model_versions(\"name='line'\")\n"
        "for uri in sorted(map(attrgetter('source'), versions)):\n    print(uri.split('/'))\n",
    ),
    reported(
        "a getter that has a name",
        "import mlflow\nfrom operator import attrgetter\n\nsource = attrgetter('source')\n"
        "print(source(mlflow.MlflowClient().get_model_version('line', 1)).split('/'))\n",
    ),
    reported(
        "a source that a pattern takes",
        "import mlflow\n\nmatch mlflow.MlflowClient().get_model_version('line', 1):\n"
        "    case object(source=uri):\n        print(uri.split('/'))\n",
    ),
    untouched(
        "the source of something else that a pattern takes",
        "import mlflow\n\ndef run_of(lead):\n    match lead:\n        case Lead(source=source):\n            return source.split('/')\n",
    ),
    untouched(
        "the path in another file of YAML",
        "import mlflow, yaml\nprint(yaml.safe_load(open('train.yaml'))['artifact_path'], 'MLmodel')\n",
    ),
    program(
        "a dict among the artifacts of a run",
        _KEPT,
        by_hand=_KEPT.replace('"model")', 'name="model", serialization_format="cloudpickle")').replace(
            'info.model_uri, "run"', 'f"runs:/{info.run_id}/{info.name}", "run"'
        ),
        runs={"2 before": Run(), "3 before": Run(raises="IndexError: list index"), "3 by hand": Run()},
    ),
    reported(
        "a file in JSON that a function reads",
        f"{_START}state = {{}}\nstate['best'] = info.model_uri\njson.dump(state, open('a.json', 'w'))\n"
        "def read():\n    return json.load(open('a.json'))\nassert read()['best'].startswith('runs:/')\n",
    ),
    reported(
        "a text file by its name",
        f"{_START}pathlib.Path('out', 'uri.txt').write_text(info.model_uri)\nprint(pathlib.Path('uri.txt').read_text().split('/'))\n",
    ),
    reported(
        "a line of a file",
        f"{_START}with open('uri.txt', 'w') as f:\n    print(info.model_uri, file=f)\n"
        "with open('uri.txt') as f:\n    uri = f.readline().strip()\nprint(uri.split('/'))\n",
    ),
    reported(
        "a text file among the artifacts",
        f"{_START}mlflow.log_text(f'{{info.model_uri}}\\n', 'uri.txt')\n"
        "print(mlflow.artifacts.load_text(f'runs:/{i}/uri.txt').partition('/'))\n",
    ),
    reported(
        "a version of a client that nobody can tell",
        "import mlflow\ndef show(client):\n    print(client.get_model_version('line', 1).source.split('/'))\n",
    ),
    reported(
        "versions of such a client",
        "import mlflow\ndef show(client):\n    for version in client.search_model_versions(''):\n"
        "        print(version.source.split('/'))\n",
    ),
    untouched(
        "the source of something else",
        "import mlflow\ndef show(client):\n    print(client.get_dataset('line').source.split('/'))\n",
    ),
    untouched(
        "a helper that looks at the installed MLflow",
        """
        import mlflow
        from helpers import is_installed

        info = mlflow.sklearn.log_model(model, name="model")
        if is_installed("mlflow<3.0", severity="none"):
            run, path = info.model_uri.removeprefix("runs:/").split("/")
        else:
            assert info.model_uri.count("/") == 1
        """,
    ),
    untouched(
        "another key of such a file, and another file",
        f"{_START}json.dump({{'uri': info.model_uri, 'kind': kind}}, open('a.json', 'w'))\n"
        "print(json.load(open('a.json'))['kind'].split('/'), json.load(open('b.json'))['name'].split('/'))\n",
    ),
    untouched(
        "another text file",
        f"{_START}pathlib.Path('uri.txt').write_text(info.model_uri)\nprint(pathlib.Path('names.txt').read_text().split('/'))\n",
    ),
    untouched(
        "a file whose name only the program knows",
        f"{_START}pathlib.Path(place).write_text(info.model_uri)\nprint(pathlib.Path(other).read_text().split('/'))\n",
    ),
    untouched(
        "the kept URI is loaded",
        f"{_START}mlflow.log_dict({{'uri': info.model_uri}}, 'a.json')\nmlflow.xgboost.load_model(json.load(f)['uri'].strip())\n",
    ),
    untouched(
        "a dict of that key that is no file",
        f"{_START}mlflow.log_dict({{'uri': info.model_uri}}, 'a.json')\nprint(settings['uri'].split('/'))\n",
    ),
    reported(
        "the path of an info that a dict holds",
        """
        import mlflow

        def log(m):
            return {"info": mlflow.onnx.log_model(m, name="m"), "ok": True}

        print(log(m)["info"].artifact_path)
        """,
    ),
    reported(
        "a repository of runs of the URI of a logged model",
        """
        import mlflow
        from mlflow.store.artifact.runs_artifact_repo import RunsArtifactRepository
        RunsArtifactRepository(mlflow.onnx.log_model(m, name="m").model_uri)
        """,
    ),
    untouched(
        "a test of the form of MLflow 3",
        """
        import re
        import mlflow

        def test_uri():
            info = mlflow.onnx.log_model(m, name="m")
            assert re.fullmatch(r"models:/m-[0-9a-f]+", info.model_uri)
            assert info.model_uri.split("/")[-1] == info.model_id
            kind, _, model_id = info.model_uri.partition(":/")
            assert kind == "models" and model_id == info.model_id
        """,
    ),
    reported(
        "a test that takes the run from it, beside a version's URI",
        """
        import mlflow

        def test_uri():
            info = mlflow.onnx.log_model(m, name="m")
            assert load("models:/m/1")
            assert info.model_uri.split("/")[1] == run_id
        """,
    ),
    reported(
        "the source in the dict of a version",
        """
        import mlflow
        version = dict(mlflow.MlflowClient().get_model_version("m", "1"))
        print(version["source"].split("/"))
        """,
    ),
    untouched(
        "the source in another dict",
        """
        import mlflow
        version = dict(mlflow.MlflowClient().get_model_version("m", "1"))
        print(settings["source"].split("/"), version["name"].split("/"))
        """,
    ),
    reported(
        "the URI in a tuple with names, the best of several",
        """
        from collections import namedtuple
        from functools import reduce
        import mlflow
        Result = namedtuple("Result", "uri score")

        def train(m):
            return Result(mlflow.onnx.log_model(m, name="m").model_uri, 1)

        print(reduce(better, [train(m) for m in models]).uri.split("/"), train(m).score.split("/"))
        """,
    ),
    reported(
        "a stretch of the URI",
        """
        import mlflow

        def run_of(uri):
            return uri[len("runs:/") : 38]

        print(run_of(mlflow.onnx.log_model(m, name="m").model_uri))
        """,
    ),
    reported(
        "a URI in a column of a table of one's own",
        """
        import mlflow
        import pandas as pd
        table = pd.DataFrame([{"name": name, "uri": mlflow.onnx.log_model(m, name=name).model_uri} for name, m in models])
        print(table["uri"].iloc[0].split("/")[1])
        """,
    ),
    *(
        reported(f"a test that is no question for the form: {title}", _ASKED.format(test))
        for title, test in (
            ("an option that is called model_id", "args.model_id"),
            ("an option that is called model_id and may be none", "args.model_id is not None"),
            ("which model it is", "info.model_id == wanted"),
            ("one of many models", "info.model_id in seen"),
            ("a word that begins so", 'kind == "m-large"'),
            ("the URI of another model", 'args.other.startswith("models:/")'),
        )
    ),
    *(
        untouched(f"a test of the form of MLflow 3: {title}", _ASKED.format(test))
        for title, test in (
            ("there is an id", "info.model_id"),
            ("the id is not none", "info.model_id is not None"),
            ("there is no id", "not info.model_id"),
            ("the id is none, or something else", "args.old or info.model_id is None"),
            ("the object has an id", 'hasattr(info, "model_id")'),
            ("the id that an object may have", 'getattr(info, "model_id", None)'),
            ("the scheme", 'info.model_uri.startswith("models:/")'),
            ("the beginning of an id", 'info.model_uri.split("/")[-1].startswith("m-")'),
        )
    ),
    untouched(
        "a test of a part that was taken of it",
        """
        import mlflow

        def run_of(m):
            info = mlflow.onnx.log_model(m, name="m")
            model_id = getattr(info, "model_id", None)
            if model_id is None:
                return info.model_uri.split("/")[1]
            return info.run_id

        def place_of(m):
            uri = mlflow.onnx.log_model(m, name="m").model_uri
            kind = uri.partition(":")[0]
            parts = uri.split("/")
            return parts[1] if parts[0] != "models:" else kind
        """,
    ),
    reported(
        "sources that a generator gives beside other things",
        """
        import mlflow
        def sources(client, name):
            for version in client.search_model_versions(f"name='{name}'"):
                yield version.version, version.source
        for number, source in sources(mlflow.MlflowClient(), "forest"):
            print(number, source.removeprefix("s3://bucket/"))
        """,
    ),
    untouched(
        "what a generator gives beside sources",
        """
        import mlflow
        def sources(client, name):
            for version in client.search_model_versions(f"name='{name}'"):
                yield version.description, version.source
        for text, source in sources(mlflow.MlflowClient(), "forest"):
            print(text.removeprefix("s3://bucket/"))
        """,
    ),
    reported(
        "a field that a class method fills",
        """
        import os
        from dataclasses import dataclass
        import mlflow
        @dataclass
        class Deployed:
            name: str
            location: str
            @classmethod
            def of(cls, version):
                return cls(version.name, version.source)
        print(os.listdir(Deployed.of(mlflow.MlflowClient().get_model_version("forest", "1")).location))
        """,
    ),
    untouched(
        "a pattern of the form of MLflow 3",
        """
        import re
        import mlflow
        LOGGED = re.compile(r"^models:/(m-[0-9a-f]+)$")
        def model_id(info):
            return LOGGED.match(info.model_uri)
        model_id(mlflow.pyfunc.log_model(name="m", python_model=model))
        """,
    ),
    reported(
        "a pattern of the form of MLflow 2",
        """
        import re
        import mlflow
        LOGGED = re.compile(r"^runs:/([0-9a-f]+)/.*$")
        def run_id(info):
            return LOGGED.match(info.model_uri)
        run_id(mlflow.pyfunc.log_model(name="m", python_model=model))
        """,
    ),
    reported(
        "the sources of versions that a function or an object gets",
        """
        import mlflow

        def names(versions):
            return [version.source.split("/")[-1] for _, version in enumerate(sorted(versions, key=str))]

        class Shown:
            def __init__(self, versions):
                self.versions = versions

            def ids(self):
                return {version.version: version.source.split("/")[1] for version in self.versions}

        found = mlflow.MlflowClient().search_model_versions("name='line'")
        names(found)
        Shown(found).ids()
        """,
    ),
    untouched(
        "the sources of other things that a function gets",
        """
        import mlflow

        def names(packages):
            return [package.source.split("/")[-1] for package in packages]

        names(catalogue.packages())
        mlflow.MlflowClient().search_model_versions("name='line'")
        """,
    ),
)
