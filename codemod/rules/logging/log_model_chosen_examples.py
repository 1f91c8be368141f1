"""Examples of MLF101: calls of one of several flavors, all of which are seen."""

from __future__ import annotations

from codemod.rules.base import Example, Run, fixed, program, reported, reported_file, untouched, untouched_file
from codemod.settings import Project

_CHOSEN = """\
import sys

import mlflow
from sklearn.linear_model import LinearRegression

flavor = mlflow.sklearn if len(sys.argv) < 9 else mlflow.xgboost
with mlflow.start_run():
    result = sorted(flavor.log_model(LinearRegression(), artifact_path="model", input_example=[[1.0]]).flavors)
"""
_START = "import mlflow\nplain = mlflow.sklearn\n"

_BY_DEFAULT = """\
import functools

import mlflow
from sklearn.linear_model import LinearRegression


def log_by_default(model, log=mlflow.sklearn.log_model):
    with mlflow.start_run():
        return log(model, artifact_path="model", serialization_format="pickle")


def log_by_partial(model, log=functools.partial(mlflow.sklearn.log_model, artifact_path="model", serialization_format="pickle")):
    with mlflow.start_run():
        return log(model)


model = LinearRegression().fit([[0], [1]], [0, 1])
log_by_default(model)
log_by_partial(model)
result = "logged"
"""
_DEFAULT = f"{_START}def train(m, log=mlflow.xgboost.log_model):\n    log(m, 'model')\n"
_KEPT = _DEFAULT.replace("'model'", "name='model'")
_PARTIAL = f"{_START}from functools import partial\ndef train(m, log=partial(mlflow.xgboost.log_model, pip_requirements=r)):\n    log(m, 'model')\n"

