"""Runs the rules' examples, and the life cycle of scikit-learn models, on single releases of MLflow 3.

``python -m compat_tests.releases`` takes the last ten that can be installed, of those that the API data knows; ``--wheel FILE`` takes one that is in no
package index yet, or only in part. It prints a table: for each rule the first of these releases on which its old form does what the
rule says, and the first on which its new form runs. A release that cannot be installed is named, and an older one takes its place. Exit
code 1 when a claim does not hold on a release that has the rule's change, 2 when nothing could be tried.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from codemod.mlflow_api import RELEASES
from compat_tests import environments
from compat_tests.cells import SCIKIT_LEARN_SUBJECTS, Cell, ClientError
from compat_tests.claims import CLAIMS, Claim, contradiction, run_programs
from compat_tests.environments import Environment, UvError
from compat_tests.migration import MigrationError, stage_migrated
from compat_tests.processes import StartError
from compat_tests.servers import mlflow_server

_LIBRARIES = ("scikit-learn", "pandas", "torch==2.13.0", *environments.MODEL_LIBRARIES)
_WHEEL = re.compile(r"mlflow-(?P<release>[^-]+)-py3-none-any\.whl")


@dataclass(frozen=True, slots=True)
class Trial:
    """What one release did.

    Attributes:
        release: The release of MLflow.
        contradictions: How each claim is contradicted, by the claim's name; only those that are.
        life_cycle: What went wrong in the life cycle; "" when it passed or was not tried.
        problem: Why the programs could not even begin, or "": then nothing is known of the claims.
    """

    release: str
    contradictions: Mapping[str, str]
    life_cycle: str = ""
    problem: str = ""

    def broken(self) -> list[str]:
        """Return what should hold on this release and does not, one line each."""
        found = [self.problem] if self.problem else []
        found += [
            f"{claim}: {self.contradictions[str(claim)]}"
            for claim in claims_on_3()
            if str(claim) in self.contradictions and _minor(claim.rule.since) <= _minor(self.release)
        ]
        return found + ([f"life cycle: {self.life_cycle}"] if self.life_cycle else [])


def claims_on_3() -> list[Claim]:
    """Return the claims about MLflow 3."""
    return [claim for claim in CLAIMS if claim.line == "3"]


def _minor(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split(".")[:2])


def try_release(client: Environment, release: str, *, life_cycle: bool) -> Trial:
    """Run everything on one release.

    Args:
        client: An environment that has it.
        release: Its version.
        life_cycle: Whether models are trained, served and loaded as well, on a server of the same release.
    """
    try:
        outcomes = run_programs(client, claims_on_3())
    except RuntimeError as error:  # such as a release that cannot be imported with today's packages
        return Trial(release, {}, problem=" ".join(str(error).split())[-300:])
    found = {str(claim): contradiction(claim, outcomes[str(claim)]) for claim in claims_on_3()}
    lived = _live(client, release) if life_cycle else ""
    return Trial(release, {name: text for name, text in found.items() if text is not None}, lived)


def _live(client: Environment, release: str) -> str:
    """Go through the life cycle of the migrated scikit-learn programs; return what went wrong, "" for nothing."""
    with tempfile.TemporaryDirectory(prefix="release-") as name:
        place = Path(name)
        try:
            sources = stage_migrated(place / "sources", ["--target", ".".join(release.split(".")[:2])])
            with mlflow_server(client, place / "server") as server:
                cell = Cell(client, sources, place / "client", server.uri)
                records = {subject: cell.live(subject) for subject in SCIKIT_LEARN_SUBJECTS}
        except (MigrationError, StartError, ClientError) as error:
            return " ".join(str(error).split())[:300]
    return "; ".join(f"{subject}: {record.failure}" for subject, record in records.items() if record.failure)


def table(trials: Sequence[Trial]) -> str:
    """Return a Markdown table: for each rule, from which of the tried releases on its old and its new form do what it says.

    Args:
        trials: What the releases did, oldest first.
    """
    first, last = trials[0].release, trials[-1].release
    lines = [f"Tried on {', '.join(trial.release for trial in trials)}.", ""]
    lines += ["| rule | old form does what the rule says from | new form runs from |", "|---|---|---|"]
    for code in sorted({claim.rule.code for claim in claims_on_3()}):
        old = _from(trials, [c for c in claims_on_3() if c.rule.code == code and c.side == "before"])
        new = _from(trials, [c for c in claims_on_3() if c.rule.code == code and c.side != "before"])
        lines.append(f"| {code} | {_told(old, first, last)} | {_told(new, first, last)} |")
    return "\n".join(lines) + "\n"


def _from(trials: Sequence[Trial], claims: Iterable[Claim]) -> str | None:
    """Return the first release from which on all claims hold; "" when they hold on none, None without claims."""
    names = {str(claim) for claim in claims}
    if not names:
        return None
    since = ""
    for trial in reversed(trials):
        if trial.problem or names & trial.contradictions.keys():
            break
        since = trial.release
    return since


def _told(since: str | None, first: str, last: str) -> str:
    if since is None:
        return "–"
    if not since:
        return f"not on {last}"
    return f"{since} or before" if since == first else since


@click.command()
@click.option(
    "--last",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="How many releases: the newest ones that can be installed.",
)
@click.option(
    "--wheel", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Try this full wheel alone."
)
@click.option("--life-cycle", is_flag=True, help="Train, serve and load models as well.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File for the table.")
def main(last: int, wheel: Path | None, life_cycle: bool, output: Path | None) -> None:
    """Try releases of MLflow 3 with the rules' examples."""
    trials: list[Trial] = []
    try:
        for release, made in _environments(last, wheel):
            trials.append(try_release(made, release, life_cycle=life_cycle))
            _tell(trials[-1])
    except UvError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    if not trials:
        click.echo("error: no release of MLflow 3 can be installed", err=True)
        sys.exit(2)
    if output is not None:
        output.write_text(table(trials), encoding="utf-8")
    elif wheel is None:
        click.echo(table(trials))
    sys.exit(int(any(trial.broken() for trial in trials)))


