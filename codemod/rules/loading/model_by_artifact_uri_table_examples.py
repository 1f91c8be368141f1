"""Examples of MLF201: places of artifacts in the columns of tables, by other names, and by functions that ask for them by name."""

from __future__ import annotations

from codemod.rules.base import Example, Run, fixed, program, reported, untouched

_START = "import mlflow\n\nmlflow.sklearn.log_model(model, name='model')\nruns = mlflow.search_runs()\n"
_LOAD = "mlflow.sklearn.load_model"

_LIST = """\
import os, shutil
from urllib.parse import urlparse
import mlflow

mlflow.sklearn.log_model(model, name='model')
client = mlflow.MlflowClient()
info = client.get_run(run_id).info
"""
_LISTED = """\
import os

import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression(), "model", serialization_format="pickle")
info = run.info
for file in mlflow.MlflowClient().list_artifacts(info.run_id, "model"):
    if not os.path.exists(f"{info.artifact_uri.removeprefix('file://')}/{file.path}"):
        raise AssertionError("no file")
result = "found"
"""
_BY_HAND = """\
import os

import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression(), name="model", serialization_format="pickle")
for file in mlflow.MlflowClient().list_artifacts(run.info.run_id, "model"):
    if not os.path.exists(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path=file.path)):
        raise AssertionError("no file")
result = "found"
"""

_OWN = """
import mlflow
import pandas as pd
with mlflow.start_run() as run:
    mlflow.onnx.log_model(m, name="model")
{made}
mlflow.pyfunc.load_model({read})
"""
_PAIRS = """
import mlflow
table = mlflow.search_runs()
places = {}
mlflow.pyfunc.load_model(places[best] + "/model")
"""

