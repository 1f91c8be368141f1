from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from codemod.analysis.known_doubles import KnownDoubles
from codemod.analysis.mocks import UNTOLD, covers
from codemod.settings import Double

_PATHS = st.sampled_from(
    [
        "",
        "*",
        "mlflow",
        "mlflow.*",
        "log_*",
        "mlflow.sklearn.log_*",
        "log_model",
        "mlflow.sklearn.log_model",
        "mlflow.evaluate",
        "info",
    ]
)
_DOUBLES = st.builds(
    Double,
    path=_PATHS,
    what=st.sampled_from(["name", "arguments"]),
    where=st.builds("{}:{}".format, st.sampled_from(["test_a.py", "b/test_b.py", "conftest.py"]), st.integers(1, 99)),
    whole=st.booleans(),
    reaches=st.sampled_from([None, frozenset[str](), frozenset({"a.py"}), frozenset({"b.py"})]),
)


def _asked_one_by_one(doubles: frozenset[Double], asker: str, path: str, what: str) -> list[Double]:
    leaf = path.rpartition(".")[2]
    every = [double for double in doubles if double.reaches is None or asker in double.reaches]
    faked = {double.where.partition(":")[0] for double in every if double.path == "mlflow"}
    every = [double for double in every if faked or not double.whole]

    def is_named(double: Double) -> bool:
        return double.what == "name" and (double.path.rpartition(".")[2] == leaf or covers(double.path, path))

    if what == "name":
        return [double for double in every if is_named(double)]
    is_untold = any(map(is_named, every)) or "conftest.py" in faked
    return [
        double
        for double in every
        if double.what == what
        and (
            double.path in (leaf, path)
            or covers(double.path, path)
            or (double.path == UNTOLD and (is_untold or double.where.partition(":")[0] in faked))
        )
    ]


@given(
    st.frozensets(_DOUBLES, max_size=8),
    st.sampled_from(["a.py", "b.py"]),
    st.sampled_from(["mlflow.sklearn.log_model", "mlflow.evaluate", "log_model", "info"]),
    st.sampled_from(["name", "arguments"]),
)
def test_an_object_has_the_doubles_that_stand_in_for_it(
    doubles: frozenset[Double], asker: str, path: str, what: str
) -> None:
    found = list(KnownDoubles(doubles).of(asker, path, what))

    assert set(found) == set(_asked_one_by_one(doubles, asker, path, what))
    assert [double.where for double in found] == sorted(double.where for double in found)
    assert len(found) == len(set(found))
