"""Checks on the project itself: what it ships, what it imports, and whether its README is true."""

from __future__ import annotations

import ast
import difflib
import graphlib
import os
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import codemod
from codemod.cli import cli

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("codemod", "reference_pipeline", "compat_tests")
README = (ROOT / "README.md").read_text(encoding="utf-8")

MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
# Not tests, nor the programs that they try the codemod on.
NAMED = sorted(
    path
    for package in (*PACKAGES, "benchmarks", "development")
    for path in (ROOT / package).rglob("*.py")
    if not path.name.startswith(("test_", "conftest")) and "cases" not in path.parts
)


def python(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run this interpreter in the project's root."""
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)
    if check:
        assert done.returncode == 0, done.stderr
    return done


def repository_files() -> list[Path]:
    """Return the text files that belong to the project, as Git sees them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


# --- what it ships ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    python("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_the_wheel_holds_the_packages_their_data_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {*PACKAGES, f"mlflow_codemod-{codemod.__version__}.dist-info"}
    assert "codemod/py.typed" in names
    missing = {str(path.relative_to(ROOT)) for path in MODULES} - set(names)
    assert not missing


def test_the_wheel_holds_the_api_data_in_less_than_a_megabyte(wheel: zipfile.ZipFile) -> None:
    data = [i for i in wheel.infolist() if i.filename.startswith("codemod/mlflow_api/") and ".py" not in i.filename]
    assert data
    assert sum(info.compress_size for info in data) < 1_000_000


def test_the_version_stands_in_one_place(wheel: zipfile.ZipFile) -> None:
    metadata = wheel.read(f"mlflow_codemod-{codemod.__version__}.dist-info/METADATA").decode()
    assert f"\nVersion: {codemod.__version__}\n" in metadata
    assert "\nLicense-File: LICENSE\n" in metadata
    assert codemod.__version__ not in (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[tool.")[0]
    assert codemod.__version__ in python("-m", "codemod", "--version").stdout


def test_the_changelog_knows_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in changelog or f"## [{codemod.__version__}]" in changelog


# --- what it imports -------------------------------------------------------------------------------------------------


# Imports inside functions hide who knows whom, and start-up pays for heavy libraries alone. The number may only fall.
LATE_IMPORTS = 36


def late_imports(tree: ast.Module) -> set[int]:
    """Return the lines of the imports that stand inside functions."""
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return {
        node.lineno
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }


def test_functions_import_only_what_start_up_must_not_load() -> None:
    late = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in MODULES
        if path.relative_to(ROOT).parts[0] == "codemod"
        for line in late_imports(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert len(late) <= LATE_IMPORTS, (
        "import it at the top of the module, where lint-imports sees the order of the rooms"
    )


def run_time_imports(tree: ast.Module) -> set[str]:
    """Return what a module imports, at its top or in functions, and not for the checker of types alone."""
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_no_modules_import_each_other_in_a_circle() -> None:
    # lint-imports holds the rooms; here it is every module, also those of one room, with imports inside functions.
    trees = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): ast.parse(path.read_text(encoding="utf-8"))
        for path in MODULES
        if path.relative_to(ROOT).parts[0] == "codemod" and path.name != "__init__.py"
    }
    graph = {name: {each for each in run_time_imports(tree) if each in trees} for name, tree in trees.items()}
    assert sum(map(len, graph.values())) > 1000
    list(graphlib.TopologicalSorter(graph).static_order())  # raises with the circle


def test_every_module_of_the_codemod_imports_where_neither_mlflow_nor_torch_can_be() -> None:
    program = """
import importlib, pkgutil, sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("mlflow", "torch"):
            raise ImportError("blocked: " + name)

