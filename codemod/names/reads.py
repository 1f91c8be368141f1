"""Which names a file takes from other modules, read from its bytes: many files must be asked, and few of them matter."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

# Each word is looked for as such, wherever it stands: a search for one fixed string takes a tenth of the time. `\\n` ends a line in the
# JSON of a notebook.
_FROM = re.compile(rb"from(?<=\bfrom)[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]{0,5000}\)|(?:[^\r\n#;\\]|\\(?!n))+)")
_IMPORT = re.compile(
    rb"import(?<=\bimport)[ \t]+([\w.]+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[\w.]+(?:[ \t]+as[ \t]+\w+)?)*)"
)
_WORD = re.compile(rb"\w+")
# No name and no beginning of a line is longer.
_LINE = 500
# `pkg.train.OPTIONS` is an attribute of `pkg` and one of `train`.
_ATTRIBUTE = re.compile(rb"\b(\w+)[ \t]*\.[ \t]*(?=([A-Za-z_]\w*))")
_OWNER = re.compile(rb"(?<!\w)(\w+)[ \t]*\Z")
# `getattr(train, "OPTIONS")`, `patch.dict("train.OPTIONS", ...)`
_NAMED = re.compile(rb"[\"']((?:[A-Za-z_]\w*\.)*)([A-Za-z_]\w*)[\"']")
# Ways to the names of a module that take them as strings.
_BY_TEXT = (b"getattr", b"vars(", b"__dict__", b"attrgetter", b"getmembers")
# Modules that a file imports while it runs: whatever it takes may be theirs.
_WHILE_RUNNING = (b"import_module", b"__import__", b"run_path", b"run_module", b"module_from_spec", b"sys.modules")


def names_read(data: bytes, asked: frozenset[bytes] | None = None) -> frozenset[str]:
    """Return the names that a file imports from modules, or takes as attributes of modules that it imports.

    More rather than fewer: a star takes all words of the file, and so does `%run`.

    Args:
        data: The bytes of the file.
        asked: Looks for these names alone, which takes a tenth of the time; None for all.
    """
    if asked is not None and _stands(asked).search(data) is None:
        return frozenset()
    found: set[bytes] = set()
    modules: set[bytes] = set()
    for match in _FROM.finditer(data):
        module, names = match.groups()
        if module == b"mlflow" or module.startswith(b"mlflow."):
            continue
        if b"*" in names:
            found |= _words(data, asked)
        # `from package import module` gives a module, whose names are then its attributes.
        for name in names.strip(b"()\\ \t\r\n").split(b","):
            original, _, alias = (part.strip() for part in name.partition(b" as "))
            found.add(original.strip(b"\\ \t\r\n"))
            modules.add((alias or original).strip(b"\\ \t\r\n"))
    for match in _IMPORT.finditer(data):
        for module in match.group(1).split(b","):
            original, _, alias = (part.strip() for part in module.partition(b" as "))
            modules.add(alias or original.rpartition(b".")[2])
    if b"%run" in data:  # all names of the other file stand in this one then
        found |= _words(data.replace(b"\\n", b"\n"), asked)
    modules.discard(b"mlflow")
    any_module = any(name in data for name in _WHILE_RUNNING)
    if modules or any_module:
        found.update(name for owner, name in _attributes(data, asked) if any_module or owner in modules)
        texts = _NAMED.findall(data) if asked is None else _named(asked).findall(data)
        by_text = any_module or any(word in data for word in _BY_TEXT)
        found.update(name for owner, name in texts if owner or by_text)
    wanted = found if asked is None else found & asked
    return frozenset(name.decode("ascii", "ignore") for name in wanted if name)


def _words(data: bytes, asked: frozenset[bytes] | None) -> set[bytes]:
    """Return the words of a file, or those of them that are asked for."""
    return set(_WORD.findall(data) if asked is None else _word(asked).findall(data))


def _attributes(data: bytes, asked: frozenset[bytes] | None) -> Iterator[tuple[bytes, bytes]]:
    """Return the attributes in a file, each with the name in front of it."""
    if asked is None:
        yield from _ATTRIBUTE.findall(data)
        return
    for match in _attribute(asked).finditer(data):
        owner = _OWNER.search(data, max(0, match.start() - _LINE), match.start())
        if owner is not None:
            yield owner[1], match[1]


@functools.lru_cache(maxsize=4)
def _stands(names: frozenset[bytes]) -> re.Pattern[bytes]:
    # In the JSON of a notebook, `\\n` may stand in front of it.
    return re.compile(rb"(?:(?<!\w)|(?<=\\n))(?:%s)(?!\w)" % b"|".join(map(re.escape, sorted(names))))


@functools.lru_cache(maxsize=4)
def _word(names: frozenset[bytes]) -> re.Pattern[bytes]:
    return re.compile(rb"(?<!\w)(?:%s)(?!\w)" % b"|".join(map(re.escape, sorted(names))))


@functools.lru_cache(maxsize=4)
def _attribute(names: frozenset[bytes]) -> re.Pattern[bytes]:
    return re.compile(rb"\.[ \t]*(%s)\b" % b"|".join(map(re.escape, sorted(names))))


@functools.lru_cache(maxsize=4)
def _named(names: frozenset[bytes]) -> re.Pattern[bytes]:
    return re.compile(rb"[\"']((?:[A-Za-z_]\w*\.)*)(%s)[\"']" % b"|".join(map(re.escape, sorted(names))))


_STORE = re.compile(
    rb"set_tracking_uri[ \t]*\([ \t]*(?:uri[ \t]*=)?[ \t]*([^\r\n]*?)[ \t]*\)?[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|$)"
    rb"|\btracking_uri[ \t]*=[ \t]*([^,)\r\n]+)"
    rb"|MLFLOW_TRACKING_URI[\\\"']+\][ \t]*=(?!=)[ \t]*([^\r\n#]+)"
    rb"|setenv\([ \t]*[\\\"']+MLFLOW_TRACKING_URI[\\\"']+[ \t]*,[ \t]*([^\r\n)]+)"
)
# Where a line gets a store, rather than asks for it: not `getenv("…")`, nor an item that is only read.
_SETS = re.compile(
    rb"^(?P<before>[^\r\n]*?)(?:\bset_tracking_uri\b|(?<!getenv\([\"'])(?<!environ\.get\([\"'])"
    rb"\bMLFLOW_TRACKING_URI\b(?![\"']\](?![ \t]*=[^=])))",
    re.MULTILINE,
)
# What the top level of a module does when it is imported, and a plain import.
_AT_IMPORT = re.compile(
    rb"(?:(?:mlflow\.)?|os\.environ\[[\"']|[A-Z_]+[ \t]*=[^()]*|(?:from|import)[ \t][^()]*|[ \t]*#.*)"
)


def sets_store_when_called(data: bytes) -> bool:
    """Return whether functions of a file may make another tracking store the current one; what runs at its import does not count."""
    if b"tracking_uri" not in data and b"MLFLOW_TRACKING_URI" not in data:
        return any(word in data for word in (b"mlflow.login(", b"dagshub", b"load_dotenv("))
    if b"set_tracking_uri as" in data:
        return True
    return any(_AT_IMPORT.fullmatch(found["before"]) is None for found in _SETS.finditer(data))


_IN_ENVIRONMENT = re.compile(
    rb"^[^\r\n#]*?\bMLFLOW_TRACKING_URI[\"']?[ \t]*(?:[:=]|(?<=I)[ \t])[ \t]*(?:\{[ \t]*value[ \t]*[:=][ \t]*)?[\"']?[^\s\"'#]"
    rb"|\bname:[ \t]*[\"']?MLFLOW_TRACKING_URI[\"']?[ \t]*\r?\n[ \t]*value(?:From)?:",
    re.MULTILINE,
)


_DATABRICKS = re.compile(
    rb"^[^\r\n#]{0,200}?\bMLFLOW_TRACKING_URI[\"']?[ \t]{0,9}[:= \t][ \t]{0,9}[\"']?databricks(?![\w-])"
    rb"|\bname:[ \t]{0,9}[\"']?MLFLOW_TRACKING_URI[\"']?[ \t]{0,9}\r?\n[ \t]{0,80}value:[ \t]{0,9}[\"']?databricks(?![\w-])",
    re.MULTILINE,
)


def environment_names_databricks(data: bytes) -> bool:
    """Return whether a file sets Databricks as the tracking store of what it starts."""
    return b"databricks" in data and _DATABRICKS.search(data) is not None


def environment_names_store(data: bytes) -> bool:
    """Return whether a file that is no code sets MLflow's tracking store in the environment of what it starts."""
    return b"MLFLOW_TRACKING_URI" in data and _IN_ENVIRONMENT.search(data) is not None


