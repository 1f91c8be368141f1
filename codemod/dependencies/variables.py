"""Variables that a shell script, a Dockerfile or a compose file sets for itself."""

from __future__ import annotations

import re

_SET = re.compile(
    r"""(?m)^[ \t]*(?:-[ \t]+)?(?:(?:ARG|ENV|export|set)[ \t]+)?(?P<name>[A-Za-z_]\w*)"""
    r"""(?:[ \t]*[?:]{0,3}[:=]=?[ \t]*|(?<=\w)[ \t]+)["']?(?P<value>[\w.:/*-]+)["']?[ \t]*\\?\r?$"""
)
# `: ${PORT:=5000}` sets it unless the environment has it.
_SET_BY_DEFAULT = re.compile(r"\$\{(?P<name>[A-Za-z_]\w*):?=(?P<value>[\w.:/*-]+)\}")
_USE = re.compile(
    r"\$\{\{[^{}]*\}\}|\$\{(?P<braced>\w+)(?::?-(?P<default>[^${}]*))?\}|\$\((?P<make>\w+)\)|\$(?P<plain>\w+)"
)


class Substitutions:
    """What a file sets its variables to; of a variable that it sets twice nothing is known."""

    def __init__(self, text: str) -> None:
        values: dict[str, set[str]] = {}
        for found in (*_SET.finditer(text), *_SET_BY_DEFAULT.finditer(text)):
            values.setdefault(found["name"], set()).add(found["value"])
        self._values = {name: next(iter(each)) for name, each in values.items() if len(each) == 1}

    def resolved(self, text: str) -> str | None:
        """Return a string with its variables replaced; None when one is not known."""
        for _ in range(4):
            unknown = False

            def value(found: re.Match[str]) -> str:
                nonlocal unknown
                name = found["braced"] or found["make"] or found["plain"]
                known = self._values.get(name) if name else None
                if known is None:
                    known = found["default"]
                if known is None:
                    unknown = True
                return known or ""

            text = _USE.sub(value, text)
            if unknown:
                return None
            if "$" not in text:
                return text
        return None
