"""Variables and lists of words that a shell script, a Dockerfile, a compose file or a unit of systemd sets for itself."""

from __future__ import annotations

import re

_SET = re.compile(
    r"""(?m)^[ \t]*(?:-[ \t]+)?(?:(?:ARG|ENV|export|set)[ \t]+|Environment=["']?)?(?P<name>[A-Za-z_]\w*)"""
    r"""(?:[ \t]*[?:]{0,3}[:=]=?[ \t]*|(?<=\w)[ \t]+)["']?(?P<value>[\w.:/*-]+)["']?[ \t]*\\?\r?$"""
)
# `: ${PORT:=5000}` sets it unless the environment has it.
_SET_BY_DEFAULT = re.compile(r"\$\{(?P<name>[A-Za-z_]\w*):?=(?P<value>[\w.:/*-]+)\}")
_USE = re.compile(
    r"\$\{\{[^{}]*\}\}|\$\{(?P<braced>\w+)(?::?-(?P<default>[^${}]*))?\}|\$\((?P<make>\w+)\)|\$(?P<plain>\w+)"
)


# What more than one word is set to: `ARGS=(--host 0.0.0.0)`, `OPTIONS="--host 0.0.0.0"`, `OPTIONS += --host 0.0.0.0`.
_SET_TO_WORDS = re.compile(
    r"""(?m)^[ \t]*(?:(?:ARG|ENV|export|local|declare|readonly)[ \t]+(?:-\w+[ \t]+)?)?(?P<name>[A-Za-z_]\w*)[ \t]*[?:+]{0,3}=[ \t]*"""
    r"""(?:\((?P<array>[^()]{0,4000})\)|"(?P<quoted>[^"\r\n]{0,4000})"|'(?P<single>[^'\r\n]{0,4000})'|(?P<bare>-[^\r\n]{0,4000}))"""
)
_WORDS_USE = re.compile(r"""["']?\$(?:\{(?P<braced>\w+)(?:\[[@*]\])?\}|\((?P<make>\w+)\)|(?P<plain>\w+))["']?""")


class Substitutions:
    """What a file sets its variables to; of a variable that it sets twice nothing is known."""

    def __init__(self, text: str) -> None:
        values: dict[str, set[str]] = {}
        for found in (*_SET.finditer(text), *_SET_BY_DEFAULT.finditer(text)):
            values.setdefault(found["name"], set()).add(found["value"])
        self._values = {name: next(iter(each)) for name, each in values.items() if len(each) == 1}
        self._text = text
        self._words: dict[str, str] | None = None

    def with_words(self, options: str) -> str:
        """Return the options of a command with all words that its variables may hold in their places; a variable may be set in parts."""
        if "$" not in options:
            return options
        if self._words is None:
            self._words = {}
            for found in _SET_TO_WORDS.finditer(self._text):
                words = next(group for group in found.group("array", "quoted", "single", "bare") if group is not None)
                if "-" in words:
                    self._words[found["name"]] = f"{self._words.get(found['name'], '')} {words}"
        known = self._words

        def value(found: re.Match[str]) -> str:
            return known.get(found["braced"] or found["make"] or found["plain"], found[0])

        return _WORDS_USE.sub(value, options)

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
