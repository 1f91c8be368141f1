"""Makes what others wrote harmless where it is shown: names of files, messages, code, answers of servers.

One function for each kind of place. What they make of a string they leave as it is when they see it again, except `for_annotation`,
which its reader undoes.
"""

from __future__ import annotations

import re

# What the logs of CI systems obey at the start of a line, or anywhere in it: GitHub Actions (actions/runner,
# src/Runner.Common/ActionCommand.cs), Azure Pipelines, TeamCity. GitLab's marks need an ESC.
_COMMAND = re.compile(r"^(\s*):(?=:)|#(?=#(?:\[|vso\[|teamcity\[))")

# https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """Escape what could break out of its line or steer a terminal, and bytes that are no text."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def for_line(text: str) -> str:
    """Escape a whole line for a terminal or a log: it stays one line, steers nothing, and is no command of a CI system."""
    shown = "\t".join(map(printable, text.split("\t")))
    return _COMMAND.sub(lambda found: f"{found[1] or ''}\\x{ord(found[0][-1]):02x}", shown)


def for_annotation(text: str) -> str:
    """Escape a message for a workflow command of GitHub; the runner undoes the escapes of ``%`` and of line ends."""
    lines = re.split(r"(\r\n|\r|\n)", text)
    kept = "".join(part if index % 2 else printable(part) for index, part in enumerate(lines))
    return kept.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def for_property(text: str) -> str:
    """Escape the value of a workflow command's property, which must not hold what ends one."""
    return for_annotation(text).replace(":", "%3A").replace(",", "%2C")


def for_xml(text: str) -> str:
    """Escape what XML cannot hold, not even as a reference; the characters of XML itself are for `inert_xml` and the caller."""
    return _NOT_XML.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def inert_json(written: str) -> str:
    """Write as escapes what the log of a CI system obeys; a reader of the JSON sees no difference, as only strings can hold it."""
    return written.replace("##", "#\\u0023")


def inert_html(written: str) -> str:
    """Write as references what the log of a CI system obeys; a browser sees no difference. Not for scripts and style sheets."""
    return re.sub(r"(?m)^([^\S\n]*)::", r"\1&#58;:", written).replace("##", "#&#35;")


def inert_xml(written: str) -> str:
    """Write as references what steers a terminal or the log of a CI system; a reader of the XML sees no difference."""
    written = "".join(c if c.isprintable() or c in "\t\n" else f"&#{ord(c)};" for c in written)
    return inert_html(written)
