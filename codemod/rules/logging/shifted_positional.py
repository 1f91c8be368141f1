"""MLF107: positional arguments whose places moved between MLflow 2 and 3."""

from __future__ import annotations

from collections.abc import Iterator

from codemod import mlflow_api
from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.rewriting.edits import CallChange
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.arguments import MODEL_FUNCTIONS, flavor, keyword_for, name_from, writes_model
from codemod.rules.selectors import calls


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    if not writes_model(call.path):
        return
    signature = mlflow_api.signature(call.path, context.target.release)
    if signature is None:
        return
    skip = 1 if call.makes_partial and not call.is_given else 0
    for argument in call.positional:
        assert argument.index is not None  # positional arguments have one
        there = signature.parameter_at(argument.index - skip)
        if argument.parameter == there or argument.index == 0:
            continue
        if argument.parameter is not None and argument.parameter not in (there, None):
            keyword = keyword_for(call.path, argument.parameter, context.target.release)
            operations = name_from(call, argument.index, context.target.release, keep_artifact_path=context.target.both)
            where = f"`{flavor(call.path)}.{call.path.rpartition('.')[2]}`"
            message = f"positional argument {argument.index + 1} of {where} is `{there}` in MLflow 3, not `{argument.parameter}`"
            if operations is not None and keyword is not None:
                yield Match(call.node, message, Safety.SAFE, (CallChange(call.node, tuple(operations)),))
            else:
                yield Match(call.node, f"{message}; pass the arguments from there on by keyword", Safety.MANUAL)
        elif argument.parameter is None:
            yield Match(
                call.node,
                f"positional argument {argument.index + 1} means different things in different 2.x releases; pass it by keyword",
                Safety.MANUAL,
            )
        return


_PROGRAM = """\
import pathlib

import mlflow


class Doubler(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input):
        return [2 * value for value in model_input]


pathlib.Path("helpers.py").write_text("FACTOR = 2\\n")
mlflow.pyfunc.save_model(
    "saved",
    None,
    None,
    ["helpers.py"],
    python_model=Doubler(),
)
result = mlflow.pyfunc.load_model("saved").predict([1, 2])
"""

RULE = Rule(
    code="MLF107",
    name="shifted-positional",
    summary="Positional arguments whose places moved between MLflow 2 and 3.",
    why="""\
Parameters that MLflow 3.0 took away stood in the middle of signatures, so what follows them moved by one place: pyfunc from the
fourth argument (`code_path`), transformers from the sixth (`inference_config`), spark and johnsnowlabs from the sixth
(`sample_input`), pytorch from the tenth (`requirements_file`), langchain and openai near the end (`example_no_conversion`). Such a call
runs and means something else, or fails far from its cause. The keywords of the 2.x signatures mean the same on both; places are read
from the signatures of the releases, none is typed by hand.""",
    safety=Safety.SAFE,
    severity=Severity.CHANGES,
    on=(calls(*MODEL_FUNCTIONS, check=_check),),
    examples=(
        program(
            "the fourth argument of pyfunc in a program",
            _PROGRAM,
            _PROGRAM.replace('["helpers.py"],', 'code_paths=["helpers.py"],'),
            runs={"2 before": Run(), "2 after": Run(), "3 before": Run(), "3 after": Run()},
        ),
        fixed(
            "the fourth argument of pyfunc",
            """
            import mlflow
            mlflow.pyfunc.save_model("out", "loader", None, ["src"])
            """,
            """
            import mlflow
            mlflow.pyfunc.save_model("out", "loader", None, code_paths=["src"])
            """,
        ),
        reported(
            "places that meant different things within 2.x",
            """
            import mlflow
            mlflow.pyfunc.save_model("out", "loader", None, ["src"], conda_env)
            """,
        ),
        reported(
            "an argument that MLflow 3 does not have",
            """
            import mlflow
            mlflow.spark.log_model(model, 'model', None, None, None, sample)
            """,
        ),
        untouched(
            "places that did not move",
            """
            import mlflow
            mlflow.xgboost.save_model(model, path, conda_env, code_paths)
            """,
        ),
        untouched(
            "keywords",
            """
            import mlflow
            mlflow.pyfunc.save_model(path='out', code_paths=['src'], conda_env=env)
            """,
        ),
        untouched(
            "few positional arguments",
            """
            import mlflow
            mlflow.pyfunc.save_model('out', 'loader', None)
            """,
        ),
        untouched(
            "unknown code",
            """
            from mine import pyfunc
            pyfunc.save_model('out', 'loader', None, ['src'], env)
            """,
        ),
        untouched(
            "not a model function",
            """
            import mlflow
            mlflow.log_metric('rmse', 1.0, 3)
            """,
        ),
    ),
)
