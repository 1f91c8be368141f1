"""The generator on made-up wheels: what it reads, packs, compares and refuses."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codemod.mlflow_api import RELEASES
from codemod.mlflow_api.generate import __main__ as command
from codemod.mlflow_api.generate import wheels
from codemod.mlflow_api.generate.difference import difference, difference_text
from codemod.mlflow_api.generate.packing import pack
from codemod.mlflow_api.generate.surface import Definition
from codemod.mlflow_api.generate.wheels import WheelError, read_wheel
from codemod.mlflow_api.signatures import Parameter, ParameterKind
from codemod.mlflow_api.store import DATA_FILE, ApiObject, Store

BuildWheel = Callable[..., Path]

#: What the second of three releases has otherwise than the first and the third.
CHANGES = {
    "mlflow/keras/save.py": "def log_model(model, name=None, *, artifact_path=1): ...",
    "mlflow/gateway/__init__.py": None,
    "mlflow/gateway/fluent.py": None,
    "mlflow/sklearn/autolog.py": "def patch(): ...\ndef fresh(a, b=1): ...",
    "mlflow/entities/run_info.py": """
        from mlflow.utils.annotations import deprecated
        class RunInfo:
            def __init__(self, run_id=None): self.run_id = run_id
        class New: ...
    """,
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, build_wheel: BuildWheel) -> Store:
    """Packed data of one made-up release."""
    return Store(pack({"3.0.0": read_wheel(build_wheel(tmp_path_factory.mktemp("wheel"), "3.0.0"))}))


def shown(store: Store, name: str, index: int = 0) -> str | None:
    """Signature in Python's notation; `<required>` cannot be mistaken for it."""
    found = store.resolve(name, index)
    if found is None or found[1].signature is None:
        return None
    stars = {ParameterKind.VAR_POSITIONAL: "*", ParameterKind.VAR_KEYWORD: "**"}
    parts = []
    for parameter in found[1].signature.parameters:
        star = stars.get(parameter.kind, "")
        kind = {ParameterKind.POSITIONAL_ONLY: "/", ParameterKind.KEYWORD_ONLY: "!"}.get(parameter.kind, "")
        parts.append(star + kind + parameter.name + ("" if parameter.default is None else f"={parameter.default}"))
    return ", ".join(parts)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mlflow.start_run", "run_id=None, !nested=False, **kwargs"),
        ("mlflow.register_model", "model_uri, name, *tags"),
        ("mlflow.MlflowClient", "tracking_uri=None"),
        ("mlflow.MlflowClient.get_run", "run_id"),
        ("mlflow.MlflowClient.get", "run_id"),
        ("mlflow.MlflowClient.from_uri", "uri"),
        ("mlflow.MlflowClient.check", "/run_id, !deep=False"),
        ("mlflow.tracking.fluent.MlflowClient.search_runs", "experiment_ids, max_results=10"),
        ("mlflow.ActiveRun", "info, data=None"),
        (
            "mlflow.sklearn.log_model",
            "sk_model, artifact_path=None, conda_env=None, serialization_format=FLAVOR_NAME, name=None, **kwargs",
        ),
        ("mlflow.sklearn.load", "path, unwrap=True"),
        ("mlflow.sklearn.predict", "model, data"),
        ("mlflow.keras.log_model", "model, artifact_path=None, save_exported_model=None"),
        ("mlflow.keras.autolog", "every_n_iter=1"),
        ("mlflow.keras.autolog.autolog", "every_n_iter=1"),
        ("mlflow.keras.MLflowCallback", "every_n_iter=1"),
        ("mlflow.evaluate", "left, right=0"),
        ("mlflow.gateway.query", "route, data"),
        ("mlflow.gateway.old_fluent.query", "route, data"),
        ("mlflow.models.compare", "left, right=0"),
        ("mlflow.models.stars.public", ""),
        ("mlflow.data.from_pandas", "df, source=None"),
        ("mlflow.data.from_numpy", "features, targets=None"),
        ("mlflow.models.model.Resource", "name, tags=field(default_factory=list), !by='me'"),
        ("mlflow.models.model.Table", "name='t', tags=field(default_factory=list), rows=0, !by='me', !strict=False"),
        ("mlflow.models.model.Handmade", ""),
        ("mlflow.models.model.Pair", "left, right=2"),
        ("mlflow.models.model.Color", "value"),
        ("mlflow.models.model.Config", "!name, !limit=3, !needed, !tags=Field(default_factory=list), **extra_data"),
        (
            "mlflow.models.model.Special",
            "!name, !limit=3, !needed, !tags=Field(default_factory=list), !extra_field=None, **extra_data",
        ),
        ("mlflow.models.model.Ordered", "*args, **kwargs"),
        ("mlflow.models.model.Factory", "profile"),
        ("mlflow.models.model.Plain", ""),
        ("mlflow.entities.Late", ""),
        # not called
        ("mlflow.sklearn.FLAVOR_NAME", None),
        ("mlflow.MlflowClient.last", None),
        ("mlflow.cli.serve", None),
    ],
)
def test_signatures(store: Store, name: str, expected: str | None) -> None:
    assert store.resolve(name, 0) is not None
    assert shown(store, name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "mlflow.gone",  # a LazyLoader of what is not there
        "mlflow.txtai",  # a LazyLoader of another distribution
        "mlflow.only_for_types",  # imported only for type checkers
        "mlflow.contextlib",
        "mlflow.models.not_exported",  # not in the `__all__` of a star import
        "mlflow.models.stars._private",
        "mlflow.data._hidden",
        "mlflow.sklearn.temporary",  # deleted
        "mlflow.MlflowClient._private",
        "mlflow.MlflowClient.nothing",
        "mlflow.protos.service_pb2.this",
        "mlflow.recipes",
        "other.elsewhere",
    ],
)
def test_what_is_not_there(store: Store, name: str) -> None:
    assert store.resolve(name, 0) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("mlflow.keras.save", "module"),
        ("mlflow.sklearn.autolog", "module"),
        ("mlflow.keras.autolog", "function"),
        ("mlflow.protos.service_pb2", "module"),
        ("mlflow.entities.RunInfo.run_uuid", "attribute"),
        ("mlflow.entities.RunInfo.run_id", "attribute"),
        ("mlflow.ActiveRun.info.run_id", "attribute"),
        ("mlflow.MlflowClient.tracking_uri", "attribute"),
        ("mlflow.MlflowClient.HIGH", "attribute"),
        ("mlflow.MlflowClient.last", "attribute"),
        ("mlflow.models.model.Resource.name", "attribute"),
        ("mlflow.ActiveRun.from_dict", "method"),
    ],
)
def test_kinds(store: Store, name: str, kind: str) -> None:
    found = store.resolve(name, 0)
    assert found is not None
    assert found[1].kind == kind


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("mlflow.tracking.client.MlflowClient", "mlflow.MlflowClient"),
        ("mlflow.tracking.client.MlflowClient.get_run", "mlflow.MlflowClient.get_run"),
        ("mlflow.tracking._registry.fluent.register_model", "mlflow.register_model"),
        ("mlflow.entities.run.Run", "mlflow.entities.Run"),
        ("mlflow.keras.save.log_model", "mlflow.keras.log_model"),
        ("mlflow.keras.autolog.autolog", "mlflow.keras.autolog"),
        ("mlflow.models.model.Model", "mlflow.models.Model"),
        ("mlflow.models.model.ModelInfo", "mlflow.models.model.ModelInfo"),
        ("mlflow.sklearn.log_model", "mlflow.sklearn.log_model"),
    ],
)
def test_preferred_names(store: Store, place: str, name: str) -> None:
    assert store.preferred(place) == name


