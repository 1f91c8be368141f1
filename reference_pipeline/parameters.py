"""Everything a user may set, checked before anything is read, trained or written.

A configuration is a YAML file with one section per model below; ``examples/`` holds one of each kind. Unknown keys and
impossible values are refused, one line each.
"""

import difflib
import re
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    model_validator,
)

from reference_pipeline.errors import ParameterError

Probability = Annotated[float, Field(ge=0, le=1)]
Percentile = Annotated[float, Field(ge=0, le=100)]

# Optimisers that Lightning can step by itself on dense gradients (SparseAdam cannot).
Optimizer = Literal[
    "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "ASGD", "LBFGS", "NAdam", "RAdam", "RMSprop", "Rprop", "SGD"
]
# Criteria that compare two images of one shape with values in [0, 1].
Criterion = Literal["MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "BCELoss"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class IOParameters(_Section):
    """Where data comes from and results go.

    API keys may be left out: Tiled's client then reads the environment variable ``TILED_API_KEY``, which keeps secrets
    out of configuration files.
    """

    data_uris: list[str] = Field(min_length=1, description="keys below root_uri (tiled), or files and folders (file)")
    root_uri: str = Field(description="a Tiled server or a container on it, or a folder")
    data_type: Literal["tiled", "file"] = "tiled"
    data_tiled_api_key: SecretStr | None = None
    uid_save: str = Field(description="name of the registered model (training) or of the results (inference)")
    uid_retrieve: str | None = Field(default=None, description="registered model to use when mlflow_model is not given")
    mlflow_model: str | None = Field(default=None, description="registered model, or a model URI, to use for inference")
    models_dir: Path = Field(default=Path("models"), description="checkpoints, loss history and report of a training")
    results_dir: Path = Field(default=Path("results"), description="latent vectors and reconstructions")
    detector_uri: str | None = Field(
        default=None, description="mask of the detector's gaps, non-zero where no sensor is"
    )
    detector_source: Literal["tiled", "file"] | None = None
    detector_tiled_api_key: SecretStr | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> "IOParameters":
        if self.data_type == "tiled" and not self.root_uri.startswith(("http://", "https://")):
            raise ValueError(
                f"root_uri must start with http:// or https:// when data_type is tiled, not {self.root_uri!r}"
            )
        # The name becomes a folder, a container on Tiled and a registered model; the last may hold no "/" or ":".
        if not re.fullmatch(r"[\w][\w .-]*", self.uid_save):
            raise ValueError(
                f"uid_save may hold letters, digits, blanks and '_.-', and starts with none of the last two, "
                f"not {self.uid_save!r}"
            )
        if (self.detector_uri is None) != (self.detector_source is None):
            raise ValueError("detector_uri and detector_source belong together: give both or neither")
        return self


class _FrameParameters(_Section):
    """How frames are read and made ready. Inference must use what training used."""

    batch_size: PositiveInt = 64
    num_workers: int = Field(default=0, ge=0, description="processes that read data; 0 reads in the training process")
    seed: int = Field(default=42, ge=0, lt=2**32)
    target_width: PositiveInt | None = Field(default=None, description="pixels; none keeps the frames' own width")
    target_height: PositiveInt | None = Field(default=None, description="pixels; none keeps the frames' own height")
    log: bool = Field(default=False, description="take log(1 + x) before normalising")
    percentiles: tuple[Percentile, Percentile] = Field(default=(0.0, 100.0), description="become 0 and 1 in each frame")

    @model_validator(mode="after")
    def _frames_are_possible(self) -> "_FrameParameters":
        if (self.target_width is None) != (self.target_height is None):
            raise ValueError("target_width and target_height belong together: give both or neither")
        if self.percentiles[0] >= self.percentiles[1]:
            raise ValueError(f"percentiles must rise, not {list(self.percentiles)}")
        return self


class TrainingParameters(_FrameParameters):
    """The model and how it is trained. MLflow records these as the parameters of the run."""

    num_epochs: PositiveInt = 10
    shuffle: bool = True
    val_pct: float = Field(default=20, ge=0, lt=100, description="percentage of frames kept for validation")
    horz_flip_prob: Probability = 0.0
    vert_flip_prob: Probability = 0.0
    brightness: float = Field(default=0.0, ge=0, description="factor is drawn from [max(0, 1 - b), 1 + b]")
    contrast: float = Field(default=0.0, ge=0, description="factor is drawn from [max(0, 1 - c), 1 + c]")
    augm_invariant: bool = Field(default=False, description="reconstruct the frame as it was before augmentation")
    base_channel_size: PositiveInt = 16
    depth: PositiveInt = 2
    latent_dim: PositiveInt = 16
    optimizer: Optimizer = "Adam"
    criterion: Criterion = "MSELoss"
    learning_rate: PositiveFloat = 1e-3
    step_size: PositiveInt = Field(default=30, description="epochs between two decays of the learning rate")
    gamma: PositiveFloat = Field(default=0.1, le=1, description="factor of one decay")
    profiler: Literal["simple", "advanced"] | None = None


class TrainerParameters(_Section):
    """Flags of ``lightning.Trainer``, under Lightning's own names: on what, and on how much of it, to train."""

    accelerator: str = "auto"
    devices: int | list[int] | str = "auto"
    num_nodes: PositiveInt = 1
    strategy: str = "auto"
    precision: Literal["32-true", "64-true", "16-mixed", "bf16-mixed"] = "32-true"


class InferenceParameters(_FrameParameters):
    """How a trained model is applied."""

    accelerator: str = "auto"


class TrainingConfiguration(_Section):
    """The file that ``train`` takes."""

    io_parameters: IOParameters
    train_parameters: TrainingParameters = TrainingParameters()
    trainer_parameters: TrainerParameters = TrainerParameters()


class InferenceConfiguration(_Section):
    """The file that ``infer`` and ``check-served`` take."""

    io_parameters: IOParameters
    inference_parameters: InferenceParameters = InferenceParameters()

    @model_validator(mode="after")
    def _names_a_model(self) -> "InferenceConfiguration":
        if not (self.io_parameters.mlflow_model or self.io_parameters.uid_retrieve):
            raise ValueError("io_parameters must name a model: give mlflow_model or uid_retrieve")
        return self


ConfigurationType = TypeVar("ConfigurationType", TrainingConfiguration, InferenceConfiguration)


def load(path: Path, kind: type[ConfigurationType]) -> ConfigurationType:
    """Read a configuration file.

    Raises:
        ParameterError: the file cannot be read, is not YAML, or holds something that cannot be used.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ParameterError(f"{path}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise ParameterError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise ParameterError(
            f"{path}: expected the sections {', '.join(kind.model_fields)}, found {type(content).__name__}"
        )
    return parse(content, kind, origin=str(path))


def parse(content: dict[str, Any], kind: type[ConfigurationType], origin: str = "configuration") -> ConfigurationType:
    """Check the content of a configuration. ``origin`` is named in the messages.

    Raises:
        ParameterError: with one line per problem.
    """
    try:
        configuration: ConfigurationType = kind.model_validate(content)
    except ValidationError as error:
        lines = [f"{origin}: {_explain(kind, problem)}" for problem in error.errors(include_url=False)]
        raise ParameterError("\n".join(lines)) from error
    return configuration


def _explain(kind: Any, problem: Any) -> str:
    path = [str(part) for part in problem["loc"]]
    if problem["type"] == "extra_forbidden":
        section = kind if len(path) == 1 else kind.model_fields[path[0]].annotation
        known = list(getattr(section, "model_fields", ()))
        near = difflib.get_close_matches(path[-1], known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
        return f"{'.'.join(path)}: unknown key, {hint}"
    message = str(problem["msg"]).removeprefix("Value error, ")
    # Pydantic repeats the whole section as the input of a check across fields: the message of such a check says enough.
    given = "" if problem["type"] in ("missing", "value_error") else f", not {problem['input']!r}"
    return f"{'.'.join(path) or 'configuration'}: {message[0].lower()}{message[1:]}{given}"
