"""Tracking servers for worlds: of a line or a release of MLflow, on sqlite, PostgreSQL or in a container."""

from __future__ import annotations

import contextlib
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from compat_tests import environments
from compat_tests.environments import RECIPES, Environment
from compat_tests.processes import Service
from compat_tests.servers import mlflow_server

Backend = Literal["sqlite", "postgres", "docker"]


def server_environment(release: str, folder: Path | None = None) -> Environment:
    """Return an environment that serves a line of MLflow, such as ``3``, or a release, such as ``3.5.1``.

    Args:
        release: Which one.
        folder: Holds the environments.

    Raises:
        UvError: It cannot be made.
    """
    if f"server-{release}" in RECIPES:
        return environments.environment(f"server-{release}", folder)
    line = release.split(".")[0]
    # Older releases of MLflow 3 are broken by the same packages as its first one.
    held = environments.held_back("3.0" if line == "3" else line)
    install = [f"mlflow[auth]=={release}", "psycopg2-binary", *held]
    key = json.dumps([install, sys.version_info[:2]])
    return environments.make(f"server-{release}", key, install, sys.executable, folder or environments.home())


@contextlib.contextmanager
def open_tracking_server(
    release: str,
    folder: Path,
    backend: Backend = "sqlite",
    home: Path | None = None,
    cancelled: threading.Event | None = None,
    served: Environment | None = None,
) -> Iterator[Service]:
    """Start a tracking server and stop it, with all that it needed, at the end of the block.

    Args:
        release: Its line or release of MLflow.
        folder: A new folder for its files.
        backend: Where it keeps its data.
        home: Holds the environments.
        cancelled: Ends the wait for it when it is set.
        served: An interpreter that exists already and serves it; by default one is made.

    Raises:
        UvError: Its environment cannot be made.
        StartError: It did not start.
        NoEngineError: No Docker engine answers.
    """
    with contextlib.ExitStack() as stack:
        if backend == "docker":
            from compat_tests.containers import build_images, engine, mlflow_container

            build_images()
            container = mlflow_container(engine(), release.split(".")[0])
            stack.callback(container.stop)
            yield container
            return
        store = None
        if backend == "postgres":
            from compat_tests.postgres import postgres_server

            store = stack.enter_context(postgres_server(environments.environment("postgres", home))).uri()
        service = mlflow_server(served or server_environment(release, home), folder, store, cancelled=cancelled)
        stack.callback(service.stop)
        yield service
