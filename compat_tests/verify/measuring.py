"""coverage.py in a world, without disturbing it: beside the project's packages, in every process that the command starts."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from compat_tests.environments import Environment
from compat_tests.verify.places import MeasuredPlace, lines_of_cells, mark, sources_of_cells

REQUIREMENT = "coverage>=7.10"  # the first with patches for os._exit, fork and exec
_INSIDE = Path(__file__).with_name("inside")

# What ends a process without Python's own way out would lose what was measured. Cells of notebooks run from files of such names.
_SETTINGS = """\
[run]
parallel = true
data_file = {data}
include =
    {copy}/*
    */ipykernel_*/*
patch = _exit, execv, fork
sigterm = true
disable_warnings = no-data-collected, module-not-measured, trace-changed, couldnt-parse, already-imported
"""


@dataclass(frozen=True, slots=True)
class Startup:
    """What every interpreter of a world does first.

    Attributes:
        variables: For the environment of the command.
        data: Where coverage.py leaves its data files; None where nothing is measured.
        library: Where coverage.py lies.
    """

    variables: dict[str, str]
    data: Path | None = None
    library: Path | None = None


def prepare_startup(
    folder: Path, copy: Path, site: Path | None, library: Path | None, python_path: str = ""
) -> Startup:
    """Write what the interpreters of a world need at their start.

    Args:
        folder: A new folder for it.
        copy: The project, which is measured.
        site: Where the project itself is installed.
        library: Where coverage.py lies; None to measure nothing.
        python_path: What the caller's ``PYTHONPATH`` says.
    """
    folder.mkdir(parents=True)
    shutil.copyfile(_INSIDE / "sitecustomize.py", folder / "sitecustomize.py")
    variables = {"PYTHONPATH": ":".join(filter(None, (str(folder), python_path)))}
    if site is not None:
        variables["MLFLOW_CODEMOD_SITE"] = str(site)
    if library is None:
        return Startup(variables)
    data = folder / "coverage"
    data.mkdir()
    settings = folder / "coveragerc"
    settings.write_text(_SETTINGS.format(data=data / "data", copy=copy), encoding="utf-8")
    variables |= {"MLFLOW_CODEMOD_COVERAGE": str(library), "COVERAGE_PROCESS_START": str(settings)}
    return Startup(variables, data, library)


def what_ran(
    places: Sequence[MeasuredPlace], copy: Path, startup: Startup, environment: Environment
) -> tuple[list[MeasuredPlace], list[str]]:
    """Return the places with whether each ran, and what could not be read of the measurement."""
    if startup.data is None or startup.library is None:
        return list(places), []
    sources = sources_of_cells(places, copy)
    keys = list(sources)
    done = subprocess.run(
        environment.command("-I", str(_INSIDE / "ran_lines.py"), str(startup.library), str(startup.data)),
        input=json.dumps([sources[key] for key in keys]),
        capture_output=True,
        text=True,
        env=environment.variables(),
    )
    if done.returncode:
        return list(places), [f"cannot tell what ran: {done.stderr.strip().splitlines()[-1:]}"]
    answer = json.loads(done.stdout)
    lines: dict[str, list[int]] = {}
    kernels: dict[str, dict[str, list[int]]] = {}  # by the folder of their files, which has the id of the process
    for name, numbers in answer["lines"].items():
        path = Path(name)
        if path.is_relative_to(copy):
            lines[name] = numbers
        else:
            kernels.setdefault(str(path.parent), {})[path.name] = numbers
    cells = lines_of_cells(dict(zip(keys, answer["cells"], strict=True)), kernels.values())
    return mark(places, copy, lines, cells), answer["broken"]
