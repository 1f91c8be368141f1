"""The report as one page that needs nothing else: no network, no script; light or dark as the reader's system is."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from codemod.reports.base import Report
from codemod.reports.checklist import Check
from codemod.reports.compatibility import WorldSummary
from codemod.reports.escaping import inert_html, printable
from codemod.reports.history import Moment
from codemod.reports.page import About, page_of
from codemod.reports.phrases import REMEDIES
from codemod.version import __version__

_TEMPLATE = "page.html.jinja"


def render(
    report: Report,
    checks: Sequence[Check] = (),
    worlds: Sequence[WorldSummary] | None = None,
    about: About | None = None,
    history: Sequence[Moment] = (),
) -> str:
    """Return the page; see `codemod.reports.page.page_of`."""
    page = page_of(report, checks, worlds, about, history)
    return inert_html(environment().get_template(_TEMPLATE).render(page=page))


def style() -> str:
    """Return the page's style sheet."""
    return files("codemod.reports").joinpath("templates").joinpath("page.css").read_text("utf-8")


def message_as_html(value: str) -> Markup:
    """Return a message as HTML: its backticks mark code."""
    parts = value.split("`")
    if len(parts) % 2 == 0:  # one backtick without its partner
        return Markup("{}").format(printable(value))
    plain, marked = Markup("{}"), Markup("<code>{}</code>")
    return Markup("").join((marked if index % 2 else plain).format(printable(part)) for index, part in enumerate(parts))


def load_template() -> None:
    """Read the page's template now, for all that this process and its forks will render."""
    environment().get_template(_TEMPLATE)


@functools.cache
def environment() -> Environment:
    """Return what makes pages of the templates: it escapes everything that it is given."""
    made = Environment(
        loader=PackageLoader("codemod.reports"),
        autoescape=True,
        finalize=_printable,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["message"] = message_as_html
    made.globals.update(style=Markup(style()), version=__version__, remedies=REMEDIES)  # noqa: S704 - a file of ours
    return made


def _printable(value: object) -> object:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
