"""The report as one page that needs nothing else: no network, no script; light or dark as the reader's system is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from codemod import __version__
from codemod.findings import Finding, Outcome, State
from codemod.reports.base import Report, left, place, reasons, remedy
from codemod.reports.checklist import Check, needy
from codemod.reports.compatibility import World
from codemod.reports.html_style import STYLE
from codemod.reports.lines import printable
from codemod.reports.markdown import summary
from codemod.reports.phrases import REMEDIES
from codemod.reports.statistics import by_folder, by_rule
from codemod.rules import all_rules
from codemod.sources import Source

_STATUS = {"done": ("✓", "done"), "open": ("✗", "open"), "not applicable": ("–", "none")}


def render(report: Report, checks: Sequence[Check] = (), worlds: Sequence[World] | None = None) -> str:
    """Return the page; see `codemod.reports.markdown.render`."""
    sections = [
        ("checklist", "Checklist", list(_checklist(checks))),
        ("person", "Needs a person first", list(_needy(report))),
        ("folders", "Progress by folder", list(_folders(report))),
        ("rules", "Rules", list(_rules(report))),
        ("compatibility", "Compatibility", list(_worlds(worlds))),
        ("findings", "Findings", list(_files(report))),
        ("skipped", "Skipped", list(_skipped(report))),
    ]
    shown = [(name, title, lines) for name, title, lines in sections if lines]
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>MLflow 3 migration</title>\n<style>\n{STYLE}</style>\n</head>\n<body>",
        '<a class="skip" href="#main">Skip to the report</a>',
        f'<header>\n<h1>MLflow 3 migration</h1>\n<p class="lead">{message(summary(report))}</p>\n{_figures(report, checks)}</header>',
        '<nav aria-label="Sections"><ul>',
        *(f'<li><a href="#{name}">{title}</a></li>' for name, title, _ in shown),
        '</ul></nav>\n<main id="main">',
    ]
    for name, title, lines in shown:
        parts.append(f'<section aria-labelledby="{name}">\n<h2 id="{name}">{title}</h2>')
        parts += [*lines, "</section>"]
    target = text(report.settings.target)
    parts.append(
        f"</main>\n<footer><p>mlflow-codemod {__version__}, target MLflow {target}</p></footer>\n</body>\n</html>\n"
    )
    return "\n".join(parts)


def text(value: str) -> str:
    """Write text between tags or in a quoted attribute."""
    return escape(printable(value))


def message(value: str) -> str:
    """Write a message, whose backticks mark code."""
    parts = value.split("`")
    if len(parts) % 2 == 0:  # one backtick without its partner
        return text(value)
    return "".join(f"<code>{text(part)}</code>" if index % 2 else text(part) for index, part in enumerate(parts))


def _figures(report: Report, checks: Sequence[Check]) -> str:
    folders = by_folder(report)
    clean, files = sum(row.clean for row in folders), sum(row.files for row in folders)
    figures = [(str(len(needy(report))), "files that need a person"), (f"{clean} of {files}", "files without findings")]
    counts = report.counts
    figures.insert(1, (str(counts.safe + counts.unsafe), "findings that a command fixes"))
    relevant = [check for check in checks if check.status != "not applicable"]
    if relevant:
        done = sum(check.status == "done" for check in relevant)
        figures.insert(0, (f"{done} of {len(relevant)}", "checklist items done"))
    items = "".join(f"<div><dd>{value}</dd><dt>{label}</dt></div>\n" for value, label in figures)
    return f'<dl class="figures">\n{items}</dl>\n'


def _checklist(checks: Sequence[Check]) -> Iterator[str]:
    if not checks:
        return
    yield from _table(("Item", "State", "Evidence"), "What the migration asks for", kind="stacked")
    for check in checks:
        sign, name = _STATUS[check.status]
        state = f'<span class="state {name}"><span aria-hidden="true">{sign}</span> {check.status}</span>'
        yield f'<tr><th scope="row">{message(check.title)}</th><td>{state}</td><td>{message(check.evidence)}</td></tr>'
    yield "</tbody></table></div>"


def _needy(report: Report) -> Iterator[str]:
    outcomes = needy(report)
    if not outcomes:
        return
    yield '<ul class="plain">'
    for outcome in outcomes:
        for reason in reasons(outcome):
            yield f'<li><code class="place">{text(outcome.path)}</code><p>not analysed: {text(reason)}</p></li>'
        for finding in left(outcome):
            if remedy(finding) == "by hand":
                yield f"<li>{_line(outcome, finding)}</li>"
    yield "</ul>"


def _folders(report: Report) -> Iterator[str]:
    rows = by_folder(report)
    if not rows:
        return
    yield from _table(("Folder", "Files without findings", "Findings", "By hand"), "How far each folder is", numbers=2)
    for row in rows:
        percent = 100 * row.clean // row.files
        bar = f'<span class="bar" aria-hidden="true"><span style="width:{percent}%"></span></span>'
        yield (
            f'<tr><th scope="row"><code>{text(row.name)}</code></th><td>{bar} {row.clean} of {row.files}</td>'
            f'<td class="number">{row.total}</td><td class="number">{row.by_hand}</td></tr>'
        )
    yield "</tbody></table></div>"


def _rules(report: Report) -> Iterator[str]:
    rows = by_rule(report)
    if not rows:
        return

    summaries = {rule.code: rule.summary for rule in all_rules()}
    yield from _table(
        ("Rule", "About", "Findings", "Safe fix", "Unsafe fix", "By hand"), "Findings by rule", numbers=4, kind="wide"
    )
    for row in rows:
        numbers = "".join(
            f'<td class="number">{number}</td>' for number in (row.total, row.safe, row.unsafe, row.by_hand)
        )
        about = message(summaries.get(row.name, ""))
        yield f'<tr><th scope="row">{text(row.name)}</th><td>{about}</td>{numbers}</tr>'
    yield "</tbody></table></div>"


def _worlds(worlds: Sequence[World] | None) -> Iterator[str]:
    if worlds is None:
        return
    head = ("Life cycle", "Client", "Server", "Trained", "Predictions", "Result")
    yield from _table(head, "Life cycles on real clients and servers", kind="wide")
    for world in worlds:
        ways = ", ".join(world.predicted) or "none"
        sign, name = _STATUS["open" if world.failure else "done"]
        result = f'<span class="state long {name}"><span aria-hidden="true">{sign}</span> {text(world.failure) or "passed"}</span>'
        cells = (world.client, world.server, "yes" if world.trained else "no", ways)
        yield f'<tr><th scope="row">{text(world.name or "life cycle")}</th>{_cells(cells)}<td>{result}</td></tr>'
    yield "</tbody></table></div>"


def _cells(values: Sequence[str]) -> str:
    return "".join(f"<td>{text(value)}</td>" for value in values)


def _files(report: Report) -> Iterator[str]:
    for outcome in report.outcomes:
        findings = left(outcome)
        if not findings:
            continue
        number = f"{len(findings)} finding{'' if len(findings) == 1 else 's'}"
        yield f'<details open><summary><h3><code>{text(outcome.path)}</code></h3> <span class="count">{number}</span></summary>'
        yield '<ul class="plain">'
        source = Source.of(outcome)
        for finding in findings:
            yield f"<li>{_line(outcome, finding)}{_difference(source, finding)}</li>"
        yield "</ul></details>"


def _line(outcome: Outcome, finding: Finding) -> str:
    kind = remedy(finding)
    return (
        f'<code class="place">{text(place(outcome.path, finding))}</code> <strong>{text(finding.code)}</strong> '
        f'<span class="tag {kind.split()[-1]}">{REMEDIES[kind]}</span><p>{message(finding.message)}</p>'
    )


def _difference(source: Source, finding: Finding) -> str:
    lines = source.difference(finding)
    if not lines:
        return (
            f'<pre tabindex="0" aria-label="Source">{text(finding.source_line)}</pre>'
            if finding.source_line.strip()
            else ""
        )
    rows = []
    for line in lines:
        name = {"+": "ins", "-": "del"}.get(line[:1])
        shown = text(line.replace("\t", "    "))
        rows.append(f"<{name}>{shown}</{name}>" if name else f"<span>{shown}</span>")
    return f'<pre tabindex="0" aria-label="Change">{"".join(rows)}</pre>'


def _skipped(report: Report) -> Iterator[str]:
    skipped = [outcome for outcome in report.outcomes if outcome.state is State.SKIPPED]
    if skipped:
        lines = (f'<li><code class="place">{text(one.path)}</code><p>{text(one.reason)}</p></li>' for one in skipped)
        yield from ('<ul class="plain">', *lines, "</ul>")


def _table(heads: Sequence[str], caption: str, numbers: int = 0, kind: str = "") -> Iterator[str]:
    # What is wider than a telephone scrolls by itself, and by keyboard too.
    yield f'<div class="scroll" role="region" aria-label="{caption}" tabindex="0"><table class="{kind}"><caption>{caption}</caption>'
    first = len(heads) - numbers
    kinds = ['class="number" ' if index >= first else "" for index in range(len(heads))]
    cells = "".join(f'<th {is_number}scope="col">{head}</th>' for is_number, head in zip(kinds, heads, strict=True))
    yield f"<thead><tr>{cells}</tr></thead><tbody>"