def names_registry(data: bytes) -> bool:
    """Return whether a file speaks of the URI of a registry, so that the one that MLflow takes by default may not be the project's."""
    return b"registry_uri" in data or b"MLFLOW_REGISTRY_URI" in data


_START = re.compile(rb"\bstart_run[ \t]*\(")
_WITH_START = re.compile(rb"\bwith\b[^\r\n]{0,300}?\bstart_run[ \t]*\(")


def stores_named(data: bytes) -> frozenset[str]:
    """Return what a file makes the current tracking store, or gives to a client, as it is written."""
    if b"tracking_uri" not in data and b"MLFLOW_TRACKING_URI" not in data:
        return frozenset()
    found = {next(group for group in match.groups() if group is not None) for match in _STORE.finditer(data)}
    texts = {text.strip(b" \t\\\"',n").decode("utf-8", "replace") for text in found}
    return frozenset(text for text in texts if "get_tracking_uri(" not in text)


# A client that is given a store, or a name that hides which one; `get_tracking_uri()` is the current one.
_CLIENT_OF = re.compile(
    rb"\bMlflowClient(?:[ \t]+as\b|[ \t]*\((?![ \t\r\n]*(?:\)|(?:tracking_uri[ \t]*=[ \t]*)?(?:\w+\.)*get_tracking_uri\(\)|registry_uri\b)))"
)


