"""Reads what the modules of a run offer to each other."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace

from codemod.analysis.context import Context
from codemod.analysis.parsing import read_document
from codemod.analysis.summaries import summary_of
from codemod.documents import DocumentError
from codemod.documents.base import TemplateError
from codemod.names.elsewhere import NOWHERE, Elsewhere
from codemod.names.modules import Modules, Summary, module_parts
from codemod.names.reads import includes_in
from codemod.settings import Project, Settings

# Of so many modules, what was found out about all of it is kept for the next name.
_OPEN = 8
_DEEP = "its code is nested too deeply to be read"


def modules_of(summaries: Iterable[Summary], later: Mapping[str, bytes], namesakes: Iterable[str]) -> Modules:
    """Say what the modules of a run offer to each other.

    Args:
        summaries: What those offer that some file of the run imports and that have to do with MLflow.
        later: Those of others that are imported; each is read when it is asked for something.
        namesakes: The paths of others that an import could mean, too.
    """
    return replace(
        Modules.of([*(Summary(path) for path in (*later, *namesakes)), *summaries]), unread=later, summarise=summarise
    )


def packages_of_namesakes(imported: Iterable[str], every: Container[str]) -> frozenset[str]:
    """Return the packages that hold modules named like Python's own: within them, an import of such a name means Python's.

    Args:
        imported: The files that some import may mean.
        every: All files of code.
    """
    own = (path.replace("\\", "/") for path in imported if (module_parts(path) or ("",))[-1] in sys.stdlib_module_names)
    packages = {f"{path.rpartition('/')[0]}/__init__.py" for path in own if "/" in path}
    return frozenset(path for path in packages if path in every)


def summarise(path: str, data: bytes, modules: Modules, whole: Container[str] = ()) -> Summary:
    """Say what a module of the run offers; one that cannot be read offers nothing, and the main pass says why.

    Args:
        path: Its file.
        data: Its bytes.
        modules: The modules of the run, into which what it imports is followed.
        whole: The paths of those of which all names are looked at; those of others are when they are asked for.
    """
    if path in whole:
        return _summary(path, modules, functools.partial(_contexts, path, data), None)
    look = _NamesOnDemand(path, data, modules)
    found = _summary(path, modules, functools.partial(_open, look), "")
    return found if found.problem else replace(found, look=look)


def module_summary(path: str, data: bytes, settings: Settings) -> Summary:
    """Say what a module offers, as work on one file.

    Args:
        path: Its file.
        data: Its bytes.
        settings: Those of the run, with its modules.
    """
    modules = settings.project.modules if settings.project is not None else None
    assert modules is not None  # whoever asks has made them
    assert modules.summarise is not None
    return modules.summary(path) if path in modules.unread else modules.summarise(path, data, modules)


class _NamesOnDemand:
    """Looks at names of one module, at each once.

    Args:
        path: Its file.
        data: Its bytes.
        modules: The modules of the run.
    """

    def __init__(self, path: str, data: bytes, modules: Modules) -> None:
        self.path = path
        self.data = data
        self._modules = modules
        self._known: dict[str, Summary] = {}

    def __call__(self, name: str) -> Summary:
        """Return what the module offers by a name of its top level."""
        if name not in self._known:
            self._known[name] = Summary(self.path)  # what it says of itself while it is looked at
            try:
                self._known[name] = _summary(self.path, self._modules, functools.partial(_open, self), name)
            except BaseException:  # out of time
                del self._known[name]
                raise
        return self._known[name]


def _summary(path: str, modules: Modules, contexts_of: Callable[[], list[Context]], only: str | None) -> Summary:
    try:
        contexts = contexts_of()
    except TemplateError:
        return Summary(path)  # the main pass says what it is
    except DocumentError as error:
        return Summary(path, problem=str(error))
    except (RecursionError, MemoryError):
        return Summary(path, problem=_DEEP)
    # Whoever is at work on this very module goes on with what was resolved; what another run left there counts for nothing.
    every = [context.names for context in contexts]
    idle = [names for names in every if names.elsewhere.path != path or names.elsewhere.modules is not modules]
    text = contexts[0].text if contexts and contexts[0].kind != "python" else ""
    for names in idle:
        names.attach(Elsewhere(path, modules, includes_in(text)))
    try:
        return summary_of(path, contexts, only)
    except (RecursionError, MemoryError):
        return Summary(path, problem=_DEEP)
    finally:
        for names in idle:
            names.attach(NOWHERE)  # whoever asks next brings what is known then


@functools.lru_cache(maxsize=_OPEN)
def _open(look: _NamesOnDemand) -> list[Context]:
    return _contexts(look.path, look.data)


def _contexts(path: str, data: bytes) -> list[Context]:
    """Return the namespaces of a file."""
    reading = read_document(path, data)
    cells, kind = reading.document.cells, reading.document.kind
    # What a program in a string of the file defines, nobody can import.
    spaces = reading.namespaces[:1] if kind == "python" else reading.namespaces
    # What callers give for a parameter is said where the function is called.
    return [
        Context(n.names, cells, n.trees, Settings(), kind, path, alone=_nothing, follows_callers=False) for n in spaces
    ]


def _nothing(_: Context) -> Project:
    """Say that nothing is known of the project yet: its modules are read first."""
    return Project()
