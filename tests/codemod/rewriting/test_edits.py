"""What one call looks like after a change, to the character."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.rewriting.edits import (
    AddKeyword,
    DropKeyword,
    NameArgument,
    RenameFunction,
    RenameKeyword,
    SetValue,
    UneditableError,
)
from codemod.rewriting.texts import rewrite_call

ADD = AddKeyword("f", '"p"')

CASES = [
    ("log(m, 'model')", (NameArgument(1, "name"),), "log(m, name='model')"),
    ("log( m , 'model' )", (NameArgument(1, "name"),), "log( m , name='model' )"),
    ("log(m, ('model'))", (NameArgument(1, "name"),), "log(m, name=('model'))"),
    ("log(m, p := 'x')", (NameArgument(1, "name"),), "log(m, name=(p := 'x'))"),
    ("log(m, *a)", (ADD,), 'log(m, *a, f="p")'),
    ("log(m, **k)", (ADD,), 'log(m, **k, f="p")'),
    ("log()", (ADD,), 'log(f="p")'),
    ("log(m, 'a', 'b', 'c')", (NameArgument(1, "x"), NameArgument(2, "y"), NameArgument(3, "z")),
     "log(m, x='a', y='b', z='c')"),
    ("log(m, a = 1)", (ADD,), 'log(m, a = 1, f = "p")'),
    ("log(m, artifact_path='m')", (RenameKeyword("artifact_path", "name"), ADD), "log(m, name='m', f=\"p\")"),
    ("log(m, old=1, b=2)", (DropKeyword("old"),), "log(m, b=2)"),
    ("log(m, b=2, old=1)", (DropKeyword("old"),), "log(m, b=2)"),
    ("log(m, b=2, old=1,)", (DropKeyword("old"),), "log(m, b=2,)"),
    ("log(old=1)", (DropKeyword("old"),), "log()"),
    ("a.b(c).log(m, 'x')", (RenameFunction("put"), NameArgument(1, "name")), "a.b(c).put(m, name='x')"),
    ("log(m, 'a/b')", (NameArgument(1, "name"), SetValue(1, "'a-b'")), "log(m, name='a-b')"),
    (
        "log(\n    m,\n    'model',\n)",
        (NameArgument(1, "name"), ADD),
        "log(\n    m,\n    name='model',\n    f=\"p\",\n)",
    ),
    ("log(\n    m,\n    'model'\n)", (ADD,), "log(\n    m,\n    'model',\n    f=\"p\"\n)"),
    (
        "log(\n    m,  # the model\n    'model',  # its name\n    # the end\n)",
        (NameArgument(1, "name"), ADD),
        "log(\n    m,  # the model\n    name='model',  # its name\n    # the end\n    f=\"p\",\n)",
    ),
    ("log(\n    m  # the model\n)", (ADD,), "log(\n    m,  # the model\n    f=\"p\"\n)"),
    ("log(m,\n    'model')", (ADD,), "log(m,\n    'model',\n    f=\"p\")"),
    ("log(m,\r\n    'model')", (NameArgument(1, "name"),), "log(m,\r\n    name='model')"),
    (
        "log(\n    m,\n    old=1,  # why\n    b=2,\n)",
        (DropKeyword("old"),),
        "log(\n    m,  # why\n    b=2,\n)",
    ),
    ("(mlflow\n  .sklearn\n  .log)(m, 'x')", (NameArgument(1, "name"),), "(mlflow\n  .sklearn\n  .log)(m, name='x')"),
    ("mlflow \\\n  .log(m, 'x')", (NameArgument(1, "name"),), "mlflow \\\n  .log(m, name='x')"),
    ("log(m, f'{a}/b' 'c')", (NameArgument(1, "name"),), "log(m, name=f'{a}/b' 'c')"),
    ("log(m, 'modèle ☃')", (NameArgument(1, "name"),), "log(m, name='modèle ☃')"),
    ("log(lambda x: x, [a for a in b], {**c}, 'x')", (NameArgument(3, "name"),),
     "log(lambda x: x, [a for a in b], {**c}, name='x')"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "operations", "after"), CASES)
def test_rewrite_call(before: str, operations: tuple, after: str) -> None:
    assert rewrite_call(before, operations) == after
    ast.parse(after.replace("\r\n", "\n"))


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("log(m)", NameArgument(1, "name")),
        ("log(*a)", NameArgument(0, "name")),
        ("log(m, a=1)", RenameKeyword("b", "c")),
        ("log(m,\r\n  'x',\n  'y')", NameArgument(1, "name")),
        ("(lambda: 1)()", RenameFunction("x")),
        ("log(m", NameArgument(0, "name")),
        ("log", NameArgument(0, "name")),
    ],
)
def test_what_is_not_sure_is_not_edited(text: str, operation) -> None:
    with pytest.raises(UneditableError):
        rewrite_call(text, (operation,))


spaces = st.sampled_from(["", " ", "\n    ", "  # note\n    "])
values = st.sampled_from(
    ["m", "'model'", "f(x, y)", "[1, 2]", "{'a': (1)}", "lambda: 0", "x if y else z", "-1", "not a"]
)


@st.composite
def calls(draw) -> tuple[str, int]:
    """Return a call in some layout with the number of its positional arguments; the rest are keywords."""
    positional = draw(st.lists(values, min_size=2, max_size=5))
    keywords = draw(st.lists(values, max_size=3))
    arguments = [*positional, *(f"k{index}={value}" for index, value in enumerate(keywords))]
    text = "log(" + draw(st.sampled_from(["", "\n    "]))
    for index, argument in enumerate(arguments):
        last = index == len(arguments) - 1
        comma = draw(st.sampled_from([",", ""])) if last else ","
        text += argument + comma + draw(spaces)
    return text + ")", len(positional)


@given(calls(), st.data())
def test_only_what_is_named_changes(call: tuple[str, int], data) -> None:
    text, count = call
    first = data.draw(st.integers(0, count - 1))
    operations = [NameArgument(index, f"p{index}") for index in range(first, count)]
    if data.draw(st.booleans()):
        operations.append(AddKeyword("added", "'x'"))
    new = rewrite_call(text, tuple(operations))
    before, after = ast.parse(text, mode="eval").body, ast.parse(new, mode="eval").body
    assert [ast.dump(arg) for arg in after.args] == [ast.dump(arg) for arg in before.args[:first]]
    expected = {f"p{index}": ast.dump(before.args[index]) for index in range(first, count)}
    expected |= {keyword.arg: ast.dump(keyword.value) for keyword in before.keywords}
    if len(operations) > count - first:
        expected["added"] = ast.dump(ast.Constant("x"))
    assert {keyword.arg: ast.dump(keyword.value) for keyword in after.keywords} == expected
    assert new.count("# note") == text.count("# note")


@given(calls(), st.data())
def test_dropping_keeps_the_rest(call: tuple[str, int], data) -> None:
    text, _ = call
    before = ast.parse(text, mode="eval").body
    if not before.keywords:
        return
    name = data.draw(st.sampled_from([keyword.arg for keyword in before.keywords]))
    try:
        new = rewrite_call(text, (DropKeyword(name),))
    except UneditableError:
        assert "#" in text  # only comments make it unsure
        return
    after = ast.parse(new, mode="eval").body
    assert [ast.dump(arg) for arg in after.args] == [ast.dump(arg) for arg in before.args]
    assert [k.arg for k in after.keywords] == [k.arg for k in before.keywords if k.arg != name]
    assert new.count("# note") == text.count("# note")


@given(calls())
def test_nothing_to_do_changes_nothing(call: tuple[str, int]) -> None:
    assert rewrite_call(call[0], ()) == call[0]
