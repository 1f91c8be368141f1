"""Examples of MLF901."""

from __future__ import annotations

from codemod.rules.base import Example, Run, fixed, program, reported, untouched

_FRAME = """\
import mlflow
import pandas as pd{imports}
from sklearn.linear_model import LinearRegression

X = pd.DataFrame({{"a": [0.0, 1.0, 2.0], "b": [1.0, 0.0, 1.0]}})
y = [1.0, 1.0, 3.0]
with mlflow.start_run():
    model = LinearRegression()
    model.fit(X, y)
    info = mlflow.sklearn.log_model(model, "model", pip_requirements=["scikit-learn"]{arguments})
loaded = mlflow.pyfunc.load_model(info.model_uri)
{result}
"""

_RESULT = "result = [loaded.predict(X).round(6).tolist(), loaded.metadata.signature.inputs.input_names()]"

_ARRAY = """\
import mlflow
import numpy as np
import xgboost as xgb{imports}

X = np.arange(12.0).reshape(6, 2)
train = xgb.DMatrix(X, label=X.sum(axis=1))
booster = xgb.train({{"max_depth": 2}}, train, num_boost_round=2)
with mlflow.start_run():
    info = mlflow.xgboost.log_model(booster, "model", pip_requirements=["xgboost"]{arguments})
result = len(mlflow.pyfunc.load_model(info.model_uri).predict(X))
"""

_IMPORT = "\nfrom mlflow.models import infer_signature"
_SIGNATURE = ", signature=infer_signature(X, model.predict(X)), input_example=X[:5]"
_ALL_RUN = {"2 before": Run(), "2 after": Run(), "3 before": Run(), "3 after": Run()}

_LIGHTNING = """\
import lightning
import mlflow
import torch{imports}

def train(net, loader):
    trainer = lightning.Trainer(max_epochs=1)
    with mlflow.start_run():
        trainer.fit(net, loader){before}
        mlflow.pytorch.log_model(net, name="net"{arguments})
"""

_BATCH = """
        sample = next(iter(loader))
        sample = sample[0] if isinstance(sample, (list, tuple)) else sample
        sample = torch.cat([sample, sample])[:5].to(net.device)  # at least two rows
        net.eval()
"""
_FORWARD = """\
        with torch.no_grad():
            prediction = net(sample).cpu().numpy()
"""
_NUMPY = "        sample = sample.cpu().numpy()"

_DICTS = """\
import lightning
import mlflow

class Net(lightning.LightningModule):
    def forward(self, x):
        return self.layers(x)

    def training_step(self, batch):
        return self.loss(self(batch["x"]), batch["y"])

net = Net()
trainer = lightning.Trainer()
trainer.fit(net, loader)
mlflow.pytorch.log_model(net, name="net")
"""