def _environments(last: int, wheel: Path | None) -> Iterable[tuple[str, Environment]]:
    if wheel is not None:
        named = _WHEEL.fullmatch(wheel.name)
        if named is None:
            raise click.UsageError(
                f"{wheel.name} is not named as a wheel of MLflow is: mlflow-RELEASE-py3-none-any.whl"
            )
        yield named["release"], _with_wheel(wheel, named["release"])
        return
    made: list[tuple[str, Environment]] = []
    for release in reversed([release for release in RELEASES if release.startswith("3.")]):
        if len(made) == last:
            break
        try:
            made.append((release, _of_release(release)))
        except UvError as error:  # such as one whose mlflow-skinny is not published
            click.echo(f"- {release}: left out: {_reason(error)}")
    yield from reversed(made)


def _reason(error: UvError) -> str:
    """Return in one line why an environment cannot be made: uv's first reason, without what follows from it."""
    said = " ".join(str(error).split())
    because = re.search(r"Because (.+?),? we can conclude", said)
    return because[1] if because else said[-300:]


def _of_release(release: str) -> Environment:
    """Return an environment with a release from the package index."""
    # Until 3.11 the model server calls FastAPI.route, as that of 3.0 does.
    held = environments.held_back("3.0") if _minor(release) < (3, 11) else []
    requirements = [f"mlflow=={release}", *_LIBRARIES, *held]
    return environments.make(
        f"release-{release}", json.dumps(requirements), requirements, sys.executable, environments.home()
    )


def _with_wheel(wheel: Path, release: str) -> Environment:
    """Return an environment with a full wheel, whose `mlflow-skinny` may be nowhere.

    The newest release that can be installed brings what both need; then the wheel, which holds all modules of both, takes their place.
    """
    requirements = ["mlflow>=3,<4", *_LIBRARIES]
    key = json.dumps([requirements, release, hashlib.sha256(wheel.read_bytes()).hexdigest()])
    made = environments.make(f"wheel-{release}", key, requirements, sys.executable, environments.home())
    if made.release("mlflow") != release:
        environments.uv("pip", "uninstall", "--python", str(made.python), "mlflow", "mlflow-skinny")
        environments.uv("pip", "install", "--python", str(made.python), "--no-deps", str(wheel.resolve()))
    return made


def _tell(trial: Trial) -> None:
    broken = trial.broken()
    click.echo(f"- {trial.release}: {len(claims_on_3())} claims, {len(broken)} that do not hold")
    for line in broken:
        click.echo(f"  - {line}")


if __name__ == "__main__":
    main()
