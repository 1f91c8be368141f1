"""Every way in which code reaches MLflow, each with a twin that only looks like it."""

import ast
import textwrap

import pytest

from codemod.names import Foreign, Instance, LocalFunction, Mlflow, Names, Unknown

LOG = Mlflow("mlflow.sklearn.log_model")
CLIENT = "mlflow.MlflowClient"


def value_of(code: str, *cells: str):
    """Resolve the function of the last call of ``probe(...)``: what stands before its arguments."""
    trees = [ast.parse(textwrap.dedent(text)) for text in (code, *cells)]
    names = Names(trees)
    found = [
        node.args[0]
        for node in names.scopes.nodes()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "probe"
    ]
    return names.resolve(found[-1])


MLFLOW = {
    "import mlflow": "import mlflow\nprobe(mlflow.sklearn.log_model)",
    "import as": "import mlflow as mf\nprobe(mf.sklearn.log_model)",
    "import of the flavor": "import mlflow.sklearn\nprobe(mlflow.sklearn.log_model)",
    "import of the flavor as": "import mlflow.sklearn as mls\nprobe(mls.log_model)",
    "from mlflow": "from mlflow import sklearn\nprobe(sklearn.log_model)",
    "from mlflow as": "from mlflow import sklearn as s\nprobe(s.log_model)",
    "from the flavor": "from mlflow.sklearn import log_model\nprobe(log_model)",
    "from the flavor as": "from mlflow.sklearn import log_model as lm\nprobe(lm)",
    "star import": "from mlflow.sklearn import *\nprobe(log_model)",
    "import in a function": "def f():\n    import mlflow\n    probe(mlflow.sklearn.log_model)",
    "import at the top, use in a function": "import mlflow\ndef f():\n    probe(mlflow.sklearn.log_model)",
    "import in try": "try:\n    import mlflow\nexcept ImportError:\n    mlflow = None\nprobe(mlflow.sklearn.log_model)",
    "a fallback class": """
        try:
            import mlflow
        except ImportError:
            class mlflow:
                pass
        probe(mlflow.sklearn.log_model)
        """,
    "TYPE_CHECKING": """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            import mlflow
        def f():
            import mlflow
            probe(mlflow.sklearn.log_model)
        """,
    "importlib": "import importlib\nm = importlib.import_module('mlflow.sklearn')\nprobe(m.log_model)",
    "from importlib": "from importlib import import_module\nprobe(import_module('mlflow').sklearn.log_model)",
    "__import__": "m = __import__('mlflow')\nprobe(m.sklearn.log_model)",
    "importorskip": "import pytest\nmlflow = pytest.importorskip('mlflow')\nprobe(mlflow.sklearn.log_model)",
    "sys.modules": "import sys\nprobe(sys.modules['mlflow'].sklearn.log_model)",
    "another function is replaced": "import mlflow\nsetattr(mlflow.onnx, 'log_model', mine)\nprobe(mlflow.sklearn.log_model)",
    "an attribute of something else is set": "import mlflow\nargs.log_model = True\nprobe(mlflow.sklearn.log_model)",
    "nonlocal": """
        import mlflow
        def f():
            def choose():
                nonlocal flavor
                flavor = mlflow.sklearn
            flavor = None
            choose()
            probe(flavor.log_model)
        """,
    "global, with None after it": """
        def connect():
            global mlflow
            import mlflow
        mlflow = None
        connect()
        probe(mlflow.sklearn.log_model)
        """,
    "the class of an instance": """
        import mlflow
        class Trainer:
            flavor = mlflow.sklearn
            def fit(self):
                probe(self.__class__.flavor.log_model)
        """,
    "type() of an instance": """
        import mlflow
        class Trainer:
            flavor = mlflow.sklearn
            def fit(self):
                probe(type(self).flavor.log_model)
        """,
    "a module in a variable": "import mlflow\nflavor = mlflow.sklearn\nprobe(flavor.log_model)",
    "a function in a variable": "import mlflow\nlog = mlflow.sklearn.log_model\nprobe(log)",
    "a module in an attribute": """
        import mlflow
        class A:
            def __init__(self):
                self.mlflow = mlflow
            def f(self):
                probe(self.mlflow.sklearn.log_model)
        """,
    "a class attribute": """
        import mlflow
        class A:
            flavor = mlflow.sklearn
            def f(self):
                probe(self.flavor.log_model)
        """,
    "a class that takes over the name of a module": """
        import mlflow
        class A:
            mlflow = mlflow
            def f(self):
                probe(self.mlflow.sklearn.log_model)
        """,
    "an attribute set in a base class": """
        import mlflow
        class A:
            def __init__(self):
                self.flavor = mlflow.sklearn
        class B(A):
            def f(self):
                probe(self.flavor.log_model)
        """,
    "an attribute that a factory sets": """
        import mlflow
        def flavor():
            return mlflow.sklearn
        class A:
            def __init__(self):
                self.flavor = flavor()
            def f(self):
                probe(self.flavor.log_model)
        """,
    "a factory": "import mlflow\ndef make():\n    return mlflow.sklearn\nprobe(make().log_model)",
    "a property": """
        import mlflow
        class A:
            @property
            def flavor(self):
                return mlflow.sklearn
            def f(self):
                probe(self.flavor.log_model)
        """,
    "getattr with a literal": "import mlflow\nprobe(getattr(mlflow, 'sklearn').log_model)",
    "both branches agree": """
        if x:
            import mlflow.sklearn as flavor
        else:
            from mlflow import sklearn as flavor
        probe(flavor.log_model)
        """,
    "rebound to the same": "import mlflow\nm = mlflow.sklearn\nprint(m)\nm = mlflow.sklearn\nprobe(m.log_model)",
    "the later of two": "import wandb\nimport mlflow\nt = wandb\nt = mlflow.sklearn\nprobe(t.log_model)",
    "a global statement": """
        flavor = None
        def load():
            global flavor
            import mlflow.sklearn
            flavor = mlflow.sklearn
        def f():
            probe(flavor.log_model)
        """,
    "a conditional expression": "import mlflow\nprobe((mlflow.sklearn if x else mlflow.sklearn).log_model)",
    "a walrus": "import mlflow\nif (m := mlflow.sklearn):\n    probe(m.log_model)",
    "never imported": "probe(mlflow.sklearn.log_model)",
    "a class body": "import mlflow\nclass A:\n    probe(mlflow.sklearn.log_model)",
    "unpacked from a tuple": "import mlflow\na, b = 1, mlflow.sklearn\nprobe(b.log_model)",
}


