"""Hooks of MkDocs (mkdocs.yml): pages that are made from the rules and from the files in the root, and links that fit the site.

The files under ``docs/`` are also read on Git hosts, where links lead through the repository; here they lead through the site.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from codemod.documentation import overview, rule_page
from codemod.rules import all_rules

ROOT = Path(__file__).resolve().parents[1]

# Files of the repository's root that are pages of the site.
PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])+)\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^(`{3,}|~{3,})")
# An example's title in the page of a rule: a heading, so that a link can lead to it.
_EXAMPLE = re.compile(r"^(?=(?:Fixed|Reported): )")
_RULE = re.compile(r"(?:rules\.md)?#(mlf\d+)-[\w-]+")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are no files of the folder."""
    for source, page in PAGES.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text(encoding="utf-8")))
    for rule in all_rules():
        files.append(File.generated(config, f"rules/{rule.code}.md", content=rule_page(rule)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - called by name
    """Give the page of the rules its short form, and every link its place on the site."""
    path = page.file.src_uri
    text = overview() if path == "rules.md" else markdown
    text = text.replace("<details>", '<details markdown="1">')
    known = {file.src_uri for file in files}

    def change(line: str) -> str:
        line = _LINK.sub(lambda link: _placed(link, known, is_root=path in PAGES.values()), line)
        return _EXAMPLE.sub("## ", line) if path.startswith("rules/") else line

    return _outside_of_code(text, change)


def _outside_of_code(text: str, change: Callable[[str], str]) -> str:
    """Change each line that is not in a block of code."""
    lines, fence = [], ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if found and not fence:
            fence = found[1]
        elif found and fence and line.strip() == fence:
            fence = ""
        elif not fence:
            line = change(line)
        lines.append(line)
    return "\n".join(lines)


def _placed(link: re.Match[str], known: set[str], *, is_root: bool) -> str:
    """Return a link that leads through the site; one to a file that is no page becomes text."""
    shown, target = link[1], link[2]
    rule = _RULE.fullmatch(target.removeprefix("docs/"))
    if rule is not None:
        return f"[{shown}](rules/{rule[1].upper()}.md)"
    if re.match(r"[a-z]+:|#", target):
        return link[0]
    path, mark, anchor = target.partition("#")
    inside = path.removeprefix("docs/") if is_root else PAGES.get(path.removeprefix("../"), path)
    inside = PAGES.get(inside, inside)
    return f"[{shown}]({inside}{mark}{anchor})" if inside in known else shown
