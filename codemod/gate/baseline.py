"""The findings that a team knows and tolerates, in a file beside the code."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codemod.disk.reading import read_regular
from codemod.errors import WrongUseError
from codemod.findings import Outcome
from codemod.gate.fingerprints import fingerprints

VERSION = 1
_KEY = "mlflow-codemod-baseline"
_TEXT = 200


@dataclass(frozen=True, slots=True, order=True)
class KnownFinding:
    """One known finding.

    Attributes:
        path: Its file, relative to the folder of the baseline, with ``/`` between folders.
        code: Its rule.
        text: The source line, for people who read the baseline.
        fingerprint: What it is known by; see `codemod.gate.fingerprints`.
    """

    path: str
    code: str
    text: str
    fingerprint: str


def entries(outcome: Outcome, folder: str) -> list[KnownFinding | None]:
    """Return one entry for each finding of an input; None for those that need nothing any more.

    Args:
        outcome: The input.
        folder: The folder of the baseline, absolute and without symbolic links.
    """
    path = relative(outcome.path, folder)
    return [
        None
        if finding.fixed or finding.suppressed
        else KnownFinding(path, finding.code, " ".join(finding.source_line.split())[:_TEXT], name)
        for finding, name in zip(outcome.findings, fingerprints(path, outcome.findings), strict=True)
    ]


def relative(path: str, folder: str) -> str:
    """Return a path as entries write it."""
    parent, name = os.path.split(os.path.abspath(path))
    real = os.path.join(os.path.realpath(parent), name)
    return os.path.relpath(real, folder).replace(os.sep, "/")


def read_baseline(path: str) -> set[KnownFinding]:
    """Read a baseline.

    Raises:
        WrongUseError: If it cannot be read, or is none.
    """
    try:
        text = read_regular(path).decode("utf-8")
    except FileNotFoundError as error:
        raise WrongUseError(f"{path}: no such baseline; `baseline write` makes one") from error
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUseError(
            f"{path}: cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}"
        ) from error
    try:
        head, *rows = json.loads(text)
        version = head[_KEY]
        if version == VERSION:
            return {KnownFinding(*(str(row[name]) for name in ("path", "code", "text", "fingerprint"))) for row in rows}
    except json.JSONDecodeError as error:
        conflict = "; settle the conflict of the merge first" if "<<<<<<<" in text else ""
        raise WrongUseError(f"{path}:{error.lineno}: is not a baseline: it is not JSON{conflict}") from error
    except RecursionError:
        raise WrongUseError(f"{path}: is not a baseline: it is nested too deeply to be read") from None
    except (KeyError, TypeError, ValueError) as error:
        raise WrongUseError(f"{path}: is not a baseline; `baseline write` to another file makes one") from error
    raise WrongUseError(f"{path}: has format {version}, and this release reads format {VERSION}; use the same release")


def baseline_text(known: Iterable[KnownFinding]) -> str:
    """Write a baseline: the same for the same findings, whatever their order.

    Each entry has a line of its own that begins with its comma, and the first line is always the same. So the merge of
    two branches that each take or add entries is again a baseline.
    """
    rows = [
        {"path": entry.path, "code": entry.code, "text": entry.text, "fingerprint": entry.fingerprint}
        for entry in sorted(set(known))
    ]
    # Escaped beyond ASCII: a line of source may hold what no encoding takes, or what an editor reads as a line's end.
    return "\n".join([f"[{json.dumps({_KEY: VERSION})}", *("," + json.dumps(row) for row in rows), "]", ""])


def is_entry_below(entry: KnownFinding, folder: str, named: Sequence[str]) -> bool:
    """Return whether an entry's file is one of some named paths, written as by `relative`, or lies below one."""
    path = os.path.normpath(os.path.join(folder, entry.path))
    tops = [os.path.normpath(os.path.join(folder, name)) for name in named]
    return any(path == top or path.startswith(os.path.join(top, "")) for top in tops)
