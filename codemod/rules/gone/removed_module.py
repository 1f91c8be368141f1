"""MLF401: modules of MLflow 2 that MLflow 3 no longer has: recipes, fastai, mleap and others."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.idioms.gone_names import BY_TEXT, check_names, check_texts, leaves
from codemod.rules.selectors import LIBRARY, ImportStatement, attributes, calls_named, imports

_NAMES = leaves("MLF401")
# `app` and `runner` are words of every other program; the modules of these names stand in `mlflow.deployments`.
_TELLING = frozenset({*_NAMES, "deployments"} - {"app", "runner"})


def _check_name(node: ImportStatement | ast.Attribute, context: Context) -> Iterator[Match]:
    return check_names(node, context, "MLF401")


def _check_text(node: ast.Call, context: Context) -> Iterator[Match]:
    return check_texts(node, context, "MLF401")


RULE = Rule(
    code="MLF401",
    name="removed-module",
    summary="Recipes, fastai, mleap and other modules are gone.",
    why="""\
MLflow 3.0 removed `mlflow.recipes`, `mlflow.fastai` and `mlflow.mleap` (with what used it in `mlflow.spark`, `mlflow.sagemaker` and
`mlflow.johnsnowlabs`) and `mlflow deployments start-server`; `mlflow.llm` had left in 2.10, `mlflow.gluon` in 2.20, `mlflow.promptlab`
in 2.21. 3.7 removed `mlflow.diviner` and `mlflow.promptflow`, 3.13 `mlflow.pyfunc.mlserver`. Which release has which module is read from
the wheels. Importing one is a `ModuleNotFoundError`, `mlflow.fastai` an `AttributeError` (`mlflow/__init__.py` has no such name).

There is no edit that is right: the model has to be logged in another way. Where an import is in a `try` whose handler imports something else
by the same name, and where the code asks `hasattr` first, nothing is reported. One finding stands for each statement that names the module.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    on=(
        imports(check=_check_name, needs=(_TELLING,)),
        attributes(*_NAMES, check=_check_name, needs=(LIBRARY, _TELLING)),
        calls_named(*BY_TEXT, check=_check_text, needs=(LIBRARY, _TELLING)),
    ),
    examples=(
        program(
            "an import",
            "import mlflow.fastai\n",
            # On MLflow 2 it needs fastai itself, so only MLflow 3 is claimed.
            runs={"3 before": Run(raises="ModuleNotFoundError: mlflow.fastai")},
        ),
        program(
            "a use through `mlflow`",
            """
            import mlflow
            mlflow.mleap.log_model
            """,
            runs={"3 before": Run(raises="AttributeError: mleap")},
        ),
        reported(
            "recipes",
            """
            from mlflow.recipes import Recipe
            Recipe(profile="local").run("train")
            """,
        ),
        reported("a part of a module", "from mlflow.recipes.steps.train import TrainStep\n"),
        reported(
            "an alias",
            """
            from mlflow import fastai as fai
            fai.autolog()
            """,
        ),
        reported(
            "a module that other modules carried along",
            """
            import mlflow
            mlflow.spark.mleap.add_to_model(m, model)
            """,
        ),
        reported(
            "by name",
            """
            import importlib
            flavor = importlib.import_module("mlflow.gluon")
            """,
        ),
        reported("by the dict of its package", 'import mlflow\nvars(mlflow)["fastai"].autolog()\n'),
        untouched(
            "a key of another dict",
            'import mlflow\nvars(arguments)["fastai"].autolog()\nvars(mlflow)["sklearn"].autolog()\n',
        ),
        reported("diviner, gone since 3.7", "import mlflow.diviner\n"),
        reported("recipes were called pipelines before 2.0", "from mlflow.pipelines import Pipeline\n"),
        reported(
            "the handler knows nothing better",
            """
            try:
                import mlflow.mleap
            except ImportError:
                print('no mleap')
            """,
        ),
        untouched("diviner was there until 3.6", "import mlflow.diviner\n", target="3.6"),
        untouched(
            "the handler imports another one",
            """
            try:
                from mlflow import fastai as flavor
            except ImportError:
                from mlflow import pyfunc as flavor
            """,
        ),
        untouched(
            "the handler gives the model to a function of the project",
            """
            import mlflow
            def own_log(model, path):
                mlflow.pyfunc.log_model(name=path, python_model=model)
            def one(model):
                try:
                    import mlflow.fastai
                    mlflow.fastai.log_model(model, "m")
                except ImportError:
                    own_log(model, "m")
            def two(model):
                try:
                    mlflow.fastai.log_model(model, "m")
                except AttributeError:
                    print("no fastai")
                    own_log(model, "m")
            """,
        ),
        *(
            reported(
                f"the handler does nothing instead: {handler}",
                f"""
                import mlflow
                def end(model):
                    raise RuntimeError(model)
                def own_log(model):
                    mlflow.pyfunc.log_model(name="m", python_model=model)
                def one(model, log):
                    try:
                        from mlflow import fastai
                        fastai.log_model(model, "m")
                    except ImportError:
                        {handler}
                """,
            )
            for handler in ("log.warning('no %s', model)", "end(model)", "own_log(log)", "own_log(model); raise")
        ),
        untouched(
            "it is asked for first",
            """
            import mlflow
            if hasattr(mlflow, "fastai"):
                mlflow.fastai.autolog()
            """,
        ),
        untouched(
            "the libraries themselves",
            """
            import mleap
            import fastai.vision
            from mxnet import gluon
            """,
        ),
        untouched(
            "a module of one's own",
            """
            from recipes import Recipe
            from .mlflow import recipes
            """,
        ),
        untouched(
            "modules that stayed",
            """
            import mlflow.sklearn
            import mlflow.prophet
            mlflow.spark.autolog()
            """,
        ),
    ),
)
