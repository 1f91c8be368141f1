"""Examples of MLF901: samples that the user gives, how data is read, and the layout of what is added."""

from __future__ import annotations

from codemod.rules.base import Example, fixed, reported

EXAMPLES: tuple[Example, ...] = (
    fixed(
        "a sample by name; the mode of the model is kept in a loop",
        """
        import mlflow
        import torch

        batch = load()
        for epoch in range(3):
            step(net)
            mlflow.pytorch.log_model(net, name=f"net-{epoch}")
        """,
        """
        import mlflow
        import torch
        from mlflow.models import infer_signature

        batch = load()
        for epoch in range(3):
            step(net)
            sample = torch.as_tensor(batch)
            sample = torch.cat([sample, sample])[:5].to(next(net.parameters()).device)  # at least two rows
            was_training = net.training
            net.eval()
            with torch.no_grad():
                prediction = net(sample).cpu().numpy()
            sample = sample.cpu().numpy()
            mlflow.pytorch.log_model(
                net,
                name=f"net-{epoch}",
                signature=infer_signature(sample, prediction),
                input_example=sample,
            )
            net.train(was_training)
        """,
        sample="batch",
        unsafe=True,
    ),
    fixed(
        "a sample by name for a model of one's own: MLflow infers the signature from it",
        """
        import mlflow
        rows = load()
        mlflow.pyfunc.log_model(name="m", python_model=Own())
        """,
        """
        import mlflow
        rows = load()
        mlflow.pyfunc.log_model(name="m", python_model=Own(), input_example=rows[:5])
        """,
        sample="rows",
        unsafe=True,
    ),
    fixed(
        "a sample by an expression",
        """
        import mlflow
        rows = load()
        mlflow.pyfunc.log_model(name="m", python_model=Own())
        """,
        """
        import mlflow
        rows = load()
        sample = rows["test"].head(20)
        mlflow.pyfunc.log_model(name="m", python_model=Own(), input_example=sample[:5])
        """,
        sample='rows["test"].head(20)',
        unsafe=True,
    ),
    reported(
        "an expression of variables of which one is not set here",
        """
        import mlflow
        def log(model, rows):
            mlflow.sklearn.log_model(model, name="m")
        """,
        sample="rows.head(size)",
        unsafe=True,
    ),
    fixed(
        "a file of long lines keeps the call on one line",
        f"""
        import mlflow
        from mlflow.models import infer_signature
        from sklearn.linear_model import Ridge
        title = "{"wide " * 20}"
        model = Ridge().fit(X, y)
        mlflow.sklearn.log_model(model, name="m")
        """,
        f"""
        import mlflow
        from mlflow.models import infer_signature
        from sklearn.linear_model import Ridge
        title = "{"wide " * 20}"
        model = Ridge().fit(X, y)
        mlflow.sklearn.log_model(model, name="m", signature=infer_signature(X, model.predict(X[:5])), input_example=X[:5])
        """,
        unsafe=True,
    ),
    fixed(
        "the training data of XGBoost says how it is read",
        """
        import mlflow
        import xgboost as xgb
        from mlflow.models import infer_signature
        booster = xgb.train({}, xgb.DMatrix(X, label=y, enable_categorical=True))
        mlflow.xgboost.log_model(
            booster,
            name="m",
        )
        """,
        """
        import mlflow
        import xgboost as xgb
        from mlflow.models import infer_signature
        booster = xgb.train({}, xgb.DMatrix(X, label=y, enable_categorical=True))
        mlflow.xgboost.log_model(
            booster,
            name="m",
            signature=infer_signature(X, booster.predict(xgb.DMatrix(X[:5], enable_categorical=True))),
            input_example=X[:5],
        )
        """,
        unsafe=True,
    ),
)
