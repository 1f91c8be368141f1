"""What a repository says of the world around it: which MLflow it pins, which servers it names and starts, what it makes and installs."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass

from codemod.dependencies import commands, kind_of, yaml_nodes
from codemod.dependencies.places import without_comments
from codemod.fleet import requirements
from codemod.names.reads import stores_named
from codemod.running.discovery import Input

_MLFLOW = ("mlflow", "mlflow-skinny")
_MOST = 1 << 20
# `https://host:5000/path`, a database, or a name that MLflow knows by itself.
_ADDRESS = re.compile(
    r"(?:https?|postgresql(?:\+\w+)?|mysql(?:\+\w+)?|mssql(?:\+\w+)?|sqlite|databricks(?:-uc)?)://(?:\$?\{[\w.]+\}|[^\s\"'`)\](){},;\\])*|databricks(?:-uc)?\b"
)
_VARIABLE = re.compile(
    r"""MLFLOW_(?:TRACKING|REGISTRY)_URI["']?(?:[ \t]*[:=][ \t]*|[ \t]+|[ \t]*\r?\n[ \t]*(?:-[ \t]+)?value[ \t]*:[ \t]*)([^\r\n]*)"""
)
_IMAGE = re.compile(
    r"(?im)(?:^[ \t]*FROM[ \t]+|\bimage[ \t]*[:=][ \t]*[\"']?)(?:[\w.-]+(?::\d+)?/){0,4}mlflow(?:-server|-tracking)?(?=[:@\s\"']|$)"
)
_PASSWORD = re.compile(r"://[^/\s@]+@")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was read.

    Attributes:
        makes: The packages that it makes.
        installs: The packages that it installs.
        pins: How it pins MLflow: the different specifiers as they are written; "any" for a requirement without one.
        servers: The tracking servers and stores that it names, without passwords.
        starts_server: Whether it starts a tracking server, or holds the image of one.
    """

    makes: tuple[str, ...] = ()
    installs: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    starts_server: bool = False


def surroundings(targets: Iterable[Input]) -> Surroundings:
    """Read the files of one repository."""
    makes, installs, pins, servers = set[str](), set[str](), set[str](), set[str]()
    starts = False
    for target in targets:
        data = b"" if target.skipped or target.failed else _read(target.real)
        if not data:
            continue
        if requirements.is_read(target.path):
            said = requirements.read_requirements(target.path, data)
            makes |= {said.makes} - {""}
            installs |= {name for name, _ in said.installs}
            pins |= {specifier or "any" for name, specifier in said.installs if name in _MLFLOW}
        if b"mlflow" in data.lower():
            servers |= _servers(data)
            starts = starts or _starts_server(target.path, data)
    return Surroundings(
        tuple(sorted(makes)), tuple(sorted(installs)), tuple(sorted(pins)), tuple(sorted(servers)), starts
    )


def _read(path: str) -> bytes:
    """Return the bytes of a file; none for one that is large, or that cannot be read: what is wrong with it, the check says."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST:
            return b""
        with open(path, "rb") as stream:
            return stream.read(_MOST)
    except OSError:
        return b""


def _servers(data: bytes) -> set[str]:
    texts = [*stores_named(data), *(found[1] for found in _VARIABLE.finditer(data.decode("utf-8", "replace")))]
    found = {address[0] for text in texts for address in _ADDRESS.finditer(text)}
    return {_PASSWORD.sub("://", address).rstrip("/.") for address in found}


def _starts_server(path: str, data: bytes) -> bool:
    """Return whether a deployment file starts MLflow's server, or takes its image."""
    kind = kind_of(path)
    if kind not in ("shell", "yaml"):
        return False
    text = data.decode("utf-8", "replace")
    plain = without_comments(text)
    if _IMAGE.search(plain) is not None:
        return True
    tree = yaml_nodes.read_yaml(text) if kind == "yaml" else None
    return next(commands.starts(plain, tree), None) is not None
