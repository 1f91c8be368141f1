"""What a name means that comes from another file of the run.

A first pass makes a small summary of each module that some file imports: values without their code, so that it travels to every
worker. `Modules` finds, for an import as it is written in one file, the file that it means; of one that is not in the run, nobody can tell.
"""

from __future__ import annotations

import functools
import hashlib
import pickle
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from codemod.names.brought import behind
from codemod.names.forms import Form
from codemod.names.nearest import Nearest
from codemod.names.reads import imports_read, words_of_file
from codemod.names.values import Alias, Export, OwnModule, Unknown, Value

_DEPTH = 8
_HOPS = 2
# Fewer names are first looked for one by one: to tell all words of a file takes as long as this.
_FEW = 100
# Of so many modules with one last name, what was looked up is kept.
_MANY_NAMESAKES = 8


@dataclass(frozen=True, slots=True)
class Summary:
    """What a module of the project offers.

    Attributes:
        path: Its file, as it was discovered.
        exports: The names of its top level, with what they are.
        texts: The texts that names of its top level hold for good, attributes of its classes (``Settings.path``), and items of
            its dicts (``CONFIG[path]``).
        fixtures: What its pytest fixtures give.
        stars: The modules of which it imports everything.
        public: What a star takes of it; None for all names without an underscore in front.
        floats: The options of its command line that are floats.
        asks: Names of its top level that tell by their value, or when they are called, which MLflow is installed.
        speaks: Whether its code names MLflow.
        takes: Whether it may ask something of the instances of MLflow's classes that others give it.
        imports: What it imports, by dotted paths as they are written.
        traces: Whether importing it lets MLflow trace the calls of a library.
        problem: Why nothing of it is known; "" where it was read.
        opens: Its functions, classes and methods (``Session.run``) that leave a run active, and ``@`` before all that start one.
        logs: Whether its code logs models.
        look: Looks at one name of its top level, or one member of a class, and says what that offers; None where all were looked at.
    """

    path: str
    exports: dict[str, Export] = field(default_factory=dict)
    texts: dict[str, Form] = field(default_factory=dict)
    fixtures: dict[str, Value] = field(default_factory=dict)
    stars: tuple[str, ...] = ()
    public: frozenset[str] | None = None
    floats: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()
    speaks: bool = False
    takes: bool = False
    imports: tuple[str, ...] = ()
    problem: str = ""
    traces: bool = False
    opens: frozenset[str] = frozenset()
    logs: bool = False
    look: Callable[[str], Summary] | None = field(default=None, repr=False, compare=False)

    def by(self, name: str) -> Summary:
        """Return what it offers by one name of its top level, if not by others."""
        return self.look(name) if self.look is not None else self

    @property
    def parts(self) -> tuple[str, ...]:
        """The dotted name that its path gives, from the folder of the run on."""
        return module_parts(self.path)


@functools.lru_cache(maxsize=1 << 17)  # the same paths are asked for again and again
def module_parts(path: str) -> tuple[str, ...]:
    """Return the parts of the name by which a file could be imported."""
    folder, _, file = path.replace("\\", "/").rpartition("/")
    stem = file.rpartition(".")[0]
    parts = [sys.intern(part) for part in folder.split("/") if part not in ("", ".")]  # few folders have many files
    return tuple(parts if stem == "__init__" else [*parts, stem])


