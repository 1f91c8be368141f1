"""Which files of a project set the environment in which a program of it is started?"""

from __future__ import annotations

import posixpath
from collections.abc import Set

# Folders whose files are for what lies in them, and for nothing beside them.
_OF_THEIR_OWN = frozenset({
    "example", "examples", "sample", "samples", "demo", "demos", "tutorial", "tutorials", "doc", "docs", "test", "tests", "notebooks",
    "templates", "third_party", "vendor",
})  # fmt: skip


def may_set_for(environment: str, program: str, programs: Set[str]) -> bool:
    """Return whether a file such as a Dockerfile may set the environment of a program.

    It does for what lies in its folder or below. A folder beside the program, such as ``deploy``, is for it too, unless programs of its own
    lie there, or it is one of examples.

    Args:
        environment: The path of the file.
        program: The path of the program.
        programs: The paths of the programs of the run that take the store of their environment.
    """
    folder = posixpath.dirname(environment.replace("\\", "/"))
    beside = posixpath.relpath(folder or ".", posixpath.dirname(program.replace("\\", "/")) or ".").split("/")
    down = [step for step in beside if step not in ("..", ".")]
    if not down:
        return True
    top = folder.split("/")[: len(folder.split("/")) - len(down) + 1]
    has_programs = any(
        other != program and other.replace("\\", "/").startswith(f"{'/'.join(top)}/") for other in programs
    )
    return not has_programs and _OF_THEIR_OWN.isdisjoint(step.lower() for step in down)