def entry(store: Store, name: str) -> ApiObject:
    found = store.resolve(name, 0)
    assert found is not None
    return found[1]


def test_results(store: Store) -> None:
    assert entry(store, "mlflow.start_run").returns == "ActiveRun"
    assert entry(store, "mlflow.start_run").value == "mlflow.tracking.fluent.ActiveRun"
    assert entry(store, "mlflow.MlflowClient.get_run").returns == "Run"
    assert entry(store, "mlflow.MlflowClient.get_run").value == "mlflow.entities.run.Run"
    assert entry(store, "mlflow.MlflowClient.last").value == "mlflow.entities.run.Run"
    search = entry(store, "mlflow.MlflowClient.search_runs")
    assert (search.returns, search.value, search.items) == ("PagedList[Run]", None, "mlflow.entities.run.Run")
    # not annotated, but it only returns what `Model.log` does
    log_model = entry(store, "mlflow.sklearn.log_model")
    assert (log_model.returns, log_model.value) == (None, "mlflow.models.model.ModelInfo")


def test_deprecation(store: Store) -> None:
    assert entry(store, "mlflow.sklearn.load_old").deprecated == "since='3.1', alternative='load'"
    assert entry(store, "mlflow.sklearn.load").deprecated is None


def test_alternative_of_an_environment(store: Store) -> None:
    found = store.alternative("mlflow.keras.log_model", 0)
    assert found is not None
    assert found[0] == "mlflow.sklearn.log_model"
    assert store.alternative("mlflow.keras.autolog", 0) is None


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, build_wheel: BuildWheel) -> Store:
    """Packed data of three releases: the second lacks, changes and adds things, the third is the first again."""
    folder = tmp_path_factory.mktemp("wheels")
    first = read_wheel(build_wheel(folder, "2.0.0"))
    second = read_wheel(build_wheel(folder, "3.0.0", CHANGES))
    return Store(pack({"2.0.0": first, "3.0.0": second, "3.1.0": first}))


