"""Commands and settings that take ``mlruns`` for all that there is of the runs: the default store of MLflow 3 keeps only artifacts there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies import yaml_nodes
from codemod.dependencies.places import RUN_FILES, Choices, Place

_FOLDER = "mlruns"
_REMOVE = frozenset({"rm", "rmdir", "rimraf", "del", "rd", "Remove-Item"})
_TAKE = frozenset(
    {
        "cp",
        "mv",
        "tar",
        "zip",
        "7z",
        "rsync",
        "scp",
        "archiveArtifacts",
        "aws",
        "gsutil",
        "gcloud",
        "azcopy",
        "COPY",
        "ADD",
        "VOLUME",
    }
)
_READ = frozenset({"cat", "grep", "head", "tail", "jq", "wc"})
# What stands in front of a command, or only looks like one.
_NO_COMMAND = frozenset({"git", "echo", "printf", "#", "dvc"})
_LOOKED_FOR = frozenset({"find", "fd"})
_REMOVES_FOUND = re.compile(r"(?<![\w-])(?:rm|-delete)(?![\w-])")
# Whoever writes one of these in the same file says where the runs are, or takes the database as well.
_TOLD = re.compile(
    r"(?i)mlflow\.db|\*\.db\b|sqlite|BACKEND[_-]STORE[_-]URI|TRACKING_URI|ALLOW_FILE_STORE|mlflow[ \t]+(?:server|ui)\b"
)
# The folder in which an image works from here on.
_WORKDIR = re.compile(r"(?m)^[ \t]{0,20}WORKDIR[ \t]{1,9}[\"']?(?P<folder>[\w./-]{1,200})")
_ENDS, _LONGEST = re.compile(r"&&|\|\||[;|`\r\n]"), 1000
_BESIDE = re.compile(r"""[\s"'=,;|&`<>\[\]]""")
_MARKS = "\"'[](){},>|@!%-+&$:"
# What the default store of MLflow 3 still keeps in the folder.
_ARTIFACTS = ("artifacts", "models")
# Keys of workflows, pipelines and compose files whose files are kept for later.
_KEPT = frozenset({"path", "paths", "outs", "volumes"})
_KEEPERS = frozenset({"with", "artifacts", "cache", "stages", "volumes"})
_PATH = re.compile(r"(?:\./)?mlruns/?\*{0,2}|(?:(?:\./|\$\{?PWD\}?/)?mlruns):/[^\s]{0,200}")

_DEFAULT = "without a tracking URI, MLflow 3 keeps runs in `mlflow.db`, and in `mlruns` only their artifacts, if they have any: "
_DOES = {
    "removes": "this removes these and leaves the runs; remove `mlflow.db` too, or name the store",
    "takes": "this takes these without the runs; take `mlflow.db` too, or name the store",
    "reads": "this finds no parameters, metrics or tags; ask `mlflow.MlflowClient`, or name the store",
}


def find(text: str, choices: Choices, tree: yaml_nodes.Tree | None = None) -> Iterator[Place]:
    """Find what removes, keeps or reads the folder, in text whose comments are blanked.

    Args:
        text: The text.
        choices: What the run wants, with whether its programs take the store that MLflow takes by itself.
        tree: The nodes of a YAML file.
    """
    if _FOLDER not in text or not choices.takes_default_store or not choices.at_least("3.7") or _TOLD.search(text):
        return
    at = text.find(_FOLDER)
    places = [(each.end(), each["folder"].rstrip("/") + "/") for each in _WORKDIR.finditer(text)]
    passed, told, here = 0, 0, ""
    while at >= 0:
        while passed < len(places) and places[passed][0] <= at:
            here, passed = _entered(here, places[passed][1]), passed + 1
        start, end = _word(text, at)
        is_here = here.startswith("/") and text.startswith(here, start)
        does = _does(text, start + len(here) * is_here, text[start + len(here) * is_here : end])
        if does:
            if not told or _ENDS.search(text, told, start) is not None:  # `COPY mlruns /app/mlruns` is told once
                yield Place(RUN_FILES, start, end, message_of(does))
            told = end
        at = text.find(_FOLDER, end)
    for document in tree.documents if tree is not None else ():
        for path, node in yaml_nodes.walk(document):
            if isinstance(node, yaml_nodes.Scalar) and _FOLDER in node.value and _is_kept(path):
                if any(_PATH.fullmatch(line.strip()) for line in node.value.splitlines()):
                    yield Place(RUN_FILES, node.start, node.end, message_of("takes"))


def _entered(before: str, folder: str) -> str:
    """Return the folder in which an image works; one that does not begin at the root lies in the one before."""
    return folder if folder.startswith("/") else f"{before}{folder}"


def message_of(does: str) -> str:
    """Say what becomes of code that ``removes``, ``takes`` or ``reads`` the folder."""
    return _DEFAULT + _DOES[does]


def _is_kept(path: tuple[str, ...]) -> bool:
    return path[-1] in _KEPT and not _KEEPERS.isdisjoint(path)


def _word(text: str, at: int) -> tuple[int, int]:
    """Return where the word of a command begins and ends in which the folder stands."""
    before = [found.end() for found in _BESIDE.finditer(text, max(0, at - _LONGEST), at)]
    after = _BESIDE.search(text, at, at + _LONGEST)
    return before[-1] if before else max(0, at - _LONGEST), after.start() if after else min(len(text), at + _LONGEST)


def _does(text: str, start: int, word: str) -> str:
    """Return what a command does with a path; "" for one that is of artifacts, lies elsewhere, or stands in no such command."""
    folder, _, below = word.rstrip("\\)").partition(_FOLDER)
    if folder and (not folder.endswith("/") or folder.startswith(("/", "~")) or ":" in folder):
        return ""
    if (below and below[0] != "/") or not set(_ARTIFACTS).isdisjoint(below.split("/")):
        return ""
    line = text[max(0, start - _LONGEST) : start]
    line = line.replace("\\\r\n", "  ").replace("\\\n", " ")
    ends = [found.end() for found in _ENDS.finditer(line)]
    words = [each.strip(_MARKS) for each in line[ends[-1] if ends else 0 :].split()]
    if not _NO_COMMAND.isdisjoint(words):
        return ""
    commands = [
        each for each in (name.rpartition("/")[2] for name in words) if each in _REMOVE | _TAKE | _READ | _LOOKED_FOR
    ]
    if not commands:
        return ""
    if commands[0] in _LOOKED_FOR:
        rest = text[start : start + _LONGEST].partition("\n")[0]
        return "removes" if "-name" in "-".join(("", *words[-1:])) and _REMOVES_FOUND.search(rest) else ""
    if commands[0] in _TAKE:
        return "takes" if not below.strip("/*") else ""
    return "removes" if commands[0] in _REMOVE else "reads"
