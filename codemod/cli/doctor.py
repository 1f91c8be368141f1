"""``doctor``: what stands behind a tracking URI, and whether an MLflow 3 client gets on with it. Only reads."""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import sys
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import SplitResult, unquote, urlsplit

import click

from codemod.cli.output import say
from codemod.errors import WrongUseError
from codemod.exit_codes import FINDINGS_LEFT, NOT_ANALYSED, NOTHING_LEFT

if TYPE_CHECKING:
    import urllib.error

_KIND = re.compile(r"[a-z][a-z0-9+.-]*")
_SECONDS = 5.0
_MOST = 1 << 16
# What MLflow's client reads: a user with a password goes before a token (get_default_host_creds in mlflow/utils/credentials.py,
# http_request in mlflow/utils/rest_utils.py).
_VARIABLES = ("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was found out.

    Attributes:
        status: ``"ok"``, ``"fails"`` (an MLflow 3 client would fail, or change what is there), or ``"unknown"``.
        text: One line.
    """

    status: Literal["ok", "fails", "unknown"]
    text: str


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: str
    location: str = ""

    @property
    def error(self) -> str:
        """MLflow's name for an error, or "" for what is no answer of MLflow's."""
        return str(self._fields().get("error_code", ""))

    @property
    def lists_models(self) -> bool:
        """Whether this is what MLflow answers to a search for logged models; a page of a proxy is not."""
        fields = self._fields() if self.body.strip() else {"": None}
        return self.status == 200 and set(fields) <= {"models", "next_page_token"}

    @property
    def told(self) -> str:
        """The status, and for a redirect where it leads."""
        return f"status {self.status}, which sends to {self.location}" if self.location else f"status {self.status}"

    def _fields(self) -> dict[str, object]:
        try:
            fields = json.loads(self.body)
        except (ValueError, RecursionError):
            return {"": None}
        return fields if isinstance(fields, dict) else {"": None}


@click.command()
@click.option(
    "--tracking-uri", metavar="URI", required=True, help="http(s)://..., sqlite:///..., file:... or a folder."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=_SECONDS,
    show_default=True,
    help="Seconds that one request may take.",
)
def doctor(tracking_uri: str, timeout: float) -> int:
    """Say which MLflow a tracking URI leads to, and what an MLflow 3 client would meet there. Changes nothing.

    Credentials come from MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, and are never
    printed; the file ~/.mlflow/credentials is not read. The exit code is 1 when something would fail, and 3 when it cannot
    be told.
    """
    found = diagnose(tracking_uri, timeout)
    for one in found:
        say(f"{one.status + ':':<9}{one.text}", sys.stdout)
    states = {one.status for one in found}
    return NOT_ANALYSED if "unknown" in states else FINDINGS_LEFT if "fails" in states else NOTHING_LEFT


def diagnose(uri: str, timeout: float = _SECONDS) -> list[Diagnosis]:
    """Look at what a tracking URI leads to.

    Raises:
        WrongUseError: If the URI is of no kind that can be looked at.
    """
    try:
        parts = urlsplit(uri)
        has_host = bool(parts.hostname) and parts.port != 0  # a port that is none raises
    except ValueError as error:
        raise WrongUseError("the tracking URI is not a URI") from error
    if not uri.strip():
        raise WrongUseError("the tracking URI is empty")
    if _may_hold_credentials(uri):
        raise WrongUseError("the tracking URI holds credentials; give them by MLFLOW_TRACKING_USERNAME and _PASSWORD")
    return _look(uri, parts, timeout, has_host=has_host)


def _look(uri: str, parts: SplitResult, timeout: float, *, has_host: bool) -> list[Diagnosis]:
    """Look at what a URI without credentials leads to."""
    if parts.scheme == "databricks" or uri == "databricks":
        raise WrongUseError(
            "doctor cannot check the tracking server of Databricks: its releases are not those of MLflow"
        )
    if parts.scheme in ("http", "https"):
        if not has_host:
            raise WrongUseError(f"{uri}: the tracking URI names no host")
        if parts.query or parts.fragment:
            raise WrongUseError("the tracking URI of a server ends with its path; leave out what begins with ? or #")
        return _server(uri.rstrip("/"), timeout)
    if parts.scheme == "sqlite":
        if not uri.lower().startswith("sqlite:///"):
            raise WrongUseError("write the URI of a database as sqlite:/// and its path")
        path = uri[len("sqlite:///") :]
        return _database(unquote(path.partition("?")[0]))
    if parts.scheme in ("", "file"):
        return _folder(unquote(parts.path) if parts.scheme else uri)
    if not _KIND.fullmatch(parts.scheme):
        raise WrongUseError("doctor cannot check tracking URIs of this kind; give it the server in front of the store")
    raise WrongUseError(
        f"tracking URIs of the kind {parts.scheme!r} cannot be checked; give the server in front of the store"
    )


def _may_hold_credentials(uri: str) -> bool:
    """Return whether a URI may hold a user or a password, however it is spelled: then nothing of it is shown.

    A folder may have an ``@`` in its name, as long as nothing before it looks like a user with a password.
    """
    text = unquote(unquote(uri)).replace("\\", "/")
    start = re.match(r"\s*(?:([\w+.-]+):)?(/*)", text)
    assert start is not None  # each part of it may be empty
    before, at, _ = text[start.end() :].rpartition("@")
    if not at:
        return False
    names_host = len(start[2]) == 2
    return (start[1] or "file").lower() not in ("file", "sqlite") or names_host or ":" in before


def _server(uri: str, timeout: float) -> list[Diagnosis]:
    version = _ask(uri + "/version", timeout)
    if isinstance(version, str):
        return [Diagnosis("unknown", f"{uri}: no answer: {version}")]
    if version.status == 401:
        return [Diagnosis("unknown", f"{uri}: {_refused()} (401)")]
    found = []
    release = version.body.strip()
    is_mlflow = version.status == 200 and release[:1].isdigit() and len(release) < 40
    if is_mlflow:
        found.append(Diagnosis("ok", f"{uri}: MLflow {release}"))
    else:
        found.append(Diagnosis("unknown", f"{uri}/version: {version.told}, which is not a release of MLflow"))
    # A client creates a logged model before it logs one (mlflow/store/tracking/rest_store.py); whoever lacks
    # the search lacks that too, and the search changes nothing.
    query = {"experiment_ids": ["0"], "max_results": 1}
    answer = _ask(uri + "/api/2.0/mlflow/logged-models/search", timeout, query)
    if isinstance(answer, str):
        return [*found, _undecided(f"no answer: {answer}")]
    return [*found, _refusal(answer, uri) or _search(answer, is_mlflow=is_mlflow)]


def _refusal(answer: _Answer, uri: str) -> Diagnosis | None:
    """Say why the server did not let the question through; None when it did."""
    if answer.status == 403 and "Invalid Host header" in answer.body:
        hint = "start it with --allowed-hosts and that name"
        return Diagnosis("fails", f"the server refuses the host of {uri} (403); {hint}")
    if answer.status == 401:
        return _undecided(f"{_refused()} (401)")
    if answer.status == 403:
        return _undecided("this user may not ask (403)")
    return None


def _search(answer: _Answer, *, is_mlflow: bool) -> Diagnosis:
    """Say what the answer to a search of logged models means."""
    if answer.lists_models or answer.error == "RESOURCE_DOES_NOT_EXIST":
        return Diagnosis("ok", "the server knows logged models, so MLflow 3 clients can log models")
    if answer.status == 404 and not is_mlflow and not answer.error:
        return _undecided("no MLflow answers at this address (404)")
    if answer.status == 404:
        return Diagnosis("fails", "MLflow 3 clients cannot log models: the server knows no logged models (404)")
    return _undecided(f"{answer.told}, which is not what MLflow answers" if answer.status == 200 else answer.told)


def _undecided(cause: str) -> Diagnosis:
    return Diagnosis("unknown", f"cannot tell whether MLflow 3 clients can log models: {cause}")


def _ask(url: str, timeout: float, query: object = None) -> _Answer | str:
    """Ask a server; a string says why there is no answer.

    The time-outs of sockets begin anew with every byte, and looking up a name has none; so the whole question has one.
    """
    answers: list[_Answer | str] = []

    def ask() -> None:
        try:
            answers.append(_asked(url, timeout, query))
        except Exception as error:
            answers.append(type(error).__name__)  # its text may quote what is secret

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(timeout)
    return answers[0] if answers else "timed out"


def _asked(url: str, timeout: float, query: object) -> _Answer | str:
    """Do what `_ask` does, as long as it takes. Redirects are not followed: credentials go to no other host."""
    import urllib.error
    import urllib.request

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_arguments: object) -> None:
            return None

    data = None if query is None else json.dumps(query).encode()
    headers = {"Content-Type": "application/json"} if data else {}
    request = urllib.request.Request(url, data, headers)  # noqa: S310 - only http and https come here
    for name, value in _credentials().items():
        request.add_unredirected_header(name, value)
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=timeout) as answer:
            return _Answer(answer.status, answer.read(_MOST).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        with error:
            return _Answer(error.code, _body_of(error), _place(error.headers["Location"]))
    except urllib.error.URLError as error:
        return " ".join(str(error.reason).split())
    except ValueError:  # its text may hold the credentials
        return "the address or the credentials hold characters that no request can"
    except (OSError, http.client.HTTPException) as error:
        return " ".join(str(error).split())


def _body_of(error: urllib.error.HTTPError) -> str:
    """Return the body of an error; one that breaks off says as much as none."""
    try:
        return error.read(_MOST).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return ""


def _place(location: str | None) -> str:
    """Return the address of a redirect without what may be secret in it."""
    try:
        parts = urlsplit(location or "")
    except ValueError:
        return ""
    if _may_hold_credentials(parts.path):
        return "an address that holds credentials"
    host = parts.netloc.replace("\\", "@").rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if host else parts.path


def _refused() -> str:
    """Say what the server did not like, by the names of the variables and never by their values."""
    user, password, token = (os.environ.get(name) for name in _VARIABLES)
    if user and password:
        return f"the server refuses the user and password of {_VARIABLES[0]} and {_VARIABLES[1]}"
    half = f"; {_VARIABLES[0 if user else 1]} alone does nothing" if user or password else ""
    if token:
        return f"the server refuses the token of {_VARIABLES[2]}{half}"
    return f"the server wants credentials; set {_VARIABLES[0]} and {_VARIABLES[1]}, or {_VARIABLES[2]}{half}"


def _credentials() -> dict[str, str]:
    user, password, token = (os.environ.get(name) for name in _VARIABLES)
    if user and password:
        return {"Authorization": "Basic " + base64.b64encode(os.fsencode(f"{user}:{password}")).decode()}
    return {"Authorization": f"Bearer {token}"} if token else {}


def _database(path: str) -> list[Diagnosis]:
    import sqlite3

    if not os.path.isfile(path):
        raise WrongUseError(f"{path}: no such database")
    try:
        with closing(sqlite3.connect(Path(path).absolute().as_uri() + "?mode=ro", uri=True, timeout=2)) as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not {"alembic_version", "experiments"} <= tables:
                return [Diagnosis("unknown", f"{path}: not a database of MLflow")]
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        return [Diagnosis("unknown", f"{path}: cannot be read: {error}")]
    revision = row[0] if row else "none"
    if "logged_models" in tables:
        return [Diagnosis("ok", f"{path}: a database of MLflow 3 (revision {revision})")]
    text = f"{path}: a database of MLflow 2 (revision {revision}); MLflow 3 migrates it when it opens it: copy it first"
    return [Diagnosis("fails", text)]


def _folder(path: str) -> list[Diagnosis]:
    if not os.path.isdir(path):
        raise WrongUseError(f"{path}: no such folder")
    try:
        names = os.listdir(path)
    except OSError as error:
        return [Diagnosis("unknown", f"{path}: cannot be read: {error.strerror}")]
    if not any(os.path.isfile(os.path.join(path, name, "meta.yaml")) for name in names):
        return [Diagnosis("unknown", f"{path}: not a file store of MLflow")]
    return [
        Diagnosis(
            "fails",
            f"{path}: a file store, which MLflow 3.13 and later refuse unless MLFLOW_ALLOW_FILE_STORE=true; use a database",
        )
    ]
