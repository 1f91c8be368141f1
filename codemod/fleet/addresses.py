"""Where a repository comes from: a folder, or an address that Git understands, with its credentials kept apart."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

SCHEMES = ("file", "git", "http", "https", "ssh")
"""The transports that Git may use. Others, such as ``ext::``, start programs that an address names."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HOST = re.compile(r"^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/]*|[^/:]*:)")
_HELPER = re.compile(r"[A-Za-z0-9+.-]+::")
# `git@host:path`; on Windows, one letter before the colon is a drive.
_SCP = re.compile(r"(?:[^/\\\s@:]+@)?[^/\\\s:@]{2,}:(?!//)\S")


class AddressError(Exception):
    """An address that is not asked; the message is one line, and quotes nothing of it that may be secret."""


@dataclass(frozen=True, slots=True)
class Address:
    """A repository's address.

    Attributes:
        shown: What people and files get to see, and what Git is asked with: it holds no credentials.
        folder: The absolute path, if it is a folder of this machine; else "".
        user: The user's name of an address of the web, or a token in its place; "" without one.
        password: The password of an address of the web; "" without one.
    """

    shown: str
    folder: str = ""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def name(self, parts: int = 0) -> str:
        """Return the last parts of the path, without ``.git``; of a folder one by default, of any other address two."""
        path = self.folder or re.sub(_HOST, "", self.shown)
        found = [part for part in re.split(r"[/\\]", path.rstrip("/\\").removesuffix(".git")) if part]
        return "/".join(found[-(parts or (1 if self.folder else 2)) :]) or self.shown


def read_address(text: str, base: str) -> Address:
    """Read what a person wrote.

    Args:
        text: A path, a URL, or ``user@host:path``.
        base: The folder from which relative paths count.

    Raises:
        AddressError: If Git is not asked with such an address.
    """
    if _URL.match(text):
        return _of_url(text)
    path = os.path.normpath(os.path.join(base, os.path.expanduser(text)))
    if not os.path.exists(path):
        if _HELPER.match(text):
            raise AddressError(
                f"the address names a program of Git ({text.partition('::')[0]}::), which is not started"
            )
        if _SCP.match(text):
            return _of_host(text)
    return Address(path, path)


def _of_host(text: str) -> Address:
    user, _, rest = text.rpartition("@") if "@" in text.partition(":")[0] else ("", "", text)
    if user.startswith("-") or rest.startswith("-") or not text.isprintable():
        raise AddressError("Git cannot take this as an address")
    return Address(text)


def _of_url(text: str) -> Address:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise AddressError("the address is not a URL") from None
    if parts.scheme not in SCHEMES:
        raise AddressError(
            f"{parts.scheme}:// addresses are not fetched; take one of {', '.join(f'{name}://' for name in SCHEMES)}"
        )
    if parts.query or parts.fragment:
        raise AddressError(
            "the address has a part behind ? or #; leave it out, and put credentials into Git's configuration"
        )
    if parts.scheme == "file":
        if host not in ("", "localhost"):
            raise AddressError("a file:// address names a host; give the path of a folder of this machine")
        path = os.path.normpath(unquote(parts.path))
        return Address(path, path)
    if not host or host.startswith("-") or not text.isprintable():
        raise AddressError("the address names no host")
    netloc = f"[{host}]" if ":" in host else host
    netloc += f":{port}" if port is not None else ""
    if parts.scheme == "ssh" and parts.username:
        if parts.username.startswith("-"):
            raise AddressError("the address names no user")
        return Address(f"ssh://{parts.username}@{netloc}{parts.path}")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Address(f"{parts.scheme}://{netloc}{parts.path}", "", user, password)


def without_secrets(text: str, address: Address) -> str:
    """Return what Git said without the credentials of an address, or of any other."""
    secret = address.password or address.user  # a token may stand in the place of either
    if len(secret) > 3:
        text = text.replace(secret, "…")
    return re.sub(r"://[^/\s@'\"]+@", "://", text)
