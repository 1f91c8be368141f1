"""A finding does not depend on how code is spelled: each example is found in other spellings of the same program, too."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable

import pytest

from codemod.engine import migrate
from codemod.findings import State
from codemod.rules import all_rules
from codemod.rules.base import Example
from codemod.settings import Settings

# What says something else in another spelling, and why.
_DEPENDS = {
    "MLF409 brought by a star": "`import *` stands only at the top of a module",
    "MLF501 a function that allows files and that nobody calls": "in a branch, it is not at the top of a module",
    "MLF409 the last trace": "a name that is imported is found once, where it is",
}
EXAMPLES = [
    (f"{rule.code} {each.title}", rule.code, each)
    for rule in all_rules()
    for each in rule.examples
    if each.found and each.path.endswith(".py") and not each.before.lstrip().startswith("# Databricks")
]


def _imports(tree: ast.Module) -> tuple[list[ast.stmt], list[ast.stmt]]:
    first: list[ast.stmt] = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    return first, [node for node in tree.body if node not in first]


def _defines(body: list[ast.stmt]) -> bool:
    return any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) for node in body)


def _module(*body: ast.stmt) -> str:
    return ast.unparse(ast.fix_missing_locations(ast.Module(list(body), [])))


def _annotated(tree: ast.Module) -> str | None:
    class Annotate(ast.NodeTransformer):
        def visit_Assign(self, node: ast.Assign) -> ast.stmt:
            target = node.targets[0]
            if len(node.targets) > 1 or not isinstance(target, ast.Name):
                return node
            return ast.AnnAssign(target, ast.Name("object", ast.Load()), node.value, 1)

    return _module(*Annotate().visit(tree).body)


def _renamed_module(tree: ast.Module) -> str | None:
    every = [alias for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    plain = [alias.asname for alias in every if alias.name == "mlflow"]
    if not plain or any(plain) or any(alias.name.startswith("mlflow.") for alias in every):
        return None
    for alias in every:
        alias.asname = "mlf" if alias.name == "mlflow" else alias.asname
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "mlflow":
            node.id = "mlf"
    return _module(*tree.body)


def _renamed_functions(tree: ast.Module) -> str | None:
    """Import each function of MLflow by a name of its own."""
    taken: dict[str, ast.stmt] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            module, _, name = ast.unparse(node.func).rpartition(".")
            if module.partition(".")[0] == "mlflow" and module.replace(".", "").isidentifier() and "__" not in module:
                own = f"of_{module.replace('.', '_')}_{name}"
                taken[own] = ast.ImportFrom(module, [ast.alias(name, own)], 0)
                node.func = ast.Name(own, ast.Load())
    return _module(*taken.values(), *tree.body) if taken else None


def _in_function(tree: ast.Module) -> str | None:
    first, rest = _imports(tree)
    if not rest or _defines(rest):
        return None
    nothing = ast.arguments([], [], None, [], [], None, [])
    return _module(ast.FunctionDef("main", nothing, [*first, *rest], [], None), *ast.parse("main()").body)


def _in_branch(tree: ast.Module) -> str | None:
    first, rest = _imports(tree)
    return _module(*first, ast.If(ast.Name("READY", ast.Load()), rest, [])) if rest else None


def _notebook(tree: ast.Module) -> str | None:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": ast.unparse(node).splitlines(keepends=True)}
        for node in tree.body
    ]
    return json.dumps({"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4})


def _windows(tree: ast.Module) -> str | None:
    return ast.unparse(tree).replace("\n", "\r\n")


SPELLINGS: dict[str, Callable[[ast.Module], str | None]] = {
    "annotated": _annotated,
    "module by another name": _renamed_module,
    "functions by other names": _renamed_functions,
    "in a function": _in_function,
    "in a branch": _in_branch,
    "in a notebook": _notebook,
    "with the line ends of Windows": _windows,
}


def _found(path: str, code: str, example: Example, rule: str) -> int:
    outcome = migrate(path, code.encode(), Settings(**example.settings))  # type: ignore[arg-type]
    assert outcome.state is not State.FAILED, outcome.reason
    return sum(finding.code == rule for finding in outcome.findings)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_finding_does_not_depend_on_the_spelling(spelling: str) -> None:
    lost = []
    asked = 0
    for title, rule, example in EXAMPLES:
        try:
            plain = ast.unparse(ast.parse(example.before))
        except SyntaxError:
            continue
        code = SPELLINGS[spelling](ast.parse(plain))
        expected = _found(example.path, plain, example, rule)
        if code is None or not expected or title in _DEPENDS:
            continue
        asked += 1
        path = f"{example.path[:-3]}.ipynb" if spelling == "in a notebook" else example.path
        if _found(path, code, example, rule) < expected:
            lost.append(title)
    assert asked > 400
    assert lost == []
