"""Two worlds are compared by meaning: what must differ does not count, and what must not is named with both values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compat_tests.verify.comparing import MOVED, compare, excused
from compat_tests.verify.metrics import closeness, tolerance_of
from compat_tests.verify.models import compare_predictions
from compat_tests.verify.rows import Row, Status
from compat_tests.verify.snapshots import Snapshot, snapshot

Make = Callable[..., Snapshot]


def run(identifier: str, name: str = "", **values: Any) -> dict[str, Any]:
    """Return a run as the reader writes it."""
    raw: dict[str, Any] = {
        "id": identifier, "name": name, "parent": None, "status": "FINISHED", "start": 0, "params": {}, "metrics": {},
        "tags": {}, "datasets": [], "artifacts": [], "models": [],
    }  # fmt: skip
    return {**raw, **values}


def model(name: str = "model", where: str = "run", **values: Any) -> dict[str, Any]:
    """Return a logged model as the reader writes it."""
    raw: dict[str, Any] = {
        "name": name, "where": where, "uri": f"runs:/x/{name}" if where == "run" else f"models:/m-{name}",
        "path": name if where == "run" else None, "folder": f"/models/{where}/{name}", "signature": None, "example": True,
        "flavors": {"sklearn": {"serialization_format": "cloudpickle"}, "python_function": {}}, "files": [],
    }  # fmt: skip
    return {**raw, **values}


def version(number: str, run_id: str = "", stage: str = "") -> dict[str, Any]:
    """Return a version of a registered model as the reader writes it."""
    return {
        "version": number,
        "stage": stage,
        "status": "READY",
        "run": run_id,
        "source": "",
        "tags": {},
        "description": "",
    }


def registered(name: str, *versions: Mapping[str, Any], aliases: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a registered model as the reader writes it."""
    return {"name": name, "description": "", "tags": {}, "aliases": dict(aliases or {}), "versions": list(versions)}


@pytest.fixture
def world() -> Make:
    """Makes a snapshot of the runs of an experiment, and of registered models."""

    def make(
        *runs: Any, registry: Any = (), experiment: str = "iris", places: Mapping[str, str] | None = None
    ) -> Snapshot:
        store = {
            "uri": "http://127.0.0.1:1",
            "experiments": [{"id": "1", "name": experiment, "tags": {}, "runs": list(runs), "models_without_run": []}],
            "registered_models": list(registry),
            "problems": [],
        }
        return snapshot({"stores": [store], "failed": []}, places or {})

    return make


A, B = "a" * 32, "b" * 32


def differing(first: Any, second: Any, **tolerances: float) -> list[Row]:
    return [row for row in compare(first, second, tolerances).rows if row.differs]


def row_of(rows: Any, kind: str) -> Row:
    (found,) = (row for row in rows if row.kind == kind)
    return found


def test_equal_worlds_have_equal_rows_alone(world: Make) -> None:
    values = {"params": {"C": "0.1"}, "metrics": {"loss": [[0, 1, 0.5], [1, 2, 0.25]]}, "tags": {"team": "x"}}
    one, other = world(run(A, "r", **values)), world(run(B, "r", **values))
    rows = compare(one, other, {}).rows
    assert {row.status for row in rows} == {Status.EQUAL}
    assert {row.kind for row in rows} == {"experiment", "run", "param", "metric", "tag"}


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("param", {"params": {"C": "0.1"}}, {"params": {"C": "0.2"}}),
        ("metric", {"metrics": {"loss": [[0, 1, 0.5]]}}, {"metrics": {"loss": [[0, 1, 0.6]]}}),
        ("metric", {"metrics": {"loss": [[0, 1, 0.5]]}}, {"metrics": {"loss": [[0, 1, 0.5], [1, 1, 0.5]]}}),
        ("metric", {"metrics": {"loss": [[0, 1, 0.5]]}}, {"metrics": {"loss": [[3, 1, 0.5]]}}),
        ("tag", {"tags": {"team": "x"}}, {"tags": {"team": "y"}}),
        ("run", {"status": "FINISHED"}, {"status": "FAILED"}),
        ("dataset", {"datasets": [{"name": "d", "digest": "1", "source_type": "code", "context": ""}]},
         {"datasets": [{"name": "d", "digest": "2", "source_type": "code", "context": ""}]}),
        ("artifact", {"artifacts": [{"path": "a.txt", "size": 1, "text": "x"}]},
         {"artifacts": [{"path": "a.txt", "size": 1, "text": "y"}]}),
        ("artifact", {"artifacts": [{"path": "a.bin", "size": 1}]}, {"artifacts": [{"path": "a.bin", "size": 2}]}),
        ("sklearn format", {"models": [model()]},
         {"models": [model(where="beside", flavors={"sklearn": {"serialization_format": "skops"}, "python_function": {}})]}),
        ("input example", {"models": [model()]}, {"models": [model(where="beside", example=False)]}),
        ("signature", {"models": [model(signature={"inputs": '[{"type": "long"}]'})]},
         {"models": [model(where="beside", signature={"inputs": '[{"type": "double"}]'})]}),
    ],
)  # fmt: skip
def test_each_kind_of_difference_is_one_row(world: Make, kind: str, old: Any, new: Any) -> None:
    (row,) = differing(world(run(A, "r", **old)), world(run(B, "r", **new)))
    assert (row.kind, row.status) == (kind, Status.DIFFERENT)
    assert row.first != row.second


