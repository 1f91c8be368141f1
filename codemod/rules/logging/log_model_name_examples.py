"""Examples of MLF101, by the ways in which real code reaches MLflow."""

from __future__ import annotations

from codemod.rules.base import Run, fixed, program, reported, untouched
from codemod.rules.idioms.log_model_references import EXAMPLES as KEPT
from codemod.rules.logging.log_model_doubles_examples import EXAMPLES as TESTS
from codemod.rules.logging.log_model_keywords_examples import EXAMPLES as KEYWORDS
from codemod.settings import Project

_PROGRAM = """\
import mlflow
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression().fit(X, y), "model", serialization_format="cloudpickle")
result = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").predict(X).tolist()
"""

_REWRITTEN = [
    program(
        "the path by position",
        _PROGRAM,
        _PROGRAM.replace('y), "model"', 'y), name="model"'),
        runs={
            "2 before": Run(),
            "2 after": Run(raises="TypeError: unexpected keyword argument 'name'"),
            "3 before": Run(says="`artifact_path` is deprecated"),
            "3 after": Run(silent="artifact_path"),
        },
    ),
    fixed(
        "the path by keyword",
        'import mlflow\nmlflow.xgboost.log_model(booster, artifact_path="model")\n',
        'import mlflow\nmlflow.xgboost.log_model(booster, name="model")\n',
    ),
    fixed(
        "what follows by position keeps its meaning by keyword",
        'import mlflow\nmlflow.onnx.log_model(model, "model", None, code_paths, "registered")\n',
        """
        import mlflow
        mlflow.onnx.log_model(
            model,
            name="model",
            conda_env=None,
            code_paths=code_paths,
            registered_model_name="registered",
        )
        """,
    ),
    fixed(
        "pyfunc takes the path first",
        'import mlflow\nmlflow.pyfunc.log_model("model", python_model=Model())\n',
        'import mlflow\nmlflow.pyfunc.log_model(name="model", python_model=Model())\n',
    ),
    fixed(
        "comments, line breaks and a trailing comma stay",
        """\
import mlflow

mlflow.prophet.log_model(
    model,  # fitted above
    "prophet",  # read by the scoring job
    signature=signature,
)
""",
        """\
import mlflow

mlflow.prophet.log_model(
    model,  # fitted above
    name="prophet",  # read by the scoring job
    signature=signature,
)
""",
    ),
    fixed(
        "an alias of the flavor",
        'import mlflow.xgboost as mx\nmx.log_model(booster, "model")\n',
        'import mlflow.xgboost as mx\nmx.log_model(booster, name="model")\n',
    ),
    fixed(
        "the function imported by name",
        'from mlflow.xgboost import log_model as save\nsave(booster, "model")\n',
        'from mlflow.xgboost import log_model as save\nsave(booster, name="model")\n',
    ),
    fixed(
        "a module kept in an attribute",
        """\
import mlflow

class Trainer:
    def __init__(self):
        self.flavor = mlflow.xgboost

    def save(self, booster):
        self.flavor.log_model(booster, "model")
""",
        """\
import mlflow

class Trainer:
    def __init__(self):
        self.flavor = mlflow.xgboost

    def save(self, booster):
        self.flavor.log_model(booster, name="model")
""",
    ),
    fixed(
        "importlib and a literal name",
        'import importlib\nflavor = importlib.import_module("mlflow.xgboost")\nflavor.log_model(booster, "model")\n',
        'import importlib\nflavor = importlib.import_module("mlflow.xgboost")\nflavor.log_model(booster, name="model")\n',
    ),
    fixed(
        "functools.partial",
        'import functools\nimport mlflow\nlog = functools.partial(mlflow.xgboost.log_model, artifact_path="model")\nlog(booster)\n',
        'import functools\nimport mlflow\nlog = functools.partial(mlflow.xgboost.log_model, name="model")\nlog(booster)\n',
    ),
    fixed(
        "a dict of keyword arguments in reach",
        'import mlflow\noptions = {"artifact_path": "model", "signature": None}\nmlflow.xgboost.log_model(booster, **options)\n',
        'import mlflow\noptions = {"name": "model", "signature": None}\nmlflow.xgboost.log_model(booster, **options)\n',
    ),
    fixed(
        "a wrapper keeps its own parameter",
        "import mlflow\ndef log(model, artifact_path):\n    mlflow.xgboost.log_model(model, artifact_path)\n",
        "import mlflow\ndef log(model, artifact_path):\n    mlflow.xgboost.log_model(model, name=artifact_path)\n",
    ),
    fixed(
        "an explainer",
        'import mlflow\nmlflow.shap.log_explainer(explainer, "explainer")\n',
        'import mlflow\nmlflow.shap.log_explainer(explainer, name="explainer")\n',
    ),
    fixed(
        "the registered name, when it is asked for",
        'import mlflow\nmlflow.xgboost.log_model(booster, "model", registered_model_name="fraud")\n',
        'import mlflow\nmlflow.xgboost.log_model(booster, name="fraud", registered_model_name="fraud")\n',
        name_from="registered",
        unsafe=True,
    ),
]