sys.meta_path.insert(0, Blocker())
import codemod
names = [module.name for module in pkgutil.walk_packages(codemod.__path__, "codemod.")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
print(len(names))
"""
    assert int(python("-c", program).stdout) > 20


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    heavy = {"libcst", "rich", "tomlkit", "pathspec", "concurrent.futures", "multiprocessing", "asyncio"}
    loaded = python("-c", "import codemod.cli, sys; print(*sys.modules)").stdout.split()
    assert "codemod.cli" in loaded
    assert heavy.isdisjoint(loaded)


# --- how it is written -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_stay_readable_in_one_sitting(path: Path) -> None:
    assert path.name != "utils.py"
    length = path.read_text(encoding="utf-8").count("\n")
    assert length <= 400


def test_a_name_of_a_class_means_one_thing() -> None:
    homes: dict[str, list[str]] = {}
    for path in NAMED:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(path.relative_to(ROOT).as_posix())
    shared = {name: found for name, found in homes.items() if len(found) > 1}
    assert not shared


# Functions that are one kind, by their name: where all of them are, and the parameters with which each begins.
FAMILIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "find": ("codemod/dependencies/", ()),  # the places of one format, or of one kind
    "main": ("codemod/", ()),  # what a program does that is started by itself
    "render": ("codemod/reports/", ("report",)),  # a report in one form
    "rewrite_call": ("codemod/rewriting/", ("text", "operations")),  # without libcst, and with it
    "rewrite_import": ("codemod/rewriting/", ("text", "module", "targets")),
}


def is_command(function: ast.FunctionDef) -> bool:
    """Return whether a function is a command of the command line, named by the word that people type."""
    return any(
        isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == "command"
        for each in function.decorator_list
    )


def public_functions() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Return name, file and parameters of each function that modules of the codemod offer to others."""
    for path in sorted((ROOT / "codemod").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not is_command(node):
                arguments = tuple(argument.arg for argument in (*node.args.posonlyargs, *node.args.args))
                yield node.name, path.relative_to(ROOT).as_posix(), arguments


def test_a_name_of_a_function_means_one_thing() -> None:
    homes: dict[str, set[str]] = {}
    strangers = set()
    for name, file, arguments in public_functions():
        folder, first = FAMILIES.get(name, (None, ()))
        if folder is None:
            homes.setdefault(name, set()).add(file)
        elif not file.startswith(folder) or arguments[: len(first)] != first:
            strangers.add((name, file))
    shared = {name: sorted(found) for name, found in homes.items() if len(found) > 1}
    assert not shared, "give each a name that says what it does; those of one kind belong into FAMILIES"
    assert not strangers, "these have the name of a family and are none of it"


def test_every_family_of_functions_has_members() -> None:
    names = [name for name, _, _ in public_functions()]
    assert {name for name in FAMILIES if names.count(name) < 2} == set()


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    # The checkout and the home folder of whoever runs this, and what such folders are usually called.
    places = "|".join(map(re.escape, {str(ROOT), str(Path.home()), "/root", "/home/runner", "/Users"}))
    pattern = re.compile(rf"(?<![\w./-])(?:{places})/".encode())
    offenders = {str(path.relative_to(ROOT)) for path in repository_files() if pattern.search(path.read_bytes())}
    assert not offenders


# --- whether its README is true --------------------------------------------------------------------------------------


def shell_lines() -> list[str]:
    """Return the commands of README's shell blocks, without comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


CODEMOD_COMMANDS = [
    command.strip()
    for line in shell_lines()
    for command in line.split("&&")
    if command.strip().startswith("python -m codemod ")
]


@pytest.mark.parametrize("command", CODEMOD_COMMANDS)
def test_the_commands_of_the_readme_exist(command: str) -> None:
    name, *arguments = shlex.split(command)[3:]
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    known = {option for parameter in found.params for option in parameter.opts}
    assert {argument for argument in arguments if argument.startswith("-") and argument != "-"} <= known


def test_the_readme_shows_the_main_commands() -> None:
    shown = {shlex.split(command)[3] for command in CODEMOD_COMMANDS}
    assert shown >= {"apply", "check", "rules", "explain"}


SHOWN_OUTPUTS = re.findall(r"^<!-- output of: (.+?) -->\n```\w+\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("command", "shown"), SHOWN_OUTPUTS, ids=[command for command, _ in SHOWN_OUTPUTS])
def test_the_outputs_in_the_readme_are_what_the_program_prints(command: str, shown: str) -> None:
    interpreter, *arguments = shlex.split(command)
    assert interpreter == "python"
    printed = python(*arguments, check=False).stdout
    difference = difflib.unified_diff(shown.splitlines(), printed.splitlines(), "README.md", command, lineterm="")
    assert shown == printed, "\n".join(difference)


def test_the_readme_shows_a_diff() -> None:
    assert any("\n-" in shown and "\n+" in shown for _, shown in SHOWN_OUTPUTS)


def _without_code(document: str) -> str:
    """Leave out blocks of code: a call of what stands in a collection looks like a link."""
    return re.sub(r"^```.*?^```", "", document, flags=re.MULTILINE | re.DOTALL)


def test_links_of_the_documents_lead_somewhere() -> None:
    documents = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    broken = {
        (str(document.relative_to(ROOT)), link)
        for document in documents
        for link in re.findall(r"\]\(([^)#\s]+)", _without_code(document.read_text(encoding="utf-8")))
        if "://" not in link and not (document.parent / link).exists()
    }
    assert not broken


def test_ci_runs_the_test_command_of_the_readme() -> None:
    (command,) = [line for line in shell_lines() if line.endswith("tox")]
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [part.strip() for part in command.split("&&")] == [line.replace(" --quiet", "") for line in script[-2:]]
    assert "bash .ci/run" in (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")


def test_the_stages_of_the_architecture_exist() -> None:
    architecture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"^\| stage \|.*?\n\n", architecture, re.MULTILINE | re.DOTALL)
    stages = re.findall(r"`(\w+)/?`", "".join(re.findall(r"^\|[^|]+\|", table, re.MULTILINE)))
    assert len(stages) > 10
    missing = {name for name in stages if not any((ROOT / "codemod" / f).exists() for f in (f"{name}.py", name))}
    assert not missing