def test_a_metric_that_is_written_again_for_a_model_is_one_value(world: Make) -> None:
    once, twice = ([[0, 7, math.nan], [1, 8, 0.5]] * times for times in (1, 2))
    assert not differing(world(run(A, "r", metrics={"m": once})), world(run(B, "r", metrics={"m": twice})))
    again = [*once, [1, 9, 0.5]]
    rows = differing(world(run(A, "r", metrics={"m": once})), world(run(B, "r", metrics={"m": again})))
    assert [(row.first, row.second) for row in rows] == [("2 values", "3 values")]


def learned(world: Make, accuracy: float, loss: float, size: int, **values: Any) -> Snapshot:
    metrics = {"accuracy": [[0, 0, accuracy]], "loss": [[0, 0, loss]]}
    return world(run(A, "r", metrics=metrics, artifacts=[{"path": "roc.png", "size": size}], **values))


def test_what_a_run_learned_varies_as_a_whole(world: Make) -> None:
    first, again, second = (
        learned(world, 0.9, 0.5, 10, params={"C": "1"}),
        learned(world, 0.9, 0.6, 10, params={"C": "1"}),
        learned(world, 0.8, 0.7, 11, params={"C": "2"}),
    )
    varying = differing(first, again)
    assert [row.key for row in varying] == ["iris / r · loss"]
    rows = excused(compare(first, second, {}).rows, varying)
    # One metric was the same twice by chance; a parameter is not learned.
    assert [row.kind for row in rows if row.differs] == ["param"]
    assert sum(row.status is Status.NOT_COMPARABLE for row in rows) == 3
    assert [row for row in excused(compare(first, second, {}).rows, ()) if row.differs] == differing(first, second)


def test_one_model_that_two_lines_are_asked_about_does_not_vary() -> None:
    asked = [Row(kind, "iris / r · model", Status.DIFFERENT, is_learned=True) for kind in ("prediction", MOVED)]
    varying = [Row("metric", "iris / r · loss", Status.DIFFERENT, is_learned=True)]
    assert [row.kind for row in excused(asked, varying) if row.differs] == [MOVED]


def test_a_model_that_does_not_predict_any_more_is_not_excused() -> None:
    row = compare_predictions(
        "iris / r · m", {"prediction": {"kind": "array", "data": [1]}}, {"error": "KeyError"}, 0.0
    )
    assert excused([row], [Row("metric", "iris / r · loss", Status.DIFFERENT, is_learned=True)]) == [row]
    assert row.differs


def test_a_plot_that_mlflow_3_draws_by_itself_is_no_difference(world: Make) -> None:
    new = [{"path": name, "size": 1} for name in ("eval/calibration_curve_plot.png", "other.png")]
    rows = differing(world(run(A, "r")), world(run(B, "r", artifacts=new)))
    assert [row.key for row in rows] == ["iris / r · other.png"]


def test_datasets_of_one_name_are_compared_whatever_their_order(world: Make) -> None:
    one, other, third = (
        {"name": "dataset", "digest": digest, "source_type": "code", "context": "eval"} for digest in "123"
    )
    first, second = run(A, "r", datasets=[one, other]), run(B, "r", datasets=[other, one])
    assert not differing(world(first), world(second))
    rows = differing(world(first), world(run(B, "r", datasets=[third, other])))
    assert [(row.kind, row.first, row.second) for row in rows] == [
        ("dataset", "1 from code, 2 from code", "2 from code, 3 from code")
    ]


