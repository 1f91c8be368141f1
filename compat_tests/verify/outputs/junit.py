"""The result as JUnit's XML: a test suite for each world, a test case for each row and for each place that must run."""

from __future__ import annotations

from codemod.reports.junit import attribute, text
from compat_tests.verify.outputs.text import verdict_sentence
from compat_tests.verify.places import MeasuredPlace
from compat_tests.verify.proof import ComparedWorld, Proof
from compat_tests.verify.rows import Row, Status


def render(proof: Proof) -> str:
    """Return the document."""
    suites = [_suite(f"world {cell.label}", [_row(cell, row) for row in cell.rows]) for cell in proof.cells]
    if proof.places:
        suites.append(_suite("places that ran", [_place(place) for place in proof.places]))
    suites.append(_suite("verdict", [_verdict(proof)]))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="verify">\n{"".join(suites)}</testsuites>\n'


def _suite(name: str, cases: list[str]) -> str:
    counts = " ".join(
        f'{kind}="{sum(f"<{tag}" in case for case in cases)}"'
        for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
    )
    return f'<testsuite name={attribute(name)} tests="{len(cases)}" {counts} time="0">\n{"".join(cases)}</testsuite>\n'


def _case(group: str, name: str, inner: str = "", file: str = "") -> str:
    where = f" file={attribute(file)}" if file else ""
    start = f'<testcase classname={attribute(group)} name={attribute(name)}{where} time="0"'
    return f"{start}>{inner}</testcase>\n" if inner else f"{start}/>\n"


def _row(cell: ComparedWorld, row: Row) -> str:
    inner = ""
    if row.differs:
        body = f"in the first: {row.first}\nin {cell.label}: {row.second}\n{row.reason} {row.rule}".strip()
        inner = f"<failure message={attribute(row.status.value)}>{text(body)}</failure>"
    elif row.status is Status.NOT_COMPARABLE:
        inner = f"<skipped message={attribute(row.reason)}/>"
    return _case(row.kind, row.key, inner)


def _place(place: MeasuredPlace) -> str:
    inner = ""
    if place.ran == "did not run":
        inner = f"<failure message={attribute('did not run')}>{text(place.message)}</failure>"
    elif place.ran != "ran":
        inner = f"<skipped message={attribute(place.ran)}/>"
    return _case("changed place" if place.changed else "open finding", str(place), inner, place.path)


def _verdict(proof: Proof) -> str:
    sentence = verdict_sentence(proof)
    inner = ""
    if proof.failure is not None:
        inner = f"<error message={attribute(sentence)}>{text(chr(10).join(proof.failure.output))}</error>"
    elif proof.exit_code:
        inner = f"<failure message={attribute(sentence)}/>"
    return _case("verdict", proof.project, inner)
