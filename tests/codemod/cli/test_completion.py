"""Completion by click's own scripts: a real bash, and what the scripts of zsh and fish ask."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from codemod.cli import cli
from codemod.mlflow_api import RELEASES
from codemod.rules import all_rules
from tests.codemod.conftest import clean_environment

CODES = [rule.code for rule in all_rules()]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, _compiled_modules: None) -> dict[str, str]:
    """An environment with the program under its name."""
    path = tmp_path_factory.mktemp("bin") / "mlflow-codemod"
    path.write_text(f"#!{sys.executable}\nfrom codemod.cli import main\nmain()\n")
    path.chmod(0o755)
    environment = clean_environment()
    return {**environment, "PATH": f"{path.parent}:{environment['PATH']}"}


CASES = [
    (["che"], ["check"]),
    (["ver"], ["verify"]),
    (["baseline", ""], ["check", "write"]),
    (["apply", "--inter"], ["--interactive"]),
    (["check", "--select", "MLF10"], [code for code in CODES if code.startswith("MLF10")]),
    (
        ["check", "--ignore", "mlf403,mlf40"],
        [f"mlf403,{code}" for code in CODES if code.startswith("MLF40") and code != "MLF403"],
    ),
    (["explain", "MLF40"], [code for code in CODES if code.startswith("MLF40")]),
    (["explain", "run-u"], ["run-uuid"]),
    (["check", "--target", "b"], ["both"]),
    (
        ["check", "--target", "3.1"],
        sorted({".".join(each.split(".")[:2]) for each in RELEASES if each.startswith("3.1")}),
    ),
    (["check", "--output", "s"], ["sarif"]),
    (["check", "--format", "j"], ["json", "jsonl", "junit"]),
    (["apply", "--add", "alias"], ["alias-readers=", "alias="]),
]


IN_BASH = CASES[2:4] + CASES[5:7]
"""A command of a command, an option, a list, and a code: what bash hands over differs, and not what is offered."""


@pytest.mark.parametrize(("words", "expected"), CASES, ids=[" ".join(words) for words, _ in CASES])
def test_what_is_offered(words: list[str], expected: list[str]) -> None:
    asked = ShellComplete(cli, {}, "mlflow-codemod", "_MLFLOW_CODEMOD_COMPLETE")
    assert sorted(item.value for item in asked.get_completions(words[:-1], words[-1])) == sorted(expected)


@pytest.fixture(scope="module")
def in_bash(installed: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """What one bash offers for each case when the tabulator is pressed behind the last word."""
    lines = ['eval "$(_MLFLOW_CODEMOD_COMPLETE=bash_source mlflow-codemod)"']
    for words, _ in IN_BASH:
        quoted = " ".join(f"'{word}'" for word in ("mlflow-codemod", *words))
        lines.append(
            f"COMPREPLY=(); COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; _mlflow_codemod_completion mlflow-codemod"
        )
        lines.append('echo "${COMPREPLY[@]}"')
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        env=installed, cwd=tmp_path_factory.mktemp("empty"), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return [line.split() for line in done.stdout.splitlines()]


@pytest.mark.parametrize("number", range(len(IN_BASH)), ids=[" ".join(words) for words, _ in IN_BASH])
def test_in_bash(in_bash: list[list[str]], number: int) -> None:
    assert len(in_bash) == len(IN_BASH)
    assert sorted(in_bash[number]) == sorted(IN_BASH[number][1])


def test_files_are_left_to_the_shell(installed: dict[str, str], tmp_path: Path) -> None:
    for words in (["check", "a"], ["apply", "--save-patch", "a"], ["baseline", "check", "--baseline", "a"]):
        answer = ask(installed, tmp_path, "bash", " ".join(["mlflow-codemod", *words]), str(len(words)))
        assert answer == "file,a\n"


def ask(installed: dict[str, str], tmp_path: Path, shell: str, words: str, place: str) -> str:
    asked = {"_MLFLOW_CODEMOD_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": place}
    done = subprocess.run(
        ["mlflow-codemod"], env={**installed, **asked}, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_zsh_and_fish_are_told_what_a_code_means(installed: dict[str, str], tmp_path: Path) -> None:
    meaning = "`run.info.run_uuid` is `run.info.run_id`."
    zsh = ask(installed, tmp_path, "zsh", "mlflow-codemod explain MLF403", "2")
    assert zsh.splitlines() == ["plain", "MLF403", meaning]
    fish = ask(installed, tmp_path, "fish", "mlflow-codemod explain MLF403", "MLF403")
    assert fish.split() == ["plain,MLF403", *meaning.split()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script(installed: dict[str, str], shell: str) -> None:
    asked = {**installed, "_MLFLOW_CODEMOD_COMPLETE": f"{shell}_source"}
    done = subprocess.run(["mlflow-codemod"], env=asked, capture_output=True, text=True, check=True)
    assert f"_MLFLOW_CODEMOD_COMPLETE={shell}_complete" in done.stdout


def test_fish_keeps_what_stands_behind_a_comma(installed: dict[str, str], tmp_path: Path) -> None:
    """In lists of codes and in sentences; click's own script drops it."""
    asked = {**installed, "_MLFLOW_CODEMOD_COMPLETE": "fish_source"}
    script = subprocess.run(["mlflow-codemod"], env=asked, capture_output=True, text=True, check=True).stdout
    assert 'string split --max 1 "," $completion' in script
    offered = ask(installed, tmp_path, "fish", "mlflow-codemod check --select MLF101,MLF40", "MLF101,MLF40")
    assert "plain,MLF101,MLF403\t" in offered
