"""What ``[tool.mlflow-codemod]`` may say, and what is said to those who write something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codemod.analysis.context import Target
from codemod.configuration import (
    CHOICES,
    ConfigurationError,
    check_codes,
    check_target,
    load,
    load_file,
    remark_on_target,
)
from codemod.mlflow_api import NEWEST
from codemod.settings import Settings

Write = Callable[..., Path]


def read(write: Write, table: str) -> object:
    path = write("pyproject.toml", f"[tool.mlflow-codemod]\n{table}\n")
    configuration = load_file(str(path))
    assert configuration is not None
    return configuration


def complaint(write: Write, table: str) -> str:
    with pytest.raises(ConfigurationError) as error:
        read(write, table)
    message = str(error.value)
    assert "\n" not in message
    path, _, rest = message.partition(": [tool.mlflow-codemod] ")
    assert path.endswith("pyproject.toml")
    return rest


def test_every_setting(write: Write, tmp_path: Path) -> None:
    path = write(
        "pyproject.toml",
        """
        [tool.mlflow-codemod]
        select = ["MLF1", "mlf403"]
        ignore = ["MLF105"]
        exclude = ["legacy/"]
        target = "3.5"
        unsafe = true
        sklearn-format = "skops"
        pytorch-format = "pt2"
        name-from = "registered"

        [tool.mlflow-codemod.per-file-ignores]
        "tests/" = ["MLF101"]
        """,
    )
    configuration = load([str(tmp_path)])
    assert configuration.settings == Settings(
        target="3.5", unsafe=True, select=("MLF1", "MLF403"), ignore=("MLF105",),
        sklearn_format="skops", pytorch_format="pt2", name_from="registered",
    )  # fmt: skip
    assert configuration.source == str(path)
    assert configuration.exclude is not None
    assert configuration.exclude.match(str(tmp_path / "legacy/a.py"))
    ((patterns, codes),) = configuration.ignores
    assert patterns.match(str(tmp_path / "tests/deep/a.py"))
    assert not patterns.match(str(tmp_path / "a.py"))
    assert codes == ("MLF101",)


def test_an_empty_table_changes_nothing(write: Write) -> None:
    assert read(write, "").settings == Settings()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("selct = []", "has the unknown key 'selct'; did you mean 'select'?"),
        ("sklearn_format = 'skops'", "has the unknown key 'sklearn_format'; did you mean 'sklearn-format'?"),
        ("zzz = 1", "has the unknown key 'zzz'"),
        ("select = 'MLF101'", "select must be a list of strings, not a string"),
        ("select = ['MLF101', 7]", "select must be a list of strings, not a list with an integer in it"),
        ("ignore = ['MLF4003']", "ignore: no rule has the code 'MLF4003'; did you mean 'MLF403'?"),
        ("exclude = 'x'", "exclude must be a list of strings, not a string"),
        ("exclude = ['!']", "'!' is not a pattern as .gitignore writes them"),
        ("exclude = ['[z-a]']", "'[z-a]' is not a pattern as .gitignore writes them"),
        ("target = 3.5", 'target must be a string such as "3.5", not a float'),
        ("target = 3", 'target must be a string such as "3.5", not an integer'),
        ("target = '2.22'", 'target \'2.22\' is not "3", a release such as "3.5", or "both"'),
        (f"target = '3.{'9' * 6000}'", f'target \'3.{"9" * 6000}\' is not "3", a release such as "3.5", or "both"'),
        ("target = '3.\u0665'", 'target \'3.\u0665\' is not "3", a release such as "3.5", or "both"'),
        ("unsafe = 1", "unsafe must be true or false, not an integer"),
        ("sklearn-format = 'pickle'", 'sklearn-format must be "cloudpickle" or "skops", not "pickle"'),
        ("name-from = true", 'name-from must be "artifact-path" or "registered", not a boolean'),
        (
            "per-file-ignores = []",
            "per-file-ignores must be a table of patterns, each with a list of codes, not a list",
        ),
        ("per-file-ignores = {'a.py' = 'MLF101'}", "per-file-ignores.'a.py' must be a list of strings, not a string"),
        ("per-file-ignores = {'a.py' = ['X']}", "per-file-ignores.'a.py': no rule has the code 'X'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(write: Write, table: str, message: str) -> None:
    assert complaint(write, table) == message


def test_broken_toml(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", "[tool.mlflow-codemod\n")
    with pytest.raises(ConfigurationError, match=r"pyproject\.toml: is not valid TOML: .*line 1"):
        load([str(tmp_path)])


def test_the_nearest_file_that_has_the_table_counts(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", "[tool.mlflow-codemod]\ntarget = '3.1'\n")
    write("a/pyproject.toml", "[tool.mlflow-codemod]\ntarget = '3.2'\n")
    write("a/b/pyproject.toml", "[project]\nname = 'mlflow-codemod'\n")
    write("c/x.py")

    def target(*names: str) -> str:
        return load([str(tmp_path / name) for name in names]).settings.target

    assert target("a/b") == target("a") == "3.2"
    assert target("c/x.py") == target("c") == target("a/b", "c/x.py") == "3.1"


def test_a_named_file_must_have_the_table(write: Write, tmp_path: Path) -> None:
    path = write("other.toml", "[tool.ruff]\n")
    with pytest.raises(ConfigurationError, match=r"other\.toml: has no table \[tool\.mlflow-codemod\]$"):
        load_file(str(path))
    with pytest.raises(ConfigurationError, match=r"gone\.toml: cannot be read: No such file or directory$"):
        load_file(str(tmp_path / "gone.toml"))


def test_a_table_that_is_none(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", "[tool]\nmlflow-codemod = 3\n")
    with pytest.raises(ConfigurationError, match=r"tool\.mlflow-codemod must be a table, not an integer$"):
        load([str(tmp_path)])


@pytest.mark.parametrize("codes", [["MLF101"], ["mlf101"], ["MLF1"], ["MLF"], ["ALL"], []])
def test_codes_and_their_beginnings(codes: list[str]) -> None:
    assert check_codes(codes) == tuple(code.upper() for code in codes)


@pytest.mark.parametrize("target", ["3", "3.0", "3.14", "3.17.2", "both"])
def test_targets(target: str) -> None:
    assert check_target(target) == target


@pytest.mark.parametrize("target", ["3.999", "3.999.1"])
def test_a_target_that_is_newer_than_the_data_is_taken_with_a_remark(target: str) -> None:
    assert check_target(target) == target
    assert remark_on_target(target) == (
        f"MLflow {target} is newer than the data, which ends at {NEWEST}: the rules of {NEWEST} are taken"
    )
    assert Target.of(Settings(target=target)) == Target(NEWEST, both=False)


@pytest.mark.parametrize("target", ["3", "3.0", NEWEST, "both"])
def test_nothing_is_remarked_on_a_target_that_is_known(target: str) -> None:
    assert remark_on_target(target) is None


@pytest.mark.parametrize("target", ["3.14.7", "3.0.9", f"{NEWEST}9"])
def test_a_target_that_never_existed_is_refused(target: str) -> None:
    with pytest.raises(ConfigurationError, match="never existed"):
        check_target(target)


@pytest.mark.parametrize("target", ["2", "2.22.5", "4", "3.", "3.x", "newest", "", "3\n"])
def test_what_is_no_target(target: str) -> None:
    with pytest.raises(ConfigurationError):
        check_target(target)


def test_the_choices_are_those_of_the_settings() -> None:
    for name, choices in CHOICES.items():
        assert getattr(Settings(), name.replace("-", "_")) == choices[0]


def test_the_place_of_the_documentation(write: Write) -> None:
    settings = read(write, 'docs-url = "https://docs.example.com/moved/"').settings
    assert settings.page("MLF101") == "https://docs.example.com/moved/rules/MLF101/"
    assert Settings().page("MLF101") == ""


@pytest.mark.parametrize(
    "url", ["", "docs", "ftp://example.com", "https://", "https://u@example.com", "https://a/ b", "https://a/?b"]
)
def test_what_is_no_place_of_the_documentation(write: Write, url: str) -> None:
    assert complaint(write, f'docs-url = "{url}"').startswith(f"docs-url {url!r} is not an address such as")