@pytest.mark.parametrize("values", [{"params": {"C": "1"}}, {"tags": {"t": "1"}}, {"metrics": {"m": [[0, 0, 1.0]]}},
                                    {"artifacts": [{"path": "f", "size": 1}]}, {"models": [model()]}])  # fmt: skip
def test_what_one_world_lacks_is_named(world: Make, values: Any) -> None:
    full, empty = world(run(A, "r", **values)), world(run(B, "r"))
    (only_first,) = differing(full, empty)
    (only_second,) = differing(empty, full)
    assert only_first.status is Status.ONLY_IN_FIRST
    assert only_second.status is Status.ONLY_IN_SECOND


def test_what_mlflow_makes_up_does_not_count(world: Make) -> None:
    """Ids, folders, generated names, and the tags that tell of the machine."""
    one = world(
        run(
            A,
            "bold-fox-12",
            params={"path": "/w/2/p/data", "parent": A},
            tags={"mlflow.user": "x", "mlflow.source.name": "a"},
        ),
        places={"/w/2/p": "<project>"},
    )
    other = world(
        run(
            B,
            "calm-owl-7",
            params={"path": "/w/3/p/data", "parent": B},
            tags={"mlflow.user": "y", "mlflow.source.name": "b"},
        ),
        places={"/w/3/p": "<project>"},
    )
    assert not differing(one, other)


def test_json_and_csv_are_compared_by_what_they_say(world: Make) -> None:
    old = [{"path": "a.json", "size": 9, "text": '{"a": 1, "b": 2}'}, {"path": "t.csv", "size": 9, "text": 'a,"b"\r\n'}]
    new = [{"path": "a.json", "size": 7, "text": '{"b":2,"a":1}'}, {"path": "t.csv", "size": 7, "text": "a,b\n"}]
    assert not differing(world(run(A, "r", artifacts=old)), world(run(B, "r", artifacts=new)))


def test_random_ids_in_a_page_do_not_count_but_which_is_which_does(world: Make) -> None:
    one, other = "61d1f18b-0c4e-4a6b-9f5e-0123456789ab", "2e25d1ac-77aa-4bbb-8ccc-ba9876543210"
    third = "2e25d1ac-77aa-1bbb-8ccc-ba9876543210"  # of version 1: the time and the machine

    def page(*ids: str) -> Snapshot:
        text = "".join(f'<div id="{each}">' for each in ids)
        return world(run(A, "r", artifacts=[{"path": "a.html", "size": len(text), "text": text}]))

    assert not differing(page(one, one), page(other, other))
    assert not differing(page(one, other), page(other, one))
    assert differing(page(one, one), page(other, one))
    assert differing(page(one), page(third))


def test_runs_are_matched_by_name_order_and_parameters_and_children_below_their_parents(world: Make) -> None:
    def sweep(prefix: str, *, backwards: bool) -> Any:
        children = [
            run(
                f"{prefix}{number}",
                f"kind-cat-{number}",
                parent=f"{prefix}p",
                params={"depth": str(number)},
                metrics={"m": [[0, 0, number]]},
            )
            for number in (1, 2, 3)
        ]
        return world(run(f"{prefix}p", "sweep"), *(reversed(children) if backwards else children))

    rows = compare(sweep("a", backwards=False), sweep("b", backwards=True), {}).rows
    assert {row.status for row in rows} == {Status.EQUAL}
    assert sum(row.kind == "run" for row in rows) == 4


def test_what_is_named_by_the_time_is_the_same_thing_and_its_name_varies_by_itself(world: Make) -> None:
    """Experiments, runs, files and registered models whose names differ in numbers alone."""

    def at(time: str, loss: float = 0.5) -> Snapshot:
        files = [{"path": f"plots/loss_{time}.txt", "size": 1, "text": "x"}, {"path": "a.txt", "size": 1, "text": "y"}]
        runs = [
            run(f"{time}{n}", f"run_2026-11-27_{time}", params={"n": n}, metrics={"loss": [[0, 0, loss]]}) for n in "12"
        ]
        return world(
            *[{**each, "artifacts": files} for each in runs],
            experiment=f"exp {time}",
            registry=[registered(f"m-{time}")],
        )

    rows = compare(at("0301"), at("0307"), {}).rows
    names = [row for row in rows if row.differs]
    assert {(row.kind, row.status) for row in names} == {
        (f"{kind} name", Status.DIFFERENT) for kind in ("experiment", "run", "artifact", "registered model")
    }
    assert all("--repeat 2" in row.reason and row.may_vary for row in names)
    varying = [row for row in compare(at("0301"), at("0304"), {}).rows if row.differs]
    assert not any(row.differs for row in excused(rows, varying))
    worse = excused(compare(at("0301"), at("0307", 0.6), {}).rows, varying)
    assert {row.kind for row in worse if row.differs} == {"metric"}


