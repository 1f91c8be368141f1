"""The services of the tests: MLflow tracking servers, Tiled and ``mlflow models serve``, as local processes.

Each maker starts the service, waits until it takes requests and returns it. `containers` makes the same in Docker, and `postgres` the
database.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from compat_tests.environments import Environment
from compat_tests.processes import RunningProcess, Service, ServicePlan, get_text, http_ready, start


@dataclass(frozen=True, slots=True)
class Login:
    """The administrator of a tracking server with basic authentication.

    MLflow 3 refuses the default password of MLflow 2, ``password1234``, so one is made for each server.
    """

    user: str = "admin"
    password: str = ""

    @classmethod
    def fresh(cls) -> Login:
        """Return an administrator with a random password."""
        return cls(password=secrets.token_urlsafe(16))

    def variables(self) -> dict[str, str]:
        """Return the variables by which an MLflow client of either line signs in."""
        return {"MLFLOW_TRACKING_USERNAME": self.user, "MLFLOW_TRACKING_PASSWORD": self.password}


def mlflow_server(
    environment: Environment,
    folder: Path,
    store: str | None = None,
    login: Login | None = None,
    cancelled: threading.Event | None = None,
) -> RunningProcess:
    """Start a tracking server that also hands artifacts through.

    Args:
        environment: Interpreter with MLflow, and with ``mlflow[auth]`` if ``login`` is given.
        folder: Where its files lie: ``mlflow.db`` unless ``store`` is given, and ``artifacts``.
        store: URI of the database; an sqlite file in ``folder`` by default.
        login: Turns basic authentication on.
        cancelled: Ends the wait for it when it is set.

    Raises:
        StartError: It did not start.
    """
    command = [
        *("-m", "mlflow", "server", "--host", "127.0.0.1"),
        *("--workers", "1"),  # the default of 4 costs 400 MB and 11 s of CPU, and changes nothing here
        *("--backend-store-uri", store or sqlite_uri(folder)),
        *("--artifacts-destination", str(folder / "artifacts")),
    ]
    # Job execution starts eight more processes in MLflow 3 (22 s instead of 11); MLflow 2 ignores the variable.
    variables = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    if login:
        folder.mkdir(parents=True, exist_ok=True)
        settings = folder / "basic-auth.ini"
        settings.write_text(
            "[mlflow]\n"
            "default_permission = READ\n"
            f"database_uri = sqlite:///{folder / 'users.db'}\n"
            f"admin_username = {login.user}\n"
            f"admin_password = {login.password}\n"
            "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n",
            encoding="utf-8",
        )
        command += ["--app-name", "basic-auth"]
        variables["MLFLOW_AUTH_CONFIG_PATH"] = str(settings)
        variables["MLFLOW_FLASK_SERVER_SECRET_KEY"] = secrets.token_hex(16)
    plan = ServicePlan(
        name=f"MLflow {environment.name}",
        command=lambda port: environment.command(*command, "--port", str(port)),
        folder=folder,
        variables=environment.variables(variables),
        ready=http_ready("/health"),
        # With authentication, MLflow guards this address too.
        version=lambda uri: get_text(f"{uri}/version", *((login.user, login.password) if login else ())).strip(),
    )
    return start(plan, cancelled=cancelled)


def sqlite_uri(folder: Path) -> str:
    """Return the store URI of the sqlite file that `mlflow_server` keeps in ``folder``."""
    return f"sqlite:///{folder / 'mlflow.db'}"


def tiled_server(environment: Environment, folder: Path, key: str) -> RunningProcess:
    """Start a Tiled server with an empty catalog that can be written to.

    Args:
        environment: Interpreter with ``tiled[server]``.
        folder: Where its log lies.
        key: The API key that it takes.

    Raises:
        StartError: It did not start.
    """
    plan = ServicePlan(
        name="Tiled",
        command=lambda port: environment.command(
            *("-m", "tiled", "serve", "catalog", "--temp", "--host", "127.0.0.1", "--port", str(port))
        ),
        folder=folder,
        # The key in a variable, not in the arguments: those are open to every user of the machine.
        variables=environment.variables({"TILED_SINGLE_USER_API_KEY": key}),
        ready=http_ready("/healthz"),
        version=tiled_version,
    )
    return start(plan)


def tiled_version(uri: str) -> str:
    """Return the release that the Tiled server at ``uri`` says it is."""
    return str(json.loads(get_text(f"{uri}/api/v1/"))["library_version"])


def model_server(
    environment: Environment, folder: Path, model_uri: str, variables: Mapping[str, str]
) -> RunningProcess:
    """Start ``mlflow models serve`` in the given environment, as a person does who has the model's packages.

    Args:
        environment: Interpreter with the model's packages.
        folder: Where its log lies.
        model_uri: Which model, such as ``models:/digits@champion``.
        variables: Where the tracking server is, and what else the model needs.

    Raises:
        StartError: It did not start, for example because the model cannot be loaded.
    """
    plan = ServicePlan(
        name="model server",
        command=lambda port: environment.command(
            *("-m", "mlflow", "models", "serve", "--model-uri", model_uri, "--env-manager", "local"),
            *("--host", "127.0.0.1", "--port", str(port)),
        ),
        folder=folder,
        variables=environment.variables(variables),
        ready=http_ready("/ping"),
        version=lambda uri: get_text(f"{uri}/version").strip(),
    )
    return start(plan)


def start_together(*makers: Callable[[], Service]) -> list[Service]:
    """Start several services at the same time.

    Args:
        makers: Functions without arguments that start one service each.

    Returns:
        The services, in the order of ``makers``.

    Raises:
        StartError: One did not start; those that did are stopped again.
    """
    with ThreadPoolExecutor(len(makers)) as pool:
        futures = [pool.submit(maker) for maker in makers]
        try:
            return [future.result() for future in futures]
        except BaseException:
            for future in futures:
                if future.exception() is None:
                    future.result().stop()
            raise
