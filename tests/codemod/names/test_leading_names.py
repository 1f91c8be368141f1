"""Which names of a file lead to MLflow is told from its bytes, rather for more names than for fewer."""

from __future__ import annotations

import re

import pytest

from codemod.names import leading_names as module
from codemod.names.leading_names import leading_names

_SEEDS = re.compile(rb"(?i:mlflow)|\.info\.artifact_uri|\blog_model\b")


def starts(part: bytes) -> bool:
    return _SEEDS.search(part) is not None


CASES = [
    ("import mlflow\ndef a():\n    mlflow.x()\ndef b():\n    pass\n", {"mlflow", "a"}),
    ("def a():\n    return b()\ndef b():\n    return MLFLOW\ndef c(): ...\n", {"a", "b"}),
    ("import mlflow as m\nclass A:\n    def x(self):\n        m.y()\nclass B(A): ...\nC = B()\nD = 1\n", {"mlflow", "m", "A", "B", "C"}),
    ("from mlflow import (\n    MlflowClient,\n)\nclient = MlflowClient()\n", {"MlflowClient", "client"}),
    ("def a(log, m):\n    log.log_model(m)\ndef b(m): m.log_model_trace()\n", {"a"}),
    ("def a(run): return run.info.artifact_uri\ndef b(run): return run.info\n", {"a"}),
    ("client = None\ndef a():\n    global client, z\n    client = mlflow\n", {"a", "client", "z"}),
    ("if x:\n    a = mlflow\nelse:\n    b = 1\n", {"a"}),
    ("try:\n    from mlflow import y as z\nexcept ImportError:\n    z = None\nq = z\n", {"y", "z", "q"}),
    ("with mlflow.start_run() as run:\n    a, b, *c = run, 1\nd: int = b\n", {"run", "a", "b", "c", "d"}),
    ("for a in mlflow.search():\n    pass\nprint(a)\nif (n := a): pass\n", {"a", "n"}),
    ("@fixture\ndef a():\n    return mlflow\n@other\ndef b(): ...\n", {"a"}),
    ("@pytest.fixture(\n    name='tracker',\n)\ndef a():\n    return mlflow\n", {"a", "tracker"}),
    ("@wraps(mlflow.x)\nclass A: ...\n", {"A"}),
    ('def a():\n    """Say.\n\nb = 1\n\n    """\n    return mlflow\nc = 2\n', {"a"}),
    ("a.client = mlflow\n", {"a", "client"}),
    ('def a():\n    return "\'\'\'"\ndef b():\n    return mlflow\n', {"a", "b"}),
    ("A = {\n    'x': mlflow,\n}\nB = [\n    1,\n]\n", {"A"}),
    ("\ufeffa = mlflow\r\nb = 1\r\n", {"a"}),
    ("x = 1\ndef f(): return 2\n", set()),
    ("# for the specific part that is of mlflow\nx = 1\nb = a  # as it is\n", set()),
    ('"""Says import this, and as the rest goes, for mlflow."""\nx = 1\n', set()),
    ("from mlflow.store import a as b\n", {"a", "b"}),
    ("if x:\n    # for all of that\n    a = mlflow\n", {"a"}),
    ("if x:\n    import mlflow\n    a = mlflow\n    b = 1\nelse:\n    c = 1\n", {"mlflow", "a"}),
    ("if mlflow:\n    a = 1\n", {"a"}),
    ("try:\n  if x:\n    with y(\n    ):\n      a = mlflow\n      b = 1\nfinally:\n  c = 1\n", {"a"}),
    ("for x in y: a = mlflow; b = 2\n", {"x", "y", "a", "b", "mlflow"}),
    ("import os\nos.environ['MLFLOW_X'] = 'a'\nsys.modules[__name__] = mlflow\n__version__ = mlflow.y\n", set()),
    ('A = """\nfor this in mlflow, as that is:\nb = 1\n"""\nB["of"] = \'as it\', mlflow\n', {"A", "B"}),
    ("# of mlflow alone\n", set()),
    ("", set()),
]  # fmt: skip


@pytest.mark.parametrize(("code", "names"), CASES)
def test_names_lead_to_mlflow(code: str, names: set[str]) -> None:
    found = {name.decode() for name in leading_names(code.encode(), starts, frozenset())}
    assert found == names


IMPORTED = [
    ("from .a import log_it, other\ndef b():\n    log_it()\ndef c():\n    other()\n", {"log_it", "b"}),
    ("from .a import log_it as d, other as e\nf = d\ng = e\n", {"log_it", "d", "f"}),
    ("from .a import *\n", {"log_it"}),
    ("from . import a\ndef b():\n    a.log_it()\n", {"log_it", "b"}),
    ("__all__ = ['log_it', 'x']\ndef __getattr__(name): ...\n", {"log_it"}),
    ("TABLE = {'a': ['log_it']}\n", {"log_it", "TABLE"}),
    ("from .a import other\n", set()),
]


@pytest.mark.parametrize(("code", "names"), IMPORTED)
def test_names_lead_there_through_those_of_other_files(code: str, names: set[str]) -> None:
    found = {name.decode() for name in leading_names(code.encode(), starts, frozenset({b"log_it"}))}
    assert found == names


def test_quotes_that_are_never_closed_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    real, looked = module._QUOTES, list[int]()

    class Counting:
        def findall(self, data: bytes, start: int = 0, end: int | None = None) -> list[bytes]:
            end = len(data) if end is None else end
            looked.append(end - start)
            return real.findall(data, start, end)

    monkeypatch.setattr(module, "_QUOTES", Counting())
    data = b"'''\n" + b"x = 1\n" * 2_000
    leading_names(data, starts, frozenset())
    assert len(data) <= sum(looked) <= 3 * len(data)
