"""The fixes that a person declined, kept outside of the project so that the next run does not ask about them again.

They are one person's answers, so they do not belong into the repository, where a ``noqa`` comment says the same for all. They
are kept with the person's other program data, not in a cache: what is in a cache may be thrown away at any time.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping

from codemod.disk import writing
from codemod.disk.reading import read_regular
from codemod.errors import WrongUseError

VERSION = 1


def path() -> str:
    """Return the file: below XDG_STATE_HOME, and where systems without that keep such data."""
    if os.name == "nt":
        folder = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~")
    elif sys.platform == "darwin":
        folder = os.path.expanduser("~/Library/Application Support")
    else:
        folder = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(folder, "mlflow-codemod", "declined.json")


def read_declined(file: str) -> dict[str, dict[str, str]]:
    """Return what was declined: by the real path of each input, fingerprints and the code of their rule.

    Raises:
        WrongUseError: If the file cannot be read, or is none of this program's.
    """
    try:
        content = json.loads(read_regular(file))
        if content["version"] == VERSION:
            return {
                str(name): {str(fingerprint): str(code) for fingerprint, code in of_input.items()}
                for name, of_input in content["files"].items()
            }
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise WrongUseError(f"{file}: declined fixes cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        pass
    raise WrongUseError(f"{file}: is not a list of declined fixes; remove it to be asked again")


def remember(file: str, name: str, declined: Mapping[str, str]) -> None:
    """Note what is declined in one input from now on; what others noted meanwhile stays.

    Raises:
        WrongUseError: If the file cannot be read, or is none of this program's.
        codemod.disk.writing.WriteError: If it cannot be written.
    """
    known = read_declined(file)
    if known.get(name, {}) == declined:
        return
    known[name] = dict(sorted(declined.items()))
    kept = {each: known[each] for each in sorted(known) if known[each]}
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
    except OSError as error:
        raise writing.WriteError(f"cannot be written: {writing.reason(error)}") from error
    # Escaped beyond ASCII: a name may hold bytes that are no text.
    writing.write_new(file, (json.dumps({"version": VERSION, "files": kept}, indent=1) + "\n").encode())