class TestReleases:
    def test_what_goes_comes_back(self, stores: Store) -> None:
        for name in (
            "mlflow.gateway",
            "mlflow.gateway.query",
            "mlflow.gateway.fluent.query",
            "mlflow.entities.RunInfo.run_uuid",
        ):
            assert [stores.resolve(name, index) is not None for index in range(3)] == [True, False, True]

    def test_signature_of_each(self, stores: Store) -> None:
        assert [shown(stores, "mlflow.keras.log_model", index) for index in range(3)] == [
            "model, artifact_path=None, save_exported_model=None",
            "model, name=None, !artifact_path=1",
            "model, artifact_path=None, save_exported_model=None",
        ]

    def test_difference(self, stores: Store) -> None:
        found = difference(stores, "2.0.0", stores, "3.0.0")
        assert list(found.added) == ["mlflow.entities.run_info.New", "mlflow.sklearn.autolog.fresh"]
        assert list(found.removed) == [
            "mlflow.entities.RunInfo.run_uuid",
            "mlflow.gateway",
            "mlflow.gateway.fluent",
            "mlflow.gateway.query",
        ]
        assert found.changed == {
            "mlflow.entities.RunInfo": ("without run_uuid", "run_id at 0, was at 1"),
            "mlflow.keras.log_model": (
                "without save_exported_model",
                "with name at 1",
                "artifact_path=1, was None",
                "artifact_path is keyword_only, was positional_or_keyword",
                "artifact_path at None, was at 1",
            ),
        }
        text = difference_text(found, "MLflow 3.0.0")
        assert text.startswith("## MLflow 3.0.0: 2 added, 4 removed, 2 changed\n")
        assert "- `mlflow.sklearn.autolog.fresh`(a, b=1)\n" in text
        assert "- `mlflow.gateway` (module)\n" in text
        assert "- `mlflow.entities.RunInfo`: without run_uuid; run_id at 0, was at 1\n" in text

    def test_no_difference(self, stores: Store) -> None:
        assert not difference(stores, "2.0.0", stores, "3.1.0")


