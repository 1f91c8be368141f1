"""Reads the options of `verify`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from compat_tests.verify.request import Request, Requirements

FORMATS = ("text", "json", "junit", "markdown")
_RELEASE = re.compile(r"\d+(\.\d+){1,2}([a-z]+\d+)?")


def cells(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[tuple[str, str], ...]:
    """Read ``2:2,3:3``."""
    found = []
    for part in value.split(","):
        client, separator, server = part.strip().partition(":")
        if not separator or not {client, server} <= {"2", "3"}:
            raise click.BadParameter(f"{part!r} is not a client and a server, such as 2:3")
        found.append((client, server))
    if len(set(found)) != len(found) or len(found) < 2:
        raise click.BadParameter("name at least two different worlds, such as 2:2,3:3")
    if found[0][0] != "2":
        raise click.BadParameter("the others are compared with the first world, so its client must be 2")
    return tuple(found)


def release(_context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Read a release of MLflow."""
    line = (parameter.name or "")[-1]
    if value is None:
        return None
    if not _RELEASE.fullmatch(value) or not value.startswith(f"{line}."):
        raise click.BadParameter(
            f"{value!r} is not a release of MLflow {line}, such as {'2.22.5' if line == '2' else '3.5.1'}"
        )
    return value


def tolerances(_context: click.Context, _parameter: click.Parameter, values: Sequence[str]) -> dict[str, float]:
    """Read ``0.01``, ``loss=0.01`` and ``predictions=1e-5``."""
    found = {}
    for value in values:
        name, separator, number = value.rpartition("=")
        try:
            found[name if separator else "*"] = float(number)
        except ValueError:
            raise click.BadParameter(f"{value!r} has no number; write it as loss=0.01") from None
        if not found[name if separator else "*"] >= 0:
            raise click.BadParameter(f"{value!r}: a tolerance is not negative")
    return found


def outputs(
    _context: click.Context, _parameter: click.Parameter, values: Sequence[str]
) -> tuple[tuple[str, str | None], ...]:
    """Read ``json`` and ``junit=FILE``."""
    found = []
    for value in values:
        form, separator, file = value.partition("=")
        if form not in FORMATS:
            raise click.BadParameter(f"{form!r} is not a format; take one of {', '.join(FORMATS)}")
        if separator and not file:
            raise click.BadParameter(f"no file is named in {value!r}")
        found.append((form, file or None))
    if sum(file is None for _, file in found) > 1:
        raise click.BadParameter("only one can go to standard output; give the others a file: junit=FILE")
    return tuple(found)


def apply_arguments(parameters: Sequence[click.Option], chosen: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the options of ``apply`` that were given, as its command line takes them; ``--unsafe`` unless it was refused."""
    arguments: list[str] = []
    for parameter in parameters:
        value = chosen[str(parameter.name)]
        name = "--sample" if parameter.name == "apply_sample" else max(parameter.opts, key=len)
        if parameter.name == "unsafe":
            arguments.append("--no-unsafe" if value is False else "--unsafe")
        elif value == parameter.default:
            continue
        elif value is True:
            arguments.append(name)
        elif isinstance(value, (tuple, list)):
            arguments += [part for each in value for part in (name, str(each))]
        elif value not in (None, False):
            path = Path(str(value)).resolve() if parameter.name == "config" else value
            arguments += [name, str(path)]
    return tuple(arguments)


def request(
    project: Path, command: tuple[str, ...], *, apply_options: tuple[str, ...], chosen: Mapping[str, Any]
) -> Request:
    """Make the request of what was chosen."""
    from compat_tests.environments import home, user_cache  # with libraries that help alone does not need

    pythons = {line: chosen[f"python{line}"] for line in ("2", "3") if chosen[f"python{line}"]}
    if chosen["servers_from_pythons"]:
        for line in sorted({server for _, server in chosen["servers"]} - pythons.keys()):
            raise click.UsageError(
                f"--servers-from-pythons: name an interpreter for the server of MLflow {line} by --python{line}"
            )
    releases = {line: f"=={chosen[f'mlflow{line}']}" for line in ("2", "3") if chosen[f"mlflow{line}"]}
    work: Path | None = chosen["work"]
    cache: Path | None = chosen["cache"]
    return Request(
        project=project,
        command=command,
        cells=chosen["servers"],
        apply_options=apply_options,
        setup=tuple(chosen["setup"]),
        env=tuple(dict.fromkeys(chosen["env"])),
        include=tuple(chosen["include"]),
        timeout=chosen["timeout"],
        repeat=chosen["repeat"],
        tolerances=chosen["tolerance"],
        sample=chosen["sample"],
        serve=chosen["serve"],
        backend="none" if chosen["no_server"] else chosen["backend"],
        requirements=Requirements(
            files=tuple(chosen["requirements"]),
            extras=tuple(chosen["extra"]),
            groups=tuple(chosen["group"]),
            more=tuple(chosen["with_"]),
            python=chosen["python"],
            mlflow=releases,
        ),
        pythons=pythons,
        servers_from_pythons=chosen["servers_from_pythons"],
        install=not chosen["no_install"],
        cache=(cache or user_cache() / "verify").resolve(),
        environments=((cache / "environments") if cache else home()).resolve(),
        work=work.resolve() if work else Path(),
        keep=chosen["keep"],
    )
