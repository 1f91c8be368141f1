"""The commands that are compared, on one tree."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.speed.stopwatch import Contender

_PROJECT = Path(__file__).resolve().parents[2]
_ENDED = (0, 1, 3)  # of the codemod: nothing left, findings left, some files not analysed
OURS, ONE, RUFF, AST_GREP, SEMGREP, NAIVE = (
    "codemod check",
    "codemod check --jobs 1",
    "ruff",
    "ast-grep",
    "semgrep",
    "libcst",
)
APPLY, READING, WORD = "codemod apply --jobs 1", "reading all bytes", "rg -l mlflow"
NAMES = (OURS, ONE, RUFF, AST_GREP, SEMGREP, READING, WORD, APPLY, NAIVE)
_READ = (
    "import os, sys\n"
    "for top, _, names in os.walk(sys.argv[1]):\n"
    "    for name in names:\n"
    "        with open(os.path.join(top, name), 'rb') as stream: stream.read()\n"
)
_RULE = """\
rules:
  - id: artifact-path
    languages: [python]
    severity: WARNING
    message: artifact_path is deprecated
    pattern: mlflow.$FLAVOR.log_model(..., artifact_path=$PATH, ...)
"""


@dataclass(frozen=True, slots=True)
class Tools:
    """Which tools are there, by the name of their program."""

    paths: dict[str, str]

    @staticmethod
    def found() -> Tools:
        """Look for them beside this Python and on the path."""
        places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        found = {name: shutil.which(name, path=places) for name in ("ruff", "ast-grep", "semgrep", "rg")}
        return Tools({name: path for name, path in found.items() if path is not None})

    @property
    def missing(self) -> list[str]:
        """The names of those that are not there."""
        return [name for name in ("ruff", "ast-grep", "semgrep", "rg") if name not in self.paths]


def checks(tree: Path, tools: Tools, work: Path) -> list[Contender]:
    """Return the commands that look at a tree and change nothing."""
    rule = work / "rule.yml"
    rule.write_text(_RULE)
    python = sys.executable
    ours = (python, "-m", "codemod", "check", "--isolated")
    known = {
        "ruff": (RUFF, ("check", "--no-cache", "--isolated", "--quiet", "--select", "NPY201", str(tree))),
        "ast-grep": (AST_GREP, ("run", "--lang", "python", "--pattern", "mlflow.$FLAVOR.log_model($$$A)", str(tree))),
        "semgrep": (
            SEMGREP,
            ("scan", "--config", str(rule), "--metrics", "off", "--disable-version-check", "--no-git-ignore", "--quiet", str(tree)),
        ),
        "rg": (WORD, ("-l", "mlflow", str(tree))),
    }  # fmt: skip
    return [
        Contender(OURS, (*ours, str(tree)), _PROJECT, _ENDED),
        Contender(ONE, (*ours, "--jobs", "1", str(tree)), _PROJECT, _ENDED),
        Contender(READING, (python, "-c", _READ, str(tree)), tree),
        *(
            Contender(name, (tools.paths[program], *arguments), tree)
            for program, (name, arguments) in known.items()
            if program in tools.paths
        ),
    ]


def rewrites(sample: Path, work: Path) -> list[Contender]:
    """Return the commands that rewrite a copy of a sample."""

    def afresh() -> None:
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(sample, work)

    naive = (sys.executable, "-m", "libcst.tool", "codemod", "--external", "--no-format", "--hide-progress")
    return [
        Contender(
            APPLY,
            (sys.executable, "-m", "codemod", "apply", "--isolated", "--jobs", "1", str(work)),
            _PROJECT, _ENDED, afresh,
        ),
        Contender(
            NAIVE, (*naive, "benchmarks.speed.naive.RenameArtifactPath", "--jobs", "1", str(work)), _PROJECT, (0,), afresh
        ),
    ]  # fmt: skip
