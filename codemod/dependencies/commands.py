"""Commands that start MLflow's server, wherever a string or the structure of a YAML file writes one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from codemod.dependencies.yaml_nodes import Mapping, Scalar, Tree, walk
from codemod.dependencies.yaml_places import texts_of_nodes

_START = re.compile(
    r"""(?:(?<![\w./:$}-])|(?<=bin/))mlflow(?:["']?,?[ \t]+["']?|["'],["'])(?:server|ui)\b(?![\w.:/=-])"""
    r"""|(?m:^[ \t]*-[ \t]*["']?)mlflow["']?[ \t]*\r?\n[ \t]*-[ \t]*["']?(?:server|ui)["']?[ \t]*(?=\r?\n[ \t]*-[ \t]*["']?-)"""
)
#: What starts the command that stands behind it, anywhere in front on its line.
_RUNNERS = frozenset(
    (
        "CMD ENTRYPOINT RUN exec nohup sudo run env time setsid with start tmux new-session screen uvx gosu tini dumb-init su-exec "
        "stdbuf xvfb-run concurrently npx -c -m -- /c /k & command: entrypoint: script: args: cmd: shell: unix: exec: command entrypoint args cmd"
    ).split()
)
#: What does so as the first word alone: anywhere else, it is rather a word of a sentence.
_FIRST = frozenset(("time", "timeout", "nice", "watch", "sx", "system"))
# Keys and settings whose whole value is a command.
_KEY = re.compile(
    r"(?:-[ \t]*)?(?:[\w.-]*[.:])?(?:command|cmd|exec|execstart|execstartpre|shell|script|run|entrypoint|args)[ \t]*[:=]",
    re.IGNORECASE,
)
# Another key may have one: a Procfile's process, a task of one's own.
_OTHER_KEY = re.compile(r"(?:-[ \t]*)?[\w.-]+[ \t]*[:=]\Z")
_PROSE = frozenset(
    (
        "echo printf print grep egrep pgrep pkill killall awk sed name: description: title: summary: message: help: info log warn"
    ).split()
)
_SEPARATORS = re.compile(r"&&|\|\||[;|(`]|\$\(")
_QUOTES = "\"'[](){},"
_MARKS = "\"'[](){},>|@!%-+&"
# When cron starts a command, and in the files of the system, as whom.
_SCHEDULE = re.compile(
    r"[ \t]*(?:@(?:reboot|hourly|daily|midnight|weekly|monthly|yearly|annually)"
    r"|(?:[\d*][\d*/,-]{0,40}[ \t]+){3}[\w*/,-]{1,40}[ \t]+[\w*/,-]{1,40})[ \t]+(?:[a-z_][\w-]{0,31}[ \t]+\Z)?"
)
_SETTING = re.compile(r"[A-Za-z_]\w*=.")
_LISTED = re.compile(r"\b(?:CMD|ENTRYPOINT|RUN|[Cc]ommand|[Ee]ntry[Pp]oint|[Aa]rgs|[Cc]md)\b")
# `{ image = "...", command = ["` of Terraform, and the like of JSON: the key right in front, whatever stands before it.
_LISTED_LAST = re.compile(
    r"[{,][ \t]{0,9}[\"']?(?:command|cmd|entry_?point|args|exec)[\"']?[ \t]{0,9}[:=][ \t]{0,9}(?:\[[ \t]{0,9})?[\"']?\Z",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"""[ \t]*(?:-[ \t]+)?["']?(?:--?[a-zA-Z]|\$)""")
_ENDS = re.compile(r"&&|\|\||;")
_OPTION_ITEM = re.compile(r"""[ \t]*-[ \t]+["']?--?[a-z-]+["']?[ \t]*\Z""")
_SERVERS = ("server", "ui")
# How far a command goes, and what stands in front of it on its line: a line may hold thousands of commands.
_LONGEST = 4000
# CloudFormation and Docker's own JSON begin them with capitals.
_HEADS = ("entrypoint", "entryPoint", "EntryPoint", "Entrypoint", "command", "cmd", "module", "program", "script")
_TAILS = ("args", "arguments", "command", "Command", "Cmd")
_WHOLE = ("command", "Command", "cmd", "Cmd", "argv", "entryPoint", "EntryPoint", "Entrypoint", "entrypoint")


@dataclass(frozen=True, slots=True)
class Start:
    """A command that starts a server.

    Attributes:
        start: First character of the words that say so.
        end: One past the last.
        options: What follows them, with blanks between the words.
    """

    start: int
    end: int
    options: str


# Docker appends the words of the one list to those of the other.
_IMAGE_LIST = re.compile(r"(?m:^[ \t]*)(?i:(?P<what>FROM|ENTRYPOINT|CMD))[ \t]+(?P<words>\[[^\[\]]*\])?")
# Terraform and its kin write the two as settings of one block.
_BLOCK_LIST = re.compile(
    r"(?m:^[ \t]*)(?P<what>command|cmd|entry_?point|args|arguments)[ \t]*=[ \t]*(?P<words>\[[^\[\]]{0,4000}\]|\"[^\"\r\n]{0,400}\")",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"""\bscript["']?[ \t]*:[ \t]*["'`](?P<words>(?:[\w./~-]{0,200}/)?mlflow)["'`]""")
_ARGUMENTS = re.compile(
    r"""\bargs["']?[ \t]*:[ \t]*(?P<words>\[[^\[\]]{0,4000}\]|(?P<quote>["'`])(?:server|ui)\b[^"'`]{0,4000}(?P=quote))"""
)
_LINE_COMMENT = re.compile(r"(?<!:)//")
_BLOCK_HEADS = ("entrypoint", "entry_point")
_PLAIN_WORD = re.compile(r"[^\s\"'`]+")
_WORD = re.compile(r"""["'](?P<quoted>[^"']*)["']|(?P<bare>[^\s,\[\]"']+)""")


@dataclass(frozen=True, slots=True)
class _Halves:
    """Two lists of words that make one command together.

    Attributes:
        start: First character of the first list.
        end: One past its last.
        head: Its words.
        tail: Those of the second list, each with its place.
    """

    start: int
    end: int
    head: tuple[str, ...]
    tail: tuple[tuple[str, int], ...]

    def command(self) -> Start | None:
        """Return the server that the two start together; None where the first names it alone, or none is started."""
        if not self.head or not self.tail or self.head[-1].rpartition("/")[2] != "mlflow":
            return None
        word, start = self.tail[0]
        return Start(start, start + len(word), self._options(1)) if word in _SERVERS else None

    def goes_on(self, start: Start) -> Start:
        """Add the second list to the options of a command that ends the first one."""
        return replace(start, options=start.options + self._options(0)) if self._holds(start) else start

    def _holds(self, start: Start) -> bool:
        return self.start <= start.start < self.end

    def _options(self, first: int) -> str:
        return "".join(f" {word}" for word, _ in self.tail[first:])


def starts(text: str, tree: Tree | None = None) -> Iterator[Start]:
    """Find the commands that start a server, in one piece or in two.

    Args:
        text: Text whose comments are blanked.
        tree: The nodes of a YAML file.
    """
    of_images = sorted((*_in_images(text), *_in_blocks(text), *_in_objects(text)), key=_begin)
    of_yaml = sorted(_in_yaml(tree, text) if tree is not None else (), key=_begin)
    seen = list[Start]()
    for start in in_text(text):
        seen.append(start)
        for halves in (of_images, of_yaml):  # in each, the lists of words lie one behind the other
            at = bisect_right(halves, start.start, key=_begin)
            start = halves[at - 1].goes_on(start) if at else start
        yield start
    together = (half.command() for half in (*of_images, *of_yaml))
    more = [start for start in together if start is not None]
    for start in (*more, *(_whole(tree, text) if tree is not None else ())):
        at = bisect_right(seen, start.end, key=lambda other: other.start)
        if not at or seen[at - 1].end <= start.start:
            yield start


def _begin(half: _Halves) -> int:
    return half.start


def _in_images(text: str) -> Iterator[_Halves]:
    """Read the last ``ENTRYPOINT [...]`` and ``CMD [...]`` of each stage of a Dockerfile."""
    last: dict[str, re.Match[str]] = {}
    for found in _IMAGE_LIST.finditer(text):
        what = found["what"].upper()
        if what == "FROM":
            yield from _of_stage(last)
            last = {}
        else:
            last[what] = found
    yield from _of_stage(last)


def _of_stage(last: dict[str, re.Match[str]]) -> Iterator[_Halves]:
    head, tail = last.get("ENTRYPOINT"), last.get("CMD")
    if head is not None and tail is not None and head["words"] and tail["words"]:
        yield _halves(head, tail)


def _in_blocks(text: str) -> Iterator[_Halves]:
    """Read ``command = [...]`` with ``args = [...]``, or ``entryPoint`` with ``command``, of one block in Terraform."""
    before: re.Match[str] | None = None
    for found in _BLOCK_LIST.finditer(text):
        if before is not None and not {"{", "}"} & {*text[before.end() : found.start()]}:
            what = before["what"].lower(), found["what"].lower()
            is_turned = what[0].startswith("arg") or what[1] in _BLOCK_HEADS
            if what[0] != what[1]:
                yield _halves(found, before) if is_turned else _halves(before, found)
        before = found


def _in_objects(text: str) -> Iterator[_Halves]:
    """Read ``{script: "mlflow", args: "server ..."}`` of JavaScript, as PM2 starts programs."""
    for head in _SCRIPT.finditer(text):
        if _LINE_COMMENT.search(text, text.rfind("\n", 0, head.start()) + 1, head.start()):
            continue
        start, end = text.rfind("{", max(0, head.start() - _LONGEST), head.start()), text.find("}", head.end())
        tail = _ARGUMENTS.search(text, max(0, start), end if end >= 0 else len(text))
        if tail is not None:
            yield _halves(head, tail)


def _halves(head: re.Match[str], tail: re.Match[str]) -> _Halves:
    words = tuple(word for word, _ in _words_of(head))
    return _Halves(*head.span("words"), words, tuple(_words_of(tail)))


def _words_of(found: re.Match[str]) -> Iterator[tuple[str, int]]:
    """Return the words of a list, or of a string, each with its place; a value that Terraform computes stands without quotes."""
    if found["words"][:1] not in ("[", ""):
        yield from ((word[0], found.start("words") + word.start()) for word in _PLAIN_WORD.finditer(found["words"]))
        return
    for word in _WORD.finditer(found["words"]):
        group = word.lastgroup or "bare"
        yield word[group], found.start("words") + word.start(group)


def in_text(text: str) -> Iterator[Start]:
    """Find the commands that stand in one piece, in text whose comments are blanked."""
    for found in _START.finditer(text):
        line_start = text.rfind("\n", max(0, found.start() - _LONGEST), found.start()) + 1
        line = text[max(line_start, found.start() - _LONGEST) : found.start()]
        # `depends_on: [mlflow, server]` is no command.
        is_word = "," not in found[0] or _LISTED.search(line) is not None or "[" not in line
        options = text[found.end() : _end(text, found.end())]
        if is_word and _may_start(line, options):
            yield Start(found.start(), found.end(), options)


def _in_yaml(tree: Tree, text: str) -> Iterator[_Halves]:
    """Read what stands under two keys: ``command`` and ``args``, or ``entrypoint`` and ``command``."""
    for document in tree.documents:
        for _, node in walk(document):
            if isinstance(node, Mapping):
                yield from _of_mapping(node, text)


def _whole(tree: Tree, text: str) -> Iterator[Start]:
    """Read the commands that stand whole under a key, one word or one line of a shell in each string, as in JSON."""
    nodes = (node for document in tree.documents for _, node in walk(document) if isinstance(node, Mapping))
    for value in (node.get(name) for node in nodes for name in _WHOLE):
        words = [word for scalar in texts_of_nodes([value]) or () for word in _words(scalar, text)]
        names = [word for word, _ in words]
        if len(names) > 1 and names[0].rpartition("/")[2] == "mlflow" and names[1] in _SERVERS:
            yield Start(words[0][1], words[1][1] + len(names[1]), "".join(f" {name}" for name in names[2:]))


def _of_mapping(node: Mapping, text: str) -> Iterator[_Halves]:
    # In compose files `entrypoint` comes before `command`; in those of Kubernetes `command` before `args`.
    head = node.get(*_HEADS)
    tails = [value for name in _TAILS if (value := node.get(name)) is not None and value is not head]
    first, second = texts_of_nodes([head]), texts_of_nodes(tails[:1])
    if first and second:
        words = tuple(word for scalar in first for word, _ in _words(scalar, text))
        after = tuple(word for scalar in second for word in _words(scalar, text))
        yield _Halves(first[0].start, first[-1].end, words, after)


def _words(scalar: Scalar, text: str) -> list[tuple[str, int]]:
    shown = scalar.shown(text)
    return [(found[0].strip(_QUOTES), scalar.start + found.start()) for found in re.finditer(r"[^\s\\]+", shown)]


def _may_start(line: str, options: str) -> bool:
    """Return whether a command may start after what stands in front of it on its line.

    That is nothing, settings of variables, a program that runs what follows (``exec``, ``poetry run``, ``bash -c``), or a key whose
    value is a command. Prose ("Starting mlflow server") is none of it.
    """
    if line.endswith("bin/"):  # the program is named by its path
        line = line[: max(map(line.rfind, " \t\"'=,[(")) + 1]
    if _LISTED_LAST.search(line) is not None:
        return True
    schedule = _SCHEDULE.match(line)
    line = line[schedule.end() :] if schedule is not None else line
    separators = [found.end() for found in _SEPARATORS.finditer(line)]
    words = [
        word
        for word in (word.strip(_QUOTES) for word in line[separators[-1] if separators else 0 :].split())
        if word.strip(_MARKS)
    ]
    marks = {word.strip(_QUOTES) for word in line.split()}
    while words and _SETTING.match(words[0].lstrip(_MARKS)) and not _KEY.fullmatch(words[0]):
        words.pop(0)
    if not words:
        return True
    if words[0].lower().lstrip(_MARKS) in _PROSE or words[0].rstrip(":").lower() + ":" in _PROSE:
        return False
    first = words[0].lstrip(_MARKS)  # of `!nohup` in a notebook, `@nohup` in a Makefile, and `%sx`
    if first in _FIRST or _RUNNERS.intersection((first, *words)) or "--" in marks:
        return True
    return _is_value(line, options)


def _is_value(line: str, options: str) -> bool:
    """Return whether what stands in front is only a key whose value is the command."""
    key = line.strip(" \t\r\n" + _QUOTES.replace("}", "").replace(")", ""))
    key = key.rstrip(" \t>|@!%-+\"'[")
    if _KEY.fullmatch(key):
        return True
    rest = options.split()
    return _OTHER_KEY.fullmatch(key) is not None and (not rest or rest[0].strip(_QUOTES).startswith("-"))


def _end(text: str, at: int) -> int:
    """Find the end of a command: it goes on after a backslash, a comma, and where lines start with options."""
    last = min(len(text), at + _LONGEST)
    while True:
        line_end = text.find("\n", at, last)
        if line_end < 0:
            return last
        line = text[at:line_end].rstrip()
        cut = _ENDS.search(line)
        if cut is not None:
            return at + cut.start()
        # A value on a line of its own, in a list: `- --host` and `- 0.0.0.0`.
        if not (
            line.endswith(("\\", ",", "["))
            or _GOES_ON.match(text, line_end + 1)
            or _OPTION_ITEM.match(text[text.rfind("\n", 0, line_end) + 1 : line_end].rstrip())
        ):
            return line_end
        at = line_end + 1
