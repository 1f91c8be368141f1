"""What an update tells a person, section by section; Markdown that also reads as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from codemod.mlflow_api.generate.difference import ApiDifference, difference, difference_text
from codemod.mlflow_api.store import Store
from codemod.mlflow_api.update.plan import Step

ROOT = Path(__file__).resolve().parents[3]
# Where texts speak of releases: what users read, and what rules say of themselves.
_TEXTS = ("README.md", "docs", "codemod", "compat_tests")
# Made from the rules, which are listed themselves, and from the data.
_GENERATED = ("docs/rules.md", "docs/coverage.md")
_RELEASE = re.compile(r"(?<![\d.])3\.\d+\.\d+(?!\.?\d)")


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report.

    Attributes:
        title: Its heading.
        lines: Its text.
        is_open: Whether a person must decide something.
    """

    title: str
    lines: tuple[str, ...]
    is_open: bool = False

    @property
    def text(self) -> str:
        """The section as Markdown."""
        return "\n".join((f"## {self.title}", "", *self.lines, ""))


def releases(step: Step, remarks: Mapping[str, str]) -> Section:
    """Tell which releases were added, and what is odd about those that the index has.

    Args:
        step: What the update does.
        remarks: What a person should know of a release, by release.
    """
    lines = [f"- {release}: added" for release in step.added if release not in step.replaced.values()]
    lines += [f"- {new}: takes the place of {old}" for old, new in step.replaced.items()]
    lines += [f"- {release}: {remark}" for release, remark in remarks.items()]
    title = f"Releases: {len(step.releases)}, {step.releases[0]} to {step.releases[-1]}"
    return Section(title, tuple(lines) if step.added else ("Nothing new.", *lines))


def api(before: bytes, after: bytes, step: Step) -> Iterator[Section]:
    """Tell for each added release how its names differ from those of the release before it, and what it deprecates.

    Args:
        before: The packed data before the update.
        after: The packed data after it.
        step: What the update does.
    """
    for release in step.added:
        old = _older(release, step)
        # Fresh stores, because each remembers every answer that it gave.
        is_known = old in Store(before).releases
        found = difference(Store(before if is_known else after), old, Store(after), release)
        yield Section(f"MLflow {release} against {old}", tuple(difference_text(found, "names").splitlines()[2:]))
        deprecated = tuple(_deprecated(found))
        yield Section(f"Newly deprecated in {release}", deprecated or ("Nothing.",))


def _older(release: str, step: Step) -> str:
    replaced = {new: old for old, new in step.replaced.items()}
    return replaced.get(release) or step.releases[step.releases.index(release) - 1]


def _deprecated(found: ApiDifference) -> Iterator[str]:
    for name, changes in found.changed.items():
        yield from (f"- `{name}`: {change}" for change in changes if change.startswith("deprecated"))
    for name, entry in found.added.items():
        if entry.deprecated is not None:
            yield f"- `{name}`: new and already deprecated ({entry.deprecated})"


def older_texts(newest: str) -> Section:
    """List the places that name a release of MLflow 3 which is not the newest: is what they say still true?

    Examples are not listed, because the test bench runs them.

    Args:
        newest: The newest release of the data.
    """
    minor = newest.rpartition(".")[0]
    found: dict[str, list[str]] = {}
    for file in _text_files():
        for number, line in _written_by_people(file.read_text(encoding="utf-8")):
            names = {name for name in _RELEASE.findall(line) if not name.startswith(f"{minor}.")}
            if names:
                found.setdefault(str(file.relative_to(ROOT)), []).append(f"{number} ({', '.join(sorted(names))})")
    lines = [f"- {file}: line {', '.join(places)}" for file, places in found.items()]
    return Section(f"Texts that name a release of MLflow 3 before {minor}", tuple(lines) or ("None.",))


def _written_by_people(text: str) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines of a document, without the parts that a command makes."""
    made = False
    for number, line in enumerate(text.splitlines(), start=1):
        made = made or line.startswith("<!-- made by: ")
        if not made:
            yield number, line
        made = made and line != "<!-- end -->"


def _text_files() -> Iterator[Path]:
    for name in _TEXTS:
        place = ROOT / name
        files = [place] if place.is_file() else sorted(place.rglob("*")) if place.is_dir() else []
        yield from filter(_is_text, files)


def _is_text(file: Path) -> bool:
    is_left_out = (
        file.relative_to(ROOT).as_posix() in _GENERATED or file.stem.endswith("_examples") or "mlflow_api" in file.parts
    )
    return file.suffix in (".py", ".md") and not is_left_out