@pytest.mark.parametrize(("kind", "old", "new", "expected"), [
    ("tag", {"at": "03:01"}, {"at": "03:07"}, True),
    ("param", {"seed": "1"}, {"seed": "2"}, True),
    ("tag", {"at": "03:01"}, {}, False),
])  # fmt: skip
def test_a_value_that_may_vary_by_itself_is_told_from_one_that_is_missing(
    world: Make, kind: str, old: Any, new: Any, expected: bool
) -> None:
    (row,) = differing(world(run(A, "r", **{f"{kind}s": old})), world(run(B, "r", **{f"{kind}s": new})))
    assert row.may_vary is expected


def test_a_name_without_a_number_is_only_its_own(world: Make) -> None:
    assert {row.status for row in differing(world(run(A, "train")), world(run(B, "valid")))} == {
        Status.ONLY_IN_FIRST, Status.ONLY_IN_SECOND
    }  # fmt: skip


def test_a_run_that_is_missing_takes_its_children_with_it(world: Make) -> None:
    full = world(run("p1", "one"), run("p2", "two"), run("c", "child", parent="p2"))
    missing = [row.key for row in differing(full, world(run("x", "one")))]
    assert missing == ["iris / two", "iris / two / child"]


def test_a_model_beside_the_run_is_the_one_in_its_files_and_names_the_rule(world: Make) -> None:
    rows = compare(world(run(A, "r", models=[model()])), world(run(B, "r", models=[model(where="beside")])), {}).rows
    row = row_of(rows, "model")
    assert (row.status, row.rule, row.reason) == (Status.EQUAL, "MLF204", "model files are beside the run")


def test_a_format_that_differs_names_the_rule_that_keeps_it(world: Make) -> None:
    other = model(where="beside", flavors={"sklearn": {"serialization_format": "skops"}, "python_function": {}})
    (row,) = differing(world(run(A, "r", models=[model()])), world(run(B, "r", models=[other])))
    assert row.rule == "MLF103"


@pytest.mark.parametrize("autologged", [True, False])
def test_the_dataset_of_a_search_on_its_child_runs_is_mlflows_own_doing(world: Make, autologged: bool) -> None:
    data = [{"name": "d", "digest": "1", "source_type": "code", "context": "train"}]
    tags = {"mlflow.autologging": "sklearn"} if autologged else {}
    old = world(run("p", "search", datasets=data), run("c", "child", parent="p", tags=tags))
    new = world(run("q", "search", datasets=data), run("d", "child", parent="q", datasets=data, tags=tags))
    assert [row.kind for row in differing(old, new)] == ([] if autologged else ["dataset"])


def test_a_signature_that_lost_a_secret_is_compared_as_text(world: Make) -> None:
    one, other = ({"inputs": f'[{{"type": "long", "shape": <PORT>, "name": "{name}"}}]'} for name in "ab")
    same = world(run(A, "r", models=[model(signature=one)])), world(run(B, "r", models=[model(signature=one)]))
    assert not differing(*same)
    assert [row.kind for row in differing(same[0], world(run(B, "r", models=[model(signature=other)])))] == [
        "signature"
    ]


