"""Examples of MLF901."""

from __future__ import annotations

from codemod.rules.additions.add_signature_certainty_examples import EXAMPLES as CERTAIN
from codemod.rules.additions.add_signature_sample_examples import EXAMPLES as SAMPLES
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
    info = {call}
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
    info = {call}
result = len(mlflow.pyfunc.load_model(info.model_uri).predict(X))
"""

_IMPORT = "\nfrom mlflow.models import infer_signature"
_MODEL = 'mlflow.sklearn.log_model(model, "model", pip_requirements=["scikit-learn"])'
_MODEL_AFTER = """\
mlflow.sklearn.log_model(
        model,
        "model",
        pip_requirements=["scikit-learn"],
        signature=infer_signature(X, model.predict(X[:5])),
        input_example=X[:5],
    )"""
_BOOSTER = 'mlflow.xgboost.log_model(booster, "model", pip_requirements=["xgboost"])'
_BOOSTER_AFTER = """\
mlflow.xgboost.log_model(
        booster,
        "model",
        pip_requirements=["xgboost"],
        signature=infer_signature(X, booster.predict(xgb.DMatrix(X[:5]))),
        input_example=X[:5],
    )"""
_NET = 'mlflow.pytorch.log_model(net, name="net")'
_NET_AFTER = """\
mlflow.pytorch.log_model(
            net,
            name="net",
            signature=SIGNATURE,
            input_example=sample,
        )"""
_ALL_RUN = {"2 before": Run(), "2 after": Run(), "3 before": Run(), "3 after": Run()}

_LIGHTNING = """\
import lightning
import mlflow
import torch{imports}

