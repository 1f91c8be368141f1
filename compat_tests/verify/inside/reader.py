"""Reads all that a store of MLflow holds and writes it as JSON: ``python reader.py OUTPUT < request.json``.

The request has ``stores`` (URIs; null is the client's own choice), ``models`` (a folder for copies of models) and ``text_limit`` (bytes
up to which a text file is read). Runs on every MLflow from 2.3 on, and asks nothing but its public client.
"""

import json
import os
import shutil
import sys
import tempfile
import traceback

import mlflow
from mlflow import MlflowClient
from mlflow.models import Model

TEXT_SUFFIXES = (
    ".txt", ".json", ".jsonl", ".csv", ".tsv", ".md", ".html", ".yaml", ".yml", ".log", ".toml", ".cfg", ".ini", ".xml", ".py",
)  # fmt: skip


class Reader:
    """Reads one store."""

    def __init__(self, uri, models, text_limit):
        if uri is not None:
            mlflow.set_tracking_uri(uri)
            mlflow.set_registry_uri(uri)
        self.uri = mlflow.get_tracking_uri()
        self.client = MlflowClient()
        self.models = models
        self.text_limit = text_limit
        self.problems = []
        self.count = 0

    def read(self):
        experiments = _pages(lambda token: self.client.search_experiments(page_token=token))
        return {
            "uri": self.uri,
            "experiments": [
                self.experiment(each) for each in sorted(experiments, key=lambda each: int(each.creation_time or 0))
            ],
            "registered_models": self.registered_models(),
            "problems": self.problems,
        }

    def experiment(self, experiment):
        beside = self.logged_models(experiment.experiment_id)
        runs = _pages(
            lambda token: self.client.search_runs(
                [experiment.experiment_id], max_results=1000, order_by=["attributes.start_time ASC"], page_token=token
            )
        )
        read = [self.run(run, beside.pop(run.info.run_id, [])) for run in runs]
        return {
            "id": experiment.experiment_id,
            "name": experiment.name,
            "tags": dict(experiment.tags),
            "runs": read,
            "models_without_run": [model for models in beside.values() for model in models],
        }

    def run(self, run, beside):
        run_id = run.info.run_id
        artifacts, inside = self.artifacts(run_id)
        metrics = {}
        for name in run.data.metrics:
            history = self.client.get_metric_history(run_id, name)
            metrics[name] = sorted(
                ([entry.step, entry.timestamp, entry.value] for entry in history), key=lambda each: each[:2]
            )
        inputs = getattr(run, "inputs", None)
        return {
            "id": run_id,
            "name": run.data.tags.get("mlflow.runName", ""),
            "parent": run.data.tags.get("mlflow.parentRunId"),
            "status": run.info.status,
            "start": run.info.start_time,
            "params": dict(run.data.params),
            "metrics": metrics,
            "tags": dict(run.data.tags),
            "datasets": [
                {
                    "name": each.dataset.name,
                    "digest": each.dataset.digest,
                    "source_type": each.dataset.source_type,
                    "context": next((tag.value for tag in each.tags if tag.key == "mlflow.data.context"), ""),
                }
                for each in (inputs.dataset_inputs if inputs else ())
            ],
            "artifacts": artifacts,
            "models": beside + inside,
        }

    def artifacts(self, run_id):
        """Return the files of a run that belong to no model, and the models among its files."""
        files = self.walk(lambda path: self.client.list_artifacts(run_id, path), f"run {run_id}")
        folders = sorted(
            {os.path.dirname(each["path"]) for each in files if os.path.basename(each["path"]) == "MLmodel"}
        )
        outer = [
            folder for folder in folders if not any(folder != other and _inside(folder, other) for other in folders)
        ]
        models = []
        for folder in outer:
            uri = f"runs:/{run_id}/{folder}"
            models.append(self.model(os.path.basename(folder), "run", uri, folder))
        rest = [each for each in files if not any(_inside(each["path"], folder) for folder in outer)]
        return [self.content(run_id, each) for each in rest], models

    def walk(self, children, what):
        found, open_folders = [], [None]
        while open_folders:
            try:
                entries = children(open_folders.pop())
            except Exception as error:
                self.problems.append(f"files of {what} cannot be listed: {_line(error)}")
                continue
            for entry in entries:
                if entry.is_dir:
                    open_folders.append(entry.path)
                else:
                    found.append({"path": entry.path, "size": entry.file_size})
        return sorted(found, key=lambda each: each["path"])

    def content(self, run_id, file):
        if file["path"].lower().endswith(TEXT_SUFFIXES) and (file["size"] or 0) <= self.text_limit:
            with tempfile.TemporaryDirectory() as folder:
                try:
                    local = self.client.download_artifacts(run_id, file["path"], folder)
                    with open(local, encoding="utf-8") as stream:
                        file["text"] = stream.read()
                except UnicodeDecodeError:
                    pass
                except Exception as error:
                    file["problem"] = _line(error)
        return file

    def logged_models(self, experiment_id):
        """Return the models that MLflow 3 keeps beside the runs, by the run that logged them."""
        found: dict[str, list[dict[str, object]]] = {}
        if not hasattr(self.client, "search_logged_models"):
            return found
        try:
            models = _pages(
                lambda token: self.client.search_logged_models(
                    [experiment_id], order_by=[{"field_name": "creation_time", "ascending": True}], page_token=token
                )
            )
        except Exception as error:
            # A server of MLflow 2 has none: its answer is 404.
            if "404" not in str(error):
                self.problems.append(f"logged models of experiment {experiment_id} cannot be read: {_line(error)}")
            return found
        for model in models:
            read = self.model(model.name, "beside", f"models:/{model.model_id}", None)
            read["id"] = model.model_id
            read["status"] = str(getattr(model.status, "value", model.status))
            found.setdefault(model.source_run_id or "", []).append(read)
        return found

    def model(self, name, where, uri, path):
        read = {"name": name, "where": where, "uri": uri, "path": path}
        self.count += 1
        folder = os.path.join(self.models, str(self.count))
        os.makedirs(folder, exist_ok=True)
        try:
            local = mlflow.artifacts.download_artifacts(uri, dst_path=folder).rstrip("/")
            read["folder"] = local
            read.update(_described(local))
        except Exception as error:
            read["problem"] = _line(error)
            shutil.rmtree(folder, ignore_errors=True)
        return read

    def registered_models(self):
        try:
            models = _pages(lambda token: self.client.search_registered_models(page_token=token))
            return [self.registered_model(each) for each in models]
        except Exception as error:
            self.problems.append(f"the model registry cannot be read: {_line(error)}")
            return []

    def registered_model(self, model):
        name = model.name.replace("'", "\\'")
        versions = _pages(lambda token: self.client.search_model_versions(f"name='{name}'", page_token=token))
        whole = self.client.get_registered_model(model.name)
        return {
            "name": model.name,
            "description": model.description or "",
            "tags": dict(model.tags),
            "aliases": {alias: str(version) for alias, version in dict(getattr(whole, "aliases", None) or {}).items()},
            "versions": [
                {
                    "version": str(each.version),
                    "stage": each.current_stage if each.current_stage not in (None, "None") else "",
                    "status": each.status,
                    "run": each.run_id or "",
                    "source": each.source,
                    "tags": dict(each.tags),
                    "description": each.description or "",
                }
                for each in sorted(versions, key=lambda each: int(each.version))
            ],
        }