# The class itself as a value, which other code then calls with who knows which store: `map(MlflowClient, uris)`, `kind = MlflowClient`,
# `class Client(MlflowClient)`. Not where it only says of which kind something is, as in annotations and in `isinstance`.
_CLIENT = re.compile(rb"\bMlflowClient[ \t]{0,9}[,)}\]\r\n]")
_AS_VALUE = re.compile(
    rb"(?:(?<!isinstance)(?<!issubclass)(?<!autospec)(?<!\bcast)\(|(?<!spec)(?<!spec_set)(?<![=!<> ])[ \t]{0,4}=|[\"']:|\breturn|\belse|\bor)"
    rb"[ \t]{0,9}(?:\w{1,40}\.){0,3}\Z"
)
# So far in front of a class stands what takes it.
_BEFORE = 80


# With the folder that stands in front of it, where a string names one.
_NEW_FILES = re.compile(rb"(?:(?<=[/\\\"'])[\w-]+[/\\]{1,2})?\bmodel\.(?:skops|pt2)\b")


def new_files(data: bytes) -> frozenset[str]:
    """Return the files of models in the formats that MLflow 3 writes by default of which a file speaks.

    Returns:
        Each as it is named, such as ``model.skops``, or ``churn/model.skops`` where the folder stands beside it.
    """
    if b"model." not in data:
        return frozenset()
    names = (name.decode().replace("\\", "/").replace("//", "/").partition("/") for name in _NEW_FILES.findall(data))
    # A version of the registry, and folders that MLflow makes itself, tell nothing.
    return frozenset(
        last if first.isdigit() or first in ("artifacts", "data") else f"{first}{slash}{last}"
        for first, slash, last in names
    )


def gives_clients_stores(data: bytes) -> bool:
    """Return whether a file makes a client of a store that may be another one than the current."""
    if b"MlflowClient" not in data:
        return False
    if _CLIENT_OF.search(data) is not None:
        return True
    places = (found.start() for found in _CLIENT.finditer(data))
    return any(_AS_VALUE.search(data[max(0, place - _BEFORE) : place]) is not None for place in places)


