"""One value says what is known of a URI: its scheme, its root, its run, its path and its holes."""

from __future__ import annotations

import ast

import pytest

from codemod.analysis.context import Context
from codemod.analysis.parsing import read_document
from codemod.analysis.texts import text_of
from codemod.analysis.uris import HOLE, Origin, Uri, root_of_uri, uri_of
from codemod.engine.project import alone
from codemod.settings import Settings

START = "import os, pathlib, tempfile, mlflow\nfrom urllib.parse import urlparse\nrun = mlflow.active_run()\n"
ROOT = "run.info.artifact_uri"


def context_and_value(code: str) -> tuple[Context, ast.expr]:
    """Read code whose last statement gives a value to ``x``, or is an expression."""
    reading = read_document("example.py", (START + code).encode())
    namespace = reading.namespaces[0]
    context = Context(namespace.names, reading.document.cells, namespace.trees, Settings(), "python", alone=alone)
    last = list(namespace.trees)[-1].body[-1]
    assert isinstance(last, (ast.Assign, ast.Expr))
    return context, last.value


def uri(code: str) -> Uri:
    context, node = context_and_value(code)
    return uri_of(node, context)


@pytest.mark.parametrize(
    ("code", "marked"),
    [
        ("x = 'a/b'", "a/b"),
        ("x = f'a/{b}/c'", f"a/{HOLE}/c"),
        ("x = 'a/' + b + '/c'", f"a/{HOLE}/c"),
        ("x = 'a/%s/%d' % (b, c)", f"a/{HOLE}/{HOLE}"),
        ("x = 'a/%(b)s%%' % {'b': 'c'}", "a/c%"),
        ("x = '{}/{b}/{0}'.format(a, b='c')", f"{HOLE}/c/{HOLE}"),
        ("x = '/'.join(['a', b, 'c'])", f"a/{HOLE}/c"),
        ("x = os.path.join('a', 'b/', c)", f"a/b/{HOLE}"),
        ("x = os.path.join('a', '/b')", "/b"),
        ("x = pathlib.Path('a') / 'b' / c", f"a/b/{HOLE}"),
        ("x = str(pathlib.Path('a').joinpath('b'))", "a/b"),
        ("A = 'a'\nB = f'{A}/b'\nx = B + '/c'", "a/b/c"),
        ("x = '/a/'.strip('/')", "a"),
        ("x = f'{a:.2f}'", HOLE),
        ("x = '{'.format(a)", HOLE),
        ("x = '%s' % (a, b)[0]", HOLE),
        ("x = a / b", HOLE),
    ],
)
def test_text_with_holes(code: str, marked: str) -> None:
    assert uri(code).marked == marked


def test_a_hole_knows_its_expression_and_how_it_is_written() -> None:
    context, node = context_and_value("x = f'a_{alpha:.2f}'")
    (hole,) = text_of(node, context.names).holes
    assert (ast.unparse(hole.node), hole.form) == ("alpha", ".2f")


@pytest.mark.parametrize(
    ("code", "scheme"),
    [
        ("x = 's3://b/c'", "s3"),
        ("x = f'runs:/{r}/m'", "runs"),
        ("x = 'FILE:/a'", "file"),
        ("x = 'mlruns'", ""),
        ("x = f'./{a}'", ""),
        ("x = f'{a}/b'", None),
        ("x = f'{tempfile.mkdtemp()}/mlruns'", ""),
        ("x = f'host{a}'", None),
    ],
)
def test_scheme(code: str, scheme: str | None) -> None:
    assert uri(code).scheme == scheme


