"""How JetBrains' editors keep what they start: an XML file for each program, in `.idea/runConfigurations` or as `*.run.xml`."""

from __future__ import annotations

import re

# A setting of the program, or a variable of its environment.
_ENTRY = re.compile(r"""<(?P<kind>option|env)\s+name="(?P<name>[^"<>]*)"\s+value="(?P<value>[^"<>]*)\"""")
_PROGRAM, _PARAMETERS = "SCRIPT_NAME", "PARAMETERS"
# What a shell runs stands there whole.
_WHOLE = ("SCRIPT_TEXT",)


def is_run_configuration(text: str) -> bool:
    """Return whether what a file holds is such a configuration, as far as its beginning shows."""
    return text.lstrip("\ufeff \t\r\n").startswith("<")


def commands(text: str) -> str:
    """Blank all of such a file but for commands and variables, each on a line of its own, so that every offset stays."""
    blank = list(re.sub(r"[^\r\n]", " ", text))
    program: int | None = None
    for entry in _ENTRY.finditer(text):
        if entry["kind"] == "env":
            for group in ("name", "value"):
                blank[slice(*entry.span(group))] = entry[group]
        elif entry["name"] == _PROGRAM:
            end = entry.end("value")
            program = end if entry["value"].rpartition("/")[2] == "mlflow" else None
            if program is not None:
                blank[end - len("mlflow") : end] = "mlflow"
        elif entry["name"] in _WHOLE or (entry["name"] == _PARAMETERS and program is not None):
            start = entry.start("value")
            blank[start : entry.end("value")] = entry["value"]
            if entry["name"] == _PARAMETERS and program is not None:
                blank[program:start] = " " * (start - program)  # one command, on one line
                program = None
    return "".join(blank)