def opens_runs(data: bytes) -> bool:
    """Return whether a file starts or ends runs otherwise than by ``with``, or has context managers of its own around such a ``with``."""
    if b"end_run" in data or (b"start_run" in data and b"yield" in data):
        return True
    return b"start_run" in data and len(_START.findall(data)) > len(_WITH_START.findall(data))


_RUN = re.compile(r"^[ \t]*(?:#[ \t]*MAGIC[ \t]+)?%run[ \t](?P<rest>[^\r\n]*)", re.MULTILINE)
_PATH = re.compile(r"[\w./ -]+")


def includes_in(text: str) -> tuple[str, ...]:
    """Return the modules that ``%run ./includes/setup`` takes in, as relative imports."""
    found = []
    for match in _RUN.finditer(text):
        path = match["rest"].partition("$")[0].strip().strip("\"'").strip()  # behind `$` stand parameters
        path = path.removesuffix(".py").removesuffix(".ipynb")
        if path.startswith("/") or not _PATH.fullmatch(path):
            continue  # of the workspace, or computed: no file of this run says where that is
        ups = path.split("/").count("..")
        parts = [part for part in path.split("/") if part not in (".", "..", "")]
        if parts:
            found.append("." * (ups + 1) + ".".join(parts))
    return tuple(found)


# In the JSON of a notebook, `\\n` may stand in front of it.
_IMPORT_WORD = re.compile(rb"import(?:(?<!\wimport)|(?<=\\nimport))[ \t]+")
_FROM_BEFORE = re.compile(rb"(?:\b|\\n)from[ \t]+([.\w]+)[ \t]+\Z")
_NAMES = re.compile(rb"\([^)]{0,5000}\)|[^\r\n#;]+")
# `a.b as c, d`: other words behind it are of a sentence.
_PLAIN = re.compile(rb"([\w.]+)(?:[ \t]+as[ \t]+\w+)?[ \t]*,?[ \t]*")
_PLAINS = re.compile(rb"[\w.]+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[\w.]+(?:[ \t]+as[ \t]+\w+)?)*")


def imports_read(data: bytes) -> frozenset[str]:
    """Return the dotted paths of all modules that a file may import, and of all names that it may import from them.

    More rather than fewer: what stands behind an ``import`` in a string counts, too. Relative paths begin with dots.
    """
    return frozenset(name.decode("ascii", "ignore") for name in {dotted for dotted, _ in _imports(data)})


def modules_bound(data: bytes) -> frozenset[str]:
    """Return those of `imports_read` that the file has as a whole; from the others it only takes names."""
    return frozenset(dotted.decode("ascii", "ignore") for dotted, is_whole in _imports(data) if is_whole)


def _imports(data: bytes) -> Iterator[tuple[bytes, bool]]:
    """Return the dotted paths, each with whether it has a name in the file."""
    for module, names in import_statements(data):
        if module is not None:
            prefix = module if module.endswith(b".") else module + b"."
            yield module, False
            for name in _WORD.findall(names):
                yield prefix + name, True
            continue
        for plain in _PLAIN.finditer(names):
            parts = plain[1].split(b".")
            for count in range(1, len(parts) + 1):
                yield b".".join(parts[:count]), True
    for item in modules_named_otherwise(data):
        yield item, True


def modules_named_otherwise(data: bytes) -> Iterator[bytes]:
    """Return the modules that a file takes in without an ``import``: notebooks that it runs, and plugins of pytest."""
    yield from _notebooks_run(data)
    yield from plugins_in(data)


def uses_fixtures(data: bytes) -> bool:
    """Return whether a file may get fixtures of a ``conftest.py``."""
    return b"pytest" in data or b"def test_" in data


def import_statements(data: bytes) -> Iterator[tuple[bytes | None, bytes]]:
    """Return what stands behind each ``import``, with the module that stands behind the ``from`` in front of it; None for none."""
    for match in _IMPORT_WORD.finditer(data):
        start, end = match.span()
        earliest = max(0, start - _LINE)
        line = max(data.rfind(b"\n", earliest, start) + 1, data.rfind(b"\r", earliest, start) + 1, earliest)
        module = _FROM_BEFORE.search(data, line, start)
        names = (_PLAINS if module is None else _NAMES).match(data, end)
        yield module[1] if module is not None else None, names[0] if names is not None else b""


