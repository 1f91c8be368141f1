"""Runs at the start of every interpreter of a world: finds the project itself, and starts coverage where it is asked for.

The folder of this file stands first in ``PYTHONPATH``, so processes that the command starts get it too. It takes itself out of the
way afterwards, and runs the ``sitecustomize`` that it hides.
"""

import importlib.machinery
import importlib.util
import os
import site
import sys


def _begin():
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    for folder in os.environ.get("MLFLOW_CODEMOD_SITE", "").split(os.pathsep):
        if folder:
            site.addsitedir(folder)
    library = os.environ.get("MLFLOW_CODEMOD_COVERAGE", "")
    if library:
        sys.path.insert(0, library)
        try:
            import coverage

            coverage.process_startup()
        finally:
            sys.path.remove(library)
            sys.path.append(library)  # it imports parts of itself later
    hidden = importlib.machinery.PathFinder.find_spec("sitecustomize", sys.path)
    if hidden is not None and hidden.loader is not None:
        hidden.loader.exec_module(importlib.util.module_from_spec(hidden))


_begin()
