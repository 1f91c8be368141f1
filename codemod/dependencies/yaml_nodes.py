"""The nodes of a YAML file with their places in its text, as PyYAML's parser gives them.

Events are taken instead of `yaml.compose`, because they need no recursion and give what stands before an error.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from yaml.events import Event

# Helm's, Jinja's and Ansible's templates; what they hold becomes text of the same length.
_TEMPLATE_LINE = re.compile(r"(?m)^[ \t]*(?:\{\{[^{}\r\n]*\}\}|\{%[^%\r\n]*%\})[ \t]*(?=\r?$)")
_TEMPLATE = re.compile(r"\{\{[^{}\r\n]*\}\}|\{%[^%\r\n]*%\}|\{#[^#\r\n]*#\}")
# People write no longer ones; PyYAML reads about half a million characters a second.
_MOST = 4_000_000
# An anchor and a tag stand in front of what they belong to.
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_FOLDED = re.compile(r"[\r\n]")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string.

    Attributes:
        value: What it means.
        start: Its first character in the file, after a quotation mark.
        end: One past the last.
        style: ``""`` (plain), ``'"'``, ``"'"``, ``"|"`` or ``">"``.
        in_flow: Whether it stands between brackets, where a comma ends a plain text.
    """

    value: str
    start: int
    end: int
    style: str
    in_flow: bool

    def shown(self, text: str) -> str:
        """Return the characters of the file, as a shell gets them: breaks that YAML folds are blanks. Offsets stay."""
        raw = text[self.start : self.end]
        return raw if self.style == "|" else _FOLDED.sub(" ", raw)

    def is_verbatim(self, text: str) -> bool:
        """Return whether the characters of the file are the value."""
        return text[self.start : self.end] == self.value


@dataclass(slots=True)
class Mapping:
    """A mapping: its keys with their values, in order.

    Attributes:
        items: What it writes itself.
        merged: The mappings that it takes keys from, by ``<<``.
    """

    items: list[tuple[Scalar, Node]] = field(default_factory=list)
    merged: list[Mapping] = field(default_factory=list)

    def get(self, *names: str) -> Node | None:
        """Return the value of the first of some keys that is there; those that it takes from others count, behind its own."""
        every = (self.items, *(other.items for other in self.merged))
        return next((value for name in names for items in every for key, value in items if key.value == name), None)

    def keys(self, *names: str) -> list[Scalar]:
        """Return some keys as they stand, each as often as it does."""
        return [key for key, _ in self.items if key.value in names]


@dataclass(slots=True)
class Sequence:
    """A list."""

    items: list[Node] = field(default_factory=list)

    def texts(self) -> list[Scalar] | None:
        """Return the items when all are texts."""
        found = [item for item in self.items if isinstance(item, Scalar)]
        return found if len(found) == len(self.items) else None


Node = Union[Scalar, Mapping, Sequence, None]


@dataclass(frozen=True, slots=True)
class Tree:
    """What was read of a file.

    Attributes:
        documents: The root nodes.
        problem: Why the rest could not be read, in one line; "" when all of it was.
    """

    documents: tuple[Node, ...]
    problem: str = ""


@functools.lru_cache(maxsize=1)  # readers of several kinds of places ask for the same file
def read_yaml(text: str) -> Tree:
    """Read a file; one that is no YAML as it stands is read again with its templates blanked."""
    if len(text) > _MOST:
        return Tree((), f"longer than {_MOST:,} characters")
    tree = _read(text)
    if not tree.problem or "{" not in text:
        return tree
    plain = _TEMPLATE_LINE.sub(lambda found: " " * len(found[0]), text)
    plain = _TEMPLATE.sub(lambda found: "x" * len(found[0]), plain)
    return _read(plain)


def walk(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Return a node and all below it, each with the keys that lead to it."""
    stack: list[tuple[tuple[str, ...], Node]] = [(path, node)]
    while stack:
        at, each = stack.pop()
        yield at, each
        if isinstance(each, Mapping):
            stack += [((*at, key.value), value) for key, value in reversed(each.items)]
        elif isinstance(each, Sequence):
            stack += [(at, value) for value in reversed(each.items)]


def _read(text: str) -> Tree:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(text)
    try:
        for event in yaml.parse(text, loader):
            builder.take(event)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        return Tree(tuple(builder.documents), f"not valid YAML{where}: {reason}")
    return Tree(tuple(builder.documents))


@dataclass(slots=True)
class _Open:
    node: Mapping | Sequence
    in_flow: bool
    key: Scalar | None = None
    waits_for_key: bool = True
    taker: Mapping | None = None


class _Builder:
    """Makes nodes of events; an alias gives the text that it stands for, and under ``<<`` the keys of a mapping: nothing else."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._stack: list[_Open] = []
        self._anchors: dict[str, Scalar] = {}
        self._shared: dict[str, Mapping] = {}
        self.documents: list[Node] = []

    def take(self, event: Event) -> None:
        import yaml

        if isinstance(event, yaml.ScalarEvent):
            scalar = self._scalar(event)
            if event.anchor:
                self._anchors[event.anchor] = scalar
            self._add(scalar)
        elif isinstance(event, yaml.AliasEvent):
            self._merge(event.anchor)
            self._add(self._anchors.get(event.anchor))
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            node: Mapping | Sequence = Mapping() if isinstance(event, yaml.MappingStartEvent) else Sequence()
            if event.anchor and isinstance(node, Mapping):
                self._shared[event.anchor] = node
            taker = self._taker() if isinstance(node, Sequence) else None
            self._add(node)
            in_flow = bool(event.flow_style) or bool(self._stack and self._stack[-1].in_flow)
            self._stack.append(_Open(node, in_flow, taker=taker))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._stack.pop()

    def _taker(self) -> Mapping | None:
        """Return the mapping that takes the keys of what comes next: behind its ``<<``, or in the list there."""
        top = self._stack[-1] if self._stack else None
        if top is None or isinstance(top.node, Sequence):
            return top.taker if top is not None else None
        return top.node if top.key is not None and top.key.value == "<<" else None

    def _merge(self, anchor: str) -> None:
        """Let a mapping take the keys of another: ``<<: *defaults``, or ``<<: [*one, *other]``."""
        taker, other = self._taker(), self._shared.get(anchor)
        if taker is not None and other is not None:
            known = {id(each) for each in taker.merged}
            taker.merged += [each for each in (other, *other.merged) if id(each) not in known]

    def _scalar(self, event: Any) -> Scalar:
        start, end = event.start_mark.index, event.end_mark.index
        style = event.style or ""
        properties = _PROPERTIES.match(self._text, start)
        start = properties.end() if properties is not None and (event.anchor or event.tag) else start
        if style in ("'", '"'):
            start, end = start + 1, end - 1
        in_flow = bool(self._stack) and self._stack[-1].in_flow
        return Scalar(event.value, start, end, style, in_flow)

    def _add(self, node: Node) -> None:
        if not self._stack:
            self.documents.append(node)
            return
        top = self._stack[-1]
        if isinstance(top.node, Sequence):
            top.node.items.append(node)
        elif top.waits_for_key:
            # A key that is no string leads nowhere that anybody asks for.
            top.key, top.waits_for_key = node if isinstance(node, Scalar) else None, False
        else:
            if top.key is not None:
                top.node.items.append((top.key, node))
            top.key, top.waits_for_key = None, True