@pytest.mark.parametrize("code", MLFLOW.values(), ids=MLFLOW.keys())
def test_reaches_mlflow(code: str) -> None:
    assert value_of(code) == LOG


def test_cells_of_a_notebook_are_one_namespace() -> None:
    assert value_of("import mlflow", "flavor = mlflow.sklearn", "probe(flavor.log_model)") == LOG


UNKNOWN = {
    "attributes that a class makes up": (
        "class Tracker:\n    def __getattr__(self, name):\n        return getattr(mlflow, name)\nprobe(Tracker().xgboost.log_model)",
        "__getattr__",
    ),
    "another value through nonlocal": (
        """
        import mlflow, wandb
        def f():
            flavor = mlflow.sklearn
            def choose():
                nonlocal flavor
                flavor = wandb
            choose()
            probe(flavor.log_model)
        """,
        "bound to different things",
    ),
    "a dict made by a call": (
        "import mlflow\nflavors = dict(sklearn=mlflow.sklearn)\nprobe(flavors['sklearn'].log_model)",
        "looked up in a dict",
    ),
    "a flavor beside its model": (
        "import mlflow\nfor flavor, model in zip([mlflow.sklearn, mlflow.xgboost], models):\n    probe(flavor.log_model)",
        "`zip` gets `mlflow.",
    ),
    "flavors of a parameter beside their models": (
        "def f(flavors, models):\n    for flavor, model in zip(flavors, models):\n        probe(flavor.log_model)",
        "`zip` gets `",
    ),
    "a namespace of another library": (
        "import mlflow\nfrom types import SimpleNamespace\ntools = SimpleNamespace(flavor=mlflow.sklearn)\nprobe(tools.flavor.log_model)",
        "`SimpleNamespace` gets `mlflow.sklearn`",
    ),
    "a parameter called mlflow": ("def f(mlflow):\n    probe(mlflow.sklearn.log_model)", "parameter"),
    "getattr with a computed name": ("import mlflow\nprobe(getattr(mlflow, flavor).log_model)", "run time"),
    "import_module with a computed name": (
        "import importlib\nprobe(importlib.import_module(f'mlflow.{x}').log_model)",
        "run time",
    ),
    "two branches differ": (
        "import mlflow, mine\nif x:\n    t = mine\nelse:\n    t = mlflow.sklearn\nprobe(t.log_model)",
        "different things",
    ),
    "rebound in a branch": (
        "import mlflow, mine\nt = mlflow.sklearn\nif x:\n    t = mine\nprobe(t.log_model)",
        "different things",
    ),
    "rebound later in a loop": (
        "import mlflow, mine\nt = mlflow.sklearn\nfor i in y:\n    probe(t.log_model)\n    t = mine",
        "different things",
    ),
    "rebound anywhere, seen from a function": (
        "import mlflow, mine\nt = mlflow.sklearn\ndef f():\n    probe(t.log_model)\nt = mine",
        "different things",
    ),
    "a dict of flavors": (
        "import mlflow\nflavors = {'a': mlflow.sklearn, 'b': mlflow.xgboost}\nprobe(flavors[x].log_model)",
        "run time",
    ),
    "imported from a module of the project": (
        "from .tracking import mlflow\nprobe(mlflow.sklearn.log_model)",
        "project",
    ),
    "imported from something unread": ("from utils import flavor\nprobe(flavor.log_model)", "not read"),
    "a factory with two answers": (
        "import mlflow, mine\ndef make():\n    if x:\n        return mine\n    return mlflow.sklearn\nprobe(make().log_model)",
        "different things",
    ),
    "a base class that is not seen": (
        "from base import Base\nclass A(Base):\n    def f(self):\n        probe(self.flavor.log_model)",
        "base class",
    ),
    "an unknown star import": ("from tools import *\nprobe(flavor.log_model)", "tools"),
    "a value that depends on itself": ("x = x.y\nprobe(x.log_model)", ""),
}


