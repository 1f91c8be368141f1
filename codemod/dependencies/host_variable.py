"""The variable ``MLFLOW_HOST``, which is the option ``--host`` of MLflow's server, where a file puts it into an environment."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME = "MLFLOW_HOST"
# `MLFLOW_HOST=x`, `MLFLOW_HOST: x`, `ENV MLFLOW_HOST x`, and in Kubernetes `name: MLFLOW_HOST` with `value: x` below it. `${MLFLOW_HOST:-x}` and
# `http://$MLFLOW_HOST:5000` use it.
_SETTING = re.compile(
    rf"""(?<![\w${{(%.-]){_NAME}["']?(?P<by>[ \t]*[?:]{{0,3}}=[ \t]*|[ \t]*:[ \t]*|[ \t]*\r?\n[ \t]*(?:-[ \t]+)?value[ \t]*:[ \t]*"""
    rf"""|(?<=ENV[ ]{_NAME})[ \t]+)["']?(?P<value>(?:\$\{{[^}}\n]{{0,200}}\}}|[^\s"',}}|=])+)"""
)
# A recipe of a Makefile, or of a justfile, whose variables stay within it unless they are exported.
_RECIPE = re.compile(r"(?m)^[\w./%$()-]+[^:=\r\n]{0,200}:(?!=)[^\r\n]*\r?\n(?:\t|    )[^\r\n]")
_EXPORTS = re.compile(rf"(?m)^[ \t]*(?:export[ \t]*$|\.EXPORT_ALL_VARIABLES|set export\b|export\b[^\r\n]*\b{_NAME}\b)")
# `http://${MLFLOW_HOST}:5000`, `http://$(MLFLOW_HOST)/`.
_IN_URL = re.compile(rf"://\$[{{(]?{_NAME}\b")
_OWN = (":=", "?=", "::=", ":::=")
_ADDRESS = re.compile(r"[\d.]+|\[?[0-9A-Fa-f]*:[0-9A-Fa-f:]*\]?|\*|[^${<\n]*[${<].*")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def settings(text: str) -> Iterator[re.Match[str]]:
    """Return where the variable is set for the processes that a file starts, each with the group ``value``.

    Args:
        text: Text whose comments are blanked.
    """
    if _NAME not in text:
        return
    exports, has_recipes = _EXPORTS.search(text) is not None, _RECIPE.search(text) is not None
    for found in _SETTING.finditer(text):
        by, value = found["by"].strip(), found["value"]
        starts_line = text[found.start() - 1 : found.start()] in ("", "\n")
        is_own = starts_line and (by in _OWN or (has_recipes and by == "="))
        is_passed_on = value.lstrip("$({").startswith(_NAME)
        if not (is_own and not exports) and not is_passed_on and "://" not in value:
            yield found


def is_loopback(address: str) -> bool:
    """Return whether only this machine reaches a server that listens on an address."""
    return address in _LOOPBACK


def may_be_address(value: str, text: str) -> bool:
    """Return whether a server can listen on a value of a file: an address, or what is known later.

    Names are those of a server that clients ask, and so is what is known later where the same file makes a URL of it.
    """
    is_later = "$" in value or "<" in value
    return _ADDRESS.fullmatch(value) is not None and not (is_later and _IN_URL.search(text) is not None)