class TestRegistry:
    def test_an_alias_takes_the_place_of_a_stage(self, world: Make) -> None:
        old = world(run(A, "r"), registry=[registered("m", version("1", A, "Production"))])
        new = world(run(B, "r"), registry=[registered("m", version("1", B), aliases={"production": "1"})])
        assert not differing(old, new)
        row = row_of(compare(old, new, {}).rows, "stage")
        assert (row.first, row.second, row.rule) == ("Production", "@production", "MLF301")

    def test_an_alias_of_another_version_does_not(self, world: Make) -> None:
        old = world(registry=[registered("m", version("1", "", "Production"), version("2"))])
        new = world(registry=[registered("m", version("1"), version("2"), aliases={"production": "2"})])
        assert {row.kind for row in differing(old, new)} == {"stage", "alias"}

    def test_a_stage_that_moved_on_is_an_alias_that_moved_on(self, world: Make) -> None:
        old = world(registry=[registered("m", version("1", "", "Production"), version("2", "", "Production"))])
        new = world(registry=[registered("m", version("1"), version("2"), aliases={"production": "2"})])
        assert not differing(old, new)

    def test_a_version_of_another_run_is_named(self, world: Make) -> None:
        old = world(run("a1", "one"), run("a2", "two"), registry=[registered("m", version("1", "a1"))])
        new = world(run("b1", "one"), run("b2", "two"), registry=[registered("m", version("1", "b2"))])
        (row,) = differing(old, new)
        assert row.reason == "another run's model"

    def test_aliases_versions_and_models_that_are_missing(self, world: Make) -> None:
        old = world(registry=[registered("m", version("1"), version("2"), aliases={"champion": "2"}), registered("n")])
        new = world(registry=[registered("m", version("1"))])
        assert [(row.kind, row.key) for row in differing(old, new)] == [
            ("alias", "m · champion"), ("version", "m · version 2"), ("registered model", "n"),
        ]  # fmt: skip


class TestTolerances:
    def test_the_last_pattern_that_fits_decides(self) -> None:
        assert tolerance_of("val_loss", {"*": 0.1, "val_*": 0.5, "train_*": 0.9}) == 0.5
        assert tolerance_of("other", {}) == 1e-6

    def test_within_tolerance_is_told_apart_from_equal(self, world: Make) -> None:
        one, other = (world(run(A, "r", metrics={"loss": [[0, 0, value]]})) for value in (1.0, 1.05))
        assert row_of(compare(one, other, {"loss": 0.1}).rows, "metric").status is Status.WITHIN_TOLERANCE
        assert row_of(compare(one, other, {}).rows, "metric").status is Status.DIFFERENT

    def test_values_that_are_no_numbers_are_equal_to_themselves(self, world: Make) -> None:
        one, other = (world(run(A, "r", metrics={"loss": [[0, 0, math.nan], [1, 0, math.inf]]})) for _ in range(2))
        assert not differing(one, other)

    @given(st.floats(allow_nan=True), st.floats(allow_nan=True))
    def test_closeness_is_symmetric_and_zero_for_the_same_alone(self, one: float, other: float) -> None:
        distance = closeness(one, other)
        assert distance == closeness(other, one)
        assert (distance == 0.0) == (one == other or (math.isnan(one) and math.isnan(other))) or abs(
            one - other
        ) < 1e-300


class TestPredictions:
    @staticmethod
    def compared(first: Any, second: Any, tolerance: float = 1e-6) -> Row:
        return compare_predictions(
            "m", *({"prediction": {"kind": "array", "data": data}} for data in (first, second)), tolerance
        )

    @pytest.mark.parametrize(
        ("first", "second", "status"),
        [
            ([1, 2], [1, 2], Status.EQUAL),
            ([1.0, float("nan")], [1.0, float("nan")], Status.EQUAL),
            ([1.0, 2.0], [1.0, 2.0 + 1e-9], Status.WITHIN_TOLERANCE),
            ([1.0, 2.0], [1.0, 2.1], Status.DIFFERENT),
            ([1.0, 2.0], [1.0], Status.DIFFERENT),
            ([1.0, 2.0], [1.0, float("nan")], Status.DIFFERENT),
            (["a"], ["b"], Status.DIFFERENT),
            ({"p": [1.0]}, {"q": [1.0]}, Status.DIFFERENT),
        ],
    )
    def test_numbers_shapes_and_words(self, first: Any, second: Any, status: Status) -> None:
        assert self.compared(first, second).status is status

    def test_a_model_that_stops_predicting_is_held_against_the_second_world_alone(self) -> None:
        good: Any = {"prediction": {"kind": "array", "data": [1]}}
        bad: Any = {"error": "UnpicklingError: x"}
        assert compare_predictions("m", good, bad, 0.0).status is Status.DIFFERENT
        assert compare_predictions("m", bad, good, 0.0).status is Status.NOT_COMPARABLE

    def test_without_an_example_there_is_nothing_to_compare(self) -> None:
        row = compare_predictions("m", {"prediction": None}, {"prediction": None}, 0.0)
        assert row.status is Status.NOT_COMPARABLE
        assert "--sample" in row.reason
