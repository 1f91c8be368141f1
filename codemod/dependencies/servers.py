"""Commands that start MLflow's server, and the commands and options that MLflow 3 no longer has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from codemod.dependencies import commands, host_variable
from codemod.dependencies.commands import Start
from codemod.dependencies.places import FILE_STORE, SERVER, Choices, Place
from codemod.dependencies.variables import Substitutions
from codemod.dependencies.yaml_nodes import Scalar, Tree, walk

_OPTION = r"""(?:["']?[=,]?[ \t]*|["']?[ \t]*\\?\r?\n[ \t]*(?:-[ \t]+)?)["']?(?P<value>[^\s"',\]]+)"""
_HOST = re.compile(r"(?<![\w-])(?:--host|-h)" + _OPTION)
_STORE = re.compile(r"--(?:backend|registry)-store-uri" + _OPTION)
_ALLOWED = re.compile(r"allowed-hosts|ALLOWED_HOSTS|disable-security|DISABLE_SECURITY")
_NAMES_STORE = re.compile(r"BACKEND_STORE_URI|TRACKING_URI|--artifacts-only")
# Shells, templates and Terraform put a value there.
_COMPUTED = re.compile(r"[$<{]|\A(?:var|local|module|data|each)\.")
# Options that whoever runs a script gives it.
_GIVEN_ON = re.compile(r"\$(?:@|\*|\{[@*]\})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# A folder of a variable is one where it ends in that of MLflow's runs: `$(PWD)/mlruns`, `${{ github.workspace }}/mlruns`.
_FILES = (
    r"(?:file:|\.{0,2}/|~/|(?:[\w.-]+/)*mlruns\b(?!\.)"
    r"|(?:\$\{\{[^{}\r\n]{0,80}\}\}|\$\{\w{1,80}\}|\$\(\w{1,80}\)|\$\w{1,80}|\{\w{1,80}\})(?:/[\w.-]{1,80}){0,8}/mlruns\b(?!\.))"
)
_VARIABLE = re.compile(
    r"""\b(?P<name>MLFLOW_(?:TRACKING_URI|REGISTRY_URI|BACKEND_STORE_URI)|(?:mlflow_)?(?:tracking|registry|backend_store)_uri)"""
    rf"""(?:["']?[ \t]*[:?]?[:=][ \t]*|:-|[ \t]+|["']?[ \t]*(?:\r?\n|,)[ \t]*(?:-[ \t]+)?["']?value["']?[ \t]*[:=][ \t]*)["']?"""
    rf"""(?:\$\{{\{{[^{{}}\r\n]*\|\|[ \t]*["']?|\$\{{\w+:-)?(?P<value>{_FILES}[^\s"',}}]*)"""
)
_PATH = re.compile(_FILES)
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


def find(
    text: str, choices: Choices, variables: Substitutions, *, notebook: bool = False, tree: Tree | None = None
) -> Iterator[Place]:
    """Find the commands of MLflow 2 in text whose comments are blanked.

    Args:
        text: The text.
        choices: What the run wants.
        variables: What the text sets its variables to.
        notebook: Whether it is a line of a notebook, which says little of where the server's data lies.
        tree: The nodes of a YAML file.
    """
    for pattern, message in _GONE:
        for found in pattern.finditer(text):
            yield Place(SERVER, *found.span(), message)
    refuses_files = _refuses_files(text, choices)
    is_host_asked = choices.at_least("3.5") and not _ALLOWED.search(text)
    starts = [replace(start, options=variables.with_words(start.options)) for start in commands.starts(text, tree)]
    by_variable = next(host_variable.settings(text), None) if starts and is_host_asked else None
    # A notebook's line says little of where the data lies.
    is_named = notebook or _NAMES_STORE.search(text) is not None
    for start in starts:
        if is_host_asked:
            yield from _host(start, by_variable, variables)
        if refuses_files:
            yield from _files(start, variables, is_named=is_named)
    if not starts and not notebook and is_host_asked:
        yield from _host_by_variable(text)
    yield from of_files(text, choices, tree)


# The variable that allows stores of files, with the value that it gets.
_ALLOWS = re.compile(r"MLFLOW_ALLOW_FILE_STORE[\"']?(?:[ \t]{0,9}[:=])?[ \t]{0,9}[\"']?(?P<value>\w{0,9})")


def of_files(text: str, choices: Choices, tree: Tree | None = None) -> Iterator[Place]:
    """Find the settings that name a store of files, in text whose comments are blanked."""
    if not _refuses_files(text, choices):
        return
    for found in _VARIABLE.finditer(text):
        yield Place(FILE_STORE, *found.span(), _names_files(found["name"]))
    for document in tree.documents if tree is not None else ():
        for path, node in walk(document):
            # `mlflow: {uri: file:./mlruns}`
            if isinstance(node, Scalar) and path[-1:] == ("uri",) and any("mlflow" in key.lower() for key in path[:-1]):
                if _PATH.match(node.value):
                    yield Place(FILE_STORE, node.start, node.end, _names_files(".".join(path)))


def _refuses_files(text: str, choices: Choices) -> bool:
    allowing = (found for found in _ALLOWS.finditer(text) if found["value"].lower() not in ("false", "0"))
    return next(allowing, None) is None and choices.at_least("3.13")


def _names_files(name: str) -> str:
    return (
        f"{name} names a store of files, which MLflow 3.13 and later refuse; name a database or a server "
        "(`mlflow migrate-filestore` moves the data), or set MLFLOW_ALLOW_FILE_STORE=true"
    )


def _host(start: Start, by_variable: re.Match[str] | None, variables: Substitutions) -> Iterator[Place]:
    """Report a server that others reach, where nothing lists the names by which they do."""
    host = _HOST.search(start.options) or by_variable
    if host is not None:
        address = variables.resolved(host["value"]) or host["value"]
        if not host_variable.is_loopback(address):
            yield Place(SERVER, start.start, start.end, _listens(address))


def _host_by_variable(text: str) -> Iterator[Place]:
    """Report the address that a file gives to a server that another file starts."""
    for found in host_variable.settings(text):
        if host_variable.may_be_address(found["value"], text):
            yield Place(SERVER, *found.span(), _listens(found["value"]))


def _listens(address: str) -> str:
    if address.startswith(("$(", "`")):
        address = "an address that a command tells"
    return (
        f"the server listens on {address}, and MLflow 3.5 and later answer 403 to clients that reach it by a host "
        "name: list the names with `--allowed-hosts` or MLFLOW_SERVER_ALLOWED_HOSTS"
    )


def _files(start: Start, variables: Substitutions, *, is_named: bool) -> Iterator[Place]:
    """Report a server whose store is made of files, or that has none where nothing else names one (``is_named``)."""
    stores = [variables.resolved(store["value"]) for store in _STORE.finditer(start.options)]
    if any(store is not None and _is_files(store) for store in stores):
        message = (
            "the server's store is made of files, which MLflow 3.13 and later refuse; move it with `mlflow "
            "migrate-filestore` to a database, or set MLFLOW_ALLOW_FILE_STORE=true"
        )
        yield Place(SERVER, start.start, start.end, message)
    elif not stores and not is_named and (given := _GIVEN_ON.search(start.options)) is not None:
        message = (
            f"the server gets its options by `{given[0]}`: see that they name a database, because the files in ./mlruns, which MLflow 2 took "
            "where no store was named, are refused by MLflow 3.13 and later"
        )
        yield Place(SERVER, start.start, start.end, message)
    elif not stores and not is_named:
        message = (
            "the server names no store: MLflow 2 took the files in ./mlruns, which MLflow 3.13 and later refuse; name a database "
            "with `--backend-store-uri` (`mlflow migrate-filestore` moves the data)"
        )
        yield Place(SERVER, start.start, start.end, message)


def _is_files(store: str) -> bool:
    return store.startswith("file:") or not (_SCHEME.match(store) or _COMPUTED.search(store))