def test_same_input_same_bytes(tmp_path: Path, build_wheel: BuildWheel) -> None:
    wheel = build_wheel(tmp_path, "3.0.0")
    shuffled = tmp_path / "shuffled.whl"
    with zipfile.ZipFile(wheel) as straight, zipfile.ZipFile(shuffled, "w") as archive:
        names = straight.namelist()
        random.Random(7).shuffle(names)
        for name in names:
            archive.writestr(name, straight.read(name))
    program = (
        "import sys; from pathlib import Path;"
        "from codemod.mlflow_api.generate.packing import pack; from codemod.mlflow_api.generate.wheels import read_wheel;"
        "sys.stdout.buffer.write(pack({'3.0.0': read_wheel(Path(sys.argv[1]))}))"
    )
    packed = set()
    for file, seed in ((wheel, "1"), (wheel, "2"), (shuffled, "3")):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", program, str(file)], env=environment, capture_output=True)
        assert done.returncode == 0, done.stderr
        packed.add(done.stdout)
    assert len(packed) == 1


def test_names_with_any_text_survive_packing() -> None:
    from codemod.mlflow_api.generate.surface import Surface

    parameters = (
        Parameter("a", ParameterKind.POSITIONAL_ONLY, "'x=y, z'"),
        Parameter("b", ParameterKind.POSITIONAL_OR_KEYWORD, ""),
        Parameter("c", ParameterKind.VAR_POSITIONAL),
        Parameter("d", ParameterKind.KEYWORD_ONLY, "{'é': \"1 2 - 3\"}"),
    )
    definition = Definition("function", parameters, "dict[str, int]", None, "mlflow.x.Y", "", ("mlflow.x.Z",))
    store = Store(pack({"1": Surface({"mlflow", "mlflow.x"}, {"mlflow.x.f": definition})}))
    found = entry(store, "mlflow.x.f")
    assert found.signature is not None
    assert found.signature.parameters == parameters
    assert (found.returns, found.value, found.items, found.deprecated, found.order) == (
        "dict[str, int]",
        None,
        "mlflow.x.Y",
        "",
        ("mlflow.x.Z",),
    )


def test_data_of_another_format() -> None:
    with pytest.raises(ValueError, match="generate it again"):
        Store(b'{"format": 0, "releases": [], "partitions": {}}\n')


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command.main, [str(argument) for argument in arguments])


