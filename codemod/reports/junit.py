"""The report as JUnit's XML: one test case for each file; findings are its failure."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from codemod.findings import Outcome, State
from codemod.reports.base import Report, left, place_text, reasons, remedy
from codemod.reports.escaping import for_xml, inert_xml


def render(report: Report) -> str:
    """Return the document."""
    cases = [_case(outcome) for outcome in report.outcomes]
    failures = sum(bool(left(outcome)) and not reasons(outcome) for outcome in report.outcomes)
    errors = sum(bool(reasons(outcome)) for outcome in report.outcomes)
    skipped = sum(outcome.state is State.SKIPPED for outcome in report.outcomes)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    # Tools that read JUnit's XML want a suite's time; nothing here was measured file by file.
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="mlflow-codemod" {counts}>\n'
        f'<testsuite name="mlflow-codemod" {counts} time="0">\n'
        f"{''.join(cases)}"
        "</testsuite>\n</testsuites>\n"
    )


def text(value: str) -> str:
    """Write characters between tags."""
    return inert_xml(escape(for_xml(value)))


def attribute(value: str) -> str:
    """Write an attribute's value, with its quotes."""
    return inert_xml(quoteattr(for_xml(value), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}))


def _case(outcome: Outcome) -> str:
    start = (
        f'<testcase classname="mlflow-codemod" name={attribute(outcome.path)} file={attribute(outcome.path)} time="0"'
    )
    parts = []
    findings = left(outcome)
    lines = [
        f"{place_text(outcome.path, one)}: {one.code} {one.message} [{one.severity.value}, {remedy(one)}]"
        for one in findings
    ]
    bad = reasons(outcome)
    if bad:  # a test case has one result, and the worst one counts
        body = text("\n".join([*bad, *lines]))
        parts.append(f'<error type="not analysed" message={attribute(bad[0])}>{body}</error>\n')
    elif findings:
        codes = ", ".join(sorted({one.code for one in findings}))
        number = f"{len(findings)} finding{'s' if len(findings) != 1 else ''}: {codes}"
        parts.append(
            f"<failure type={attribute(codes)} message={attribute(number)}>{text(chr(10).join(lines))}</failure>\n"
        )
    elif outcome.state is State.SKIPPED:
        parts.append(f"<skipped message={attribute(outcome.reason)}/>\n")
    return f"{start}>\n{''.join(parts)}</testcase>\n" if parts else f"{start}/>\n"
