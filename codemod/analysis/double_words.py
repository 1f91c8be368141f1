"""Tells from a file's bytes whether it may put something in the place of MLflow, as tests do: most files do not."""

from __future__ import annotations

import re

#: Files without one of these hold no doubles. Each is looked for by itself, and each pattern begins with a fixed string: one pattern for
#: all takes ten times as long.
_WORDS = (
    b"mock", b"patch", b"simplenamespace", b"stub", b"fake", b"dummy", b"sys.modules", b"run_uuid", b"signature_dict",
    b"artifact_uri", b"call_args", b"object_hook", b"object_pairs_hook", b"namespace(**", b"getsource",
    b".__file__", b'.py"', b".py'", b"importerror", b"modulenotfounderror",
    b"assert_called", b"assert_any_call", b"assert_has_calls", b"assert_awaited", b"function_wrapper",
    b"def log_model", b"def save_model", b"def log_explainer", b"def save_explainer",
)  # fmt: skip
_PUTS = (
    re.compile(rb"_model(?:(?<=\.log_model)|(?<=\.save_model))[ \t]{0,20}=(?!=)"),
    re.compile(rb"setattr\([^\r\n]{0,80}(?:log|save)_model"),
    re.compile(rb"mlflow(?:\.\w{1,60}){1,8}[ \t]{0,20}=(?!=)"),
    # A function that takes the place of a module's or an object's: `job.push = record`.
    re.compile(rb"(?<!self)(?<!cls)\.\w{1,60}[ \t]{0,20}=(?!=)[^=\r\n]{0,80}(?:\blambda\b|\bstaticmethod\()"),
    re.compile(rb"(?<!self)(?<!cls)\.\w{1,60}[ \t]{0,20}=[ \t]{0,20}[a-z_]\w{0,60}[ \t]{0,20}(?:[\r\n#]|\Z)"),
)
#: What shows, in a file that does not name MLflow, that it may hold a double. All files of a run are asked, and looking for fixed strings
#: one after the other is three times as fast as one pattern for all. The first show that it makes one, the second that it asks one.
_OFFERS = (
    b"artifact_path",
    b"artifact_uri",
    b"run_uuid",
    b"signature_dict",
    b"def log_model",
    b"def save_model",
    b"mlflow",
    b"object_hook",
    b"object_pairs_hook",
    b"Namespace(**",
    b"getsource",
    b".__file__",
)
_ASKS = (b"call_args", b"mock_calls", b"assert_called", b"assert_any", b"assert_has", b".setattr(", b"patch(")


def speaks_of_doubles(data: bytes) -> bool:
    """Return whether one of the words stands in a file without which it makes no double."""
    lowered = data.lower()
    return any(word in lowered for word in _WORDS) or any(pattern.search(lowered) for pattern in _PUTS)


def hides_doubles(data: bytes) -> bool:
    """Return whether a file that has nothing else to say of MLflow may hold a double of it."""
    return any(needle in data for needle in (*_OFFERS, *_ASKS)) and speaks_of_doubles(data)


def offers_doubles(data: bytes) -> bool:
    """Return whether such a file may make a double; one that does not only asks the mocks that tested code of its imports was given."""
    return any(needle in data for needle in _OFFERS)