class TestCommand:
    @pytest.fixture
    def no_network(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*arguments: str) -> str:
            raise WheelError(f"pip {arguments[0]} was called")

        monkeypatch.setattr(wheels, "_pip", refuse)

    def test_writes_and_compares(self, tmp_path: Path, no_network: None, build_wheel: BuildWheel) -> None:
        build_wheel(tmp_path, "2.0.0")
        build_wheel(tmp_path, "3.0.0", CHANGES)
        output = tmp_path / "api.bin"
        done = run("3.0.0", "2.0.0", "--wheels", tmp_path, "--output", output, "--jobs", "2")
        assert done.exit_code == 0, done.output
        assert Store(output.read_bytes()).releases == ("2.0.0", "3.0.0")
        assert "2 releases, 2.0.0 to 3.0.0" in done.output
        assert sorted(file.name for file in tmp_path.iterdir()) == [
            "api.bin",
            "mlflow-2.0.0-py3-none-any.whl",
            "mlflow-3.0.0-py3-none-any.whl",
        ]

        same = run("2.0.0", "3.0.0", "--wheels", tmp_path, "--output", output, "--diff")
        assert (same.exit_code, same.output) == (0, "No difference in 2 releases, 2.0.0 to 3.0.0.\n")

        build_wheel(tmp_path, "3.1.0")
        written = output.read_bytes()
        new = run("3.1.0", "--wheels", tmp_path, "--output", output, "--diff")
        assert new.exit_code == 1
        assert new.output.startswith("## MLflow 3.1.0 against 3.0.0: 4 added, 2 removed, 2 changed\n")
        assert "- `mlflow.gateway.query`(route, data)\n" in new.output
        assert output.read_bytes() == written

        build_wheel(tmp_path, "3.0.0")
        moved = run("3.0.0", "--wheels", tmp_path, "--output", output, "--diff")
        assert moved.exit_code == 1
        assert moved.output.startswith("## MLflow 3.0.0: 4 added")

    def test_what_is_published(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build_wheel: BuildWheel) -> None:
        published = {
            "mlflow": "3.2.0, 3.1.1, 3.1.0, 3.1.0rc1, 3.1.2rc0, 2.22.5, 2.22.10, 2.0.1, 1.30.0",
            "mlflow-skinny": "3.1.1, 3.1.0, 3.1.2rc0, 2.22.5, 2.22.10, 2.0.1, 1.30.0",
        }

        def answer(*arguments: str) -> str:
            assert arguments[:2] == ("index", "versions")
            return f"{arguments[2]} (9)\nAvailable versions: {published[arguments[2]]}\n  INSTALLED: 1\n"

        monkeypatch.setattr(wheels, "_pip", answer)
        found = wheels.published()
        assert found.newest == ("2.0.1", "2.22.10", "3.1.1", "3.2.0")
        assert found.remarks == {
            "3.1.0rc1": "passed over: a pre-release",
            "3.1.2rc0": "passed over: a pre-release",
            "3.2.0": "read from its full wheel: its mlflow-skinny is not published, so pip cannot install it",
        }

        for release in ("2.0.1", "2.22.10", "3.1.1", "3.2.0"):
            build_wheel(tmp_path, release)
        monkeypatch.setattr(command, "DATA_FILE", tmp_path / "api.bin")
        copy = tmp_path / "releases.py"
        copy.write_bytes(command.RELEASES_FILE.read_bytes())
        monkeypatch.setattr(command, "RELEASES_FILE", copy)
        done = run("--newest", "--wheels", tmp_path, "--output", tmp_path / "api.bin", "--jobs", "1")
        assert done.exit_code == 0, done.output
        namespace: dict[str, object] = {}
        exec(copy.read_text(), namespace)
        assert namespace["RELEASES"] == ("2.0.1", "2.22.10", "3.1.1", "3.2.0")
        assert namespace["__doc__"]

    def test_releases_module_is_as_the_command_writes_it(self) -> None:
        assert command.RELEASES_FILE.read_text() == command.releases_source(RELEASES)

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["3.0.0"], "add --output FILE or --diff"),
            (["3.0.0", "--newest"], "not both"),
            (["three", "--diff"], "three"),
            (["3.0.0", "--diff", "--jobs", "0"], "jobs"),
        ],
    )
    def test_wrong_use(self, arguments: list[str], said: str) -> None:
        before = DATA_FILE.read_bytes()
        done = run(*arguments)
        assert done.exit_code == 2
        assert said in done.output
        assert DATA_FILE.read_bytes() == before

    def test_wheel_that_cannot_be_had(self, tmp_path: Path, no_network: None) -> None:
        done = run("3.0.0", "--wheels", tmp_path, "--diff")
        assert (done.exit_code, done.output) == (2, "error: pip download was called\n")

    def test_wheel_that_is_none(self, tmp_path: Path) -> None:
        wheel = tmp_path / "mlflow-3.0.0-py3-none-any.whl"
        wheel.write_bytes(b"<html>")
        done = run("3.0.0", "--wheels", tmp_path, "--output", tmp_path / "api.bin")
        assert done.exit_code == 2
        assert done.output.startswith(f"error: {wheel.name}: ")
        assert not (tmp_path / "api.bin").exists()

    def test_file_that_is_no_python(self, tmp_path: Path, build_wheel: BuildWheel) -> None:
        build_wheel(tmp_path, "3.0.0", {"mlflow/sklearn/fast.py": "def f(:\n"})
        done = run("3.0.0", "--wheels", tmp_path, "--output", tmp_path / "api.bin")
        assert done.exit_code == 2
        assert "mlflow.sklearn.fast line 1" in done.output
        assert "Traceback" not in done.output

    def test_pip_fails(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        program = tmp_path / "pip"
        program.write_text("#!/bin/sh\necho 'ERROR: No matching distribution' >&2\nexit 1\n")
        program.chmod(0o755)
        monkeypatch.setattr(wheels, "_pip_command", lambda: [str(program)])
        with pytest.raises(WheelError, match=r"pip download mlflow==3\.0\.0: No matching distribution"):
            wheels.fetch("3.0.0", tmp_path)

    def test_no_pip(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        monkeypatch.setattr("shutil.which", lambda name: None)
        with pytest.raises(WheelError, match="there is no pip"):
            wheels.fetch("3.0.0", tmp_path)
