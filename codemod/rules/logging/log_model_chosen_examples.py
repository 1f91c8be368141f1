"""Examples of MLF101: calls of one of several flavors, all of which are seen."""

from __future__ import annotations

from codemod.rules.base import Example, Run, fixed, program, reported, untouched

_CHOSEN = """\
import sys

import mlflow
from sklearn.linear_model import LinearRegression

flavor = mlflow.sklearn if len(sys.argv) < 9 else mlflow.xgboost
with mlflow.start_run():
    result = sorted(flavor.log_model(LinearRegression(), artifact_path="model", input_example=[[1.0]]).flavors)
"""
_START = "import mlflow\nplain = mlflow.sklearn\n"

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
)
