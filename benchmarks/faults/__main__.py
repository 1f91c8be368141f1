"""``python -m benchmarks.faults``: the same files through three pools, without faults and with some of each kind."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import click

from benchmarks.faults.measuring import FAULTS, POOLS

_PROJECT = Path(__file__).resolve().parents[2]


@click.command()
@click.option("--files", type=int, default=400, show_default=True, help="Files of each tree.")
@click.option("--faults", type=int, default=3, show_default=True, help="Bad files of a kind in it.")
@click.option("--jobs", type=int, default=2, show_default=True, help="Worker processes.")
@click.option("--timeout", type=float, default=1.0, show_default=True, help="Seconds that a file may take.")
@click.option("--pool", "pools", type=click.Choice(list(POOLS)), multiple=True, help="Only this one.")
@click.option(
    "--patience", type=float, default=120.0, show_default=True, help="Seconds after which a pool is given up."
)
def main(files: int, faults: int, jobs: int, timeout: float, pools: tuple[str, ...], patience: float) -> None:
    """Show what is lost, who is named, and how long it takes."""
    click.echo("| bad files | pool | done | named | innocent, failed | lost | wall | CPU |")
    click.echo("| --- | --- | --: | --: | --: | --: | --: | --: |")
    for kind in ("none", *FAULTS, "all"):
        bad = faults * {"none": 0, "all": len(FAULTS)}.get(kind, 1)
        for name in pools or POOLS:
            row = _row([name, kind, *map(str, (files, faults, jobs, timeout))], patience)
            click.echo(f"| {f'{bad}: {kind}' if bad else 'none'} | {name} | {row} |")


def _row(arguments: list[str], patience: float) -> str:
    if arguments[0] == "loky" and importlib.util.find_spec("loky") is None:
        return "is not installed | | | | | "
    command = [sys.executable, "-m", "benchmarks.faults.measuring", *arguments]
    process = subprocess.Popen(command, cwd=_PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        said, _ = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return f"did not end within {patience:g} s | | | | | "
    return said if not process.returncode else f"ended with code {process.returncode} | | | | | "


if __name__ == "__main__":
    main()
