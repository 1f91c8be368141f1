"""Imports from new places: what a statement binds stays the same, whatever it looks like."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.engine import migrate
from codemod.settings import Settings

MODEL = "from mlflow.langchain.model import"


def moved(code: str) -> str:
    outcome = migrate("code.py", code.encode(), Settings(select=("MLF409",)))
    assert not outcome.reason
    return outcome.new.decode()


def test_the_only_name() -> None:
    before = "from mlflow.langchain import get_default_conda_env  # here\n"
    assert moved(before) == f"{MODEL} get_default_conda_env  # here\n"


def test_an_alias_stays_the_name_of_the_code() -> None:
    assert (
        moved("from mlflow.langchain import get_default_conda_env as env\n")
        == f"{MODEL} get_default_conda_env as env\n"
    )


def test_a_new_name_keeps_the_old_one_for_the_code() -> None:
    before = "from mlflow.types.llm import ChatRequest, ChatMessage\nprint(ChatRequest, ChatMessage)\n"
    after = "from mlflow.types.llm import ChatCompletionRequest as ChatRequest, ChatMessage\nprint(ChatRequest, ChatMessage)\n"
    assert moved(before) == after


def test_names_of_several_places() -> None:
    before = "from mlflow.langchain import autolog, get_default_conda_env, Schema, load_model, Model as M\n"
    after = (
        "from mlflow.langchain import autolog, load_model\n"
        f"{MODEL} get_default_conda_env\nfrom mlflow.types import Schema\nfrom mlflow.models import Model as M\n"
    )
    assert moved(before) == after


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_and_comments(newline: str) -> None:
    before = """\
class A:
    from mlflow.langchain import (
        # first
        autolog,  # traces
        get_default_conda_env,
        load_model,  # loads
        Schema
    )
""".replace("\n", newline)
    after = """\
class A:
    from mlflow.langchain import (
        # first
        autolog,  # traces
        get_default_conda_env,
        load_model,  # loads
        Schema
    )
""".replace("\n", newline)
    # `Schema` has no comma whose place the comment of `load_model` could take.
    assert moved(before) == after
    after = f"""\
class A:
    from mlflow.langchain import (
        # first
        autolog,  # traces
        load_model,  # loads
    )
    {MODEL} get_default_conda_env
    from mlflow.types import Schema
""".replace("\n", newline)
    assert moved(before.replace("Schema", "Schema,")) == after


def test_a_comment_beside_the_name_is_not_lost() -> None:
    code = "from mlflow.langchain import (\n    get_default_conda_env,  # the environment\n    autolog,\n)\n"
    assert moved(code) == code


def test_statements_that_share_a_line() -> None:
    before = "if chains: from mlflow.langchain import autolog, get_default_conda_env; autolog()\n"
    after = f"if chains: from mlflow.langchain import autolog; {MODEL} get_default_conda_env; autolog()\n"
    assert moved(before) == after


def test_a_line_that_goes_on() -> None:
    before = "from mlflow.langchain import autolog, \\\n    get_default_conda_env\n"
    assert moved(before) == f"from mlflow.langchain import autolog\n{MODEL} get_default_conda_env\n"


def bound(code: str) -> list[str]:
    return sorted(
        alias.asname or alias.name
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )


NAMES = st.sampled_from(
    ["autolog", "load_model", "get_default_conda_env", "get_default_pip_requirements", "Schema", "Model", "log_model"]
)
ALIASES = st.builds(
    lambda name, alias: f"{name} as {alias}" if alias else name, NAMES, st.sampled_from(["", "a", "b", "c"])
)


@given(
    names=st.lists(ALIASES, min_size=1, max_size=7, unique_by=lambda text: text.partition(" ")[0]),
    separator=st.sampled_from([", ", ",", ",\n    ", ",  # why\n    "]),
    comma=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_the_same_names_are_bound(names: list[str], separator: str, comma: bool, newline: str) -> None:
    inside = separator.join(names) + ("," if comma else "")
    code = f"from mlflow.langchain import (\n    {inside}\n)\nprint(1)\n".replace("\n", newline)
    new = moved(code)
    assert bound(new) == bound(code)
    assert new.endswith(f"print(1){newline}")
    assert new.count("# why") == code.count("# why")
    assert moved(new) == new
