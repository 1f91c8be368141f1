import ast
import inspect
import re
import textwrap
from pathlib import Path

import app.other
from app.fourth import Job
from app.job import train

ROOT = Path(__file__).resolve().parents[1]


def test_function():
    assert 'artifact_path="model"' in inspect.getsource(train)


def test_module():
    assert re.search(r"artifact_path=\S+model", Path(app.other.__file__).read_text())


def test_file():
    assert "artifact_path" in (ROOT / "app" / "third.py").read_text()


def test_tree():
    tree = ast.parse(textwrap.dedent(inspect.getsource(Job.train)))
    assert len([node for node in ast.walk(tree) if isinstance(node, ast.keyword)]) == 1
