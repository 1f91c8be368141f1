"""Examples of MLF102: names by the defaults of options, of the environment and of settings."""

from __future__ import annotations

from codemod.rules.base import Example, reported, untouched
from codemod.settings import Project

_PARSED = """
import argparse, mlflow
parser = argparse.ArgumentParser()
parser.add_argument("-w", "--where-to", default={})
parser.add_argument("--other", default="a/b")
args = parser.parse_args()
mlflow.xgboost.log_model(m, {})
"""
_OPTION = """
import click, mlflow
@click.command()
@click.option("--where", default={})
@click.option("--other", default="a/b", help="c/d")
def main(where, other):
    mlflow.xgboost.log_model(m, where)
"""

_READ = "import mlflow\nNAMES = {{'line': 'models/line', 'tree': 'tree'}}\nmlflow.xgboost.load_model({})\n"
_RENAMED = Project(renamed=(("models/line", "models-line"),))

EXAMPLES: tuple[Example, ...] = (
    reported("the default of an option", _PARSED.format("'models/best'", "args.where_to")),
    reported("the default of an option in a longer name", _PARSED.format("'v1.0'", "f'forest-{args.where_to}'")),
    reported("the default of an option of click", _OPTION.format("'models/best'")),
    reported(
        "the default of an option of typer",
        "import mlflow, typer\ndef main(where: str = typer.Option('a/b')):\n    mlflow.xgboost.log_model(m, where)\n",
    ),
    reported("the default of a variable", "import os, mlflow\nmlflow.xgboost.log_model(m, os.getenv('WHERE', 'a/b'))\n"),
    reported("the default of a setting", "import mlflow\nmlflow.xgboost.log_model(m, settings.get('where', 'a:b'))\n"),
    reported("a version in a name", "import mlflow\nmlflow.xgboost.log_model(m, f'forest-{mlflow.__version__}')\n"),
    reported("the module of a class", "import mlflow\nmlflow.xgboost.log_model(m, f'{type(m).__module__}-best')\n"),
    reported("the name of the program", "import mlflow, os\nmlflow.xgboost.log_model(m, os.path.basename(__file__))\n"),
    reported(
        "what a function of the code gets by a dict",
        "import mlflow\ndef log(m, where):\n    mlflow.xgboost.log_model(m, name=where)\nlog(m, **{'where': 'a/b'})\n",
    ),
    reported(
        "a name for one of two functions",
        "import mlflow\nlog = mlflow.xgboost.log_model if a else mlflow.onnx.log_model\nlog(m, name='a/b')\n",
    ),
    reported("a reader by an item", _READ.format("f'runs:/{i}/' + NAMES['line']"), project=_RENAMED),
    reported("a reader by a template", _READ.format("'runs:/{}/{}'.format(i, 'models/line')"), project=_RENAMED),
    reported(
        "a reader in a loop",
        "import mlflow\nfor name in ('models/line', 'tree'):\n    mlflow.xgboost.load_model(f'runs:/{i}/{name}')\n",
        project=_RENAMED,
    ),
    untouched("a reader of another item", _READ.format("f'runs:/{i}/' + NAMES['tree']"), project=_RENAMED),
    untouched(
        "the name of the program without its ending",
        "import mlflow, pathlib\nmlflow.xgboost.log_model(m, name=pathlib.Path(__file__).stem)\n",
    ),
    untouched("an option with a valid default", _PARSED.format("'best'", "args.where_to")),
    untouched("an option without a default", _PARSED.format("None", "args.where_to")),
    untouched("another attribute of that name", _PARSED.format("'a/b'", "settings.where_to")),
    untouched("an option of click with a valid default", _OPTION.format("'best'")),
    untouched("a variable without a default", "import os, mlflow\nmlflow.xgboost.log_model(m, os.getenv('A/B'))\n"),
    untouched("help of an option", "import mlflow, typer\ndef main(a: str = typer.Option(help='a/b')):\n    mlflow.xgboost.log_model(m, a)\n"),
    reported(
        "keys of a dict with decimals in them",
        """
        import mlflow
        models = {f"ridge-{alpha:.1f}": fit(alpha) for alpha in alphas}
        for name, model in models.items():
            mlflow.onnx.log_model(model, name)
        """,
    ),
    reported(
        "keys by which a dict is filled, and a list that is",
        """
        import mlflow
        models, names = {}, []
        for alpha in alphas:
            models[f"ridge/{alpha}"] = fit(alpha)
            names.append(f"best:{alpha}")
        for name, model in models.items():
            mlflow.onnx.log_model(model, name)
        for name in names:
            mlflow.onnx.log_model(best, name)
        """,
    ),
    untouched(
        "keys of a dict that are valid",
        """
        import mlflow
        models = {f"ridge-{kind}": fit(kind) for kind in kinds}
        models["a"] = "models:/a/1"
        for name, model in models.items():
            mlflow.onnx.log_model(model, name=name)
        """,
    ),
    reported(
        "one of the names of a loop over what an object keeps",
        """
        import mlflow
        class Work:
            def __init__(self):
                self.models = {"linear": line}
                self.models["tree/forest"] = forest
            def run(self):
                for name, model in self.models.items():
                    mlflow.xgboost.log_model(model, name)
        """,
    ),
    reported(
        "one of the names of a loop over what a function is given",
        """
        import mlflow
        def log_all(models):
            for name, model in models.items():
                mlflow.xgboost.log_model(model, name)
        log_all({"tree/forest": forest, "linear": line})
        """,
    ),
    untouched(
        "names of a loop over what a function is given that MLflow takes",
        """
        import mlflow
        def log_all(models):
            for name, model in models.items():
                mlflow.xgboost.log_model(model, name=name)
        log_all({"forest": forest, "linear": line})
        """,
    ),
)  # fmt: skip
