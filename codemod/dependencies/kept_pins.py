"""Pins that only a person can raise: kept on purpose, capped by a neighbour, or of the client without a database."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from codemod.dependencies.places import PIN, Choices, Place
from codemod.findings import Safety

# What people write beside a pin that must not move.
_KEPT = re.compile(
    r"\b(?:keep|kept|hold|held|stay(?:s)?|freeze|frozen|pinned?|lock(?:ed)?|stick|stuck|required by|until|because|due to|"
    r"(?:do|does|did|must|should|can|could)(?:n't| not)|cannot|not (?:yet )?(?:support|compatible|work)\w*|incompatib\w+|break(?:s|ing)?|"
    r"fail(?:s)?|conflict(?:s)?|to work with|workaround|for now|compat\w*|on purpose)\b",
    re.IGNORECASE,
)
# What gives a reason for something: for the pin only where the comment speaks of MLflow or its releases, or of something old.
_REASON = re.compile(r"\b(?:requires?|needed (?:by|for))\b", re.IGNORECASE)
_OLD = re.compile(r"\b(?:old|older|legacy)\b|(?<!python)(?<!python )<", re.IGNORECASE)
_RELEASE = r"v?[23](?:\.(?:\d{1,4}|[x*]))"
# What a comment speaks of that means MLflow: its name, or a line of its releases. Any other 2 or 3 may count something, or be a release of
# something else: "3 workers", "step 2", "Python 3".
_ABOUT = re.compile(
    r"mlflow|(?:\b(?:on|at|to|with|for|below|under|before|until|than|because|version|releases?|keep|kept|hold|held|stays?|pin(?:ned)?|lock(?:ed)?|"
    r"stick|stuck|frozen|freeze|past|above|beyond|use|avoid|major|line)[ ]?|[,:;(][ ]?|\A[#\s]{0,9})"
    rf"{_RELEASE}{{0,2}}(?!\w|\.\w)"
    r"(?![ ](?!(?:breaks?|fails?|is|has|yet|for|because|until|due|and|or|since|as|where|when|which|that|does|do|can|cannot|needs|line|series|"
    r"releases?|would|will|here|only|by|removes?|drops?|renames?|changes?|refuses|requires)\b)[a-z])|"
    # A bound, or a release with a dot: what stands behind it does not make it a number of things.
    rf"(?:(?<![\w<>=~])(?<!python )[<>=~]=?[ ]?v?[23](?!\w)|(?:\b(?:is|was|past|above|below|on|at|to|than)[ ]|[,:;(][ ]?){_RELEASE}{{1,2}}(?!\w|\.\w))",
    re.IGNORECASE,
)
# Packages that extend MLflow, or that bound it from above in releases which are in use: the wheels' own metadata.
AZURE = "azureml-mlflow"
NEIGHBOURS = {
    AZURE: (
        "its plugin must be raised with MLflow (1.60 cannot be called by MLflow 3; 1.62.0.post6 requires mlflow-skinny<=3.15), and "
        "Azure ML's own server may not have what MLflow 3 asks for"
    ),
    "sagemaker-mlflow": "its plugin must be raised with MLflow, and SageMaker's own server decides which client it answers",
    "mlflow-jfrog-plugin": "its plugin must be raised with MLflow",
    "databricks-genai": "its releases bound MLflow from above (1.1.7: <=2.19)",
    "databricks-feature-store": "its releases are made for MLflow 2",
    "databricks-feature-engineering": "its releases bound MLflow: raise both together",
    "databricks-agents": "its releases bound MLflow: raise both together",
}
_NEIGHBOUR = re.compile(
    rf"(?<![\w./@-])(?P<name>{'|'.join('[-_.]'.join(name.split('-')) for name in NEIGHBOURS)})(?![\w-])", re.IGNORECASE
)
# The environment of a job of Azure ML, as its YAML and its client name one, or its image: they bring that plugin.
_OF_AZURE = re.compile(
    r"""(?<![\w.])environment(?:["']?[ \t]{0,9}:[ \t]{0,9}["']?|[ \t]{0,9}=[ \t]{0,9}f?["'])(?:azureml:|AzureML-)|/azureml/curated/"""
)
_COMMENT = re.compile(r"(?:^|(?<=\s))#(?P<text>[^\r\n]*)", re.MULTILINE)
# How far behind a pin its comment begins: a line may hold thousands of pins.
_NEAR = 2000
# A list of requirements, and where it ends.
_GROUP = re.compile(r"""(?m)^[ \t]{0,20}["']?(?P<name>[\w.-]{1,60})["']?[ \t]{0,9}[=:][ \t]{0,9}\[""")
_END = re.compile(r"(?m)\][ \t]{0,9},?[ \t]{0,9}$")
_FOR_2 = re.compile(r"(?i)mlflow[-_.]?[12](?!\d)")
_FULL = re.compile(r"(?<![\w./-])(?:mlflow(?![\w./-])|sqlalchemy\b)", re.IGNORECASE)


def judged_pins(places: Iterable[Place], text: str, plain: str, choices: Choices) -> Iterator[Place]:
    """Take the edits from the pins that only a person can raise, and say why.

    Args:
        places: What was found in a file.
        text: The file.
        plain: The same with its comments blanked.
        choices: What the run wants.
    """
    neighbour, names_full = _around(plain)
    is_full = choices.names_store or names_full
    for place in places:
        reason = _reason(place, text, plain, neighbour, is_full=is_full) if place.code == PIN and place.edits else ""
        if reason:
            before = place.message.partition("; ")[0]
            yield replace(place, message=f"{before}; {reason}", safety=Safety.MANUAL, edits=())
        else:
            yield place


@functools.lru_cache(maxsize=4)  # a file of code asks once for each of its requirements
def _around(plain: str) -> tuple[re.Match[str] | None, bool]:
    """Return the first package beside a pin that bounds MLflow, and whether a package brings the database."""
    return _NEIGHBOUR.search(plain), _FULL.search(plain) is not None


def _reason(place: Place, text: str, plain: str, neighbour: re.Match[str] | None, *, is_full: bool) -> str:
    comment = _comment(text, place)
    if comment:
        return f"kept: its comment says so ({comment!r})"
    group = _group(place, plain)
    if _FOR_2.search(group):
        return f"kept: its group is called `{group}`"
    if neighbour is None and _OF_AZURE.search(plain) is not None:
        return f"kept: it is installed into an environment of Azure ML, beside `{AZURE}`: {NEIGHBOURS[AZURE]}"
    if neighbour is not None:
        name = neighbour["name"].lower().replace("_", "-").replace(".", "-")
        return f"kept: it stands beside `{name}`: {NEIGHBOURS[name]}"
    pin = plain[place.start : place.end].lower()
    if "skinny" in pin and "[databricks" not in pin and not is_full:  # Databricks is its own tracking server
        return (
            "MLflow 3 keeps runs in a database where no store is named, and `mlflow-skinny` brings no SQLAlchemy: name a tracking "
            "server, install `mlflow`, or add sqlalchemy and alembic"
        )
    return ""


def _group(place: Place, plain: str) -> str:
    """Return the name of the list of requirements that a pin stands in, such as an extra's; "" where none is seen."""
    before = plain[max(0, place.start - _NEAR) : place.start]
    found = [*_GROUP.finditer(before)][-1:]
    return found[0]["name"] if found and _END.search(before, found[0].end()) is None else ""


def _says_why(comment: str) -> bool:
    """Return whether a comment gives a reason for the release of MLflow."""
    return _REASON.search(comment) is not None and any(each.search(comment) for each in (_ABOUT, _OLD))


def _comment(text: str, place: Place) -> str:
    """Return the comment that keeps a pin: behind it, or on a line of its own above it that speaks of MLflow or its releases."""
    near = place.end + _NEAR
    line_end = text.find("\n", place.end, near)
    behind = _COMMENT.search(text, place.end, near if line_end < 0 else line_end)
    if behind is not None and (_KEPT.search(behind["text"]) or _says_why(behind["text"])):
        return " ".join(behind["text"].split())[:80]
    line_start = text.rfind("\n", 0, place.start) + 1
    above = text[text.rfind("\n", 0, max(0, line_start - 1)) + 1 : line_start].strip()
    above = above.removeprefix("# MAGIC").strip()
    if above.startswith("#") and _ABOUT.search(above) and (_KEPT.search(above) or _says_why(above)):
        return " ".join(above.lstrip("# ").split())[:80]
    return ""
