"""Examples of MLF203: code that knows the form of MLflow 3, and code that only speaks of it."""

from __future__ import annotations

from codemod.rules.base import reported, untouched

_SOURCE = """
from mlflow import MlflowClient

def run_of(name, log):
    version = MlflowClient().get_model_version(name, "1")
    {}
"""
_SPLIT = 'version.source.split("/")[-3]'

EXAMPLES = (
    *(
        reported(f"a test that settles nothing: {title}", _SOURCE.format("\n    ".join(lines)))
        for title, lines in (
            ("it only prints", ['if hasattr(version, "model_id"):', "    print(version.model_id)", f"return {_SPLIT}"]),
            (
                "it keeps something else",
                ["if version.model_id:", "    log.model = version.model_id", f"return {_SPLIT}"],
            ),
            ("it stands behind", [f"run = {_SPLIT}", "if version.model_id:", "    print(run)", "return run"]),
            (
                "it ends another loop",
                ["for each in log:", "    if version.model_id:", "        break", f"return {_SPLIT}"],
            ),
        )
    ),
    *(
        untouched(f"a test that settles it: {title}", _SOURCE.format("\n    ".join(lines)))
        for title, lines in (
            ("it raises", ['if hasattr(version, "model_id"):', "    raise ValueError(name)", f"return {_SPLIT}"]),
            ("it ends the program", ["if version.model_id:", "    exit(2)", f"return {_SPLIT}"]),
            (
                "it ends all branches",
                [
                    "if version.model_id:",
                    "    if log:",
                    "        return 1",
                    "    else:",
                    "        return 2",
                    f"return {_SPLIT}",
                ],
            ),
            (
                "the result is another",
                [f"run = {_SPLIT}", "if version.model_id:", "    run = version.run_id", "return run"],
            ),
            (
                "a flag is kept",
                [
                    "is_new = False",
                    "if version.model_id:",
                    "    is_new = True",
                    "if not is_new:",
                    f"    return {_SPLIT}",
                ],
            ),
            (
                "a flag leads to another",
                [
                    'kind = "new" if version.model_id else "old"',
                    'old = kind == "old"',
                    "if old:",
                    f"    return {_SPLIT}",
                ],
            ),
            (
                "a source of its own",
                [
                    "if version.model_id:",
                    '    source = f"{log}/a/b/c"',
                    "else:",
                    "    source = version.source",
                    'return source.split("/")[-3]',
                ],
            ),
            ("in front of an `or`", [f"return version.model_id or {_SPLIT}"]),
        )
    ),
    untouched(
        "a test in a comprehension",
        """
        from mlflow import MlflowClient

        versions = MlflowClient().search_model_versions("name='forest'")
        runs = [version.source.split("/")[-3] for version in versions if not version.model_id]
        """,
    ),
    untouched(
        "a question for the old form in front of one for the new form",
        """
        import mlflow

        def run_of(model):
            uri = mlflow.onnx.log_model(model, name="m").model_uri
            if uri.startswith("runs:/"):
                return uri.split("/")[1]
            if uri.startswith("models:/m-"):
                print(uri)
            return None
        """,
    ),
    *(
        reported(
            f"a source that is read otherwise: {title}",
            f"""
from mlflow import MlflowClient
version = MlflowClient().get_model_version("forest", "1")
print({source}.split("/")[-3])
""",
        )
        for title, source in (
            ("by the namespace", 'vars(version)["_source"]'),
            ("by its dict", 'version.__dict__["_source"]'),
            ("by its message", "version.to_proto().source"),
            ("by the properties", 'dict(version)["source"]'),
        )
    ),
    untouched(
        "other attributes that are read by the namespace",
        """
        from mlflow import MlflowClient
        version = MlflowClient().get_model_version("forest", "1")
        print(vars(version)["_name"].split("/"), vars(args)["_source"].split("/"), version.to_proto().name.split("/"))
        """,
    ),
    reported(
        "a field that a method of the class gives it",
        """
        from dataclasses import dataclass
        import mlflow

        @dataclass
        class Kept:
            uri: str

            @classmethod
            def of(cls, info):
                return cls(info.model_uri)

            def run(self):
                return self.uri.split("/")[1]

        print(Kept.of(mlflow.onnx.log_model(m, name="m")).run())
        """,
    ),
    untouched(
        "another field that a method of the class gives it",
        """
        from dataclasses import dataclass
        import mlflow

        @dataclass
        class Kept:
            path: str
            uri: str

            @classmethod
            def of(cls, path, info):
                return cls(path, info.model_uri)

            def last(self):
                return self.path.split("/")[1]

        print(Kept.of("a/b", mlflow.onnx.log_model(m, name="m")).last())
        """,
    ),
    untouched(
        "the last part as the id of a model, which it is in MLflow 3 alone",
        """
        import mlflow
        info = mlflow.onnx.log_model(m, name="m")
        mlflow.register_model(f"models:/{info.model_uri.split('/')[-1]}", "best")
        mlflow.pyfunc.load_model("models:/" + info.model_uri.rsplit("/", 1)[-1])
        key = info.model_uri.split("/")[-1]
        mlflow.MlflowClient().set_logged_model_tags(key, {"kept": "yes"})
        mlflow.log_metric("loss", 0.1, model_id=key)
        """,
    ),
    reported(
        "the last part as a name of MLflow 2",
        """
        import mlflow
        info = mlflow.onnx.log_model(m, name="m")
        name = info.model_uri.split("/")[-1]
        print(f"models:/{name}/1", f"models:/{name}")
        """,
    ),
    reported(
        "another part",
        """
        import mlflow
        info = mlflow.onnx.log_model(m, name="m")
        mlflow.pyfunc.load_model(f"models:/{info.model_uri.split('/')[1]}")
        """,
    ),
)