EXAMPLES: tuple[Example, ...] = (
    program(
        "one of two flavors",
        _CHOSEN,
        _CHOSEN.replace('artifact_path="model"', 'name="model"'),
        runs={
            "2 before": Run(),
            "3 before": Run(says="artifact_path. is deprecated"),
            "3 after": Run(silent="artifact_path. is deprecated"),
        },
    ),
    program(
        "a function, and a partial of it, that a parameter always is",
        _BY_DEFAULT,
        _BY_DEFAULT.replace('artifact_path="model"', 'name="model"'),
        runs={
            "2 before": Run(),
            "3 before": Run(says="artifact_path. is deprecated"),
            "3 after": Run(silent="artifact_path. is deprecated"),
        },
    ),
    fixed("a default that no call replaces", f"{_DEFAULT}train(m)\n", f"{_KEPT}train(m)\n"),
    reported("a default that a call gives once more", f"{_DEFAULT}train(m, mlflow.xgboost.log_model)\n"),
    fixed(
        "a flavor by default, in a function for this module alone",
        f"{_START}def _train(m, *, flavor=mlflow.xgboost):\n    flavor.log_model(m, 'model')\ndef main():\n    _train(m)\n",
        f"{_START}def _train(m, *, flavor=mlflow.xgboost):\n    flavor.log_model(m, name='model')\ndef main():\n    _train(m)\n",
    ),
    fixed(
        "a default that an instance keeps",
        f"{_START}class T:\n    def __init__(self, log=mlflow.xgboost.log_model):\n        self.log = log\n"
        "    def fit(self, m):\n        self.log(m, 'model')\nT().fit(m)\n",
        f"{_START}class T:\n    def __init__(self, log=mlflow.xgboost.log_model):\n        self.log = log\n"
        "    def fit(self, m):\n        self.log(m, name='model')\nT().fit(m)\n",
    ),
    fixed("a partial by default", f"{_PARTIAL}train(m)\n", f"{_PARTIAL}train(m)\n".replace("'model'", "name='model'")),
    reported(
        "a default that a method of the class may replace",
        f"{_START}class T:\n    def __init__(self, log=mlflow.xgboost.log_model):\n        self.log = log\n"
        "    @classmethod\n    def own(cls):\n        return cls(own)\n"
        "    def fit(self, m):\n        self.log(m, 'model')\nT().fit(m)\n",
    ),
    reported("a partial by default, which a call replaces", f"{_PARTIAL}train(m, own)\n"),
    reported("a default that a call replaces by position", f"{_DEFAULT}train(m)\ntrain(m, own)\n"),
    reported("a default that a call may replace", f"{_DEFAULT}train(m)\ntrain(m, **options)\n"),
    reported("a default of a function that is handed on", f"{_DEFAULT}train(m)\npool.map(train, models)\n"),
    reported("a default of a function that others may call", f"{_DEFAULT}def main():\n    train(m)\n"),
    reported("a default of a decorated function", f"{_DEFAULT}train(m)\n".replace("def train", "@command\ndef train")),
    reported(
        "a default of a method",
        f"{_START}class T:\n    def fit(self, m, log=mlflow.xgboost.log_model):\n        log(m, 'a')\nT().fit(m)\n",
    ),
    *(
        reported(
            f"a default that an instance keeps, where its class is called by another name: {another}",
            f"{_START}class T:\n    def __init__(self, log=mlflow.xgboost.log_model):\n        log(m, 'model')\n"
            f"    def other(self):\n        {another}(own)\nT().other()\n",
        )
        for another in ("type(self)", "self.__class__", "self.__init__")
    ),
    reported(
        "a default that an instance keeps, where a method gets its class",
        f"{_START}class T:\n    def __init__(self, log=mlflow.xgboost.log_model):\n        log(m, 'model')\n"
        "    @classmethod\n    def of(cls, log):\n        return cls(log)\nT().of(own)\n",
    ),
    reported(
        "a default of what another file of the run takes",
        f"{_DEFAULT}train(m)\n",
        project=Project(reads=frozenset({"train"})),
    ),
    untouched("a default in the new form", f"{_KEPT}train(m)\n"),
    untouched("a default of another library", f"{_DEFAULT}train(m)\n".replace("mlflow.xgboost", "wandb.xgboost")),
    fixed(
        "flavors in a dict, by position",
        f"{_START}FLAVORS = {{'a': mlflow.sklearn, 'b': mlflow.xgboost}}\nFLAVORS[kind].log_model(m, 'model')\n",
        f"{_START}FLAVORS = {{'a': mlflow.sklearn, 'b': mlflow.xgboost}}\nFLAVORS[kind].log_model(m, name='model')\n",
    ),
    fixed(
        "flavors with a default, of a dict that stands there",
        f"{_START}{{'b': mlflow.xgboost}}.get(kind, plain).log_model(m, 'model')\n",
        f"{_START}{{'b': mlflow.xgboost}}.get(kind, plain).log_model(m, name='model')\n",
    ),
    fixed(
        "rows of a loop",
        f"{_START}for model, flavor in [(m, mlflow.sklearn), (b, mlflow.xgboost)]:\n    flavor.log_model(model, artifact_path='a')\n",
        f"{_START}for model, flavor in [(m, mlflow.sklearn), (b, mlflow.xgboost)]:\n    flavor.log_model(model, name='a')\n",
    ),
    fixed(
        "branches, of which one knows no flavor",
        f"{_START}if a:\n    f = plain\nelif b:\n    f = mlflow.xgboost\nelse:\n    f = None\nf.log_model(m, 'a')\n",
        f"{_START}if a:\n    f = plain\nelif b:\n    f = mlflow.xgboost\nelse:\n    f = None\nf.log_model(m, name='a')\n",
    ),
    reported("a flavor without a name", f"{_START}(plain if a else mlflow.spark).log_model(m, 'model')\n"),
    reported("one flavor takes the path first", f"{_START}(plain if a else mlflow.pyfunc).log_model(m, 'model')\n"),
    reported("another one may be among them", f"{_START}(plain if a else own).log_model(m, 'model')\n"),
    reported(
        "a dict that gets another one later",
        f"{_START}FLAVORS = {{'a': mlflow.sklearn, 'b': mlflow.xgboost}}\nFLAVORS['c'] = own\nFLAVORS[kind].log_model(m, 'model')\n",
    ),
    reported(
        "a dict that other code gets",
        f"{_START}FLAVORS = {{'a': mlflow.sklearn, 'b': mlflow.xgboost}}\nextend(FLAVORS)\nFLAVORS[kind].log_model(m, 'model')\n",
    ),
    reported(
        "a loop over what another function gives",
        f"{_START}for flavor in [plain, *more()]:\n    flavor.log_model(m, 'model')\n",
    ),
    reported("for both lines", f"{_START}(plain if a else mlflow.xgboost).log_model(m, 'model')\n", target="both"),
    untouched("the new name", f"{_START}(plain if a else mlflow.xgboost).log_model(m, name='model')\n"),
    untouched("another method", f"{_START}(plain if a else mlflow.xgboost).load_model('model', 'a')\n"),
    reported(
        "flavors that are the keys of a dict",
        f"{_START}for flavor, model in {{mlflow.sklearn: m, mlflow.xgboost: b}}.items():\n    flavor.log_model(model, 'a')\n",
    ),
    reported_file(
        "a call that Hydra makes",
        "conf/logger.yaml",
        "logger:\n  _target_: mlflow.sklearn.log_model\n  _partial_: true\n  artifact_path: model\n",
    ),
    reported_file(
        "a call that Hydra makes, for both lines",
        "conf/logger.yaml",
        "_target_: mlflow.onnx.log_model\nartifact_path: model\n",
        target="both",
    ),
    untouched_file(
        "a call of another function, and one that keeps the argument",
        "conf/logger.yaml",
        "files:\n  _target_: mlflow.log_artifacts\n  artifact_path: plots\n"
        "model:\n  _target_: mlflow.spark.log_model\n  artifact_path: model\n",
    ),
    fixed(
        "a function that a class keeps as a static method",
        """
        import functools
        import mlflow

        class Tracking:
            log = staticmethod(mlflow.onnx.log_model)
            again = functools.cache(mlflow.xgboost.log_model)

            def keep(self, model):
                self.log(model, "a")

        Tracking.log(model, artifact_path="b")
        Tracking.again(model, artifact_path="c")
        """,
        """
        import functools
        import mlflow

        class Tracking:
            log = staticmethod(mlflow.onnx.log_model)
            again = functools.cache(mlflow.xgboost.log_model)

            def keep(self, model):
                self.log(model, name="a")

        Tracking.log(model, name="b")
        Tracking.again(model, name="c")
        """,
    ),
    untouched(
        "a function of one's own that a class keeps as a static method",
        """
        import mlflow

        def log_model(model, artifact_path):
            mlflow.log_param("path", artifact_path)

        class Tracking:
            log = staticmethod(log_model)

        Tracking.log(model, artifact_path="b")
        """,
    ),
    reported(
        "an object that is made with another function, which a branch replaces",
        """
        from types import SimpleNamespace
        import mlflow

        def own(model, artifact_path):
            print(artifact_path)

        box = SimpleNamespace(log=own)
        if fast:
            box.log = mlflow.onnx.log_model
        box.log(model, artifact_path="a")
        """,
    ),
    fixed(
        "an object that is made with another function, which is replaced",
        """
        from types import SimpleNamespace
        import mlflow

        box = SimpleNamespace(log=None, other=print)
        box.log = mlflow.onnx.log_model
        box.other = mlflow.xgboost.log_model
        box.log(model, artifact_path="a")
        box.other(model, artifact_path="b")
        """,
        """
        from types import SimpleNamespace
        import mlflow

        box = SimpleNamespace(log=None, other=print)
        box.log = mlflow.onnx.log_model
        box.other = mlflow.xgboost.log_model
        box.log(model, name="a")
        box.other(model, name="b")
        """,
    ),
)
