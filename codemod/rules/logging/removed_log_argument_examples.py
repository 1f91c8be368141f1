"""The examples of MLF106."""

from __future__ import annotations

from codemod.rules.base import Run, fixed, program, reported, untouched

_PYFUNC = """\
import pathlib

import mlflow


class Doubler(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input):
        return [2 * value for value in model_input]


pathlib.Path("helpers.py").write_text("FACTOR = 2\\n")
with mlflow.start_run() as run:
    mlflow.pyfunc.log_model(
        artifact_path="model",
        python_model=Doubler(),
        code_path=["helpers.py"],
    )
result = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").predict([1, 2])
"""

EXAMPLES = (
    program(
        "code_path of pyfunc",
        _PYFUNC,
        _PYFUNC.replace("code_path=", "code_paths="),
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(raises="TypeError: code_path"),
            "3 after": Run(),
        },
    ),
    fixed(
        "comments beside the argument and the one before it",
        """
            import mlflow
            mlflow.langchain.log_model(
                lc_model="chain.py",
                name="chain",  # Required
                example_no_conversion=True,  # Keeps the schema
            )
            """,
        """
            import mlflow
            mlflow.langchain.log_model(
                lc_model="chain.py",
                name="chain",  # Required
                # Keeps the schema
            )
            """,
    ),
    fixed(
        "by position",
        """
            import mlflow
            mlflow.pyfunc.save_model("out", None, None, ["src"], python_model=model)
            """,
        """
            import mlflow
            mlflow.pyfunc.save_model("out", None, None, code_paths=["src"], python_model=model)
            """,
    ),
    fixed(
        "inference_config of transformers",
        """
            import mlflow
            mlflow.transformers.log_model(pipe, name="m", inference_config={"max_length": 9})
            """,
        """
            import mlflow
            mlflow.transformers.log_model(pipe, name="m", model_config={"max_length": 9})
            """,
    ),
    fixed(
        "example_no_conversion goes, its neighbours stay",
        """
            import mlflow

            mlflow.pyfunc.log_model(
                name="m",
                python_model=model,
                input_example=example,
                example_no_conversion=True,
            )
            """,
        """
            import mlflow

            mlflow.pyfunc.log_model(
                name="m",
                python_model=model,
                input_example=example,
            )
            """,
    ),
    reported(
        "what a method returns and a variable gets later",
        """
            import mlflow
            class Job:
                def options(self):
                    found = {"artifact_path": "model"}
                    found["code_path"] = ["src"]
                    return found
                def run(self):
                    mlflow.pyfunc.log_model(python_model=model, **self.options())
            """,
    ),
    reported(
        "what a class keeps",
        """
            import mlflow
            class Job:
                OPTIONS = {"name": "model", "code_path": ["src"]}
                def run(self):
                    mlflow.pyfunc.log_model(python_model=model, **self.OPTIONS)
            """,
    ),
    *(
        untouched(
            f"what a variable has no more: {title}",
            f"""
import mlflow
def options(deep):
    return dict(code_path=["src"], artifact_path="model", deep=deep)
def run(model):
    found = options(True)
    {taking}
    mlflow.pyfunc.log_model(python_model=model, **found)
""",
        )
        for title, taking in (
            ("`pop`", 'found["code_paths"] = found.pop("code_path")'),
            ("`del`", 'del found["code_path"]'),
            ("a comprehension", 'found = {k: v for k, v in found.items() if v and k != "code_path"}'),
            ("pairs", 'found = dict((k, v) for k, v in found.items() if k not in ("code_path", "deep"))'),
            ("keys", 'found = {k: found[k] for k in found.keys() if not k == "code_path"}'),
            ("some keys", 'found = {k: found[k] for k in ("name", "python_model")}'),
            ("a copy", 'found = dict({k: v for k, v in found.items() if k in ["deep"]}, deep=1)'),
        )
    ),
    *(
        reported(
            f"what a comprehension keeps: {title}",
            f"""
import mlflow
def options(deep):
    return dict(code_path=["src"], artifact_path="model", deep=deep)
def run(model, old):
    found = options(True)
    {taking}
    mlflow.pyfunc.log_model(python_model=model, **found)
""",
        )
        for title, taking in (
            ("other keys", 'found = {k: v for k, v in found.items() if k != "deep"}'),
            ("values", "found = {k: v for k, v in found.items() if v is not None}"),
            ("one of two conditions", 'found = {k: v for k, v in found.items() if old or k != "code_path"}'),
            (
                "a list that changes",
                'drop = ["code_path"]; drop.remove(old); found = {k: v for k, v in found.items() if k not in drop}',
            ),
            (
                "what comes back",
                'found = {k: v for k, v in found.items() if k != "code_path"}; found["code_path"] = old',
            ),
        )
    ),
    untouched(
        "what a function leaves out of its keywords",
        """
            import mlflow
            def plain(model, **options):
                options = {k: v for k, v in options.items() if k not in ("code_path",)}
                mlflow.pyfunc.log_model(name="m", python_model=model, **options)
            class Job:
                def __init__(self, **options):
                    self.options = {k: v for k, v in options.items() if k != "code_path"}
                def run(self, model):
                    mlflow.pyfunc.log_model(name="m", python_model=model, **self.options)
            def popped(model, **options):
                options.pop("code_path", None)
                mlflow.pyfunc.log_model(name="m", python_model=model, **options)
            plain(model, code_path=["src"])
            popped(model, code_path=["src"])
            Job(code_path=["src"]).run(model)
            """,
    ),
    reported(
        "what a function keeps of its keywords",
        """
            import mlflow
            def run(model, **options):
                mlflow.pyfunc.log_model(name="m", python_model=model, **{k: v for k, v in options.items() if v})
            run(model, code_path=["src"])
            """,
    ),
    reported(
        "what a variable may still have",
        """
            import mlflow
            def options(deep):
                return dict(code_path=["src"], artifact_path="model", deep=deep)
            def run(model, old):
                found = options(True)
                if old:
                    del found["code_path"]
                mlflow.pyfunc.log_model(python_model=model, **found)
            """,
    ),
    *(
        reported(
            f"a function that is handed on with its arguments: {title}", f"import asyncio, mlflow, threading\n{call}\n"
        )
        for title, call in (
            ("a pool", "pool.submit(mlflow.pyfunc.log_model, python_model=model, name='m', code_path=['src'])"),
            ("a dict", "pool.submit(mlflow.pyfunc.log_model, python_model=model, name='m', **{'code_path': ['src']})"),
            (
                "a thread",
                "threading.Thread(target=mlflow.pyfunc.save_model, kwargs={'path': 'm', 'code_path': ['src']}).start()",
            ),
            ("a coroutine", "asyncio.to_thread(mlflow.pyfunc.save_model, 'm', code_path=['src'], python_model=model)"),
        )
    ),
    untouched(
        "a function that is handed on with the new argument, and another one",
        """
            import mlflow
            pool.submit(mlflow.pyfunc.log_model, python_model=model, name="m", code_paths=["src"])
            pool.submit(run, mlflow.pyfunc.log_model, code_path=["src"])
            """,
    ),
    untouched(
        "options of which nothing is seen, beside others",
        """
            import mlflow
            OPTIONS = {"code_path": ["src"]}
            def run(options):
                mlflow.pyfunc.log_model(python_model=model, name="m", **options())
                build(**OPTIONS)
            """,
    ),
    reported(
        "requirements_file of pytorch",
        """
            import mlflow
            mlflow.pytorch.log_model(net, name="m", serialization_format="pickle", requirements_file="requirements.txt")
            """,
    ),
    reported(
        "sample_input of Spark",
        """
            import mlflow
            mlflow.spark.log_model(m, "m", sample_input=df)
            """,
    ),
    reported(
        "enable_mlserver",
        """
            import mlflow
            mlflow.models.build_docker(model_uri="models:/m/1", enable_mlserver=True)
            """,
    ),
    untouched(
        "code_paths already",
        """
            import mlflow
            mlflow.pyfunc.log_model(name="m", python_model=p, code_paths=["src"])
            """,
    ),
    untouched(
        "code_path of other functions",
        """
            import mlflow
            run_job(code_path="src")
            mlflow.pyfunc.log_model(name="m", python_model=p)
            """,
    ),
    untouched(
        "a model configuration",
        """
            import mlflow
            mlflow.transformers.log_model(pipe, name="m", model_config={})
            """,
    ),
    untouched(
        "a requirements file of one's own",
        """
            import mlflow
            mlflow.log_artifact("requirements.txt")
            f(requirements_file=1)
            """,
    ),
    untouched(
        "enable_mlserver was there until 3.12",
        """
                  import mlflow
                  mlflow.models.build_docker(model_uri=uri, enable_mlserver=True)
                  """,
        target="3.12",
    ),
    untouched(
        "not MLflow",
        """
            import bentoml
            bentoml.pyfunc.save_model(code_path=['src'])
            """,
    ),
)
