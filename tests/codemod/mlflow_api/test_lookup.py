"""The packed data against what is known of MLflow, and the questions that rules ask."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod import mlflow_api
from codemod.mlflow_api import NEWEST, NEWEST_2, RELEASES, ParameterKind, nearest_release
from codemod.mlflow_api.store import DATA_FILE, Store, packaged

FLAVORS_OF_BOTH = (
    "catboost dspy h2o johnsnowlabs keras langchain lightgbm llama_index onnx openai paddle pmdarima prophet pyfunc pytorch "
    "sentence_transformers sklearn spacy spark statsmodels tensorflow transformers xgboost"
).split()


def names_of_all_releases() -> list[str]:
    names = []
    for package in packaged().packages:
        prefix = f"mlflow.{package}." if package else "mlflow."
        partition = packaged().partition(package)
        names += [prefix + rest for rest in (*partition.names(), *partition.modules()) if rest]
    return names


NAMES = names_of_all_releases()


class TestReleases:
    def test_are_those_of_the_data(self) -> None:
        assert packaged().releases == RELEASES

    def test_have_every_minor_once(self) -> None:
        minors = [tuple(map(int, release.split(".")[:2])) for release in RELEASES]
        assert minors == [(2, minor) for minor in range(23)] + [(3, minor) for minor in range(len(minors) - 23)]

    def test_newest(self) -> None:
        assert NEWEST_2.startswith("2.22.")
        assert RELEASES[-1] == NEWEST

    @pytest.mark.parametrize(
        ("version", "release"),
        [
            ("2", NEWEST_2),
            ("3", NEWEST),
            ("3.5", "3.5.1"),
            ("3.5.0", "3.5.1"),
            ("3.5.99", "3.5.1"),
            ("2.9", "2.9.2"),
            ("2.23", NEWEST_2),
            ("3.4.0rc1", "3.4.0"),
            (" 3.0.1 ", "3.0.1"),
        ],
    )
    def test_nearest(self, version: str, release: str) -> None:
        assert mlflow_api.nearest_release(version) == release

    @pytest.mark.parametrize("release", RELEASES)
    def test_nearest_to_itself(self, release: str) -> None:
        assert mlflow_api.nearest_release(release) == release

    @pytest.mark.parametrize("version", ["1.30", "4", "4.0", "3.9999", "0.1", "three", "", "3.x", "-3"])
    def test_nearest_to_nothing(self, version: str) -> None:
        with pytest.raises(ValueError, match="MLflow"):
            mlflow_api.nearest_release(version)

    @pytest.mark.parametrize(
        "question", [mlflow_api.exists, mlflow_api.signature, mlflow_api.returns, mlflow_api.variants]
    )
    def test_unknown_release_is_an_error(self, question: object) -> None:
        with pytest.raises(ValueError, match=r"'3\.5' is not a known release"):
            question("mlflow.log_metric", "3.5")  # type: ignore[operator]


class TestPositions:
    @pytest.mark.parametrize("flavor", FLAVORS_OF_BOTH)
    @pytest.mark.parametrize("release", [NEWEST_2, nearest_release("3.0"), NEWEST])
    def test_artifact_path(self, flavor: str, release: str) -> None:
        expected = {"pyfunc": 0, "openai": 2}.get(flavor, 1)
        assert mlflow_api.position(f"mlflow.{flavor}.log_model", "artifact_path", release) == expected

    @pytest.mark.parametrize("flavor", FLAVORS_OF_BOTH)
    def test_path_of_save_model(self, flavor: str) -> None:
        expected = {"pyfunc": 0, "openai": 2}.get(flavor, 1)
        assert mlflow_api.position(f"mlflow.{flavor}.save_model", "path") == expected

    @pytest.mark.parametrize(
        ("name", "in_3_0", "in_3_17"),
        [
            ("catboost", 11, 12),
            ("dspy", 15, 15),
            ("h2o", 10, 11),
            ("johnsnowlabs", 13, 13),
            ("langchain", 18, 18),
            ("lightgbm", 11, 12),
            ("llama_index", 14, 14),
            ("onnx", 14, 15),
            ("openai", 13, 13),
            ("paddle", 12, 13),
            ("pmdarima", 11, 12),
            ("prophet", 11, 12),
            ("pyfunc", 20, 23),
            ("pytorch", 13, 13),
            ("sentence_transformers", 14, 15),
            ("sklearn", 18, 19),
            ("spacy", 10, 11),
            ("spark", None, None),
            ("statsmodels", 12, 13),
            ("tensorflow", 14, 15),
            ("transformers", 19, 19),
            ("xgboost", 12, 13),
        ],
    )
    def test_name(self, name: str, in_3_0: int | None, in_3_17: int | None) -> None:
        log_model = f"mlflow.{name}.log_model"
        assert mlflow_api.position(log_model, "name", NEWEST_2) is None
        assert mlflow_api.position(log_model, "name", nearest_release("3.0")) == in_3_0
        assert mlflow_api.position(log_model, "name", nearest_release("3.17")) == in_3_17

    def test_default_release_is_the_newest_2(self) -> None:
        assert mlflow_api.position("mlflow.pyfunc.log_model", "code_path") == 3
        assert mlflow_api.position("mlflow.pyfunc.log_model", "code_path", NEWEST) is None

    def test_mleap(self) -> None:
        assert mlflow_api.position("mlflow.mleap.log_model", "artifact_path") == 2

    def test_shap(self) -> None:
        found = mlflow_api.signature("mlflow.shap.log_explainer", NEWEST)
        assert found is not None
        assert (found.position("artifact_path"), found.position("name"), found.position("metadata")) == (1, 11, 12)

    def test_of_what_is_not_there(self) -> None:
        assert mlflow_api.position("mlflow.sklearn.log_nothing", "artifact_path") is None
        assert mlflow_api.position("mlflow.sklearn.log_model", "nothing") is None
        assert mlflow_api.position("mlflow.sklearn", "artifact_path") is None

    def test_of_a_method_is_without_self(self) -> None:
        assert mlflow_api.position("mlflow.MlflowClient.log_artifact", "run_id") == 0
        assert mlflow_api.position("mlflow.models.Model.log", "artifact_path") == 0


class TestSignatures:
    @pytest.mark.parametrize("release", [release for release in RELEASES if release.startswith("3.")])
    def test_spark_never_takes_name(self, release: str) -> None:
        found = mlflow_api.signature("mlflow.spark.log_model", release)
        assert found is not None
        assert not found.accepts("name")
        path = found.parameter("artifact_path")
        assert path is not None
        assert path.default is None
        assert found.has_var_keyword == (tuple(map(int, release.split("."))) >= (3, 10))

    @pytest.mark.parametrize(
        ("flavor", "parameter"),
        [
            ("pyfunc", "code_path"),
            ("pyfunc", "example_no_conversion"),
            ("langchain", "example_no_conversion"),
            ("openai", "example_no_conversion"),
            ("transformers", "example_no_conversion"),
            ("transformers", "inference_config"),
            ("sentence_transformers", "example_no_conversion"),
            ("pytorch", "requirements_file"),
            ("spark", "sample_input"),
            ("johnsnowlabs", "sample_input"),
        ],
    )
    def test_removed_arguments(self, flavor: str, parameter: str) -> None:
        before = mlflow_api.signature(f"mlflow.{flavor}.log_model", NEWEST_2)
        after = mlflow_api.signature(f"mlflow.{flavor}.log_model", nearest_release("3.0"))
        assert before is not None
        assert after is not None
        assert before.accepts(parameter)
        assert not after.accepts(parameter)

    @pytest.mark.parametrize(("flavor", "since"), [("pytorch", "3.11"), ("lightgbm", "3.9"), ("sklearn", "2.0")])
    @pytest.mark.parametrize("function", ["log_model", "save_model"])
    def test_serialization_format(self, flavor: str, since: str, function: str) -> None:
        having = [
            release
            for release in RELEASES
            if (found := mlflow_api.signature(f"mlflow.{flavor}.{function}", release))
            and found.accepts("serialization_format")
        ]
        assert having == list(RELEASES[RELEASES.index(nearest_release(since)) :])

    @pytest.mark.parametrize(
        ("flavor", "old", "new"),
        [
            ("sklearn", "SERIALIZATION_FORMAT_CLOUDPICKLE", "SERIALIZATION_FORMAT_SKOPS"),
            ("pytorch", "SERIALIZATION_FORMAT_PICKLE", "SERIALIZATION_FORMAT_PT2"),
            ("lightgbm", "'cloudpickle'", "'skops'"),
        ],
    )
    def test_default_of_the_format_changes_in_3_14(self, flavor: str, old: str, new: str) -> None:
        for release, default in ((nearest_release("3.13"), old), (nearest_release("3.14"), new)):
            found = mlflow_api.signature(f"mlflow.{flavor}.save_model", release)
            assert found is not None
            parameter = found.parameter("serialization_format")
            assert parameter is not None
            assert parameter.default == default

    @pytest.mark.parametrize("flavor", ["dspy", "pyfunc"])
    def test_no_keywords_swallowed(self, flavor: str) -> None:
        found = mlflow_api.signature(f"mlflow.{flavor}.log_model", NEWEST)
        assert found is not None
        assert not found.has_var_keyword

    def test_model_log_requires_artifact_path(self) -> None:
        found = mlflow_api.signature("mlflow.models.Model.log", NEWEST)
        assert found is not None
        path = found.parameter("artifact_path")
        assert path is not None
        assert path.default is None
        assert found.accepts("name")

    def test_evaluate_shows_what_it_wraps(self) -> None:
        before, after = (mlflow_api.signature("mlflow.evaluate", release) for release in (NEWEST_2, NEWEST))
        assert before is not None
        assert after is not None
        assert before.accepts("custom_metrics")
        assert before.accepts("validation_thresholds")
        assert not after.accepts("custom_metrics")
        assert not after.accepts("validation_thresholds")
        assert after.accepts("extra_metrics")

    def test_of_a_dataclass(self) -> None:
        found = mlflow_api.signature("mlflow.types.llm.ChatMessage", NEWEST)
        assert found is not None
        assert found.parameter_at(0) == "role"
        assert found.accepts("tool_calls")

    def test_of_an_enum_and_of_a_constant(self) -> None:
        found = mlflow_api.signature("mlflow.types.DataType", NEWEST)
        assert found is not None
        assert [parameter.name for parameter in found.parameters] == ["value"]
        assert mlflow_api.signature("mlflow.pyfunc.FLAVOR_NAME", NEWEST) is None

    def test_keras_depends_on_keras(self) -> None:
        with_keras_3, with_keras_2 = mlflow_api.variants("mlflow.keras.log_model", NEWEST_2)
        assert with_keras_3 == mlflow_api.signature("mlflow.keras.log_model", NEWEST_2)
        assert with_keras_3.parameter_at(2) == "save_exported_model"
        assert with_keras_2 == mlflow_api.signature("mlflow.tensorflow.log_model", NEWEST_2)
        assert with_keras_2.parameter_at(2) == "custom_objects"
        assert mlflow_api.variants("mlflow.keras.save.log_model", NEWEST_2) == (with_keras_3, with_keras_2)

    def test_variants_of_most_names(self) -> None:
        assert mlflow_api.variants("mlflow.sklearn.log_model", NEWEST) == (
            mlflow_api.signature("mlflow.sklearn.log_model", NEWEST),
        )
        assert mlflow_api.variants("mlflow.sklearn", NEWEST) == ()
        assert mlflow_api.variants("mlflow.nothing", NEWEST) == ()


class TestPresence:
    @pytest.mark.parametrize(
        ("name", "first", "last"),
        [
            ("mlflow.recipes", "2.0", "2.22"),
            ("mlflow.fastai", "2.0", "2.22"),
            ("mlflow.mleap", "2.0", "2.22"),
            ("mlflow.gluon", "2.0", "2.19"),
            ("mlflow.diviner", "2.0", "3.6"),
            ("mlflow.promptflow", "2.12", "3.6"),
            ("mlflow.pyfunc.mlserver", "2.0", "3.12"),
            ("mlflow.llm", "2.3", "2.9"),
            ("mlflow.diviner.log_model", "2.0", "3.6"),
            ("mlflow.gateway.query", "2.5", "2.22"),
            ("mlflow.gateway.MlflowGatewayClient", "2.5", "2.22"),
            ("mlflow.entities.RunInfo.run_uuid", "2.0", "2.22"),
            ("mlflow.models.model.ModelInfo.signature_dict", "2.0", "2.22"),
            ("mlflow.models.MetricThreshold.higher_is_better", "2.0", "2.22"),
            ("mlflow.models.evaluation.default_evaluator.DefaultEvaluator", "2.0", "2.17"),
            ("mlflow.types.llm.ChatRequest", "2.11", "2.18"),
            ("mlflow.get_last_active_trace", "2.14", "2.22"),
            ("mlflow.dspy.get_default_conda_env", "2.18", "2.22"),
            ("mlflow.delete_prompt", "2.21", "3.0"),
            ("mlflow.diffusers.log_model", "3.12", NEWEST),
            ("mlflow.data.from_pandas", "2.4", NEWEST),
            ("mlflow.genai.scorers.Safety", "3.1", NEWEST),
            ("mlflow.entities.EvaluationDataset", "3.4", NEWEST),
            ("mlflow.MlflowClient.transition_model_version_stage", "2.0", NEWEST),
        ],
    )
    def test_from_and_to(self, name: str, first: str, last: str) -> None:
        having = RELEASES[RELEASES.index(nearest_release(first)) : RELEASES.index(nearest_release(last)) + 1]
        assert mlflow_api.releases_of(name) == having
        assert [mlflow_api.exists(name, release) for release in RELEASES] == [release in having for release in RELEASES]

    @pytest.mark.parametrize(
        "name",
        ["mlflow.txtai", "mlflow.nothing", "mlflow.sklearn.log_model.nothing", "numpy.log_metric", "", "mlflow."],
    )
    def test_never(self, name: str) -> None:
        assert mlflow_api.releases_of(name) == ()
        assert mlflow_api.canonical(name) is None
        assert mlflow_api.kind_in_api(name) is None

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("mlflow", "module"),
            ("mlflow.sklearn", "module"),
            ("mlflow.gateway.client", "module"),
            ("mlflow.langchain.autolog", "function"),
            ("mlflow.anthropic.autolog", "function"),
            ("mlflow.log_metric", "function"),
            ("mlflow.MlflowClient", "class"),
            ("mlflow.MlflowClient.get_run", "method"),
            ("mlflow.entities.Run.info", "attribute"),
            ("mlflow.entities.ViewType.ALL", "attribute"),
            ("mlflow.pyfunc.FLAVOR_NAME", "attribute"),
        ],
    )
    def test_kind(self, name: str, kind: str) -> None:
        assert mlflow_api.kind_in_api(name) == kind

    def test_deprecation(self) -> None:
        assert mlflow_api.deprecation("mlflow.openai.log_model", nearest_release("3.4")) is None
        assert (
            mlflow_api.deprecation("mlflow.openai.log_model", NEWEST)
            == "alternative='mlflow.genai.register_prompt', since='3.8.0'"
        )


class TestCanonical:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("mlflow.keras.save.log_model", "mlflow.keras.log_model"),
            ("mlflow.langchain.model.log_model", "mlflow.langchain.log_model"),
            ("mlflow.langchain.autolog.autolog", "mlflow.langchain.autolog"),
            ("mlflow.openai.model.log_model", "mlflow.openai.log_model"),
            ("mlflow.tracking.MlflowClient", "mlflow.MlflowClient"),
            ("mlflow.client.MlflowClient", "mlflow.MlflowClient"),
            ("mlflow.tracking.client.MlflowClient", "mlflow.MlflowClient"),
            ("mlflow.tracking.client.MlflowClient.search_runs", "mlflow.MlflowClient.search_runs"),
            ("mlflow.tracking.fluent.log_metric", "mlflow.log_metric"),
            ("mlflow.tracking.set_tracking_uri", "mlflow.set_tracking_uri"),
            ("mlflow.tracking._model_registry.fluent.register_model", "mlflow.register_model"),
            ("mlflow.models.signature.infer_signature", "mlflow.models.infer_signature"),
            ("mlflow.sklearn.Model.log", "mlflow.models.Model.log"),
            ("mlflow.exceptions.MlflowException", "mlflow.MlflowException"),
            ("mlflow.entities.run.Run", "mlflow.entities.Run"),
            ("mlflow.pyfunc.model.PythonModel", "mlflow.pyfunc.PythonModel"),
            ("mlflow.models.evaluation.base.evaluate", "mlflow.models.evaluate"),
            ("mlflow.models.evaluation.deprecated.evaluate", "mlflow.evaluate"),
            ("mlflow.evaluate", "mlflow.evaluate"),
            ("mlflow.tensorflow.log_model", "mlflow.tensorflow.log_model"),
            ("mlflow.data.pandas_dataset.from_pandas", "mlflow.data.from_pandas"),
            # inherited, through an attribute's annotation, and from a private base
            ("mlflow.ActiveRun.info", "mlflow.entities.Run.info"),
            ("mlflow.ActiveRun.info.run_uuid", "mlflow.entities.RunInfo.run_uuid"),
            ("mlflow.entities.run_info.RunInfo.from_dictionary", "mlflow.entities.RunInfo.from_dictionary"),
            # a member that was gone before its class moved
            (
                "mlflow.entities.assessment.Assessment.boolean_value",
                "mlflow.entities.assessment.Assessment.boolean_value",
            ),
        ],
    )
    def test_prefers(self, name: str, expected: str) -> None:
        assert mlflow_api.canonical(name) == expected

    def test_holds_for_every_name(self) -> None:
        assert len(NAMES) > 20_000
        wrong = [
            name for name in NAMES if (one := mlflow_api.canonical(name)) is None or mlflow_api.canonical(one) != one
        ]
        assert wrong == []

    @given(st.sampled_from(NAMES), st.sampled_from(RELEASES))
    def test_leads_to_the_same_thing(self, name: str, release: str) -> None:
        found = packaged().resolve(name, RELEASES.index(release))
        if found is None:
            assert mlflow_api.signature(name, release) is None
            return
        place, entry = found
        assert mlflow_api.signature(place, release) == mlflow_api.signature(name, release) == entry.signature
        assert mlflow_api.canonical(place) is not None

    @given(st.sampled_from(NAMES))
    def test_has_the_same_signature_in_the_newest_release(self, name: str) -> None:
        if mlflow_api.exists(name, NEWEST):
            canonical = mlflow_api.canonical(name)
            assert canonical is not None
            assert mlflow_api.signature(canonical, NEWEST) == mlflow_api.signature(name, NEWEST)
            assert mlflow_api.kind_in_api(canonical) == mlflow_api.kind_in_api(name)


class TestEverySignature:
    @given(st.sampled_from(NAMES), st.sampled_from(RELEASES))
    def test_is_one_that_python_allows(self, name: str, release: str) -> None:
        found = mlflow_api.signature(name, release)
        if found is None:
            return
        kinds = [parameter.kind for parameter in found.parameters]
        assert kinds == sorted(kinds)
        assert len({parameter.name for parameter in found.parameters}) == len(kinds)
        assert kinds.count(ParameterKind.VAR_POSITIONAL) <= 1
        assert kinds.count(ParameterKind.VAR_KEYWORD) <= 1

    @given(st.sampled_from(NAMES), st.sampled_from(RELEASES), st.integers(-2, 40))
    def test_positions_agree(self, name: str, release: str, index: int) -> None:
        found = mlflow_api.signature(name, release)
        if found is None:
            return
        parameter = found.parameter_at(index)
        if parameter is not None:
            assert found.position(parameter) == index == mlflow_api.position(name, parameter, release)
        else:
            assert all(found.position(one.name) != index for one in found.parameters)


class TestResults:
    @pytest.mark.parametrize(
        ("name", "annotation", "one", "items"),
        [
            ("mlflow.start_run", "ActiveRun", "mlflow.ActiveRun", None),
            ("mlflow.sklearn.log_model", None, "mlflow.models.model.ModelInfo", None),
            ("mlflow.MlflowClient.get_run", "Run", "mlflow.entities.Run", None),
            ("mlflow.MlflowClient.search_runs", "PagedList[Run]", None, "mlflow.entities.Run"),
            ("mlflow.entities.Run.info", "RunInfo", "mlflow.entities.RunInfo", None),
            ("mlflow.MlflowClient", None, "mlflow.MlflowClient", None),
            ("mlflow.register_model", "ModelVersion", "mlflow.entities.model_registry.ModelVersion", None),
            ("mlflow.set_tracking_uri", "None", None, None),
            ("mlflow.nothing", None, None, None),
        ],
    )
    def test_classes(self, name: str, annotation: str | None, one: str | None, items: str | None) -> None:
        assert mlflow_api.returns(name, NEWEST_2) == annotation
        assert mlflow_api.returns_class(name, NEWEST_2) == one
        assert mlflow_api.items_class(name, NEWEST_2) == items


@pytest.mark.parametrize("release", ["2.3.2", NEWEST_2, "3.0.1", "3.9.0"])
def test_what_was_found_for_one_release_answers_only_for_those_in_which_it_holds(release: str) -> None:
    """Also of names that classes have from their bases, of which the data spells out none."""
    alone = Store(DATA_FILE.read_bytes())
    index = RELEASES.index(release)
    leaves = sorted({name.rpartition(".")[2] for name in NAMES})
    names = [*NAMES[::9], *(f"{name}.{leaves[index * 7919 % len(leaves)]}" for index, name in enumerate(NAMES[::9]))]
    for name in names:
        runs = list(packaged().runs(name))
        assert [run[1] for run in runs] == [0, *(run[2] for run in runs[:-1])]
        assert runs[-1][2] == len(RELEASES)
        [found] = [found for found, since, until in runs if since <= index < until]
        assert found == packaged().resolve(name, index) == alone.resolve(name, index)


class TestCost:
    def test_fits_in_a_megabyte(self) -> None:
        assert DATA_FILE.stat().st_size < 1_000_000

    def test_is_read_on_the_first_question_and_in_part(self) -> None:
        program = (
            "import sys; from codemod import mlflow_api; from codemod.mlflow_api.store import packaged;"
            "assert packaged.cache_info().currsize == 0;"
            "mlflow_api.nearest_release('3.5'); assert packaged.cache_info().currsize == 0;"
            "mlflow_api.position('mlflow.sklearn.log_model', 'artifact_path');"
            "assert set(packaged()._partitions) <= {'', 'sklearn'}, set(packaged()._partitions);"
            "heavy = {'libcst', 'click', 'rich', 'mlflow', 'packaging', 'importlib.metadata', 'asyncio'} & set(sys.modules);"
            "assert not heavy, heavy;"
            "assert not [name for name in sys.modules if name.startswith('codemod.mlflow_api.generate')]"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
