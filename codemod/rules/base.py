"""What a rule is: data, examples, and where it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from codemod.findings import Safety, Severity
from codemod.rewriting.matches import Match as Match

if TYPE_CHECKING:
    from codemod.analysis.context import Target
    from codemod.rules.selectors import Selector


@dataclass(frozen=True, slots=True)
class Run:
    """What a program does on one line of MLflow; compat_tests executes it on the real one.

    Attributes:
        raises: ``"MlflowException: untrusted types"``: the error's class and a regular expression searched in its text; None
            when the program ends normally.
        says: Regular expression that must be found in a log record of ``mlflow`` or in a warning.
        silent: Regular expression that must not be found there.
    """

    raises: str | None = None
    says: str | None = None
    silent: str | None = None

    @property
    def shows(self) -> Severity | None:
        """Return what the run of an unchanged program on the target shows of it; None when it shows nothing.

        A failed assertion is the program's own: MLflow did something, but not what the program expects.
        """
        if self.raises is not None:
            return Severity.CHANGES if self.raises.startswith("AssertionError") else Severity.BREAKS
        return Severity.DEPRECATED if self.says is not None else None


@dataclass(frozen=True, slots=True)
class Example:
    """A piece of code with what the rule makes of it; it drives the tests, ``explain`` and the documentation.

    A string that begins with a line break stands in the module as a block: its margin, which is that of its closing quotes, and the
    first line break are no part of it.

    Attributes:
        title: What the example shows, as a sentence fragment.
        before: The code as it stands in a user's file.
        after: The code after ``apply`` (with ``--unsafe`` where the rule is unsafe); None when nothing is edited.
        found: Whether the rule has a finding in ``before``. Without it the example is an *untouched* one.
        settings: Values of `codemod.settings.Settings` that differ from the defaults.
        runs: What the whole programs ``before``, ``after`` and ``by_hand`` do on MLflow 2.22 and on the newest MLflow 3, by
            keys such as ``"2 before"``, ``"3 after"`` and ``"3 by hand"``. A missing key means that nothing is claimed.
        path: The file's name, which says what kind of file it is.
        by_hand: What a person can make of code that is only reported, for instance.
    """

    title: str
    before: str
    after: str | None = None
    found: bool = True
    settings: Mapping[str, object] = field(default_factory=dict)
    runs: Mapping[str, Run] = field(default_factory=dict)
    path: str = "example.py"
    by_hand: str | None = None

    def __post_init__(self) -> None:
        for name in ("before", "after", "by_hand"):
            text = getattr(self, name)
            if text is not None and text.startswith("\n"):
                object.__setattr__(self, name, _without_margin(text))

    @property
    def runnable(self) -> bool:
        """Whether the strings are whole programs."""
        return bool(self.runs)

    @property
    def kind(self) -> Literal["fixed", "reported", "untouched"]:
        """What becomes of the code."""
        if self.after is not None:
            return "fixed"
        return "reported" if self.found else "untouched"


def _without_margin(text: str) -> str:
    margin = text[text.rindex("\n") :]
    return text.replace(margin, "\n")[1:]


def untouched(title: str, before: str, **settings: object) -> Example:
    """Make an example in which the rule must find nothing."""
    return Example(title, before, found=False, settings=settings)


def reported(title: str, before: str, **settings: object) -> Example:
    """Make an example in which the rule finds something that only a person can decide."""
    return Example(title, before, settings=settings)


def fixed(title: str, before: str, after: str, **settings: object) -> Example:
    """Make an example that the rule rewrites."""
    return Example(title, before, after, settings=settings)


def untouched_file(title: str, path: str, before: str, **settings: object) -> Example:
    """Make an example of a file of another kind, in which the rule must find nothing."""
    return Example(title, before, found=False, path=path, settings=settings)


def reported_file(title: str, path: str, before: str, **settings: object) -> Example:
    """Make an example of a file of another kind, in which the rule finds something that only a person can decide."""
    return Example(title, before, path=path, settings=settings)


def fixed_file(title: str, path: str, before: str, after: str, **settings: object) -> Example:
    """Make an example of a file of another kind that the rule rewrites."""
    return Example(title, before, after, path=path, settings=settings)


def program(
    title: str,
    before: str,
    after: str | None = None,
    *,
    runs: Mapping[str, Run],
    by_hand: str | None = None,
    **settings: object,
) -> Example:
    """Make an example that is a whole program, with what it does on MLflow 2 and 3."""
    return Example(title, before, after, settings=settings, runs=runs, by_hand=by_hand)


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One kind of MLflow 2 code that MLflow 3 treats differently.

    Attributes:
        code: Stable code, such as ``"MLF101"``; a rule keeps its code for ever.
        name: Short name in kebab case.
        summary: One sentence for lists.
        why: Markdown paragraphs: what MLflow 3 does, since which release, and the MLflow source that proves it.
        safety: The verdict of the usual finding.
        severity: What usually happens on the target when a place stays as it is; a mapping when that depends on the target:
            from the release on that is the key, such as ``{"3.0": Severity.DEPRECATED, "3.13": Severity.BREAKS}``.
        on: Where it looks in Python code, each with the function that judges what stands there.
        examples: Before / after / untouched; most are untouched ones.
        opt_in: Whether the rule runs only when it is asked for by name.
        since: First MLflow 3 release in which the old form stops working or warns.
    """

    code: str
    name: str
    summary: str
    why: str
    safety: Safety
    severity: Severity | Mapping[str, Severity]
    on: tuple[Selector, ...]
    examples: tuple[Example, ...]
    opt_in: bool = False
    since: str = "3.0"

    def severity_on(self, target: Target) -> Severity:
        """Return what the usual match means on a target."""
        if isinstance(self.severity, Severity):
            return self.severity
        severities = [severity for release, severity in self.severity.items() if target.at_least(release)]
        return severities[-1] if severities else next(iter(self.severity.values()))
