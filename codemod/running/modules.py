"""Reads what the modules of a run offer to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from codemod.analysis.context import Context
from codemod.analysis.parsing import read
from codemod.analysis.summaries import summary_of
from codemod.documents import DocumentError
from codemod.names.modules import Elsewhere, Modules, Summary
from codemod.names.reads import includes_in
from codemod.settings import Project, Settings

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


def summarise(path: str, data: bytes, modules: Modules) -> Summary:
    """Say what a module of the run offers; one that cannot be read offers nothing, and the main pass says why.

    Args:
        path: Its file.
        data: Its bytes.
        modules: The modules of the run, into which what it imports is followed.
    """
    try:
        reading = read(path, data)
    except DocumentError as error:
        return Summary(path, problem=str(error))
    except (RecursionError, MemoryError):
        return Summary(path, problem=_DEEP)
    text = "\n".join(cell.text for cell in reading.document.cells)
    includes = includes_in(text) if reading.document.kind != "python" else ()
    every = [namespace.names for namespace in reading.namespaces]
    for names in every:
        names.attach(Elsewhere(path, modules, includes))
    cells, kind = reading.document.cells, reading.document.kind
    contexts = [
        # What callers give for a parameter is said where the function is called.
        Context(n.names, cells, n.trees, Settings(), kind, path, alone=_nothing, follows_callers=False)
        for n in reading.namespaces
    ]
    try:
        return summary_of(path, contexts)
    except (RecursionError, MemoryError):
        return Summary(path, problem=_DEEP)
    finally:
        for names in every:
            names.attach(Elsewhere())  # whoever asks next brings what is known then


def _nothing(_: Context) -> Project:
    """Say that nothing is known of the project yet: its modules are read first."""
    return Project()
