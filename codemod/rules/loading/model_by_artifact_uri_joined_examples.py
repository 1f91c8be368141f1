"""Examples of MLF201: columns that code makes of the one that tells where the artifacts of runs are, and tables that are joined."""

from __future__ import annotations

from codemod.rules.base import Example, fixed, reported, untouched

_MADE = """
import mlflow
runs = mlflow.search_runs()
uris = {made}
mlflow.pyfunc.load_model({read})
"""
_JOINED = """
import mlflow
import pandas as pd
runs, others = mlflow.search_runs(["1"]), mlflow.search_runs(["2"])
both = {joined}
mlflow.pyfunc.load_model({read} + "/model")
"""

_SEARCH = """\
import glob
from pathlib import Path

import mlflow
mlflow.pytorch.log_model(model, "model")
for path in {search}:
    print(path)
"""

EXAMPLES: tuple[Example, ...] = (
    *(
        reported(f"a column that is made of that of the roots: {made}, {read}", _MADE.format(made=made, read=read))
        for made, read in (
            ("runs['artifact_uri'] + '/model'", "uris.iloc[0]"),
            ("runs.artifact_uri + '/' + runs['tags.model']", "uris.sample(1).item()"),
            ("runs['artifact_uri'].str.cat(['/model'] * len(runs))", "uris[0]"),
            ("runs['artifact_uri'].str.cat(runs['tags.model'], sep='/')", "uris.iloc[0]"),
            ("runs['artifact_uri'].dropna().add('/model')", "uris.values[0]"),
            ("runs['artifact_uri'].map('{}/model'.format)", "uris.iloc[0]"),
            ("runs['artifact_uri'].apply(lambda uri: f'{uri}/model')", "uris.drop_duplicates().iloc[0]"),
        )
    ),
    *(
        reported(
            f"some values of the column: {taken}",
            f"""
            import mlflow
            runs = mlflow.search_runs()
            mlflow.pyfunc.load_model(runs["artifact_uri"].{taken}.iloc[0] + "/model")
            """,
        )
        for taken in (
            "sample(1)",
            "where(runs['status'] == 'FINISHED').dropna()",
            "nlargest(1)",
            "reset_index(drop=True)",
        )
    ),
    reported(
        "a further column of the table",
        """
        import mlflow
        runs = mlflow.search_runs()
        runs["place"] = runs["artifact_uri"] + "/model"
        for place in runs["place"]:
            mlflow.pyfunc.load_model(place)
        """,
    ),
    reported(
        "a further column that is put together of two",
        """
        import mlflow
        runs = mlflow.search_runs()
        runs["place"] = runs.artifact_uri.str.cat(runs["tags.model"], sep="/")
        mlflow.pyfunc.load_model(runs.nlargest(1, "metrics.score").iloc[0].place)
        """,
    ),
    untouched(
        "columns of other texts, and of other files",
        """
        import mlflow
        runs = mlflow.search_runs()
        uris, files = "models:/" + runs["tags.model"], runs["artifact_uri"] + "/table.json"
        mlflow.pyfunc.load_model(uris.iloc[0])
        mlflow.artifacts.load_dict(files.iloc[0])
        print(runs["artifact_uri"].where(runs["status"] == "FINISHED").str.cat(sep=", "))
        """,
    ),
    *(
        reported(f"tables that are joined: {joined}, {read}", _JOINED.format(joined=joined, read=read))
        for joined, read in (
            ("runs.merge(others, on='params.x')", "both['artifact_uri_x'].iloc[0]"),
            ("pd.merge(runs, others, on='params.x', suffixes=('_a', '_b'))", "both.iloc[0].artifact_uri_a"),
            ("runs.join(others, lsuffix='_l', rsuffix='_r')", "both['artifact_uri_r'].iloc[0]"),
            # The id has another name, too, where both have one.
            ("runs.merge(own, on='params.x')", "both['artifact_uri'].iloc[0]"),
            ("runs.join(own, lsuffix='_l')", "both['artifact_uri'].iloc[0]"),
        )
    ),
    *(
        fixed(
            f"tables that are joined by the ids of runs: {joined}",
            _JOINED.format(joined=joined, read="both['artifact_uri'].iloc[0]"),
            _JOINED.format(joined=joined, read="").replace(' + "/model"', "f\"runs:/{both['run_id'].iloc[0]}/model\""),
            unsafe=True,
        )
        for joined in ("runs.merge(own, on='run_id')", "pd.merge(runs, own, on=['run_id', 'status'])", "runs.join(own)")
    ),
    untouched(
        "a column of another table that is joined",
        """
        import mlflow
        both = own.merge(mine, on="x")
        mlflow.pyfunc.load_model(both["place_x"].iloc[0] + "/model")
        """,
    ),
    *(
        reported(f"files of models of any run: {search}", _SEARCH.format(search=search))
        for search in (
            "glob.glob('mlruns/*/*/artifacts/model/MLmodel')",
            "glob.iglob('/srv/mlartifacts/1/*/artifacts/model/*')",
            "Path('mlruns').glob('*/*/artifacts/*/MLmodel')",
            "list(Path('mlruns', '0').rglob('*/artifacts/model/model.pkl'))",
        )
    ),
    *(
        untouched(f"files of any run: {search}", _SEARCH.format(search=search))
        for search in (
            "glob.glob('mlruns/*/*/artifacts/plots/*.png')",
            "glob.glob('mlruns/0/4f1c0f2d8c3b4f6f9a0e7d1c2b3a4958/artifacts/model/MLmodel')",
            "glob.glob('builds/*/*/artifacts/model/MLmodel')",
            "Path('builds').glob('*/*/artifacts/*/MLmodel')",
        )
    ),
)