_FOR_BOTH = """\
import mlflow


class Same(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input


with mlflow.start_run() as run:
    mlflow.pyfunc.log_model("model", python_model=Same())
result = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").predict([1])
"""

_REPORTED = [
    reported(
        "a flavor chosen at run time",
        'import mlflow\ngetattr(mlflow, flavor).log_model(model, "model")\n',
    ),
    reported(
        "a module imported by a computed name",
        'import importlib\nmodule = importlib.import_module(f"mlflow.{flavor}")\nmodule.log_model(model, artifact_path="model")\n',
    ),
    reported(
        "a name that is bound to two things",
        """\
import mlflow
import home_made

if fast:
    logger = home_made
else:
    logger = mlflow.xgboost
logger.log_model(model, "model")
""",
    ),
    reported(
        "keyword arguments that nobody sees",
        "import mlflow\ndef log(model, **kwargs):\n    mlflow.xgboost.log_model(model, **kwargs)\n",
    ),
    reported(
        "a function that other code calls",
        'import mlflow\npool.submit(mlflow.xgboost.log_model, booster, "model")\n',
    ),
    reported(
        "code that must run on MLflow 2 as well",
        'import mlflow\nmlflow.xgboost.log_model(booster, "model")\n',
        target="both",
    ),
    reported(
        "code that must run on MLflow 2 as well, where no branch can stand",
        'import mlflow\nif mlflow.xgboost.log_model(booster, "model"):\n    pass\n',
        target="both",
        unsafe=True,
    ),
    program(
        "both forms for code that must run on MLflow 2 as well",
        _FOR_BOTH,
        _FOR_BOTH.replace("import mlflow\n", "import mlflow\nfrom packaging.version import Version\n").replace(
            '    mlflow.pyfunc.log_model("model", python_model=Same())\n',
            """\
    if Version(mlflow.__version__).major >= 3:
        mlflow.pyfunc.log_model(name="model", python_model=Same())
    else:
        mlflow.pyfunc.log_model("model", python_model=Same())
""",
        ),
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(says="artifact_path. is deprecated"),
            "3 after": Run(silent="artifact_path. is deprecated"),
        },
        target="both",
        unsafe=True,
    ),
]

