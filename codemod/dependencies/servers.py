"""Commands that start MLflow's server, and the commands and options that MLflow 3 no longer has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies.places import FILE_STORE, SERVER, Choices, Place
from codemod.dependencies.variables import Variables

_START = re.compile(
    r"""(?<![\w./:-])mlflow(?:["']?,?[ \t]+["']?|["'],["'])(?P<command>server|ui)\b(?![\w.:/=-])"""
    r"""|(?m:^[ \t]*-[ \t]*["']?)mlflow["']?[ \t]*\r?\n[ \t]*-[ \t]*["']?(?:server|ui)["']?[ \t]*(?=\r?\n[ \t]*-[ \t]*["']?-)"""
)
# What may stand in front of a command on its line. Prose ("Starting mlflow server") is none of it.
_BEFORE = re.compile(
    r"""(?:[;|(`"'\[]|&&|\b(?:CMD|ENTRYPOINT|RUN|exec|nohup|sudo|run|command:|entrypoint:|script:|args:|tmux|start|unix:)"""
    r"""|(?<![\w-])(?:-c|-m|--)(?=[\s"']))"""
)
_NOTHING = "\"'[>|@!%- \t\r\n"
_SETTING = re.compile(r"(?<!\w)\w+=\S")
_PROSE = re.compile(
    r"\b(?:echo|printf|print|e?grep|pgrep|pkill|killall|awk|sed|name:|description:|title:)", re.IGNORECASE
)
_LISTED = re.compile(r"\b(?:CMD|ENTRYPOINT|RUN|command|entrypoint|args)\b")
_GOES_ON = re.compile(r"""[ \t]*(?:-[ \t]+)?["']?(?:--?[a-zA-Z]|\$)""")
_OPTION = r"""(?:["']?[=,]?[ \t]*|["']?[ \t]*\\?\r?\n[ \t]*(?:-[ \t]+)?)["']?(?P<value>[^\s"',\]]+)"""
_HOST = re.compile(r"(?<![\w-])(?:--host|-h)" + _OPTION)
_STORE = re.compile(r"--(?:backend|registry)-store-uri" + _OPTION)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_VARIABLE = re.compile(
    r"""\b(?P<name>MLFLOW_(?:TRACKING_URI|REGISTRY_URI|BACKEND_STORE_URI)|(?:mlflow_)?(?:tracking|registry|backend_store)_uri)"""
    r"""(?:["']?[ \t]*[:=][ \t]*|:-|[ \t]+)["']?(?:\$\{\{[^{}\r\n]*\|\|[ \t]*["']?|\$\{\w+:-)?"""
    r"""(?P<value>(?:file:|\.{0,2}/|~/|(?:[\w.-]+/)*mlruns\b(?!\.))[^\s"',}]*)"""
)
_GONE = (
    (re.compile(r"\bmlflow[ \t]+recipes\b"), "MLflow 3 has no recipes: call the steps from your own code"),
    (
        re.compile(r"\bmlflow[ \t]+deployments[ \t]+start-server\b"),
        "MLflow 3 has no `deployments start-server`: use `mlflow gateway start`, or the AI gateway of the tracking server",
    ),
    (
        re.compile(r"(?<![\w-])--enable-mlserver\b"),
        "MLflow 3 has no `--enable-mlserver`: leave it out (its own server is FastAPI), or serve with MLServer itself",
    ),
)


def find(text: str, choices: Choices, variables: Variables, *, notebook: bool = False) -> Iterator[Place]:
    """Find the commands of MLflow 2 in a text whose comments are blanked.

    Args:
        text: The text.
        choices: What the run wants.
        variables: What the text sets its variables to.
        notebook: Whether it is a line of a notebook, which says little of where the server's data lies.
    """
    for pattern, message in _GONE:
        for found in pattern.finditer(text):
            yield Place(SERVER, *found.span(), message)
    is_file_allowed = "MLFLOW_ALLOW_FILE_STORE" in text or not choices.at_least("3.13")
    for found in _START.finditer(text):
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        # `depends_on: [mlflow, server]` is no command.
        is_word = "," not in found[0] or _LISTED.search(line) is not None
        if is_word and _may_start(line) and not _is_prose(line):
            yield from _server(found, text, choices, variables, files=not is_file_allowed, notebook=notebook)
    if not is_file_allowed:
        for found in _VARIABLE.finditer(text):
            message = (
                f"{found['name']} names a store of files, which MLflow 3.13 and later refuse; name a data base or a server "
                "(`mlflow migrate-filestore` moves the data), or set MLFLOW_ALLOW_FILE_STORE=true"
            )
            yield Place(FILE_STORE, *found.span(), message)


def _server(
    found: re.Match[str], text: str, choices: Choices, variables: Variables, *, files: bool, notebook: bool
) -> Iterator[Place]:
    command = text[found.start() : _end(text, found.end())]
    host = _HOST.search(command)
    is_open = re.search(r"allowed-hosts|ALLOWED_HOSTS|disable-security|DISABLE_SECURITY", text) is not None
    if host is not None and not is_open and choices.at_least("3.5"):
        address = variables.resolved(host["value"]) or host["value"]
        if address not in _LOOPBACK:
            message = (
                f"the server listens on {address}, and MLflow 3.5 and later answer 403 to clients that reach it by a host "
                "name: list the names with `--allowed-hosts` or MLFLOW_SERVER_ALLOWED_HOSTS"
            )
            yield Place(SERVER, *found.span(), message)
    stores = [variables.resolved(store["value"]) for store in _STORE.finditer(command)]
    if files and any(store is not None and _is_files(store) for store in stores):
        message = (
            "the server's store is made of files, which MLflow 3.13 and later refuse; move it with `mlflow "
            "migrate-filestore` to a data base, or set MLFLOW_ALLOW_FILE_STORE=true"
        )
        yield Place(SERVER, *found.span(), message)
    elif (
        files
        and not stores
        and not notebook
        and not re.search(r"BACKEND_STORE_URI|TRACKING_URI|--artifacts-only", text)
    ):
        message = (
            "the server names no store: MLflow 2 took the files in ./mlruns, which MLflow 3.13 and later refuse; name a data "
            "base with `--backend-store-uri` (`mlflow migrate-filestore` moves the data)"
        )
        yield Place(SERVER, *found.span(), message)


def _may_start(line: str) -> bool:
    """Whether a command may start after what stands in front of it: nothing, what starts one, and settings of variables."""
    while (word := line.rstrip()) not in ("", line) and (
        setting := _SETTING.search(word, _last_word(word))
    ) is not None:
        line = word[: setting.start()]
    word = line.rstrip(_NOTHING)
    if not word:
        return True
    # What starts a command is short, and the last of it counts.
    ends = [found.end() for found in _BEFORE.finditer(line, max(0, len(word) - 40))]
    return bool(ends) and not line[ends[-1] :].strip(_NOTHING)


def _last_word(line: str) -> int:
    return len(line) - len(line.split()[-1])


def _is_prose(line: str) -> bool:
    """Whether a line only speaks of a command, or looks for it."""
    words = [found.end() for found in _PROSE.finditer(line)]
    return bool(words) and "&&" not in line[words[-1] :] and ";" not in line[words[-1] :]


def _is_files(store: str) -> bool:
    return store.startswith("file:") or (_SCHEME.match(store) is None and "$" not in store and "<" not in store)


def _end(text: str, at: int) -> int:
    """Find the end of a command: it goes on after a backslash, a comma, and where lines start with options."""
    while True:
        line_end = text.find("\n", at)
        if line_end < 0:
            return len(text)
        line = text[at:line_end].rstrip()
        cut = re.search(r"&&|\|\||;", line)
        if cut is not None:
            return at + cut.start()
        follows = line.endswith(("\\", ",", "[")) or _GOES_ON.match(text, line_end + 1) is not None
        # A value on a line of its own, in a list: `- --host` and `- 0.0.0.0`.
        if not follows and re.match(
            r"""[ \t]*-[ \t]+["']?--?[a-z-]+["']?[ \t]*\Z""",
            text[text.rfind("\n", 0, line_end) + 1 : line_end].rstrip(),
        ):
            follows = True
        if not follows:
            return line_end
        at = line_end + 1
