from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reference_pipeline import parameters
from reference_pipeline.errors import ParameterError
from reference_pipeline.parameters import InferenceConfiguration, TrainingConfiguration, load, parse

EXAMPLES = Path(parameters.__file__).parent / "examples"
IO = {"root_uri": "http://127.0.0.1:8000", "data_uris": ["digits"], "uid_save": "ae"}


def training(**sections: Any) -> TrainingConfiguration:
    return parse({"io_parameters": IO, **sections}, TrainingConfiguration, origin="train.yaml")


def test_the_examples_are_valid() -> None:
    assert load(EXAMPLES / "train.yaml", TrainingConfiguration).train_parameters.num_epochs == 20
    inference = load(EXAMPLES / "inference.yaml", InferenceConfiguration)
    assert inference.io_parameters.mlflow_model == "digits-autoencoder"


def test_the_examples_prepare_frames_in_the_same_way() -> None:
    trained = load(EXAMPLES / "train.yaml", TrainingConfiguration).train_parameters
    applied = load(EXAMPLES / "inference.yaml", InferenceConfiguration).inference_parameters
    for name in ("target_width", "target_height", "log", "percentiles"):
        assert getattr(trained, name) == getattr(applied, name), name


def test_a_key_is_never_printed() -> None:
    configuration = training(io_parameters=IO | {"data_tiled_api_key": "secret"})
    assert "secret" not in repr(configuration)
    assert configuration.io_parameters.data_tiled_api_key is not None
    assert configuration.io_parameters.data_tiled_api_key.get_secret_value() == "secret"


@pytest.mark.parametrize(
    ("section", "values", "message"),
    [
        ("train_parameters", {"num_epoch": 3}, "train_parameters.num_epoch: unknown key, did you mean num_epochs?"),
        ("train_parameters", {"depth": 0}, "train_parameters.depth: input should be greater than 0, not 0"),
        ("train_parameters", {"optimizer": "Adm"}, "train_parameters.optimizer: input should be 'Adadelta'"),
        ("train_parameters", {"horz_flip_prob": 1.5}, "train_parameters.horz_flip_prob: input should be less than"),
        ("train_parameters", {"val_pct": 100}, "train_parameters.val_pct: input should be less than 100, not 100"),
        ("train_parameters", {"percentiles": [99, 1]}, "train_parameters: percentiles must rise, not [99.0, 1.0]"),
        ("train_parameters", {"target_width": 32}, "train_parameters: target_width and target_height belong together"),
        ("train_parameters", {"learning_rate": "fast"}, "train_parameters.learning_rate: input should be a valid numb"),
        ("trainer_parameters", {"precision": "8"}, "trainer_parameters.precision: input should be '32-true'"),
        ("io_parameters", IO | {"data_uris": []}, "io_parameters.data_uris: list should have at least 1 item"),
        ("io_parameters", IO | {"root_uri": "data"}, "io_parameters: root_uri must start with http:// or https://"),
        ("io_parameters", IO | {"uid_save": "../x"}, "io_parameters: uid_save may hold letters, digits, blanks"),
        ("io_parameters", IO | {"uid_save": "a/b"}, "io_parameters: uid_save may hold letters, digits, blanks"),
        ("io_parameters", IO | {"detector_uri": "m.npy"}, "io_parameters: detector_uri and detector_source belong"),
        ("io_parameters", {"root_uri": "http://x"}, "io_parameters.data_uris: field required"),
        ("models", {}, "models: unknown key, known are io_parameters, train_parameters, trainer_parameters"),
    ],
)
def test_impossible_values_get_one_line(section: str, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as raised:
        training(**{section: values})
    lines = str(raised.value).splitlines()
    assert any(line.startswith(f"train.yaml: {message}") for line in lines), lines


def test_every_problem_has_its_line() -> None:
    with pytest.raises(ParameterError) as raised:
        training(train_parameters={"depth": -1, "num_epoch": 3, "gamma": 2})
    assert len(str(raised.value).splitlines()) == 3


def test_inference_needs_a_model() -> None:
    with pytest.raises(ParameterError, match="name a model: give mlflow_model or uid_retrieve"):
        parse({"io_parameters": IO}, InferenceConfiguration)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"- a\n- b\n", "expected the sections io_parameters, train_parameters, trainer_parameters, found list"),
        (b"", "found NoneType"),
        (b"a: [1", "not YAML: while parsing a flow sequence"),
        (b"a: \xff\xfe", "cannot be read: 'utf-8' codec"),
        (None, "cannot be read: .*No such file"),
    ],
)
def test_a_file_that_is_no_configuration(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "train.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ParameterError, match=message) as raised:
        load(path, TrainingConfiguration)
    assert str(path) in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
