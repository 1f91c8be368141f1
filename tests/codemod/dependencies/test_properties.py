"""What holds for every file: no edit gives the input back, and edits stay inside the requirement."""

import string

from hypothesis import given
from hypothesis import strategies as st

from codemod.dependencies.looking import places
from codemod.dependencies.places import Choices
from codemod.dependencies.toml_files import UnreadableError
from codemod.dependencies.toml_literals import TomlError, toml_strings
from codemod.engine import migrate
from codemod.findings import State
from codemod.settings import Settings

PATHS = (
    "requirements.txt", "pyproject.toml", "Pipfile", "setup.cfg", "conda.yaml", "python_env.yaml", "Dockerfile", "run.sh",
    "compose.yaml", ".github/workflows/a.yml", "MLproject", "poetry.lock",
)  # fmt: skip
PIECES = st.sampled_from(
    [
        "mlflow", "mlflow-skinny", "[extras]", "==2.9.2", "<3", ">=2,<3", "=2.9", "^2.3", " ", "\n", "\r\n", "  - ", "pip:", "'", '"', "\\\n",
        "pip install ", "&& ", "; python_version > '3'", " # noqa: MLF502", "#", " --hash=sha256:0", "image: ghcr.io/mlflow/mlflow:v2.9.2", "$V",
        "${V}", "git+https://github.com/mlflow/mlflow@v2.9", "[options]\ninstall_requires =\n    ", "dependencies = [", "]", "{", "}", ",",
        "[tool.poetry.dependencies]\n", "mlflow server ", "--host 0.0.0.0 ", "--backend-store-uri ./mlruns", "command: ", "é", "🚀", "\t", "=",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=14).map("".join)


@given(st.sampled_from(PATHS), st.binary(max_size=40), TEXTS)
def test_check_gives_the_input_back(path: str, junk: bytes, text: str) -> None:
    data = junk + b" mlflow " + text.encode("utf-8", "surrogatepass")
    outcome = migrate(path, data, Settings())
    assert outcome.new == data
    assert not any(finding.fixed for finding in outcome.findings)


@given(st.sampled_from(PATHS), TEXTS)
def test_edits_lie_in_the_requirement_and_settle(path: str, text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    outcome = migrate(path, data, Settings(unsafe=True, select=("MLF502",)))
    if outcome.state is State.FAILED:
        return
    kept = text
    for finding in sorted(outcome.findings, key=lambda finding: -finding.location.start):
        location = finding.location
        assert "mlflow" in text[location.start : location.end].lower() or path in (
            "Pipfile",
            "pyproject.toml",
            "poetry.lock",
        )
        assert all(location.start <= edit.start <= edit.end <= location.end for edit in finding.edits)
        if finding.fixed:
            for edit in sorted(finding.edits, reverse=True):
                kept = kept[: edit.start] + edit.text + kept[edit.end :]
    assert outcome.new == kept.encode("utf-8", "surrogatepass")
    again = migrate(path, outcome.new, Settings(unsafe=True, select=("MLF502",)))
    assert again.new == outcome.new


@given(
    st.sampled_from(["==", "<", "<=", "~=", "==="]),
    st.integers(0, 2),
    st.integers(0, 30),
    st.sampled_from(["", "[a,b]", " [a]"]),
)
def test_pins_below_3_are_found(operator: str, major: int, minor: int, extras: str) -> None:
    text = f"mlflow{extras}{operator}{major}.{minor}\n"
    (finding,) = migrate("requirements.txt", text.encode(), Settings(select=("MLF502",))).findings
    assert finding.edits


@given(st.integers(3, 9), st.integers(0, 40), st.integers(0, 9), st.sampled_from(["==", "~=", ">=", "<=", "==="]))
def test_pins_of_3_are_not(major: int, minor: int, patch: int, operator: str) -> None:
    text = f"mlflow{operator}{major}.{minor}.{patch}\n"
    if text.startswith("mlflow<=3.0.0"):
        return
    assert migrate("requirements.txt", text.encode(), Settings(select=("MLF502",))).findings == ()


@given(TEXTS)
def test_places_of_any_text(text: str) -> None:
    for kind in ("requirements", "pyproject", "pipfile", "setup.cfg", "conda", "python_env", "shell", "yaml", "lock"):
        try:
            found = places(kind, text, Choices("3", "3.17.2"))
        except UnreadableError:
            continue
        assert all(0 <= place.start < place.end <= len(text) for place in found)
        assert not any("\n" in place.message for place in found)


@given(st.text(alphabet=string.printable, max_size=40))
def test_toml_reader_ends(text: str) -> None:
    try:
        found = toml_strings(text)
    except TomlError:
        return
    assert all(text[each.start : each.start + len(each.content)] == each.content for each in found)