_PLUGINS = re.compile(
    rb"\bpytest_plugins\b[^=\r\n]{0,80}\+?=[ \t]*(?P<list>\[[^\]]{0,5000}\]|\([^)]{0,5000}\)|[^\r\n]+)"
)
_PLUGIN = re.compile(rb"[\"'](?P<module>[\w.]+)[\"']")


def plugins_in(data: bytes) -> Iterator[bytes]:
    """Return the modules whose fixtures ``pytest_plugins = ["tests.plugins"]`` brings."""
    for match in _PLUGINS.finditer(data) if b"pytest_plugins" in data else ():
        yield from (found["module"] for found in _PLUGIN.finditer(match["list"]))


def _notebooks_run(data: bytes) -> Iterator[bytes]:
    """Return what `%run` takes in, as in `includes_in`."""
    if b"%run" in data:
        text = data.decode("utf-8", "replace")
        if text.lstrip().startswith("{"):  # in the JSON of a notebook, each line is a string, or all of them are one
            text = text.replace("\\n", "\n").replace('\\"', "'").replace('"', "\n")
        yield from (item.encode() for item in includes_in(text))


# `jobs/train.py` and `python -m jobs.train` in a string, and any string where a program's name is put together: `f"{name}.py"`, `["-m", name]`.
# What a pattern begins with is found fast, and what stands in front of it is looked at then.
_PROGRAM = (re.compile(rb"\.py\b"), re.compile(rb"/__main__\b"))
_MODULE = re.compile(rb"-m[ \t]+(?:\w+\.)*(\w+)")
_LAST_WORD = re.compile(rb"(?<!\w)(\w+)\Z")
_PUT_TOGETHER = re.compile(rb"[}\"']\.py\b|[\"']-m[\"']|-m[ \t]+\{")
_QUOTED = re.compile(rb"[\"'./}](\w+)[\"'{]")


def starts_programs(data: bytes) -> bool:
    """Return whether a file may start other programs as processes."""
    return b"subprocess" in data


def programs_named(data: bytes) -> frozenset[str]:
    """Return the last names of programs that strings of a file may mean, such as ``train`` for ``jobs/train.py``; rather more than fewer."""
    found = set(_MODULE.findall(data))
    for pattern in _PROGRAM:
        for match in pattern.finditer(data):
            before = _LAST_WORD.search(data, max(0, match.start() - _LINE), match.start())
            found.update(before.groups() if before is not None else ())
    if _PUT_TOGETHER.search(data) is not None:
        found.update(_QUOTED.findall(data))
    return frozenset(name.decode("ascii", "ignore") for name in found)


_UNPACKED = re.compile(rb"\*\*[ \t]*([A-Za-z_]\w*)")
_PARTIAL = re.compile(rb"^[ \t]*(\w+)[ \t]*=[ \t]*(?:\w+\.)?partial\(", re.MULTILINE)


def shared_names(data: bytes) -> frozenset[bytes]:
    """Return the variables of a file that other files may read, and whose keys or arguments a fix may rename."""
    if b"log_model" not in data and b"save_model" not in data:
        return frozenset()
    dicts = {name for name in _UNPACKED.findall(data) if re.search(rb"^" + name + rb"[ \t]*[:=]", data, re.MULTILINE)}
    return frozenset(dicts | set(_PARTIAL.findall(data)))


_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")
# In the JSON of a notebook, the letters of such an escape would become part of the word behind it.
_ESCAPE = re.compile(rb"\\(?:u[0-9a-fA-F]{4}|[a-z])")


@functools.lru_cache(maxsize=2)  # one file is asked about several times in turn
def words_of_file(data: bytes) -> frozenset[str]:
    """Return the words of a file, in code or elsewhere, that could be names of MLflow."""
    words = frozenset(_NAME.findall(data.decode("latin-1")))
    if b"\\" not in data:
        return words
    return words | frozenset(_NAME.findall(_ESCAPE.sub(b" ", data).decode("latin-1")))
