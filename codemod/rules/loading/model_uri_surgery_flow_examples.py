"""Examples of MLF203: URIs and sources that come from other threads and processes, and those that stand in columns of tables."""

from __future__ import annotations

from codemod.rules.base import Example, reported, untouched

_FIT = "import mlflow\n\ndef fit(data):\n    return mlflow.sklearn.log_model(data, name='model').model_uri\n\n"
_TABLE = (
    "import mlflow\nimport pandas as pd\n\nclient = mlflow.MlflowClient()\n"
    "rows = [{'name': each.name, 'source': each.source} for each in client.search_model_versions('')]\ntable = pd.DataFrame(rows)\n"
)

EXAMPLES: tuple[Example, ...] = (
    reported(
        "what the futures give that are the keys of a dict",
        f"{_FIT}futures = {{pool.submit(fit, each): each for each in data}}\nfor future in as_completed(futures):\n"
        "    print(future.result().split('/'))\n",
    ),
    reported(
        "what joblib gives",
        f"from joblib import Parallel, delayed\n{_FIT}uris = Parallel(n_jobs=2)(delayed(fit)(each) for each in data)\n"
        "print([uri.split('/') for uri in uris])\n",
    ),
    reported(
        "what a function of MLflow gives of each item",
        "import mlflow\nfrom functools import partial\n\nlog = partial(mlflow.xgboost.log_model, name='model')\n"
        "infos = list(map(log, boosters))\nprint(infos[0].model_uri.split('/'))\n",
    ),
    untouched(
        "what another function gives of each item",
        "import mlflow\n\nnames = list(map(str, boosters))\nprint(names[0].model_uri.split('/'), mlflow.xgboost.log_model)\n",
    ),
    reported("the texts of a column", f"{_TABLE}table['bucket'] = table['source'].str.split('/').str[2]\n"),
    reported("a pattern for the texts of a column", f"{_TABLE}print(table.source.str.extract('s3://([^/]+)/'))\n"),
    reported(
        "a function for each value of a column",
        f"{_TABLE}print(table['source'].map(lambda each: each.split('/')[2]))\n",
    ),
    reported("a function for each row", f"{_TABLE}print(table.apply(lambda row: row.source.split('/')[2], axis=1))\n"),
    reported(
        "rows that are made of versions",
        f"{_TABLE}every = pd.DataFrame([dict(each) for each in client.search_model_versions('')])\n"
        "print(every['source'].str.removeprefix('s3://'))\n",
    ),
    reported(
        "the path in the metadata of a model, by a key that a loop gives",
        "import mlflow\nfacts = mlflow.pyfunc.load_model(uri).metadata.to_dict()\n"
        "print({key: facts.get(key) for key in ('run_id', 'artifact_path')})\n",
    ),
    reported(
        "the metadata of a model that a dict keeps",
        "import mlflow\n\nstate = {}\n\ndef load():\n    state['model'] = mlflow.pyfunc.load_model('models:/churn@champion')\n\n"
        "def show():\n    return state['model'].metadata.artifact_path\n",
    ),
    untouched(
        "the metadata of something else that a dict keeps",
        "import mlflow\n\nstate = {}\n\ndef load():\n    state['page'] = fetch()\n    mlflow.pyfunc.load_model('models:/churn@champion')\n\n"
        "def show():\n    return state['page'].metadata.artifact_path\n",
    ),
    untouched(
        "other parts of the metadata of a model, by keys that a loop gives",
        "import mlflow\nfacts = mlflow.pyfunc.load_model(uri).metadata.to_dict()\n"
        "print({key: facts[key] for key in ('run_id', 'flavors')}, 'artifact_path')\n",
    ),
    reported(
        "the source of a version in what a server answers",
        "import requests\n\nanswer = requests.get(f'{host}/api/2.0/mlflow/model-versions/get', params=params).json()\n"
        "print(answer['model_version']['source'].split('/'))\nanswers = requests.get(f'{host}/search').json()\n"
        "for version in answers.get('model_versions', []):\n    print(version['source'].split('/'))\n",
    ),
    untouched(
        "the source of something else in a file",
        "import json, mlflow\n\nfor article in json.load(open('a.json'))['articles']:\n    print(article['source'].split('/'))\n",
    ),
    untouched(
        "the texts of another column",
        f"{_TABLE}table['short'] = table['name'].str.split('/').str[0]\ntable['name'].map(lambda each: each.split('/')[0])\n",
    ),
    untouched(
        "what other functions give",
        f"from joblib import Parallel, delayed\n{_FIT}names = Parallel(n_jobs=2)(delayed(name)(each) for each in data)\n"
        "print([name.split('/') for name in names])\nfutures = {pool.submit(name, each): fit(each) for each in data}\n"
        "for future in as_completed(futures):\n    print(future.result().split('/'))\n",
    ),
)