def _described(folder):
    model = Model.load(folder)
    signature = model.signature.to_dict() if model.signature else None
    files = []
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(base, name)
            files.append({"path": os.path.relpath(path, folder), "size": os.path.getsize(path)})
    return {
        "flavors": {name: {k: v for k, v in flavor.items() if isinstance(v, (str, int, float, bool))} for name, flavor in model.flavors.items()},
        "signature": signature,
        "example": model.saved_input_example_info is not None,
        "metadata": getattr(model, "metadata", None),
        "files": sorted(files, key=lambda each: each["path"]),
    }  # fmt: skip


def _inside(path, folder):
    return folder == "" or path == folder or path.startswith(folder + "/")


def _pages(ask):
    found, token = [], None
    while True:
        page = ask(token)
        found.extend(page)
        token = getattr(page, "token", None)
        if not token:
            return found


def _line(error):
    return ("{}: {}".format(type(error).__name__, " ".join(str(error).split())))[:500]


def main():
    request = json.load(sys.stdin)
    answer = {"mlflow": mlflow.__version__, "stores": [], "failed": []}
    for number, uri in enumerate(request["stores"]):
        models = os.path.join(request["models"], str(number))
        try:
            answer["stores"].append(Reader(uri, models, request["text_limit"]).read())
        except Exception as error:
            traceback.print_exc()
            answer["failed"].append({"uri": uri, "error": _line(error)})
    with open(sys.argv[1] + ".tmp", "w", encoding="utf-8") as stream:
        json.dump(answer, stream, default=str)
    os.replace(sys.argv[1] + ".tmp", sys.argv[1])


if __name__ == "__main__":
    main()
