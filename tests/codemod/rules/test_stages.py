"""One use of a stage that cannot become an alias keeps the stages of the whole project."""

import pytest

from codemod.engine.project import survey_file
from codemod.engine.surveys import merge
from codemod.settings import Settings

SETS = (
    b"import mlflow\nclient = mlflow.MlflowClient()\n"
    b"client.transition_model_version_stage(name='m', version=1, stage='Staging')\n"
)


def movable(*files: bytes, path: str = "a.py") -> frozenset[str]:
    return merge(survey_file(path, data, Settings()) for data in (SETS, *files)).stages


def test_a_stage_that_is_only_set_moves() -> None:
    assert movable() == {"Staging"}
    assert movable(b"import mlflow\nmlflow.pyfunc.load_model('models:/m/Staging')\n") == {"Staging"}


@pytest.mark.parametrize(
    "reader",
    [
        b"if version.current_stage == 'Staging': import mlflow\n",
        b"if dict(version)['current_stage'] == 'Staging': pass\n",
        b"table = rows.sort_values('current_stage')\n",
        b"stage = row.get('current_stage')\n",
        b"import mlflow\nuri = f'models:/m/{stage}'\n",
        b"import mlflow\nuri = f'models:/m/{stage}/{file}'\n",
        b"import mlflow\nuri = 'models:/%s/%s/MLmodel' % ('m', stage)\n",
        b"import mlflow\nuri = 'models:/{}/{stage}/{}'.format('m', file, stage=stage)\n",
        b"import mlflow\nuri = 'models:/' + name + '/Production/' + file\n",
        b"import mlflow\nuri = 'models:/m/' 'Staging/MLmodel'\n",
        b"import mlflow\nuri = f'models://profile@databricks/m/{stage}'\n",
        b"import mlflow\nref = 'm/Staging'\nuri = f'models:/{ref}'\n",
        b"import mlflow\nref = 'm/Staging'\nuri = 'models:/%s' % ref\n",
        b"import mlflow\nref = 'm/Staging/MLmodel'\nuri = 'models:/{}'.format(ref)\n",
        b"import mlflow\nuri = 'models:/m/Archived'\n",
        b"import mlflow\nuri = 'models:/m/None/MLmodel'\n",
        b"this is no Python, and reads a version's current_stage\n",
    ],
)
def test_who_reads_it_in_another_way_keeps_it(reader: bytes) -> None:
    assert movable(reader) == frozenset()


@pytest.mark.parametrize(
    "reader",
    [
        b"import mlflow\nuri = f'models:/{name}/Staging/{file}'\n",
        b"import mlflow\nuri = 'models:/%s/Staging/%s' % ('m', file)\n",
        b"import mlflow\nuri = 'models:/{}/Staging'.format(name)\n",
        b"import mlflow\nuri = f'models:/{name}/{version}/{file}'\n",
        b"import mlflow\nuri = f'models:/{name}/3/{file}'\n",
        b"import mlflow\nuri = 'models:/%s/%s/%s' % ('m', version, file)\n",
        b"import mlflow\nuri = 'models:/{n}/{v}/{f}'.format(n=name, v=version, f=file)\n",
        b"import mlflow\nuri = 'models:/' + name + '/' + version + '/' + file\n",
        b"import mlflow\nuri = f'models:/{name}'\n",
        b"import mlflow\nuri = f'models:/{name}@{alias}/{file}'\n",
        b"import mlflow\nuri = 'models:/%s' % name\nother = 'models:/{0[}/{}'.format(1)\n",
    ],
)
def test_who_reads_it_in_the_same_way_or_reads_a_version_keeps_none(reader: bytes) -> None:
    assert movable(reader) == {"Staging"}


def test_what_cannot_be_read_and_speaks_of_no_stage_keeps_none() -> None:
    assert movable(b"mlflow.sklearn.log_model(\n") == {"Staging"}