EXAMPLES: tuple[Example, ...] = (
    program(
        "a table",
        _FRAME.format(imports="", arguments="", result=_RESULT),
        _FRAME.format(imports=_IMPORT, arguments=_SIGNATURE, result=_RESULT),
        runs={
            "2 before": Run(raises="AttributeError: 'NoneType' object has no attribute 'inputs'"),
            "2 after": Run(silent="without a signature"),
            "3 after": Run(silent="without a signature"),
        },
    ),
    program(
        "XGBoost's own training",
        _ARRAY.format(imports="", arguments=""),
        _ARRAY.format(
            imports=_IMPORT, arguments=", signature=infer_signature(X, booster.predict(train)), input_example=X[:5]"
        ),
        runs=_ALL_RUN,
    ),
    fixed(
        "fitted where it is made, and LightGBM's own training",
        "import mlflow\nimport lightgbm as lgb\nfrom mlflow.models.signature import infer_signature\n"
        'model = Ridge().fit(X, y)\nmlflow.sklearn.log_model(model, name="m")\n'
        'booster = lgb.train(options, lgb.Dataset(table, target))\nmlflow.lightgbm.log_model(booster, name="b")\n',
        "import mlflow\nimport lightgbm as lgb\nfrom mlflow.models.signature import infer_signature\n"
        "model = Ridge().fit(X, y)\n"
        'mlflow.sklearn.log_model(model, name="m", signature=infer_signature(X, model.predict(X)), input_example=X[:5])\n'
        "booster = lgb.train(options, lgb.Dataset(table, target))\n"
        'mlflow.lightgbm.log_model(booster, name="b", signature=infer_signature(table, booster.predict(table)), '
        "input_example=table[:5])\n",
    ),
    fixed(
        "the best of a search, and data that is computed",
        'import mlflow\n\ndef run(table):\n    search.fit(table.drop(columns=["y"]), table["y"])\n'
        '    return mlflow.sklearn.log_model(search.best_estimator_, name="m")\n',
        "import mlflow\nfrom mlflow.models import infer_signature\n\ndef run(table):\n"
        '    search.fit(table.drop(columns=["y"]), table["y"])\n    sample = table.drop(columns=["y"])\n'
        '    return mlflow.sklearn.log_model(search.best_estimator_, name="m", '
        "signature=infer_signature(sample, search.best_estimator_.predict(sample)), input_example=sample[:5])\n",
    ),
    fixed(
        "Keras, in the layout of the call: arrays, and no example",
        "import mlflow\nimport numpy as np\nnet.fit(images, labels, epochs=2)\nmlflow.keras.log_model(\n    net,\n    name=name,\n)\n",
        "import mlflow\nimport numpy as np\nfrom mlflow.models import infer_signature\nnet.fit(images, labels, epochs=2)\n"
        "sample = np.asarray(images)\nmlflow.keras.log_model(\n    net,\n    name=name,\n"
        "    signature=infer_signature(sample, net.predict(sample)),\n)\n",
    ),
    fixed(
        "Keras by its older module",
        'import mlflow\nimport numpy as np\nnet.fit(images, y=labels)\nmlflow.tensorflow.log_model(net, name="m")\n',
        "import mlflow\nimport numpy as np\nfrom mlflow.models import infer_signature\nnet.fit(images, y=labels)\n"
        "sample = np.asarray(images)\n"
        'mlflow.tensorflow.log_model(net, name="m", signature=infer_signature(sample, net.predict(sample)), '
        "input_example=sample[:5])\n",
    ),
    fixed(
        "a Lightning trainer",
        _LIGHTNING.format(imports="", before="", arguments=""),
        _LIGHTNING.format(
            imports=_IMPORT,
            before=(_BATCH + _FORWARD + _NUMPY),
            arguments=", signature=infer_signature(sample, prediction), input_example=sample",
        ),
    ),
    fixed(
        "an export needs an example beside the signature",
        _LIGHTNING.format(imports="", before="", arguments=", signature=signature"),
        _LIGHTNING.format(
            imports="", before=(_BATCH + _NUMPY), arguments=", signature=signature, input_example=sample"
        ),
        pytorch_format="pt2",
    ),
    fixed(
        "a sample by name; the mode of the model is kept in a loop",
        "import mlflow\nimport torch\n\nbatch = load()\nfor epoch in range(3):\n    step(net)\n"
        '    mlflow.pytorch.log_model(net, name=f"net-{epoch}")\n',
        "import mlflow\nimport torch\nfrom mlflow.models import infer_signature\n\nbatch = load()\nfor epoch in range(3):\n"
        "    step(net)\n    sample = torch.as_tensor(batch)\n"
        "    sample = torch.cat([sample, sample])[:5].to(next(net.parameters()).device)  # at least two rows\n"
        "    was_training = net.training\n    net.eval()\n    with torch.no_grad():\n"
        "        prediction = net(sample).cpu().numpy()\n    sample = sample.cpu().numpy()\n"
        '    mlflow.pytorch.log_model(net, name=f"net-{epoch}", signature=infer_signature(sample, prediction), '
        "input_example=sample)\n    net.train(was_training)\n",
        sample="batch",
    ),
    fixed(
        "a sample by name for a model of one's own: MLflow infers the signature from it",
        'import mlflow\nrows = load()\nmlflow.pyfunc.log_model(name="m", python_model=Own())\n',
        'import mlflow\nrows = load()\nmlflow.pyfunc.log_model(name="m", python_model=Own(), input_example=rows[:5])\n',
        sample="rows",
    ),
    reported("no sample in reach", 'import mlflow\ndef log(model):\n    mlflow.sklearn.log_model(model, name="m")\n'),
    reported(
        "the sample's name is not set here",
        'import mlflow\ndef log(model):\n    mlflow.sklearn.log_model(model, name="m")\n',
        sample="rows",
    ),
    reported(
        "the data has changed since",
        'import mlflow\nmodel.fit(X, y)\nX = test\nmlflow.sklearn.log_model(model, name="m")\n',
    ),
    reported(
        "fitted in one branch only",
        'import mlflow\nif new:\n    model.fit(X, y)\nmlflow.sklearn.log_model(model, name="m")\n',
    ),
    reported(
        "a transformer has no predict",
        'import mlflow\nscaler.fit(X)\nmlflow.sklearn.log_model(scaler, name="scaler")\n',
    ),
    reported(
        "Keras may be fed by a data set, which has no rows",
        'import mlflow\nnet.fit(dataset)\nnet.predict(one)\nmlflow.keras.log_model(net, name="m")\n',
    ),
    reported(
        "a table of Spark has no rows to take, either",
        'import mlflow\nmodel = pipeline.fit(table)\nmlflow.spark.log_model(model, artifact_path="m")\n',
    ),
    reported("batches that are dicts", _DICTS),
    reported(
        "arguments that nobody sees", "import mlflow\nmodel.fit(X, y)\nmlflow.sklearn.log_model(model, **options())\n"
    ),
    untouched(
        "a signature",
        'import mlflow\nmodel.fit(X, y)\nmlflow.sklearn.log_model(model, name="m", signature=signature)\n',
    ),
    untouched(
        "an example is enough: MLflow infers the signature",
        'import mlflow\nmodel.fit(X, y)\nmlflow.sklearn.log_model(model, name="m", input_example=X[:5])\n',
    ),
    untouched(
        "a signature in a dict of arguments",
        'import mlflow\nmodel.fit(X, y)\noptions = {"signature": s}\nmlflow.sklearn.log_model(model, **options)\n',
    ),
    untouched("MLflow knows these signatures", 'import mlflow\nmlflow.transformers.log_model(pipeline, name="m")\n'),
    untouched("somebody else's", 'import wandb\nmodel.fit(X, y)\nwandb.log_model(model, "m")\n'),
    untouched("a saved model", "import mlflow\nmodel.fit(X, y)\nmlflow.sklearn.save_model(model, path)\n"),
    untouched("a partial", "import mlflow, functools\nlog = functools.partial(mlflow.sklearn.log_model, name='m')\n"),
    untouched("the function itself", "import mlflow\nregister(mlflow.sklearn.log_model)\n"),
)