@dataclass(frozen=True, slots=True)
class Modules:
    """The modules of a run, by the last part of their names.

    Attributes:
        by_name: The modules.
        wrappers: The names of functions and classes in them whose parameters end in a call of MLflow, and of those that make traces.
        brings: What of MLflow is behind the names in them, by last names: of functions that have another name there, and of those
            that wrappers call.
        unread: The bytes of those that are read when they are asked for something first, by path: most never are.
        summarise: Reads one of these, and follows its imports into the modules that it is given. Importable in the workers.
    """

    by_name: dict[str, tuple[Summary, ...]] = field(default_factory=dict)
    wrappers: frozenset[str] = frozenset()
    brings: dict[str, frozenset[str]] = field(default_factory=dict)
    unread: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    summarise: Callable[[str, bytes, Modules], Summary] | None = field(default=None, repr=False)
    _read: dict[str, Summary] = field(default_factory=dict, init=False, repr=False, compare=False)
    _wrapping: set[str] = field(default_factory=set, init=False, repr=False, compare=False)
    _exact: dict[tuple[str, ...], Summary] = field(default_factory=dict, init=False, repr=False, compare=False)
    # The modules whose names end alike, where there are many.
    _ending: dict[tuple[str, ...], Nearest[Summary]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _importing: dict[str, Sequence[Summary]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _bringing: dict[str, frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _speaking: dict[str, bool] = field(default_factory=dict, init=False, repr=False, compare=False)
    _conftests: dict[tuple[str, ...], Summary] = field(default_factory=dict, init=False, repr=False, compare=False)
    # Names such as `Settings.path`, which are no words by themselves.
    _odd: list[tuple[str, ...]] = field(default_factory=list, init=False, repr=False, compare=False)
    _travelling: list[bytes] = field(default_factory=list, init=False, repr=False, compare=False)

    @staticmethod
    def of(summaries: list[Summary]) -> Modules:
        """Sort summaries by the last part of their names."""
        found: dict[str, list[Summary]] = {}
        for item in summaries:
            found.setdefault(item.parts[-1] if item.parts else "", []).append(item)
        return Modules({last: tuple(items) for last, items in found.items()}, *behind(summaries))

    @property
    def bringing(self) -> Mapping[str, frozenset[str]]:
        """The names that lead to functions of MLflow, by the last names of these: `brings` the other way round."""
        if self.brings and not self._bringing:
            found: dict[str, set[str]] = {}
            for name, words in self.brings.items():
                for word in words:
                    found.setdefault(word, set()).add(name)
            self._bringing.update({word: frozenset(names) for word, names in found.items()})
        return self._bringing

    def behind_names(self, data: bytes) -> set[str]:
        """Return what of MLflow is behind those names of the modules that stand in a file."""
        if len(self.brings) < _FEW and not any(name.encode() in data for name in self.brings):
            return set()
        there = words_of_file(data)
        if not self._odd:
            self._odd.append(tuple(name for name in self.brings if not (name.isascii() and name.isidentifier())))
        names = (self.brings.keys() & there).union(name for name in self._odd[0] if name.encode() in data)
        return {word for name in names for word in self.brings[name]}

    def known_wrappers(self) -> Set[str]:
        """Return `wrappers`, with those of the modules that were read since."""
        return self.wrappers | self._wrapping

    def module(self, importer: str, dotted: str) -> Summary | None:
        """Return the file that an import means; None when no file of the run, or none certainly, is it.

        Args:
            importer: The file in which the import stands.
            dotted: The module; relative ones begin with dots.
        """
        level = len(dotted) - len(dotted.lstrip("."))
        wanted = tuple(part for part in dotted.lstrip(".").split(".") if part)
        here = module_parts(importer)
        folder = here if importer.endswith("__init__.py") else here[:-1]
        if level:
            return self._by_parts().get((*folder[: len(folder) - level + 1], *wanted))
        named = self.by_name.get(wanted[-1], ()) if wanted else ()
        if len(named) < _MANY_NAMESAKES:  # most imports; nothing of them is kept, since each is asked for once or twice
            return _ending(named, wanted).to(folder)
        if wanted not in self._ending:
            self._ending[wanted] = _ending(named, wanted)
        return self._ending[wanted].to(folder)

    def _by_parts(self) -> dict[tuple[str, ...], Summary]:
        """Return the modules by their whole names: a relative import means one of these."""
        if not self._exact:
            for items in self.by_name.values():
                for item in items:
                    self._exact.setdefault(item.parts, item)
        return self._exact

    def _named(self, parts: tuple[str, ...]) -> tuple[Summary, ...]:
        return self.by_name.get(parts[-1], ()) if parts else ()

    def value(self, importer: str, dotted: str, depth: int = 0) -> Value | None:
        """Return what an import binds; None when it is not of this run."""
        whole = self.module(importer, dotted)
        if whole is not None:
            return OwnModule(whole.path)
        found, name = self._split(importer, dotted)
        return self.member(found.path, name, depth) if found is not None else None

    def member(self, path: str, name: str, depth: int = 0) -> Value:
        """Return what a name of a module's top level is."""
        found = self._at(path)
        if found is None or depth > _DEPTH:
            return Unknown(f"`{name}` is handed on through too many modules")
        offered = found.by(name)
        if problem := found.problem or offered.problem:
            return Unknown(f"`{path}`, which defines `{name}`, was not analysed: {problem}")
        export = offered.exports.get(name)
        if isinstance(export, Alias):
            value = self.value(path, export.module, depth + 1)
            return value if value is not None else Unknown(f"it is imported from `{export.module}`, which is not read")
        if export is not None:
            return export
        child = self.module(f"{path.rpartition('/')[0]}/x.py" if "/" in path else "x.py", f".{name}")
        if child is not None and path.endswith("__init__.py"):
            return OwnModule(child.path)
        for star in found.stars:
            value = self.value(path, dotted_path(star, name), depth + 1)
            if value is not None and not isinstance(value, Unknown):
                return value
        return Unknown(f"`{path}` does not define `{name}` where it can be seen")

    def text(self, importer: str, dotted: str, depth: int = 0) -> Form | None:
        """Return the text that an imported name holds for good; None when it is another thing, or nobody can tell."""
        plain, bracket, key = dotted.partition("[")
        found, name = self._split(importer, plain)
        return self.text_in(found.path, f"{name}{bracket}{key}", depth) if found is not None else None

    def _split(self, importer: str, dotted: str) -> tuple[Summary | None, str]:
        """Return the file that an import of a name means, and the name."""
        module, _, name = dotted.rpartition(".")
        if dotted.startswith(".") and not module.strip("."):
            module = dotted[: len(dotted) - len(name)]
        return (self.module(importer, module) if module else None), name

    def text_in(self, path: str, name: str, depth: int = 0) -> Form | None:
        """Return the text that a name in a module holds for good, an attribute of one of its classes, or an item of a dict."""
        found = self._at(path)
        if found is None or depth > _DEPTH:
            return None
        plain, bracket, key = name.partition("[")
        offered = found.by(plain.partition(".")[0])
        if name in offered.texts:
            return offered.texts[name]
        export = offered.exports.get(plain.partition(".")[0])
        if isinstance(export, Alias):
            return self.text(path, f"{export.module}{bracket}{key}", depth + 1) if "." not in plain else None
        if export is None:
            stars = (self.text(path, dotted_path(star, name), depth + 1) for star in found.stars)
            return next((text for text in stars if text is not None), None)
        return None

    def class_member(self, place: tuple[str, str], name: str) -> Value | None:
        """Return what a member of a class is that stands in a file under a name; None when it has none of that name itself."""
        export = self.summary(place[0]).by(f"{place[1]}.{name}").exports.get(f"{place[1]}.{name}")
        return None if isinstance(export, Alias) else export

    def class_text(self, place: tuple[str, str], name: str) -> Form | None:
        """Return the text of an attribute of such a class."""
        return self.summary(place[0]).by(f"{place[1]}.{name}").texts.get(f"{place[1]}.{name}")

    def asks(self, importer: str, dotted: str, depth: int = 0) -> bool | None:
        """Return whether an imported name tells which MLflow is installed; None when its module is not of this run."""
        found, name = self._split(importer, dotted)
        return self.asks_in(found.path, name, depth) if found is not None else None

    def asks_in(self, path: str, name: str, depth: int = 0) -> bool | None:
        """Return whether a name of a module tells which MLflow is installed; None when nobody can tell."""
        found = self._at(path)
        if found is None or depth > _DEPTH:
            return None
        offered = found.by(name)
        if name in offered.asks:
            return True
        export = offered.exports.get(name)
        if isinstance(export, Alias):
            return self.asks(path, export.module, depth + 1)
        return False if export is not None else None

    def speaks(self, importer: str, imports: Iterable[str]) -> bool:
        """Return whether one of the modules that a file imports, or one that these import, names MLflow."""
        seen, near = {importer}, self._imported(importer, imports)
        for step in range(_HOPS + 1):
            further: list[Summary] = []
            for item in near:
                if item.path in seen:
                    continue
                seen.add(item.path)
                if self._speaks(item):
                    return True
                if step < _HOPS:
                    further += self._importing.get(item.path, ())
            near = further
        return False

    def _speaks(self, item: Summary) -> bool:
        """Return whether a module names MLflow, and note what it imports; what is being read just now has not told yet."""
        if item.path not in self._speaking:
            data = self.unread.get(item.path) if item.path not in self._read else None
            if data is not None and b"mlflow" not in data.lower():  # this needs no tree
                speaks, imports = False, imports_read(data)
            else:
                whole = self._whole(item)
                if whole is item and item.path in self.unread:
                    return whole.speaks
                speaks, imports = whole.speaks, frozenset(whole.imports)
            self._importing[item.path] = self._imported(item.path, imports)
            self._speaking[item.path] = speaks
        return self._speaking[item.path]

    def _imported(self, importer: str, imports: Iterable[str]) -> Sequence[Summary]:
        """Return the modules that some imports mean, each once: a package may import a thousand names from ten of them."""
        found = (self.module(importer, dotted) or self._split(importer, dotted)[0] for dotted in imports)
        return tuple({item.path: item for item in found if item is not None}.values())

    def fixture(self, test: str, name: str) -> Value | None:
        """Return what a fixture gives that a test gets from the nearest conftest.py."""
        found = self._fixture(test, name)
        return found[0].fixtures[found[1]] if found is not None else None

    def fixture_itself(self, test: str, name: str) -> Export | None:
        """Return the function of such a fixture."""
        found = self._fixture(test, name)
        return found[0].exports.get(found[1]) if found is not None else None

    def _fixture(self, test: str, name: str) -> tuple[Summary, str] | None:
        if not self._conftests:
            self._conftests.update((item.parts[:-1], item) for item in self.by_name.get("conftest", ()))
        folder = module_parts(test)[:-1]
        for count in range(len(folder), -1, -1) if self._conftests else ():
            item = self._conftests.get(folder[:count])
            if item is not None and (found := self._brought(item, name)) is not None:
                return found
        return None

    def _brought(self, item: Summary, name: str, depth: int = 0) -> tuple[Summary, str] | None:
        """Return the module that has a fixture which another one defines, imports or names among its plugins, and its name there."""
        whole = self._whole(item)
        found = whole.by(name)
        if name in found.fixtures:
            return found, name
        export = found.exports.get(name)
        dotted = [export.module] if isinstance(export, Alias) else [dotted_path(star, name) for star in whole.stars]
        for each in dotted if depth <= _DEPTH else ():
            module, there = self._split(item.path, each)
            brought = self._brought(module, there, depth + 1) if module is not None and module is not item else None
            if brought is not None:
                return brought
        return None

    def summary(self, path: str) -> Summary:
        """Return all that a module offers; nothing for a file that is none of these."""
        return self._at(path) or Summary(path)

    def _at(self, path: str) -> Summary | None:
        parts = module_parts(path)
        found = self._by_parts().get(parts)
        if found is not None and found.path != path:  # `train.py` and `train/__init__.py`
            found = next((item for item in self._named(parts) if item.path == path), None)
        return self._whole(found) if found is not None else None

    def _whole(self, item: Summary) -> Summary:
        """Return all that a module offers."""
        if self.summarise is None or item.path not in self.unread:
            return item
        if item.path not in self._read:
            self._read[item.path] = item  # what it says of itself while it is read
            try:
                self._read[item.path] = self.summarise(item.path, self.unread[item.path], self)
            except BaseException:  # out of time
                del self._read[item.path]
                raise
            self._wrapping.update(behind((self._read[item.path],))[0])
        return self._read[item.path]

    def __reduce__(self) -> tuple[object, ...]:
        """Return how it travels: without what was looked up, since whoever gets it asks for less of it, and for other names."""
        if not self._travelling:
            self._travelling.append(
                pickle.dumps((self.by_name, self.wrappers, self.brings, self.unread, self.summarise))
            )
        return _arrived, (self._travelling[0],)


_last_arrived: dict[bytes, Modules] = {}


def _arrived(pickled: bytes) -> Modules:
    """Return the modules that travelled here; the same as before, with what was looked up since, when they come once more."""
    digest = hashlib.sha256(pickled).digest()
    if digest not in _last_arrived:
        modules = Modules(*pickle.loads(pickled))  # noqa: S301 - part of what is being unpickled
        _last_arrived.clear()  # of a run that has ended
        _last_arrived[digest] = modules
    return _last_arrived[digest]


def _ending(named: Iterable[Summary], wanted: tuple[str, ...]) -> Nearest[Summary]:
    """Return those of some modules whose names end as one does."""
    return Nearest((item.parts, item) for item in named if item.parts[-len(wanted) :] == wanted)


def dotted_path(module: str, name: str) -> str:
    """Return the dotted path of a name in a module."""
    return f"{module}{'' if module.endswith('.') else '.'}{name}"
