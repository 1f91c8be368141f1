"""MLF411: the tags `mlflow.gitBranchName` and `mlflow.gitRepoURL` are not set any more."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.findings import Safety, Severity
from codemod.rewriting.edits import Replace
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.git_tags import OLD, TAGS, WORDS, is_beginning, is_put_together, parts, reads
from codemod.rules.selectors import LIBRARY, StringNode, calls_named, constructions, literals
from codemod.settings import Project

_PUT_TOGETHER = (
    "MLflow 3 does not set the tags "
    + " and ".join(f"`{tag}`" for tag in TAGS)
    + (", which begin so; " + " and ".join(f"`{tag}`" for tag in TAGS.values()) + " hold the same on both lines")
)


def _check(node: StringNode, context: Context) -> Iterator[Match]:
    parent = context.names.scopes.parent(node)
    text = "".join(parts(node))
    old = OLD.search(text)
    if old is None or isinstance(parent, (ast.Expr, ast.JoinedStr, ast.FormattedValue)):
        return  # a docstring, or a part of a string that is looked at as a whole
    message = f"MLflow 3 does not set the tag `{old[0]}`; `{TAGS[old[0]]}` holds the same on both lines"
    severity = Severity.BREAKS if isinstance(parent, ast.Subscript) else Severity.CHANGES
    source = context.source(node)
    new = OLD.sub(lambda found: TAGS[found[0]], source)
    if not reads(node, context) or new == source or context.project.sets_git_tags:
        yield Match(node, f"{message}: what writes and reads it must change together", Safety.MANUAL, severity=severity)
        return
    yield Match(node, message, Safety.SAFE, (Replace(node, new),), severity=severity)


def _check_sum(node: ast.BinOp | ast.JoinedStr | ast.Call, context: Context) -> Iterator[Match]:
    """Report a name that is put together: ``"mlflow.git" + "BranchName"``, ``f"mlflow.git{kind}"``."""
    if is_put_together(node, context):
        yield Match(node, _PUT_TOGETHER, Safety.MANUAL)


def _check_prefix(node: ast.Call | ast.Compare, context: Context) -> Iterator[Match]:
    """Report ``key.startswith("mlflow.git")``, and ``"mlflow.git" in key``."""
    is_asked = isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn))
    asked = node.args[:1] if isinstance(node, ast.Call) else [node.left] if is_asked else []
    for given in asked:
        for each in given.elts if isinstance(given, ast.Tuple) else (given,):
            text = text_of(each, context.names).known
            if text is not None and OLD.search(text) is None and is_beginning(text):
                yield Match(each, _PUT_TOGETHER, Safety.MANUAL)


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
so is what reads it then, in any file of the run.""",
    safety=Safety.SAFE,
    severity=Severity.CHANGES,
    on=(
        literals(*TAGS, check=_check),
        constructions(ast.BinOp, ast.JoinedStr, check=_check_sum, needs=(LIBRARY, WORDS)),
        calls_named("format", check=_check_sum, needs=(LIBRARY, WORDS)),
        calls_named("startswith", "removeprefix", check=_check_prefix, needs=(LIBRARY, WORDS)),
        constructions(ast.Compare, check=_check_prefix, needs=(LIBRARY, WORDS)),
    ),
    examples=(
        program(
            "the tags of a project's run",
            _PROGRAM,
            OLD.sub(lambda found: TAGS[found[0]], _PROGRAM),
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
        reported(
            "the beginning of its name within a key",
            """
            import mlflow
            tags = {key: value for key, value in mlflow.get_run(run_id).data.tags.items() if "mlflow.git" in key}
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
        reported(
            "reading what another file sets",
            "print(run.data.tags['mlflow.gitRepoURL'])\n",
            project=Project(sets_git_tags=True),
        ),
        reported("a name that is kept", 'BRANCH_TAG = "mlflow.gitBranchName"\n'),
        *(
            reported(f"a name that is put together: {title}", before)
            for title, before in (
                ("by a sum", 'print(run.data.tags["mlflow.git" + "BranchName"])\n'),
                ("behind a prefix of its own", 'PREFIX = "mlflow."\nprint(run.data.tags[PREFIX + "gitRepoURL"])\n'),
                ("by what only the program knows", 'print(run.data.tags[f"mlflow.git{kind}"])\n'),
                ("by a template", 'TAG = "mlflow.git{}"\nprint(run.data.tags[TAG.format("RepoURL")])\n'),
                ("in a filter", "import mlflow\nmlflow.search_runs(filter_string=\"tags.mlflow.git\" + kind + \" = 'main'\")\n"),
                ("a prefix", 'print({k: v for k, v in run.data.tags.items() if k.startswith("mlflow.git")})\n'),
                ("one of several prefixes", 'print([k for k in run.data.tags if k.startswith(("mlflow.user", "mlflow.gitB"))])\n'),
                ("a prefix that is kept", 'GIT = "mlflow.git"\nprint([k for k in run.data.tags if k.startswith(GIT)])\n'),
            )
        ),
        fixed(
            "a part of a filter",
            """
            import mlflow
            runs = mlflow.search_runs(filter_string="tags.`mlflow.gitBranchName` = '" + branch + "'")
            """,
            """
            import mlflow
            runs = mlflow.search_runs(filter_string="tags.`mlflow.source.git.branch` = '" + branch + "'")
            """,
        ),
        untouched("prefixes of other tags", 'print([k for k in tags if k.startswith(("mlflow.", "mlflow.github", "mlflow.git."))])\n'),
        untouched("MLflow's repository", 'run("git+https://github.com/mlflow/mlflow.git" + revision)\n'),
        untouched("newer tags that are put together", 'print(tags["mlflow.git." + "branch"], tags[f"mlflow.source.git.{kind}"])\n'),
        untouched("the newer names", 'print(run.data.tags["mlflow.source.git.branch"])\n'),
        untouched("a docstring", '"""Reads mlflow.gitBranchName."""\n'),
        untouched("a comment", "print(1)  # was mlflow.gitRepoURL\n"),
        untouched("another tag", 'print(run.data.tags["mlflow.source.git.commit"], run.data.tags["gitBranchName"])\n'),
        untouched("a tag of another tool", 'print(tags["my.mlflow.git.branch"])\n'),
    ),
)  # fmt: skip