def train(net, loader):
    trainer = lightning.Trainer(max_epochs=1)
    with mlflow.start_run():
        trainer.fit(net, loader){before}
        {call}
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
        _FRAME.format(imports="", call=_MODEL, result=_RESULT),
        _FRAME.format(imports=_IMPORT, call=_MODEL_AFTER, result=_RESULT),
        runs={
            "2 before": Run(raises="AttributeError: 'NoneType' object has no attribute 'inputs'"),
            "2 after": Run(silent="without a signature"),
            "3 after": Run(silent="without a signature"),
        },
    ),
    program(
        "XGBoost's own training",
        _ARRAY.format(imports="", call=_BOOSTER),
        _ARRAY.format(imports=_IMPORT, call=_BOOSTER_AFTER),
        runs=_ALL_RUN,
    ),
    fixed(
        "fitted where it is made, and LightGBM's own training",
        """
        import mlflow
        import lightgbm as lgb
        from mlflow.models.signature import infer_signature
        model = Ridge().fit(X, y)
        mlflow.sklearn.log_model(model, name="m")
        booster = lgb.train(options, lgb.Dataset(table, target))
        mlflow.lightgbm.log_model(booster, name="b")
        """,
        """
        import mlflow
        import lightgbm as lgb
        from mlflow.models.signature import infer_signature
        model = Ridge().fit(X, y)
        mlflow.sklearn.log_model(
            model,
            name="m",
            signature=infer_signature(X, model.predict(X[:5])),
            input_example=X[:5],
        )
        booster = lgb.train(options, lgb.Dataset(table, target))
        mlflow.lightgbm.log_model(
            booster,
            name="b",
            signature=infer_signature(table, booster.predict(table[:5])),
            input_example=table[:5],
        )
        """,
        unsafe=True,
    ),
    fixed(
        "the best of a search, and data that is computed",
        """
        import mlflow

        def run(table):
            search.fit(table.drop(columns=["y"]), table["y"])
            return mlflow.sklearn.log_model(search.best_estimator_, name="m")
        """,
        """
        import mlflow
        from mlflow.models import infer_signature

        def run(table):
            search.fit(table.drop(columns=["y"]), table["y"])
            sample = table.drop(columns=["y"])
            return mlflow.sklearn.log_model(
                search.best_estimator_,
                name="m",
                signature=infer_signature(sample, search.best_estimator_.predict(sample[:5])),
                input_example=sample[:5],
            )
        """,
        unsafe=True,
    ),
    fixed(
        "Keras, in the layout of the call: arrays, and no example",
        """
        import mlflow
        import numpy as np
        net.fit(images, labels, epochs=2)
        mlflow.keras.log_model(
            net,
            name=name,
        )
        """,
        """
        import mlflow
        import numpy as np
        from mlflow.models import infer_signature
        net.fit(images, labels, epochs=2)
        sample = np.asarray(images)
        mlflow.keras.log_model(
            net,
            name=name,
            signature=infer_signature(sample, net.predict(sample[:5])),
        )
        """,
        unsafe=True,
    ),
    fixed(
        "Keras by its older module",
        """
        import mlflow
        import numpy as np
        net.fit(images, y=labels)
        mlflow.tensorflow.log_model(net, name="m")
        """,
        """
        import mlflow
        import numpy as np
        from mlflow.models import infer_signature
        net.fit(images, y=labels)
        sample = np.asarray(images)
        mlflow.tensorflow.log_model(
            net,
            name="m",
            signature=infer_signature(sample, net.predict(sample[:5])),
            input_example=sample[:5],
        )
        """,
        unsafe=True,
    ),
    fixed(
        "a Lightning trainer",
        _LIGHTNING.format(imports="", before="", call=_NET),
        _LIGHTNING.format(
            imports=_IMPORT,
            before=(_BATCH + _FORWARD + _NUMPY),
            call=_NET_AFTER.replace("SIGNATURE", "infer_signature(sample, prediction)"),
        ),
        unsafe=True,
    ),
    fixed(
        "an export needs an example beside the signature",
        _LIGHTNING.format(imports="", before="", call=_NET.replace(")", ", signature=signature)")),
        _LIGHTNING.format(imports="", before=(_BATCH + _NUMPY), call=_NET_AFTER.replace("SIGNATURE", "signature")),
        pytorch_format="pt2",
        unsafe=True,
    ),
    *SAMPLES,
    *CERTAIN,
    reported(
        "no sample in reach",
        """
        import mlflow
        def log(model):
            mlflow.sklearn.log_model(model, name="m")
        """,
    ),
    reported(
        "the sample's name is not set here",
        """
        import mlflow
        def log(model):
            mlflow.sklearn.log_model(model, name="m")
        """,
        sample="rows",
    ),
    reported(
        "the data has changed since",
        """
        import mlflow
        model.fit(X, y)
        X = test
        mlflow.sklearn.log_model(model, name="m")
        """,
    ),
    reported(
        "fitted in one branch only",
        """
        import mlflow
        if new:
            model.fit(X, y)
        mlflow.sklearn.log_model(model, name="m")
        """,
    ),
    reported(
        "a transformer has no predict",
        """
        import mlflow
        scaler.fit(X)
        mlflow.sklearn.log_model(scaler, name="scaler")
        """,
    ),
    reported(
        "Keras may be fed by a data set, which has no rows",
        """
        import mlflow
        net.fit(dataset)
        net.predict(one)
        mlflow.keras.log_model(net, name="m")
        """,
    ),
    reported(
        "a table of Spark has no rows to take, either",
        """
        import mlflow
        model = pipeline.fit(table)
        mlflow.spark.log_model(model, artifact_path="m")
        """,
    ),
    reported("batches that are dicts", _DICTS),
    reported(
        "arguments that nobody sees",
        """
        import mlflow
        model.fit(X, y)
        mlflow.sklearn.log_model(model, **options())
        """,
    ),
    untouched(
        "a signature",
        """
        import mlflow
        model.fit(X, y)
        mlflow.sklearn.log_model(model, name="m", signature=signature)
        """,
    ),
    untouched(
        "an example is enough: MLflow infers the signature",
        """
        import mlflow
        model.fit(X, y)
        mlflow.sklearn.log_model(model, name="m", input_example=X[:5])
        """,
    ),
    untouched(
        "a signature in a dict of arguments",
        """
        import mlflow
        model.fit(X, y)
        options = {"signature": s}
        mlflow.sklearn.log_model(model, **options)
        """,
    ),
    untouched(
        "MLflow knows these signatures",
        """
        import mlflow
        mlflow.transformers.log_model(pipeline, name="m")
        """,
    ),
    untouched(
        "somebody else's",
        """
        import wandb
        model.fit(X, y)
        wandb.log_model(model, "m")
        """,
    ),
    untouched(
        "a saved model",
        """
        import mlflow
        model.fit(X, y)
        mlflow.sklearn.save_model(model, path)
        """,
    ),
    untouched(
        "a partial",
        """
        import mlflow, functools
        log = functools.partial(mlflow.sklearn.log_model, name='m')
        """,
    ),
    untouched(
        "the function itself",
        """
        import mlflow
        register(mlflow.sklearn.log_model)
        """,
    ),
)
