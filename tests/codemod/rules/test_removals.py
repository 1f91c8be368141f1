"""The table of removals against the API data: it may claim nothing that the wheels do not show."""

import pytest

from codemod import mlflow_api
from codemod.engine import migrate
from codemod.findings import Safety
from codemod.mlflow_api.store import packaged
from codemod.rules import all_rules
from codemod.rules.idioms.gone_names import OTHERS
from codemod.rules.removed.removals import REMOVALS, SUCCESSORS, Fate, Removal
from codemod.settings import Settings

OLD = [release for release in mlflow_api.RELEASES if release.startswith("2.")]
NAMES = [entry for entry in REMOVALS if not entry.parameter]
ARGUMENTS = [entry for entry in REMOVALS if entry.parameter]
MOVES = (Fate.RENAMED, Fate.MOVED)


def name_of(entry: Removal) -> str:
    return f"{entry.source}({entry.parameter}=)" if entry.parameter else entry.source


def newest(source: str) -> mlflow_api.Signature:
    """The parameters of a function on the newest MLflow, wherever it is by now."""
    moved = {entry.source: entry.to for entry in NAMES if entry.fate in MOVES}
    signature = mlflow_api.signature(source, mlflow_api.NEWEST)
    signature = signature or mlflow_api.signature(moved[source], mlflow_api.NEWEST)
    assert signature is not None
    return signature


@pytest.mark.parametrize("entry", REMOVALS, ids=name_of)
def test_the_source_is_of_mlflow_2(entry: Removal) -> None:
    assert any(mlflow_api.exists(entry.source, release) for release in OLD) is not entry.before_2


@pytest.mark.parametrize("entry", [entry for entry in REMOVALS if not entry.before_2], ids=name_of)
def test_the_source_is_the_public_name(entry: Removal) -> None:
    """The rules look entries up by the names that `canonical` gives."""
    assert mlflow_api.canonical(entry.source) == entry.source


@pytest.mark.parametrize("entry", [entry for entry in NAMES if entry.to], ids=name_of)
def test_the_target_is_of_the_newest_mlflow(entry: Removal) -> None:
    assert mlflow_api.exists(entry.to, mlflow_api.NEWEST)


@pytest.mark.parametrize("entry", NAMES, ids=name_of)
def test_only_what_warns_is_still_there(entry: Removal) -> None:
    assert mlflow_api.exists(entry.source, mlflow_api.NEWEST) is bool(entry.warns)


@pytest.mark.parametrize("entry", [entry for entry in NAMES if entry.fate in MOVES], ids=name_of)
def test_a_moved_function_takes_what_it_took(entry: Removal) -> None:
    known = {item.parameter for item in ARGUMENTS if item.source == entry.source}
    last = [release for release in OLD if mlflow_api.exists(entry.source, release)][-1]
    old, new = mlflow_api.signature(entry.source, last), mlflow_api.signature(entry.to, mlflow_api.NEWEST)
    if old is not None:
        assert new is not None
        named = [parameter.name for parameter in old.parameters if old.accepts(parameter.name)]
        assert {name for name in named if not new.accepts(name)} <= known


@pytest.mark.parametrize("entry", ARGUMENTS, ids=name_of)
def test_an_argument_was_taken_and_is_not(entry: Removal) -> None:
    old = [found for release in OLD if (found := mlflow_api.signature(entry.source, release)) is not None]
    assert any(signature.accepts(entry.parameter) for signature in old)
    assert not newest(entry.source).accepts(entry.parameter)


@pytest.mark.parametrize("entry", [entry for entry in ARGUMENTS if entry.fate is Fate.ARGUMENT_RENAMED], ids=name_of)
def test_a_renamed_argument_is_taken(entry: Removal) -> None:
    assert newest(entry.source).accepts(entry.to)


@pytest.mark.parametrize("entry", REMOVALS, ids=name_of)
def test_its_fate_says_what_to_do(entry: Removal) -> None:
    assert bool(entry.to) is (entry.fate not in (Fate.GONE, Fate.ARGUMENT_DROPPED))
    assert bool(entry.advice) or entry.fate in (*MOVES, Fate.ARGUMENT_RENAMED)
    assert (entry.fate is Fate.GONE) <= (entry.safety is Safety.MANUAL)
    assert entry.code in {rule.code for rule in all_rules()}


