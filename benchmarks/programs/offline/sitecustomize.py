"""Keeps a program under measurement on this machine.

Well-known data sets come from `stand_ins`; every other connection to another host is refused at once, so that a program
that needs the network fails quickly on every version.
"""

import email.message
import io
import socket
import urllib.request
import urllib.response
from pathlib import Path
from typing import Any

import stand_ins  # type: ignore[import-not-found]  # beside this file, which stands on PYTHONPATH

_connect = socket.socket.connect
_getaddrinfo = socket.getaddrinfo
_urlopen = urllib.request.urlopen
_urlretrieve = urllib.request.urlretrieve


def _is_local(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    return name in {"", "localhost", "0.0.0.0", "::", "::1"} or name.startswith("127.")


def _connect_locally(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
        raise ConnectionRefusedError(f"the measurement runs without a network: {address[0]}")
    _connect(self, address)


def _resolve_locally(host: Any, *arguments: Any, **options: Any) -> Any:
    if not _is_local(host):
        raise socket.gaierror(socket.EAI_NONAME, f"the measurement runs without a network: {host}")
    return _getaddrinfo(host, *arguments, **options)


def _open(url: Any, *arguments: Any, **options: Any) -> Any:
    address = url if isinstance(url, str) else url.full_url
    data = stand_ins.for_address(address)
    if data is None:
        return _urlopen(url, *arguments, **options)
    return urllib.response.addinfourl(io.BytesIO(data), email.message.Message(), address, 200)


def _retrieve(url: str, filename: Any = None, *arguments: Any, **options: Any) -> Any:
    data = stand_ins.for_address(url)
    if data is None or filename is None:
        return _urlretrieve(url, filename, *arguments, **options)
    Path(filename).write_bytes(data)
    return str(filename), email.message.Message()


socket.socket.connect = _connect_locally  # type: ignore[method-assign, assignment]
socket.getaddrinfo = _resolve_locally
urllib.request.urlopen = _open
urllib.request.urlretrieve = _retrieve