_UNTOUCHED = [
    untouched("already the new form", 'import mlflow\nmlflow.xgboost.log_model(booster, name="model")\n'),
    untouched("a model without a name", "import mlflow\nmlflow.xgboost.log_model(booster)\n"),
    untouched(
        "artifacts of the run keep their path",
        'import mlflow\nmlflow.log_artifacts("plots", artifact_path="plots")\n'
        'mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="model")\n',
    ),
    untouched("Spark has no name", 'import mlflow\nmlflow.spark.log_model(model, artifact_path="model")\n'),
    untouched(
        "flavors that MLflow 3 has not", 'import mlflow\nmlflow.fastai.log_model(learner, artifact_path="model")\n'
    ),
    untouched(
        "Model.log in the form of MLflow 3",
        'from mlflow.models import Model\nModel.log(artifact_path=None, name="model", flavor=flavor)\n',
    ),
    untouched(
        "Model.log runs on both",
        'from mlflow.models import Model\nModel.log(artifact_path="model", flavor=flavor)\n',
        target="both",
    ),
    reported(
        "a flavor of one's own that hands its path to Model.log",
        """
        import sys
        from mlflow.models import Model

        def log_model(table, artifact_path, **kwargs):
            return Model.log(artifact_path=artifact_path, flavor=sys.modules[__name__], table=table, **kwargs)
        """,
    ),
    reported("Model.log by position", 'from mlflow.models import Model\nModel.log("model", flavor, sk_model=model)\n'),
    fixed(
        "a condition on something else than MLflow's version",
        """
        import mlflow

        def log(model, model_version=None):
            if model_version:
                mlflow.xgboost.log_model(model, name="model", metadata={"version": model_version})
            else:
                mlflow.xgboost.log_model(model, artifact_path="model")
        """,
        """
        import mlflow

        def log(model, model_version=None):
            if model_version:
                mlflow.xgboost.log_model(model, name="model", metadata={"version": model_version})
            else:
                mlflow.xgboost.log_model(model, name="model")
        """,
    ),
    fixed(
        "a condition on whether MLflow is used",
        """
        import mlflow

        def log(model, use_mlflow, registered=None):
            if use_mlflow and registered:
                mlflow.xgboost.log_model(model, name="model", registered_model_name=registered)
            else:
                mlflow.xgboost.log_model(model, artifact_path="model")
        """,
        """
        import mlflow

        def log(model, use_mlflow, registered=None):
            if use_mlflow and registered:
                mlflow.xgboost.log_model(model, name="model", registered_model_name=registered)
            else:
                mlflow.xgboost.log_model(model, name="model")
        """,
    ),
    untouched(
        "explanations and state dicts stay run artifacts",
        'import mlflow\nmlflow.shap.log_explanation(f, X, artifact_path="shap")\n'
        'mlflow.pytorch.log_state_dict(state, artifact_path="checkpoint")\n',
    ),
    untouched("wandb", 'import wandb\nrun = wandb.init()\nrun.log_model("model.pt", artifact_path="model")\n'),
    untouched(
        "Comet",
        'import comet_ml\nexperiment = comet_ml.Experiment()\nexperiment.log_model(model, artifact_path="model")\n',
    ),
    untouched(
        "Databricks' feature store",
        "import mlflow\nfrom databricks.feature_engineering import FeatureEngineeringClient\n"
        "fe = FeatureEngineeringClient()\n"
        'fe.log_model(model=model, artifact_path="model", flavor=mlflow.sklearn, training_set=training_set)\n',
    ),
    untouched(
        "a method of one's own",
        """\
import mlflow

class Tracker:
    def log_model(self, model, artifact_path):
        mlflow.log_dict({"kind": str(model)}, artifact_path)

Tracker().log_model(model, artifact_path="model.json")
""",
    ),
    untouched(
        "a parameter that is called mlflow but is somebody's own class",
        """\
class Client:
    def log_model(self, model, artifact_path):
        return artifact_path

def save(mlflow: Client, model):
    mlflow.log_model(model, artifact_path="model")
""",
    ),
    untouched(
        "a function that the program replaced",
        'import mlflow\nmlflow.xgboost.log_model = fake\nmlflow.xgboost.log_model(booster, artifact_path="model")\n',
    ),
    untouched(
        "a flavor of one's own under MLflow's name",
        'import mlflow\nmlflow.my_flavor.log_model(model, artifact_path="model")\n',
    ),
    untouched(
        "a module of the project that has a log_model of its own",
        "import mlflow\nfrom package import onnx_utils\nonnx_utils.log_model(model, 'model')\n",
        project=Project(functions=frozenset({"onnx_utils.log_model"})),
    ),
    untouched(
        "a function of such a module",
        "import mlflow\nfrom .onnx_utils import log_model\nlog_model(model, artifact_path='model')\n",
        project=Project(functions=frozenset({"onnx_utils.log_model"})),
    ),
    untouched(
        "code that asks for MLflow's version",
        """\
import mlflow
from packaging import version

if version.parse(mlflow.__version__) >= version.parse("3.0.0"):
    mlflow.xgboost.log_model(booster, name="model")
else:
    mlflow.xgboost.log_model(booster, artifact_path="model")
""",
    ),
    untouched(
        "a match on MLflow's version",
        """\
import mlflow

match mlflow.__version__.split(".")[0]:
    case "2":
        mlflow.xgboost.log_model(booster, "model")
    case _:
        mlflow.xgboost.log_model(booster, name="model")
""",
    ),
    untouched(
        "arguments that follow MLflow's version",
        """\
import mlflow

IS_3 = int(mlflow.__version__.split(".")[0]) >= 3
IS_3 or mlflow.xgboost.log_model(booster, "model")
mlflow.xgboost.log_model(booster, **({"name": "model"} if IS_3 else {"artifact_path": "model"}))
mlflow.xgboost.log_model(booster, **{"name" if IS_3 else "artifact_path": "model"})
""",
    ),
    untouched(
        "code that falls back to the old form",
        """\
import mlflow

try:
    mlflow.xgboost.log_model(booster, name="model")
except TypeError:
    mlflow.xgboost.log_model(booster, artifact_path="model")
""",
    ),
]

EXAMPLES = (*_REWRITTEN, *_REPORTED, *KEPT, *KEYWORDS, *TESTS, *_UNTOUCHED)