def test_an_entry_is_there_once() -> None:
    assert len({(entry.source, entry.parameter) for entry in REMOVALS}) == len(REMOVALS)


def test_successors_are_of_their_release() -> None:
    for old, new in SUCCESSORS.items():
        assert mlflow_api.exists(old, mlflow_api.NEWEST_2)
        assert mlflow_api.exists(new, mlflow_api.NEWEST)


def _use(entry: Removal) -> str:
    """Write code that names the entry's source as an import would."""
    place, _, name = entry.source.rpartition(".")
    if mlflow_api.kind_in_api(entry.source) == "module" or (
        entry.before_2 and mlflow_api.kind_in_api(place) != "class"
    ):
        return f"from {place} import {name}\n"
    if mlflow_api.kind_in_api(place) == "class":
        module, _, owner = place.rpartition(".")
        return f"from {module} import {owner}\ndef use(value: {owner}):\n    return value.{name}\n"
    return f"from {place} import {name}\n"


def findings(code: str, **settings: object) -> list[tuple[str, Safety]]:
    outcome = migrate("code.py", code.encode(), Settings(select=("MLF4",), **settings))
    assert not outcome.reason
    return [(finding.code, finding.safety) for finding in outcome.findings]


@pytest.mark.parametrize("entry", NAMES, ids=name_of)
def test_every_name_is_found_by_its_rule_alone(entry: Removal) -> None:
    assert [code for code, _ in findings(_use(entry))] == [entry.code]


@pytest.mark.parametrize("entry", ARGUMENTS, ids=name_of)
def test_every_argument_is_found_by_its_rule_alone(entry: Removal) -> None:
    place, _, name = entry.source.rpartition(".")
    if mlflow_api.kind_in_api(place) == "class":
        module, _, owner = place.rpartition(".")
        code = f"from {module} import {owner}\n{owner}().{name}({entry.parameter}=value)\n"
    else:
        code = f"import {place}\n{entry.source}({entry.parameter}=value)\n"
    moved = {item.source: item.code for item in NAMES if item.fate in MOVES}
    expected = {entry.code} | ({moved[entry.source]} if entry.source in moved else set())
    assert {found for found, _ in findings(code)} == expected


@pytest.mark.parametrize("entry", [entry for entry in NAMES if entry.fate in MOVES], ids=name_of)
def test_every_move_settles(entry: Removal) -> None:
    code = _use(entry)
    outcome = migrate("code.py", code.encode(), Settings(select=("MLF4",), unsafe=True))
    assert outcome.new != code.encode()
    assert findings(outcome.new.decode()) == []


def public_names() -> list[str]:
    """Return every name of every module below `mlflow` that some release has."""
    store = packaged()
    names = []
    for package in store.packages:
        prefix = f"mlflow.{package}." if package else "mlflow."
        partition = store.partition(package)
        names += [prefix + name for name in (*partition.names(), *partition.modules()) if name]
    modules = {name for name in names if mlflow_api.kind_in_api(name) == "module"} | {"mlflow"}
    return sorted({name for name in names if name.rpartition(".")[0] in modules and "._" not in name})


def test_no_import_breaks_in_silence() -> None:
    """Whatever can be imported from MLflow 2 and not from the newest 3 is found; whatever both have is left alone."""
    old, new, changed = [], [], {entry.source for entry in NAMES if entry.warns}
    for name in public_names():
        if name.rpartition(".")[2] not in OTHERS and any(mlflow_api.exists(name, release) for release in OLD):
            (new if mlflow_api.exists(name, mlflow_api.NEWEST) else old).append(name)
    lines = [f"from {place} import {leaf}" for place, _, leaf in (name.rpartition(".") for name in [*old, *new])]
    outcome = migrate("all.py", "\n".join(lines).encode(), Settings(select=("MLF40",)))
    found = {finding.location.line - 1 for finding in outcome.findings}
    assert [name for index, name in enumerate(old) if index not in found] == []
    assert [name for index, name in enumerate(new, len(old)) if index in found and name not in changed] == []
    assert len(old) > 1500
    assert len(new) > 5000