@pytest.mark.parametrize(
    ("code", "run", "path"),
    [
        ("x = f'runs:/{r}/model'", "r", "model"),
        ("x = 'runs:/' + run.info.run_id + '/models/forest/'", "run.info.run_id", "models/forest"),
        ("x = 'runs:/abc/model'", "abc", "model"),
        ("x = f'runs:/{r}/'", "r", ""),
        ("x = f'runs:/{r}'", "r", ""),
        ("x = f'runs:/{r}/{path}'", "r", None),
        ("x = f'models:/{name}/1'", None, None),
    ],
)
def test_runs_uris(code: str, run: str | None, path: str | None) -> None:
    read_uri = uri(code)
    shown = ast.unparse(read_uri.run) if isinstance(read_uri.run, ast.expr) else read_uri.run
    assert (shown, read_uri.path) == (run, path)


@pytest.mark.parametrize(
    "code",
    [
        f"x = {ROOT} + '/model'",
        f"x = os.path.join({ROOT}, 'model')",
        f"x = '/'.join([{ROOT}, 'model'])",
        f"x = pathlib.Path({ROOT}) / 'model'",
        f"x = pathlib.Path(urlparse({ROOT}).path, 'model')",
        f"x = {ROOT}.replace('file://', '') + '/model'",
        f"x = {ROOT}[len('file://'):] + '/model'",
        f"root = {ROOT}\nx = f'{{root}}/model'",
        f"def f():\n    return {ROOT}\nx = f() + '/model'",
        f"a, b = 1, {ROOT}\nx = b + '/model'",
        f"def f():\n    return 1, {ROOT}\na, b = f()\nx = b + '/model'",
        f"d = {{'root': {ROOT}}}\nx = d['root'] + '/model'",
        f"class C:\n    root = {ROOT}\nx = C().root + '/model'",
        f"x = ({ROOT} if run else '') + '/model'",
        "x = mlflow.get_artifact_uri() + '/model'",
        "x = run.to_dictionary()['info']['artifact_uri'] + '/model'",
        "x = mlflow.search_runs().iloc[0].artifact_uri + '/model'",
        "x = mlflow.search_runs().loc[0, 'artifact_uri'] + '/model'",
        "x = mlflow.search_runs()['artifact_uri'].iloc[0] + '/model'",
        "x = mlflow.search_runs().sort_values('a').head(1).artifact_uri.values[0] + '/model'",
    ],
)
def test_artifact_roots(code: str) -> None:
    found = uri(code)
    assert found.root is not None
    assert found.root.origin is Origin.RUN_ARTIFACTS
    assert (found.root.by_name, found.is_below, found.path) == (False, True, "model")


@pytest.mark.parametrize(
    ("code", "origin"),
    [
        ("x = mlflow.sklearn.log_model(m, 'm').model_uri", Origin.LOGGED_MODEL),
        ("x = mlflow.MlflowClient().get_model_version('m', 1).source", Origin.VERSION_SOURCE),
        ("x = tempfile.TemporaryDirectory().name", Origin.FOLDER),
        ("x = str(pathlib.Path(a))", Origin.FOLDER),
        ("x = settings.artifact_uri", None),
        ("import pandas\nx = pandas.read_csv(f).iloc[0].artifact_uri", None),
        ("class C:\n    model_uri = 'a'\nx = C().model_uri", None),
        ("x = open('a').name", None),
    ],
)
def test_other_roots(code: str, origin: Origin | None) -> None:
    context, node = context_and_value(code)
    root = root_of_uri(node, context)
    assert (root.origin if root is not None else None) is origin


def test_a_root_by_its_name_alone_says_so() -> None:
    context, _ = context_and_value("def f(run):\n    print(run.info.artifact_uri)\nx = 1")
    node = next(
        item for item in context.names.scopes.nodes() if isinstance(item, ast.Attribute) and item.attr == "artifact_uri"
    )
    root = root_of_uri(node, context)
    assert root is not None
    assert root.by_name


def test_values_that_depend_on_themselves_end() -> None:
    assert uri("def f(a):\n    return f(a + '/b')\nx = f('c') + '/d'").root is None
    assert uri("a = b\nb = a\nx = a + '/d'").root is None
