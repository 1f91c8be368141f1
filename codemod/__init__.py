"""Moves MLflow 2 code to MLflow 3: finds, rewrites and reports. Imports neither MLflow nor torch.

For programs, `check` and `apply` do what the commands of the same names do; see `codemod.api`.
"""

from codemod.version import __version__

__all__ = [
    "check", "apply", "project_settings", "Settings", "Result", "Found", "Outcome", "Finding", "Location", "Counts", "State",
    "Safety", "Severity", "WrongUseError", "__version__",
]  # fmt: skip

# `python -m codemod` comes here while a scanned project's `typing.py` could still take the place of Python's: so nothing of Python
# is imported, and type checkers take a name that is spelled so for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from codemod.api import (
        Counts,
        Finding,
        Found,
        Location,
        Outcome,
        Result,
        Safety,
        Settings,
        Severity,
        State,
        WrongUseError,
        apply,
        check,
        project_settings,
    )


def __getattr__(name: str) -> object:
    """Load the API when somebody asks for a part of it: the command line starts without."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import codemod.api

    value: object = getattr(codemod.api, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
