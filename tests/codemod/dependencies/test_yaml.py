"""YAML is read by its nodes, whose places are those of the file; what is none is read line by line."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from codemod.dependencies.yaml_nodes import Mapping, Scalar, Tree, read_yaml, walk
from codemod.engine import migrate
from codemod.settings import Settings


def new(path: str, text: str) -> str:
    outcome = migrate(path, text.encode(), Settings(unsafe=True, select=("MLF502",)))
    assert outcome.new is not None
    return outcome.new.decode()


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("conda.yaml", "dependencies: [python=3.10, mlflow<3]\n", 'dependencies: [python=3.10, "mlflow>=3,<4"]\n'),
        ("conda.yaml", "dependencies:\n- {pip: ['mlflow<3', a]}\n", "dependencies:\n- {pip: ['mlflow>=3,<4', a]}\n"),
        ("conda.yaml", "dependencies:\r\n- pip:\r\n  - 'mlflow<3'\r\n", "dependencies:\r\n- pip:\r\n  - 'mlflow>=3,<4'\r\n"),
        ("env.yml", "dependencies: [{pip: [a, mlflow<3 , b]}]\n", 'dependencies: [{pip: [a, "mlflow>=3,<4" , b]}]\n'),
        (
            ".pre-commit-config.yaml",
            "repos:\n- hooks:\n  - additional_dependencies: ['mlflow>=2,<3']\n",
            "repos:\n- hooks:\n  - additional_dependencies: ['mlflow>=3,<4']\n",
        ),
        ("databricks.yml", 'libraries:\n- pypi:\n    package: "mlflow<3"\n', 'libraries:\n- pypi:\n    package: "mlflow>=3,<4"\n'),
        ("job.yaml", "pip_packages:\n  - mlflow<3  # kin\n", "pip_packages:\n  - mlflow>=3,<4  # kin\n"),
        ("job.yaml", "pip_packages: &p\n  - &m mlflow<3\n", "pip_packages: &p\n  - &m mlflow>=3,<4\n"),
        (
            "job.yaml.j2",
            "a: {{ b }}\n{% if c %}\nrequirements:\n- mlflow<3\n{% endif %}\n",
            "a: {{ b }}\n{% if c %}\nrequirements:\n- mlflow>=3,<4\n{% endif %}\n",
        ),
    ],
)  # fmt: skip
def test_requirements_are_edited_where_they_stand(path: str, before: str, after: str) -> None:
    assert new(path, before) == after
    if path.endswith(("yaml", "yml")):
        yaml.safe_load(after)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("values.yaml", "image:\n  repository: ghcr.io/mlflow/mlflow\n  tag: v2.9.2\n"),
        ("values.yaml", "image: {registry: ghcr.io, repository: mlflow/mlflow, tag: 'v2.22.0'}\n"),
        ("conda.yaml", 'dependencies: ["mlflow\\u003c3"]\n'),
        ("conda.yaml", "dependencies:\n- mlflow[version='<3']\n"),
    ],
)
def test_reported_and_not_edited(path: str, text: str) -> None:
    outcome = migrate(path, text.encode(), Settings(unsafe=True, select=("MLF502",)))
    assert len(outcome.findings) == 1
    assert outcome.new == text.encode()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("values.yaml", "image:\n  repository: ghcr.io/mlflow/mlflow\n  tag: v3.4.0\n"),
        ("values.yaml", "image:\n  repository: mlflow\n  tag: ''\n"),
        ("job.yaml", "requirements:\n- mlflow>=2\n- kedro-mlflow<1\n"),
        ("job.yaml", "names: [mlflow, 'mlflow is <3']\n"),
        ("conda.yaml", "name: mlflow\ndependencies: [mlflow, {pip: [mlflow>=2]}]\n"),
    ],
)
def test_untouched(path: str, text: str) -> None:
    assert not migrate(path, text.encode(), Settings(select=("MLF502",))).findings


@pytest.mark.parametrize(
    "text",
    [
        "a: [b",
        "\ta: mlflow==2.9",
        "a: \x07",
        "[" * 5_000,
        "- " * 5_000,
        "a: *b",
        "{{ mlflow",
        "%YAML 9\n--- !<x> &a *a",
        "? [a]\n: b",
    ],
)
def test_broken_files_are_read_as_far_as_they_go(text: str) -> None:
    assert isinstance(read_yaml(text), Tree)
    assert migrate("a.yaml", text.encode(), Settings()).old == text.encode()


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("values.yaml", "b: [c\nimage:\n  repository: ghcr.io/mlflow/mlflow\n  tag: v2.9.2\n", 0),
        ("job.yaml", "run: pip install mlflow==2.9.2\nb: [c\n", 1),
        ("conda.yaml", "dependencies:\n- mlflow<3\n- b: [c\n", 1),
    ],
)
def test_of_a_broken_file_it_is_said_that_more_may_be_in_it(path: str, text: str, found: int) -> None:
    outcome = migrate(path, text.encode(), Settings(select=("MLF502",)))
    assert len(outcome.findings) == found
    (problem,) = outcome.problems
    assert problem.startswith("not valid YAML, line ")
    whole = migrate(path, text.replace("[c", "[c]").encode(), Settings(select=("MLF502",)))
    assert (len(whole.findings), whole.problems) == (1, ())


def test_of_a_broken_file_that_does_not_speak_of_mlflow_nothing_is_said() -> None:
    outcome = migrate("a.yaml", b"stage: Production\nb: [c\n", Settings())
    assert outcome.problems == ()


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.text(alphabet="ab é<>=,#:'\"\n\t{}[]&*!|-", max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1, max_size=2), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    st.booleans(),
)
def test_places_are_those_of_the_file(value: object, in_flow: bool) -> None:
    text = yaml.safe_dump(value, default_flow_style=in_flow, allow_unicode=True)
    tree = read_yaml(text)
    assert not tree.problem
    for document in tree.documents:
        for _, node in walk(document):
            if isinstance(node, Scalar):
                shown = text[node.start : node.end]
                quoted = {"": shown, "'": f"'{shown}'", '"': f'"{shown}"'}.get(node.style)
                assert quoted is None or yaml.load(quoted, yaml.BaseLoader) == node.value or "\n" in shown


def test_aliases_stand_for_texts_only() -> None:
    (document,) = read_yaml("a: &x b\nc: *x\nd: &y [*x]\ne: *y\n").documents
    assert isinstance(document, Mapping)
    assert getattr(document.get("c"), "value", None) == "b"
    assert document.get("e") is None


@pytest.mark.parametrize("module", ["pip", "ansible.builtin.pip"])
def test_a_task_of_ansible_that_installs_mlflow(module: str) -> None:
    def messages(version: str) -> list[str]:
        text = f"- tasks:\n  - {module}:\n      name: mlflow\n      version: {version}\n"
        return [finding.message for finding in migrate("play.yml", text.encode(), Settings()).findings]

    assert messages("2.9.2") == ["`mlflow` 2.9.2 keeps MLflow 3 out; take a release of MLflow 3"]
    assert messages("3.1.0") == []


def test_a_mapping_takes_the_keys_of_others() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: [*b, *a], z: 3}\nd: {e: *a, <<: *unknown}\n"
    (root,) = read_yaml(text).documents
    assert isinstance(root, Mapping)

    def value(name: str, key: str) -> str | None:
        node = root.get(name)
        assert isinstance(node, Mapping)
        scalar = node.get(key)
        return scalar.value if isinstance(scalar, Scalar) else None

    assert [value("b", key) for key in "xyz"] == ["1", "2", None]
    assert [value("c", key) for key in "xyz"] == ["1", "2", "3"]
    assert [value("d", key) for key in "xyze"] == [None] * 4


def test_mappings_that_take_each_other_end() -> None:
    lines = ["m0: &m0 {x: 1}", "own: &own {<<: *own}"]
    lines += [f"m{number}: &m{number} {{<<: [*m{number - 1}, *m{number - 1}]}}" for number in range(1, 60)]
    (root,) = read_yaml("\n".join(lines)).documents
    assert isinstance(root, Mapping)
    last = root.get("m59")
    assert isinstance(last, Mapping)
    assert len(last.merged) <= 2 * 60
    assert isinstance(last.get("x"), Scalar)
