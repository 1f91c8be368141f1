"""What a file takes from another one is no node of its own: each example is asked with its constants in another file, and none fails."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from codemod.findings import Outcome, State
from codemod.rules import all_rules
from codemod.running.discovery import Input
from codemod.running.runner import RunOptions, run
from codemod.settings import Settings

_VALUES = (ast.Constant, ast.JoinedStr, ast.Dict, ast.List, ast.Tuple, ast.Set)


def _in_two_files(code: str) -> dict[str, str] | None:
    """Move the constants of a program to a file of their own."""
    body = ast.parse(code).body
    imports = [node for node in body if isinstance(node, (ast.Import, ast.ImportFrom))]
    moved = [
        node
        for node in body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, _VALUES)
        and all(isinstance(target, ast.Name) for target in node.targets)
    ]
    names = sorted({target.id for node in moved for target in node.targets if isinstance(target, ast.Name)})
    if not names:
        return None
    rest = [node for node in body if node not in imports and node not in moved]
    taken = ast.ImportFrom("constants", [ast.alias(name) for name in names], 0)
    files = {"constants.py": [*imports, *moved], "main.py": [*imports, taken, *rest]}
    return {name: ast.unparse(ast.fix_missing_locations(ast.Module(nodes, []))) for name, nodes in files.items()}


def test_constants_of_another_file_make_no_rule_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inputs: list[Input] = []
    for rule in all_rules():
        for number, example in enumerate(rule.examples):
            if not example.path.endswith(".py") or (files := _in_two_files(example.before)) is None:
                continue
            folder = tmp_path / f"{rule.code}-{number}"
            folder.mkdir()
            for name, text in files.items():
                (folder / name).write_text(text)
                inputs.append(Input(f"{folder.name}/{name}", str(folder / name)))
    outcomes: list[Outcome] = []
    run(inputs, RunOptions(Settings(unsafe=True), jobs=1), outcomes.append)
    assert len(outcomes) > 200
    assert [(outcome.path, outcome.reason) for outcome in outcomes if outcome.state is State.FAILED] == []
    assert sum(bool(outcome.findings) for outcome in outcomes) > 50
