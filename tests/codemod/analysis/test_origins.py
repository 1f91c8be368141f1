"""Where values come from, in functions that call themselves with the items of what they got."""

import ast
import textwrap

import pytest

from codemod.analysis.context import Context
from codemod.analysis.origins import origins
from codemod.analysis.parsing import read_document
from codemod.engine import migrate
from codemod.engine.project import alone
from codemod.findings import State
from codemod.settings import Settings

DIRECT = """
def walk(tree):
    for key, value in tree.items():
        if isinstance(value, dict):
            walk(value)
        else:
            mlflow.register_model(value, key)
"""
RETURNED = """
def flat(tree):
    found = {}
    for name, value in tree.items():
        if isinstance(value, list):
            value = {str(place): item for place, item in enumerate(value)}
        if isinstance(value, dict):
            found.update({f"{name}.{inner}": item for inner, item in flat(value).items()})
        else:
            found[name] = value
    return found

def keep(run_id, configuration):
    for name, value in flat(configuration).items():
        mlflow.log_param(name, value)
        mlflow.register_model(f"runs:/{run_id}/{value}", name)
"""
LISTS = """
def visit(nodes):
    for place, node in enumerate(sorted(nodes)):
        visit(node[0])
        visit(reversed(node))
        mlflow.pyfunc.load_model(node)
"""
MUTUAL = """
def first(groups):
    for group in groups:
        second(group["models"])

def second(models):
    for model in models:
        first(model)
        mlflow.artifacts.download_artifacts(model)
"""
METHOD = """
class Tree:
    def visit(self, nodes):
        for name, node in zip(nodes, nodes[1:]):
            self.visit(node)
            self.visit([each for each in node])
            mlflow.pyfunc.load_model(node)
"""


@pytest.mark.parametrize("code", [DIRECT, RETURNED, LISTS, MUTUAL, METHOD])
def test_a_function_that_calls_itself_with_items_does_not_lose_its_file(code: str) -> None:
    logged = 'def log(model):\n    mlflow.sklearn.log_model(model, artifact_path="model")\n'
    text = f"import mlflow\n\n{logged}{textwrap.dedent(code)}"
    outcome = migrate("a.py", text.encode(), Settings())
    assert outcome.state is State.CHANGED, outcome.reason
    assert outcome.new is not None
    assert b'log_model(model, name="model"' in outcome.new


def test_what_such_a_function_gets_is_still_followed() -> None:
    code = f"import mlflow\n{DIRECT}\nwalk({{'a': 'runs:/1/model'}})\n"
    reading = read_document("a.py", code.encode())
    (namespace,) = reading.namespaces
    context = Context(namespace.names, reading.document.cells, namespace.trees, Settings(), "python", alone=alone)
    registered = next(node for node in namespace.names.scopes.of(ast.Call) if "register" in ast.unparse(node.func))
    found = origins(registered.args[0], context)
    assert "'runs:/1/model'" in map(ast.unparse, found)
    assert origins(registered.args[0], context) == found
    assert not context.asked
