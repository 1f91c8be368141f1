"""Code that a template engine fills in before it is Python."""

import pytest

from codemod.documents.templates import filled_in
from codemod.engine import migrate
from codemod.findings import State
from codemod.settings import Settings

CALL = 'mlflow.xgboost.log_model(x, artifact_path="model")\n'


def outcome(text: str) -> tuple[State, str]:
    found = migrate("a.py", text.encode(), Settings())
    return found.state, found.reason


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("import mlflow\nfrom {{cookiecutter.package}} import x\n" + CALL, "{{cookiecutter.package}}"),
        ("import mlflow\n\nclass {{ name }}Model:\n    pass\n" + CALL, "{{ name }}"),
        ("import mlflow\n{% if tracked %}\n" + CALL + "{% endif %}\n", "{% if tracked %}"),
        (
            "import mlflow\n{# what is logged #}\nx = {{ x|tojson }} + {% raw %}1{% endraw %}\n" + CALL,
            "{# what is logged #}",
        ),
        ("import mlflow\n{% for each in models %}\nprint('{{ each }}')\n{% endfor %}\n", "{% for each in models %}"),
    ],
)
def test_template_is_skipped_with_its_mark(text: str, mark: str) -> None:
    state, reason = outcome(text)
    assert state is State.SKIPPED
    assert f"a template (`{mark}`)" in reason


@pytest.mark.parametrize(
    "text",
    [
        "import mlflow\nx = {{a: 1}}\ndef (\n" + CALL,
        "import mlflow\nfrom {{ package }} import\n" + CALL,
        "import mlflow\ndef (\n" + CALL,
    ],
)
def test_broken_code_is_no_template(text: str) -> None:
    assert outcome(text)[0] is State.FAILED


def test_code_with_such_marks_is_read() -> None:
    state, _ = outcome("import mlflow\nx = f'{{a}} {b}'\ny = '{% if a %}'\nz = {{a}}\n" + CALL)
    assert state is State.CHANGED


def test_offsets_stay() -> None:
    code = "a = {{ b }}\n{% if c %}\nd\n{% endif %}\n"
    assert [len(line) for line in filled_in(code).splitlines()] == [len(line) for line in code.splitlines()]
