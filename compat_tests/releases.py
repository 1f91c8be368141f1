"""Runs the rules' examples, and the life cycle of scikit-learn models, on single releases of MLflow 3.

``python -m compat_tests.releases`` takes the last ten that can be installed, of those that the API data knows; ``--wheel FILE`` takes one that is in no
package index yet, or only in part. It prints a table: for each rule the first of these releases on which its old form does what the
rule says, and the first on which its new form runs. A release that cannot be installed is named, and an older one takes its place.
``--record`` keeps what was found in releases.json, from which `python -m compat_tests.trials` makes the
README's table.

Exit code 1 when a claim does not hold on a release that has the rule's change, 2 when nothing could be tried.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from codemod.mlflow_api import RELEASES
from compat_tests import environments
from compat_tests.environments import Environment, UvError
from compat_tests.trials import RECORD, Trial, Trials, claims_on_3, minor, try_release

_LIBRARIES = ("scikit-learn", "pandas", "torch==2.13.0", *environments.MODEL_LIBRARIES)
_WHEEL = re.compile(r"mlflow-(?P<release>[^-]+)-py3-none-any\.whl")


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
@click.option("--record", "is_kept", is_flag=True, help=f"Keep what was found in {RECORD.name}.")
def main(last: int, wheel: Path | None, life_cycle: bool, output: Path | None, is_kept: bool) -> None:
    """Try releases of MLflow 3 with the rules' examples."""
    trials: list[Trial] = []
    try:
        for release, made in _environments(last, wheel):
            trials.append(try_release(made, release, life_cycle=life_cycle))
            _tell(trials[-1])
            if is_kept:
                _write(RECORD, Trials.of(trials).text())
    except UvError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    if not trials:
        click.echo("error: no release of MLflow 3 can be installed", err=True)
        sys.exit(2)
    if output is not None:
        _write(output, Trials.of(trials).table())
    elif wheel is None:
        click.echo(Trials.of(trials).table())
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
    held = environments.held_back("3.0") if minor(release) < (3, 11) else []
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


def _write(file: Path, content: str) -> None:
    """Write a file whole or not at all."""
    new = file.with_name(f"{file.name}.new")
    new.write_text(content, encoding="utf-8")
    new.replace(file)


def _tell(trial: Trial) -> None:
    broken = trial.broken()
    click.echo(f"- {trial.release}: {len(claims_on_3())} claims, {len(broken)} that do not hold")
    for line in broken:
        click.echo(f"  - {line}")


if __name__ == "__main__":
    main()
