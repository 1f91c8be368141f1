"""MLF411: the tags `mlflow.gitBranchName` and `mlflow.gitRepoURL` are not set any more."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.rewriting.edits import Replace
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.selectors import StringNode, literals

_TAGS = {"mlflow.gitBranchName": "mlflow.source.git.branch", "mlflow.gitRepoURL": "mlflow.source.git.repoURL"}
_OLD = re.compile("|".join(map(re.escape, _TAGS)))
# How a filter of runs or a column of their table names a tag.
_ASKED = re.compile(rf"""\btags?\.[`"']?(?:{_OLD.pattern})\b""")
_ASKING = ("get", "pop", "startswith", "search_runs")


def _check(node: StringNode, context: Context) -> Iterator[Match]:
    parent = context.names.scopes.parent(node)
    text = "".join(_parts(node))
    old = _OLD.search(text)
    if old is None or isinstance(parent, (ast.Expr, ast.JoinedStr, ast.FormattedValue)):
        return  # a docstring, or a part of a string that is looked at as a whole
    message = f"MLflow 3 does not set the tag `{old[0]}`; `{_TAGS[old[0]]}` holds the same on both lines"
    severity = Severity.BREAKS if isinstance(parent, ast.Subscript) else Severity.CHANGES
    source = context.source(node)
    new = _OLD.sub(lambda found: _TAGS[found[0]], source)
    if not _reads(node, context) or new == source:
        yield Match(node, f"{message}: what writes and reads it must change together", Safety.MANUAL, severity=severity)
        return
    safety = Safety.UNSAFE if _is_written(context) else Safety.SAFE
    yield Match(node, message, safety, (Replace(node, new),), severity=severity)


def _parts(node: ast.expr) -> Iterator[str]:
    values = node.values if isinstance(node, ast.JoinedStr) else [node]
    yield from (value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str))


def _reads(node: ast.expr, context: Context) -> bool:
    """Return whether a string only asks for a tag: as a key, in a filter, or as a column."""
    if _ASKED.search("".join(_parts(node))):
        return True
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.Subscript):
        return parent.slice is node and isinstance(parent.ctx, ast.Load)
    if isinstance(parent, ast.Compare):
        return all(isinstance(operator, (ast.In, ast.NotIn, ast.Eq, ast.NotEq)) for operator in parent.ops)
    return (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Attribute)
        and parent.func.attr in _ASKING
        and parent.args[:1] == [node]
    )


def _is_written(context: Context) -> bool:
    """Return whether the code does anything else with the tags: then reading another one may miss what it wrote."""
    return any(
        isinstance(node, (ast.Constant, ast.JoinedStr))
        and _OLD.search("".join(_parts(node)))
        and not isinstance(context.names.scopes.parent(node), (ast.Expr, ast.JoinedStr, ast.FormattedValue))
        and not _reads(node, context)
        for node in context.names.scopes.nodes()
    )


_PROGRAM = """\
import os
import pathlib
import subprocess

import mlflow

os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
project = pathlib.Path("project").absolute()
project.mkdir()
(project / "MLproject").write_text("name: p\\nentry_points:\\n  main:\\n    command: \\"python -c 'print(1)'\\"\\n")
author = ["-c", "user.name=a", "-c", "user.email=a@a"]
for command in (["init", "-q", "-b", "main"], ["add", "."], [*author, "commit", "-qm", "one"]):
    subprocess.run(["git", *command], cwd=project, check=True)
submitted = mlflow.projects.run(project.as_uri(), version="main", env_manager="local")
tags = mlflow.get_run(submitted.run_id).data.tags
result = tags["mlflow.gitBranchName"], tags.get("mlflow.gitRepoURL") is not None
"""

RULE = Rule(
    code="MLF411",
    name="git-tag",
    summary="The tags `mlflow.gitBranchName` and `mlflow.gitRepoURL` are not set any more.",
    why="""\
`mlflow.projects.run` of MLflow 2 tagged a run of a Git repository with `mlflow.gitBranchName` and `mlflow.gitRepoURL`, and with
`mlflow.source.git.branch` and `mlflow.source.git.repoURL`, which hold the same (`create_run` in `mlflow/projects/utils.py`, 2.0.1 and
2.22.5). MLflow 3.0
sets only the latter two. So the newer names find the runs of both lines.

What only reads is safe: a key, a filter of `search_runs`, a column of its table. Code that sets such a tag itself is left to a person, and
where code does so, reading it becomes an unsafe fix.""",
    safety=Safety.SAFE,
    severity=Severity.CHANGES,
    on=(literals(*_TAGS, check=_check),),
    examples=(
        program(
            "the tags of a project's run",
            _PROGRAM,
            _OLD.sub(lambda found: _TAGS[found[0]], _PROGRAM),
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(raises="KeyError: mlflow.gitBranchName"),
                "3 after": Run(),
            },
        ),
        fixed(
            "in a filter and as a column",
            """
            import mlflow
            runs = mlflow.search_runs(filter_string="tags.`mlflow.gitBranchName` = 'main'")
            print(runs["tags.mlflow.gitRepoURL"])
            """,
            """
            import mlflow
            runs = mlflow.search_runs(filter_string="tags.`mlflow.source.git.branch` = 'main'")
            print(runs["tags.mlflow.source.git.repoURL"])
            """,
        ),
        fixed(
            "in an f-string",
            """
            import mlflow
            runs = mlflow.search_runs(filter_string=f"tags.`mlflow.gitBranchName` = '{branch}'")
            """,
            """
            import mlflow
            runs = mlflow.search_runs(filter_string=f"tags.`mlflow.source.git.branch` = '{branch}'")
            """,
        ),
        fixed(
            "whether a run has it",
            """
            if "mlflow.gitRepoURL" in run.data.tags:
                print(run.data.tags.get('mlflow.gitRepoURL'))
            """,
            """
            if "mlflow.source.git.repoURL" in run.data.tags:
                print(run.data.tags.get('mlflow.source.git.repoURL'))
            """,
        ),
        reported(
            "code that sets the tag itself",
            """
            import mlflow
            mlflow.set_tag("mlflow.gitBranchName", "main")
            """,
        ),
        reported(
            "reading what the same code sets",
            """
            import mlflow
            mlflow.set_tags({"mlflow.gitRepoURL": url})
            print(mlflow.active_run().data.tags["mlflow.gitRepoURL"])
            """,
        ),
        reported("a name that is kept", 'BRANCH_TAG = "mlflow.gitBranchName"\n'),
        untouched("the newer names", 'print(run.data.tags["mlflow.source.git.branch"])\n'),
        untouched("a docstring", '"""Reads mlflow.gitBranchName."""\n'),
        untouched("a comment", "print(1)  # was mlflow.gitRepoURL\n"),
        untouched("another tag", 'print(run.data.tags["mlflow.source.git.commit"], run.data.tags["gitBranchName"])\n'),
        untouched("a tag of another tool", 'print(tags["my.mlflow.git.branch"])\n'),
    ),
)  # fmt: skip
