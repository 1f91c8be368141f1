"""What ``--executor`` names, told without what it takes to work there."""

from __future__ import annotations

import importlib.util
import socket
from urllib.parse import urlsplit

from codemod.errors import PoolError, WrongUseError

MODULE = "distributed"
"""What a cluster is reached with."""
MISSING = '--executor needs Dask: install mlflow-codemod with its extra "dask"'
CONNECT = 10.0
"""Seconds in which a scheduler must answer."""
_PREFIX = "dask:"


def address_of(executor: str) -> str:
    """Return the address that ``--executor`` names.

    Raises:
        WrongUseError: If it is none.
    """
    address = executor.removeprefix(_PREFIX)
    scheme, _, place = address.partition("://")
    if not executor.startswith(_PREFIX) or not scheme.isalpha() or not place:
        raise WrongUseError(f"--executor {executor!r} is not the address of a scheduler; write dask:tcp://HOST:PORT")
    return address


def check_executor(executor: str) -> None:
    """Make sure that somebody listens where ``--executor`` says, without what it takes to work there.

    Raises:
        WrongUseError: If it is no address, or what it needs is not installed.
        PoolError: If nobody listens there.
    """
    address = address_of(executor)
    if importlib.util.find_spec(MODULE) is None:
        raise WrongUseError(MISSING)
    place = urlsplit(address)
    try:
        if place.scheme in ("tcp", "tls") and place.hostname and place.port:
            socket.create_connection((place.hostname, place.port), CONNECT).close()
    except ValueError as error:
        raise WrongUseError(f"--executor {executor!r}: {error}") from error
    except OSError as error:
        raise PoolError(f"{address}: no scheduler answers: {error}") from error
