"""Examples of MLF901: what shows that a model can be asked for predictions with the data of its training, and what does not."""

from __future__ import annotations

from codemod.rules.base import Example, fixed, reported

_TABLE = 'pd.DataFrame({"a": [0.0, 1.0]})'

EXAMPLES: tuple[Example, ...] = (
    fixed(
        "a pipeline, and a part of a table",
        """
        import mlflow
        import pandas as pd
        from sklearn.linear_model import Ridge
        from sklearn.model_selection import train_test_split
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
        table = pd.read_csv("rows.csv")
        X_train, X_test, y_train, y_test = train_test_split(table.drop(columns=["y"]), table["y"])
        model = make_pipeline(StandardScaler(), Ridge())
        model.fit(X_train, y_train)
        print(model.score(X_test, y_test), len(X_train), X_train.shape)
        mlflow.sklearn.log_model(model, name="m")
        """,
        """
        import mlflow
        import pandas as pd
        from mlflow.models import infer_signature
        from sklearn.linear_model import Ridge
        from sklearn.model_selection import train_test_split
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
        table = pd.read_csv("rows.csv")
        X_train, X_test, y_train, y_test = train_test_split(table.drop(columns=["y"]), table["y"])
        model = make_pipeline(StandardScaler(), Ridge())
        model.fit(X_train, y_train)
        print(model.score(X_test, y_test), len(X_train), X_train.shape)
        mlflow.sklearn.log_model(
            model,
            name="m",
            signature=infer_signature(X_train, model.predict(X_train[:5])),
            input_example=X_train[:5],
        )
        """,
    ),
    *(
        reported(
            title,
            f"""
            import mlflow
            import pandas as pd
            from sklearn.feature_selection import SelectKBest
            from sklearn.linear_model import Ridge
            X = {data}
            model = {model}
            model.fit(X, y)
            {between}
            mlflow.sklearn.log_model(model, name="m")
            """,
        )
        for title, data, model, between in (
            ("a column was added since", _TABLE, "Ridge()", 'X["prediction"] = model.predict(X)'),
            ("a column is taken out since", _TABLE, "Ridge()", 'X.pop("a")'),
            ("the data has another name, by which it may change", _TABLE, "Ridge()", "rows = X"),
            ("a function got the data", _TABLE, "Ridge()", "prepare(X)"),
            ("changed in place since", _TABLE, "Ridge()", 'X.drop(columns="a", inplace=True)'),
            ("an estimator that does not predict", _TABLE, "SelectKBest()", "print(X)"),
            ("a model of nobody knows which class", _TABLE, "build()", "print(X)"),
            ("lists", "[[0.0], [1.0]]", "Ridge()", "print(X)"),
            ("strings", '["a b", "c d"]', "Ridge()", "print(X)"),
            (
                "what a database gives, such as decimals",
                'pd.read_sql("select a from t", engine)',
                "Ridge()",
                "print(X)",
            ),
            ("rows of nobody knows what", "pd.DataFrame(rows)", "Ridge()", "print(X)"),
            ("one column", 'pd.read_csv("rows.csv")["text"]', "Ridge()", "print(X)"),
        )
    ),
    *(
        reported(
            f"{title}, with --unsafe",
            f"""
            import mlflow
            import pandas as pd
            from sklearn.feature_selection import SelectKBest
            from sklearn.linear_model import Ridge
            X = {_TABLE}
            model = {model}
            model.fit(X, y)
            {between}
            mlflow.sklearn.log_model(model, name="m")
            """,
            unsafe=True,
        )
        for title, model, between in (
            ("a column is there that the model does not know", "Ridge()", 'X["prediction"] = model.predict(X)'),
            ("an estimator that only transforms", "SelectKBest()", "print(X)"),
        )
    ),
    reported(
        "one column of texts, with --unsafe",
        """
        import mlflow
        import pandas as pd
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import train_test_split
        from sklearn.pipeline import make_pipeline
        table = pd.read_csv("mails.csv")
        X_train, X_test, y_train, y_test = train_test_split(table["text"], table["is_spam"])
        model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(X_train, y_train)
        mlflow.sklearn.log_model(model, name="m")
        """,
        unsafe=True,
    ),
    reported(
        "a column that is added again by a variable",
        """
        import mlflow
        from sklearn.linear_model import Ridge
        def fit(frame, target="y"):
            y = frame.pop(target)
            model = Ridge().fit(frame, y)
            frame[target] = y
            mlflow.sklearn.log_model(model, name="m")
        """,
        unsafe=True,
    ),
    reported(
        "a column that is inserted",
        """
        import mlflow
        from sklearn.linear_model import Ridge
        def fit(frame):
            y = frame.pop("y")
            model = Ridge().fit(frame, y)
            frame.insert(0, "y", y)
            mlflow.sklearn.log_model(model, name="m")
        """,
        unsafe=True,
    ),
)
