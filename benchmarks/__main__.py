"""``python -m benchmarks``: the codemod beside ruff, ast-grep and a naive libcst codemod, side by side in one go."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from benchmarks.programs.material import MaterialError
from benchmarks.speed.material import build, count
from benchmarks.speed.stopwatch import Contender, ContenderError, Timing, race

_PROJECT = Path(__file__).resolve().parents[1]
_ENDED = (0, 1, 3)  # of the codemod: nothing left, findings left, some files not analysed
_RUFF_RULES = "NPY201"
_PATTERN = "mlflow.$FLAVOR.log_model($$$ARGUMENTS)"


@click.command()
@click.option(
    "--repositories",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the clones that `python -m benchmarks.programs` reads; else copies of examples/ are taken.",
)
@click.option(
    "--packages",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="site-packages whose files fill the tree; by default those of this Python.",
)
@click.option("--files", type=int, default=9000, show_default=True, help="Python files in the tree.")
@click.option("--sample", type=int, default=40, show_default=True, help="Files for the naive libcst codemod.")
@click.option("--repeat", type=click.IntRange(min=1), default=5, show_default=True, help="Counted repetitions.")
def main(repositories: Path | None, packages: tuple[Path, ...], files: int, sample: int, repeat: int) -> None:
    """Time the codemod and the tools that a user would pick instead, as whole processes.

    ruff and ast-grep must be installed (pip install ruff ast-grep-cli).
    """
    tools = {name: _tool(name) for name in ("ruff", "ast-grep")}
    chosen = [path.resolve() for path in packages] or [Path(sysconfig.get_path("purelib"))]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        try:
            everything, users = build(Path(folder) / "trees", chosen, repositories, files)
            part = _sample(users, Path(folder) / "sample", sample)
            click.echo(_head(everything, users, part, repeat))
            _compare_checks("The whole tree", everything, tools, repeat)
            _compare_checks("Files that use MLflow", users, tools, repeat)
            _compare_rewrites(part, Path(folder) / "work", repeat)
            _compare_rules(users, repeat)
            _compare_starts(repeat)
        except (ContenderError, MaterialError) as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(2)


def _tool(name: str) -> str:
    found = shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if found is None:
        click.echo(f"error: {name} is not installed: pip install ruff ast-grep-cli", err=True)
        sys.exit(2)
    return found


def _sample(users: Path, destination: Path, wanted: int) -> Path:
    candidates = [path for path in sorted(users.rglob("*.py")) if b"log_model" in path.read_bytes()]
    step = max(1, len(candidates) // max(1, wanted))
    for number, path in enumerate(candidates[::step][:wanted]):
        target = destination / f"m{number:03}" / path.name
        target.parent.mkdir(parents=True)
        shutil.copyfile(path, target)
    return destination


def _head(everything: Path, users: Path, sample: Path, repeat: int) -> str:
    lines = [
        f"# Speed: Python {platform.python_version()}, {os.cpu_count()} CPUs, medians of {repeat} interleaved runs",
        "",
    ]
    for name, tree in (("whole tree", everything), ("files that use MLflow", users), ("sample", sample)):
        number, size = count(tree)
        lines.append(f"- {name}: {number} Python files, {size / 1e6:.1f} MB")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return "\n".join([*lines, f"- load of the machine at the start: {load}"])


def _codemod(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "codemod", *arguments)


def _compare_checks(title: str, tree: Path, tools: dict[str, str], repeat: int) -> None:
    ruff = (tools["ruff"], "check", "--no-cache", "--isolated", "--quiet", "--select", _RUFF_RULES, str(tree))
    grep = (tools["ast-grep"], "run", "--lang", "python", "--pattern", _PATTERN, str(tree))
    contenders = [
        Contender("codemod check", _codemod("check", "--isolated", str(tree)), _PROJECT, _ENDED),
        Contender(
            "codemod check --jobs 1", _codemod("check", "--isolated", "--jobs", "1", str(tree)), _PROJECT, _ENDED
        ),
        Contender(f"ruff check --no-cache --select {_RUFF_RULES}", ruff, tree),
        Contender("ast-grep run --pattern", grep, tree),
    ]
    _table(title, race(contenders, repeat, {}), count(tree)[0])


def _compare_rewrites(sample: Path, work: Path, repeat: int) -> None:
    naive = (sys.executable, "-m", "libcst.tool", "codemod", "--external", "--no-format", "--hide-progress")
    fresh = partial(_copy_afresh, sample, work)
    contenders = [
        Contender(
            "codemod apply --jobs 1", _codemod("apply", "--isolated", "--jobs", "1", str(work)), _PROJECT, _ENDED, fresh
        ),
        Contender(
            "libcst.tool codemod (naive, QualifiedNameProvider)",
            (*naive, "benchmarks.speed.naive.RenameArtifactPath", "--jobs", "1", str(work)),
            _PROJECT,
            (0,),
            fresh,
        ),
    ]
    _table("Rewriting the sample", race(contenders, repeat, {}), count(sample)[0])


def _compare_rules(users: Path, repeat: int) -> None:
    base = ("apply", "--diff", "--isolated", "--jobs", "1")
    contenders = [
        Contender("apply --diff --select MLF101", _codemod(*base, "--select", "MLF101", str(users)), _PROJECT, _ENDED),
        Contender("apply --diff, all rules", _codemod(*base, str(users)), _PROJECT, _ENDED),
        Contender("apply --diff --unsafe, all rules", _codemod(*base, "--unsafe", str(users)), _PROJECT, _ENDED),
    ]
    _table("All rules against one", race(contenders, repeat, {}), count(users)[0])


def _compare_starts(repeat: int) -> None:
    commands = (
        ("python, nothing else", "pass"),
        ("import codemod.cli", "import codemod.cli"),
        ("import libcst", "import libcst"),
    )
    contenders = [Contender(name, (sys.executable, "-c", code), _PROJECT, (0,)) for name, code in commands]
    timings = race(contenders, max(repeat, 9), {})
    _table("Start", timings, 0)
    bare = timings[0].median_cpu
    for timing in timings[1:]:
        click.echo(f"{timing.name}: {(timing.median_cpu - bare) * 1000:.0f} ms of CPU above the bare interpreter")
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, codemod.cli; print('libcst' in sys.modules)"],
        cwd=_PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    click.echo(f"libcst is imported by codemod.cli: {loaded.stdout.strip()}")


def _copy_afresh(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def _table(title: str, timings: Sequence[Timing], files: int) -> None:
    first = timings[0]
    per_file = " CPU per file |" if files else ""
    click.echo(f"\n## {title}\n\n| command | wall | CPU | wall, ratio | CPU, ratio |{per_file}")
    click.echo("| --- | --: | --: | --: | --: |" + (" --: |" if files else ""))
    for timing in timings:
        cells = [
            timing.name,
            f"{timing.median_wall:.3f} s",
            f"{timing.median_cpu:.3f} s",
            f"{timing.median_wall / first.median_wall:.2f}",
            f"{timing.median_cpu / first.median_cpu:.2f}",
        ]
        if files:
            cells.append(f"{timing.median_cpu / files * 1000:.2f} ms")
        click.echo("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