@pytest.mark.parametrize(("code", "reason"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_cannot_tell(code: str, reason: str) -> None:
    value = value_of(code)
    assert isinstance(value, Unknown), value
    assert reason in value.reason


FOREIGN = {
    "replaced by setattr": "import mlflow\nsetattr(mlflow.xgboost, 'log_model', mine)\nprobe(mlflow.xgboost.log_model)",
    "replaced by another name": "import mlflow, mlflow.xgboost as mx\nmx.log_model = mine\nprobe(mlflow.xgboost.log_model)",
    "replaced in a function": (
        "import mlflow\nfrom mlflow import xgboost\ndef patch():\n    xgboost.log_model = mine\ndef log():\n    probe(mlflow.xgboost.log_model)"
    ),
    "other things beside each other": "import wandb, torch\nfor a, b in zip([wandb], [torch]):\n    probe(a.log_model)",
    "what another library makes of MLflow's results": (
        "import mlflow, numpy as np\nx = np.array(mlflow.search_runs())\nprobe(x.log_model)"
    ),
    "wandb": "import wandb\nrun = wandb.init()\nprobe(run.log_model)",
    "an alias of another library": "import wandb as mlflow\nprobe(mlflow.sklearn.log_model)",
    "a replaced function": "import mlflow\nmlflow.sklearn.log_model = fake\nprobe(mlflow.sklearn.log_model)",
    "Databricks' feature store": """
        from databricks.feature_engineering import FeatureEngineeringClient
        fe = FeatureEngineeringClient()
        probe(fe.log_model)
        """,
    "scikit-learn itself": "import sklearn\nprobe(sklearn.log_model)",
    "a literal": "probe('mlflow'.log_model)",
    "the standard library": "import logging\nmlflow = logging\nprobe(mlflow.sklearn.log_model)",
}


@pytest.mark.parametrize("code", FOREIGN.values(), ids=FOREIGN.keys())
def test_is_not_mlflow(code: str) -> None:
    assert isinstance(value_of(code), Foreign)


def test_methods_of_ones_own_are_not_mlflow() -> None:
    code = "class A:\n    def log_model(self, m, artifact_path):\n        pass\n    def f(self):\n        probe(self.log_model)"
    assert isinstance(value_of(code), LocalFunction)


INSTANCES = {
    "a client": ("from mlflow import MlflowClient\nc = MlflowClient()\nprobe(c)", CLIENT),
    "a client of the old path": ("from mlflow.tracking import MlflowClient\nprobe(MlflowClient())", CLIENT),
    "a client of the module's path": ("import mlflow\nprobe(mlflow.tracking.client.MlflowClient())", CLIENT),
    "a client in an attribute": (
        """
        import mlflow
        class A:
            def __init__(self):
                self.client = mlflow.MlflowClient()
            def f(self):
                probe(self.client)
        """,
        CLIENT,
    ),
    "a client that is made late": (
        """
        import mlflow
        class A:
            client = None
            def connect(self):
                self.client = mlflow.MlflowClient()
            def f(self):
                probe(self.client)
        """,
        CLIENT,
    ),
    "an annotated parameter": ("from mlflow import MlflowClient\ndef f(c: MlflowClient):\n    probe(c)", CLIENT),
    "a quoted annotation": ("from mlflow import MlflowClient\ndef f(c: 'MlflowClient'):\n    probe(c)", CLIENT),
    "an optional annotation": (
        "from typing import Optional\nfrom mlflow import MlflowClient\ndef f(c: Optional[MlflowClient] = None):\n    probe(c)",
        CLIENT,
    ),
    "a union with None": (
        "from mlflow import MlflowClient\ndef f(c: MlflowClient | None = None):\n    probe(c)",
        CLIENT,
    ),
    "a pytest fixture": (
        "import pytest\nfrom mlflow import MlflowClient\n@pytest.fixture\ndef client():\n    return MlflowClient()\n"
        "def test_it(client):\n    probe(client)",
        CLIENT,
    ),
    "with start_run": (
        "import mlflow\nwith mlflow.start_run() as run:\n    probe(run.info)",
        "mlflow.entities.RunInfo",
    ),
    "after with": (
        "import mlflow\nwith mlflow.start_run() as run:\n    pass\nprobe(run.info)",
        "mlflow.entities.RunInfo",
    ),
    "a run of a list": (
        "from mlflow import MlflowClient\nfor run in MlflowClient().search_runs(['0']):\n    probe(run.info)",
        "mlflow.entities.RunInfo",
    ),
    "an element by index": (
        "from mlflow import MlflowClient\nprobe(MlflowClient().search_runs(['0'])[0].info)",
        "mlflow.entities.RunInfo",
    ),
    "a run of an enumerated list": (
        "from mlflow import MlflowClient\nfor i, run in enumerate(MlflowClient().search_runs(['0'])):\n    probe(run.info)",
        "mlflow.entities.RunInfo",
    ),
    "sorted runs": (
        "from mlflow import MlflowClient\nruns = sorted(MlflowClient().search_runs(['0']), key=key)\nprobe(runs[0].info)",
        "mlflow.entities.RunInfo",
    ),
    "the info of a logged model": (
        "import mlflow\ninfo = mlflow.sklearn.log_model(m, 'model')\nprobe(info)",
        "mlflow.models.model.ModelInfo",
    ),
    "a notebook that %run brings the client to": ("probe(MlflowClient())", CLIENT),
}


@pytest.mark.parametrize(("code", "path"), INSTANCES.values(), ids=INSTANCES.keys())
def test_instances(code: str, path: str) -> None:
    assert value_of(code) == Instance(path)


def test_method_of_an_instance_has_its_public_name() -> None:
    code = "from mlflow.tracking import MlflowClient\nclient = MlflowClient()\nprobe(client.transition_model_version_stage)"
    assert value_of(code) == Mlflow("mlflow.MlflowClient.transition_model_version_stage")


def test_long_chains_and_deep_trees_end() -> None:
    chain = "import mlflow\nx = mlflow" + "".join(f"\nx{i} = x{i - 1 if i else ''}" for i in range(200))
    assert isinstance(value_of(chain + "\nprobe(x199)"), (Unknown, Mlflow))
    assert isinstance(value_of("y = " + " + ".join(["1"] * 900) + "\nprobe(y)"), Unknown)