EXAMPLES: tuple[Example, ...] = (
    program(
        "files of a model, which are listed where they are not",
        _LISTED,
        runs={"2 before": Run(), "3 before": Run(raises="AssertionError: no file"), "3 by hand": Run()},
        by_hand=_BY_HAND,
    ),
    reported(
        "listed files of a model, in a list, on this machine",
        f"{_LIST}names = [f.path for f in client.list_artifacts(run_id, 'model')]\nfor name in names:\n"
        "    shutil.copy(os.path.join(urlparse(info.artifact_uri).path, name), 'out')\n",
    ),
    reported(
        "the first of those that a function lists",
        f"{_LIST}first = next(iter(sorted(client.list_artifacts(run_id, 'model')))).path\nshow(f'{{info.artifact_uri}}/{{first}}')\n",
    ),
    untouched(
        "listed files that are no model's",
        f"{_LIST}for f in client.list_artifacts(run_id, 'plots'):\n    shutil.copy(info.artifact_uri + '/' + f.path, 'out')\n",
    ),
    untouched(
        "listed files below a path that the program gets",
        f"{_LIST}for f in client.list_artifacts(run_id, folder):\n    shutil.copy(info.artifact_uri + '/' + f.path, 'out')\n",
    ),
    untouched(
        "listed files of a model by MLflow",
        f"{_LIST}for f in client.list_artifacts(run_id, 'model'):\n    print(client.download_artifacts(run_id, f.path))\n",
    ),
    reported("a loop over the column", f"{_START}for uri in runs['artifact_uri']:\n    {_LOAD}(uri + '/model')\n"),
    reported(
        "a loop over two columns",
        f"{_START}for i, uri in zip(runs['run_id'], runs.artifact_uri.tolist()):\n    {_LOAD}(f'{{uri}}/model')\n",
    ),
    reported(
        "rows of chosen columns",
        f"{_START}for i, uri in runs[['run_id', 'artifact_uri']].to_numpy():\n    {_LOAD}(f'{{uri}}/model')\n",
    ),
    reported(
        "a function for each value", f"{_START}models = runs['artifact_uri'].map(lambda uri: {_LOAD}(uri + '/model'))\n"
    ),
    reported(
        "a function of the code for each value",
        f"{_START}def load(uri):\n    return {_LOAD}(uri + '/model')\nmodels = [load(each) for each in runs.artifact_uri]\n",
    ),
    reported(
        "a function for each row",
        f"{_START}def load(row):\n    return {_LOAD}(row.artifact_uri + '/model')\nruns.apply(load, axis=1)\n",
    ),
    reported(
        "the column under another name",
        f"{_START}runs = runs.rename(columns={{'artifact_uri': 'where'}})\n{_LOAD}(runs.iloc[0]['where'] + '/model')\n",
    ),
    reported(
        "a copy of the column",
        f"{_START}runs['where'] = runs['artifact_uri']\nfor row in runs.itertuples():\n    {_LOAD}(row.where + '/model')\n",
    ),
    reported(
        "a column of a row that may be missing",
        f"{_START}for _, row in runs.iterrows():\n    {_LOAD}(row.get('artifact_uri', '') + '/model')\n",
    ),
    reported(
        "an attribute by its name",
        f"{_START}for row in runs.itertuples():\n    {_LOAD}(getattr(row, 'artifact_uri') + '/model')\n",
    ),
    reported(
        "the only value of the column, and the first of some",
        f"{_START}{_LOAD}(runs.query('a > 1')['artifact_uri'].item() + '/model')\n"
        f"{_LOAD}(runs.loc[runs.a > 1, 'artifact_uri'].head(1).squeeze() + '/model')\n"
        f"{_LOAD}(runs.groupby('b').artifact_uri.first().iloc[0] + '/model')\n",
    ),
    reported(
        "the column of a table that polars has of it",
        f"import polars\n{_START}table = polars.from_pandas(runs).sort('a')\n"
        f"{_LOAD}(table.get_column('artifact_uri')[0] + '/model')\n",
    ),
    fixed(
        "the first value of the column, whose row any column has there",
        f"{_START}{_LOAD}(runs['artifact_uri'].head(1).iloc[0] + '/model')\n",
        f"{_START}{_LOAD}(f\"runs:/{{runs['run_id'].head(1).iloc[0]}}/model\")\n",
        unsafe=True,
    ),
    fixed(
        "the first of some values of the column",
        f"{_START}mask = runs['a'] > 1\n{_LOAD}(runs['artifact_uri'][mask].iloc[0] + '/model')\n"
        f"{_LOAD}(runs.artifact_uri.loc[mask].iloc[0] + '/model')\n{_LOAD}(runs['artifact_uri'].iloc[:3].iloc[0] + '/model')\n",
        f"{_START}mask = runs['a'] > 1\n{_LOAD}(f\"runs:/{{runs['run_id'][mask].iloc[0]}}/model\")\n"
        f'{_LOAD}(f"runs:/{{runs.run_id.loc[mask].iloc[0]}}/model")\n{_LOAD}(f"runs:/{{runs[\'run_id\'].iloc[:3].iloc[0]}}/model")\n',
        unsafe=True,
    ),
    untouched(
        "the first of some values of another column",
        f"{_START}mask = runs['a'] > 1\n{_LOAD}(runs['tags.place'][mask].iloc[0] + '/model')\n",
    ),
    reported(
        "the first value of the sorted column, where another column has another row",
        f"{_START}{_LOAD}(runs['artifact_uri'].sort_values().iloc[0] + '/model')\n",
        unsafe=True,
    ),
    untouched(
        "values of other columns",
        f"{_START}{_LOAD}(runs['tags.place'].item() + '/model')\n{_LOAD}(runs.get('tags.place').iloc[0] + '/model')\n",
    ),
    reported(
        "tables that may have no run ids, or other ones",
        f"import pandas, polars\n{_START}{_LOAD}(pandas.DataFrame(runs, columns=['artifact_uri'])['artifact_uri'][0] + '/model')\n"
        f"{_LOAD}(runs.filter(['artifact_uri'])['artifact_uri'].iloc[0] + '/model')\n"
        f"{_LOAD}(runs.assign(run_id=others)['artifact_uri'].iloc[0] + '/model')\n"
        f"{_LOAD}(polars.from_pandas(runs).with_columns(others)['artifact_uri'][0] + '/model')\n",
        unsafe=True,
    ),
    reported(
        "what a server answers",
        """
        import mlflow, requests
        def best(experiment):
            answer = requests.post(f"{host}/api/2.0/mlflow/runs/search", json={"experiment_ids": [experiment]}).json()
            return mlflow.pyfunc.load_model(f"{answer['runs'][0]['info']['artifact_uri']}/model")
        """,
    ),
    reported(
        "what a database holds",
        """
        import mlflow
        import pandas as pd
        runs = pd.read_sql("select run_uuid, artifact_uri from runs", engine)
        for run in runs.itertuples():
            mlflow.pyfunc.load_model(f"{run.artifact_uri}/model")
        mlflow.pyfunc.load_model(runs["artifact_uri"].iloc[0] + "/model")
        """,
    ),
    untouched(
        "the place of something else in a file",
        """
        import json, mlflow
        settings = json.load(open("settings.json"))
        print(settings["artifact_uri"] + "/curve.png")
        """,
    ),
    fixed(
        "an address that is joined",
        """
        import mlflow
        from urllib.parse import urljoin

        with mlflow.start_run() as run:
            mlflow.sklearn.log_model(model, name="model")
            mlflow.sklearn.load_model(urljoin(run.info.artifact_uri + "/", "model"))
        """,
        """
        import mlflow
        from urllib.parse import urljoin

        with mlflow.start_run() as run:
            mlflow.sklearn.log_model(model, name="model")
            mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
        """,
    ),
    untouched(
        "an address that leads beside the artifacts",
        """
        import mlflow
        from urllib.parse import urljoin

        with mlflow.start_run() as run:
            mlflow.sklearn.log_model(model, name="model")
            mlflow.sklearn.load_model(urljoin(run.info.artifact_uri, "model"))
        """,
    ),
    reported(
        "a template that is filled from a dict",
        f"{_START}parts = {{'uri': mlflow.get_run(i).info.artifact_uri}}\n{_LOAD}('{{uri}}/model'.format(**parts))\n",
    ),
    fixed(
        "a path joined of a list",
        f"import os\n{_START}run = mlflow.get_run(i)\n{_LOAD}(os.path.join(run.info.artifact_uri, *['model']))\n",
        f'import os\n{_START}run = mlflow.get_run(i)\n{_LOAD}(f"runs:/{{run.info.run_id}}/model")\n',
    ),
    untouched("another column", f"{_START}for uri in runs['tags.place']:\n    {_LOAD}(uri + '/model')\n"),
    untouched(
        "a column of that name in another table",
        "import mlflow\nimport pandas as pd\nfor uri in pd.read_csv('a.csv')['where']:\n    mlflow.sklearn.load_model(uri + '/model')\n",
    ),
    reported(
        "the expression that gives the model's path",
        """
        import mlflow, os
        with mlflow.start_run():
            mlflow.pyfunc.log_model(name=os.getenv("MODEL_PATH", "answers"), python_model=model)
            print(mlflow.get_artifact_uri(os.getenv("MODEL_PATH", "answers")))
        """,
    ),
    untouched(
        "another expression",
        """
        import mlflow, os
        with mlflow.start_run():
            mlflow.pyfunc.log_model(name=os.getenv("MODEL_PATH", "answers"), python_model=model)
            print(mlflow.get_artifact_uri(os.getenv("TABLES_PATH")))
        """,
    ),
    reported(
        "a model of an own flavor",
        """
        import mlflow, forests
        from mlflow.models import Model
        with mlflow.start_run():
            Model.log(artifact_path=None, name="forest", flavor=forests, model=forest)
            forests.load_model(mlflow.get_artifact_uri("forest"))
        """,
    ),
    *(
        reported(f"a column of a table of one's own: {title}", _OWN.format(made=made, read=read))
        for title, made, read in (
            ("by columns", 'table = pd.DataFrame({"uri": [run.info.artifact_uri]})', "f\"{table['uri'][0]}/model\""),
            ("by rows", 'table = pd.DataFrame([{"uri": run.info.artifact_uri}])', 'table.uri.iloc[0] + "/model"'),
            (
                "by assignment",
                'table = pd.DataFrame()\ntable["uri"] = [run.info.artifact_uri]',
                'table["uri"].tolist()[0] + "/model"',
            ),
            (
                "row by row",
                'table = pd.DataFrame(columns=["a", "uri"])\ntable.loc[len(table)] = [1, run.info.artifact_uri]',
                'table.sort_values("a").iloc[0]["uri"] + "/model"',
            ),
            (
                "put below each other",
                "table = pd.concat([old, pd.DataFrame([dict(uri=run.info.artifact_uri)])])",
                'table.loc[0, "uri"] + "/model"',
            ),
        )
    ),
    reported(
        "rows of a table of one's own",
        """
        import mlflow
        import pandas as pd
        rows = []
        with mlflow.start_run() as run:
            mlflow.onnx.log_model(m, name="model")
            rows.append({"uri": run.info.artifact_uri, "name": "a"})
        for row in pd.DataFrame(rows).itertuples():
            mlflow.pyfunc.load_model(f"{row.uri}/model")
        """,
    ),
    untouched(
        "other columns of a table of one's own, and another table",
        """
        import mlflow
        import pandas as pd
        rows = []
        with mlflow.start_run() as run:
            mlflow.onnx.log_model(m, name="model")
            rows.append({"uri": run.info.artifact_uri, "name": "a"})
        for row in pd.DataFrame(rows).itertuples():
            mlflow.pyfunc.load_model(f"{row.name}/model")
        mlflow.pyfunc.load_model(pd.read_csv("a.csv")["uri"][0] + "/model")
        """,
    ),
    *(
        reported(f"a dict of places by runs: {made}", _PAIRS.format(made))
        for made in (
            'dict(zip(table["run_id"], table["artifact_uri"]))',
            'table.set_index("run_id")["artifact_uri"].to_dict()',
            "dict(zip(table.run_id, table.artifact_uri))",
        )
    ),
    untouched(
        "a dict of something else by runs", _PAIRS.format('dict(zip(table["artifact_uri"], table["tags.path"]))')
    ),
    *(
        reported(
            f"a table whose ids are not there, or others: {changing}",
            f"""
            import mlflow
            mlflow.onnx.log_model(m, name="model")
            table = mlflow.search_runs(["1"])
            {changing}
            mlflow.pyfunc.load_model(table.iloc[0]["artifact_uri"] + "/model")
            """,
            unsafe=True,
        )
        for changing in (
            'table.drop(columns=["run_id"], inplace=True)',
            'table.rename(columns={"run_id": "run"}, inplace=True)',
            'del table["run_id"]',
            'table["run_id"] = table["run_id"].str[:8]',
            'table.loc[0, "run_id"] = other',
            "table.columns = names",
        )
    ),
    fixed(
        "a table that gets other columns",
        """
        import mlflow
        mlflow.onnx.log_model(m, name="model")
        table = mlflow.search_runs(["1"])
        table["score"] = table["metrics.a"] * 2
        table.fillna(0, inplace=True)
        mlflow.pyfunc.load_model(table.iloc[0]["artifact_uri"] + "/model")
        """,
        """
        import mlflow
        mlflow.onnx.log_model(m, name="model")
        table = mlflow.search_runs(["1"])
        table["score"] = table["metrics.a"] * 2
        table.fillna(0, inplace=True)
        mlflow.pyfunc.load_model(f"runs:/{table.iloc[0]['run_id']}/model")
        """,
        unsafe=True,
    ),
)
