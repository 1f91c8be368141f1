"""Trains the autoencoder, records the run in MLflow and registers the model.

MLflow's server, experiment and credentials come from the environment: ``MLFLOW_TRACKING_URI``,
``MLFLOW_EXPERIMENT_NAME``, ``MLFLOW_TRACKING_USERNAME`` and ``MLFLOW_TRACKING_PASSWORD``.
"""

import logging
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import lightning
import mlflow
import torch
from dvclive.lightning import DVCLiveLogger
from lightning.fabric.utilities.exceptions import MisconfigurationException
from lightning.pytorch.callbacks import Callback, ModelCheckpoint
from lightning.pytorch.loggers import Logger
from mlflow import MlflowClient
from mlflow.models import infer_signature

from reference_pipeline.callbacks import LossHistory
from reference_pipeline.data import TrainingData, training_data
from reference_pipeline.errors import ParameterError
from reference_pipeline.figures import reconstruction_figure
from reference_pipeline.model import Autoencoder
from reference_pipeline.parameters import TrainingConfiguration, TrainingParameters
from reference_pipeline.report import TrainingReport

logger = logging.getLogger(__name__)

FIGURE_FRAMES = 8


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What one training left behind.

    Attributes:
        run_id: of the MLflow run.
        model_name: registered model.
        version: of the registered model that this training made.
        model_uri: as MLflow gave it when the model was logged.
        epochs: losses by name, one entry per epoch.
        report: DVCLive's page.
        figure: inputs above their reconstructions.
        checkpoint: the best epoch, as Lightning saved it.
    """

    run_id: str
    model_name: str
    version: str
    model_uri: str
    epochs: tuple[dict[str, float], ...]
    report: Path
    figure: Path
    checkpoint: Path

    @property
    def metrics(self) -> dict[str, float]:
        """The losses of the last epoch, as MLflow shows them for the run."""
        return self.epochs[-1]


def train(configuration: TrainingConfiguration, alias: str | None = None) -> TrainingResult:
    """Train a model, logs and register it.

    Args:
        configuration: what to train, on what.
        alias: given to the new version, for example ``champion``.

    Raises:
        DataError: data that cannot be used.
        ModelError: a model that cannot be built for the data, or a training that diverges.
    """
    io_parameters, train_parameters = configuration.io_parameters, configuration.train_parameters
    model_dir = io_parameters.models_dir / io_parameters.uid_save
    model_dir.mkdir(parents=True, exist_ok=True)

    with mlflow.start_run() as run:
        lightning.seed_everything(train_parameters.seed, workers=True, verbose=False)
        mlflow.log_params(train_parameters.model_dump())
        data = training_data(io_parameters, train_parameters)
        model = build_model(train_parameters, data)

        history = LossHistory(model_dir / "loss_history.csv")
        checkpoint = _keep_best(model_dir, data)
        with TrainingReport(model_dir / "dvclive") as live:
            trainer = build_trainer(configuration, model_dir, [checkpoint, history], DVCLiveLogger(experiment=live))
            mlflow.set_tag("device", str(trainer.strategy.root_device))
            logger.info("training on %s, %d process(es)", trainer.strategy.root_device, trainer.world_size)
            trainer.fit(model, data.train, data.validation)

            model = Autoencoder.load_from_checkpoint(checkpoint.best_model_path, map_location="cpu").eval()
            frames = next(iter(data.validation or data.train))[-1][:FIGURE_FRAMES]
            with torch.no_grad():
                reconstructions = model(frames)
            figure = reconstruction_figure(frames.numpy(), reconstructions.numpy())
            figure.savefig(model_dir / "reconstructions.png", dpi=100)
            live.log_image("reconstructions.png", model_dir / "reconstructions.png")

        mlflow.log_figure(figure, "reconstructions.png")
        mlflow.log_artifact(str(history.path))
        model_info = mlflow.pytorch.log_model(
            model,
            "model",
            # The package travels with the model, so that it loads and serves where only its requirements are installed.
            code_paths=[str(Path(__file__).parent)],
            pip_requirements=_requirements(),
            registered_model_name=io_parameters.uid_save,
            signature=infer_signature(frames.numpy(), reconstructions.numpy()),
        )
        registered = str(model_info.registered_model_version)
        if alias:
            MlflowClient().set_registered_model_alias(io_parameters.uid_save, alias, registered)

    return TrainingResult(
        run_id=run.info.run_id,
        model_name=io_parameters.uid_save,
        version=registered,
        model_uri=model_info.model_uri,
        epochs=tuple(history.epochs),
        report=model_dir / "dvclive" / "report.html",
        figure=model_dir / "reconstructions.png",
        checkpoint=Path(checkpoint.best_model_path),
    )


def join_training(configuration: TrainingConfiguration) -> None:
    """Do the share of one further process of a distributed training, which :func:`train` in rank 0 leads and records.

    Lightning, ``torchrun`` or SLURM start these processes with the same command line.
    """
    lightning.seed_everything(configuration.train_parameters.seed, workers=True, verbose=False)
    data = training_data(configuration.io_parameters, configuration.train_parameters)
    model_dir = configuration.io_parameters.models_dir / configuration.io_parameters.uid_save
    # All processes save checkpoints together, whatever the strategy; the loss history and the loggers belong to rank 0.
    trainer = build_trainer(configuration, model_dir, [_keep_best(model_dir, data)], None)
    trainer.fit(build_model(configuration.train_parameters, data), data.train, data.validation)


def build_model(parameters: TrainingParameters, data: TrainingData) -> Autoencoder:
    """Return an untrained model that fits the data.

    Raises:
        ModelError: a width or height that cannot be halved ``depth`` times.
    """
    channels, height, width = data.frame_shape
    return Autoencoder(
        channels=channels,
        height=height,
        width=width,
        base_channel_size=parameters.base_channel_size,
        depth=parameters.depth,
        latent_dim=parameters.latent_dim,
        optimizer=parameters.optimizer,
        criterion=parameters.criterion,
        learning_rate=parameters.learning_rate,
        step_size=parameters.step_size,
        gamma=parameters.gamma,
    )


def build_trainer(
    configuration: TrainingConfiguration, model_dir: Path, callbacks: list[Callback], log_to: Logger | None
) -> lightning.Trainer:
    """Return Lightning's trainer with the flags of ``trainer_parameters``.

    Raises:
        ParameterError: flags that Lightning refuses on this machine, such as an accelerator that is not there.
    """
    parameters, flags = configuration.train_parameters, configuration.trainer_parameters
    try:
        return lightning.Trainer(
            accelerator=flags.accelerator,
            devices=flags.devices,
            num_nodes=flags.num_nodes,
            strategy=flags.strategy,
            precision=flags.precision,
            max_epochs=parameters.num_epochs,
            profiler=parameters.profiler,
            # "warn", not True: an operation without a deterministic form on some GPU must not end the training.
            deterministic="warn",
            logger=log_to or False,
            callbacks=callbacks,
            default_root_dir=model_dir,
            log_every_n_steps=1,
            enable_progress_bar=sys.stderr.isatty(),
            enable_model_summary=sys.stderr.isatty(),
        )
    except (MisconfigurationException, ValueError) as error:
        raise ParameterError(f"trainer_parameters: {error}") from error


def _keep_best(model_dir: Path, data: TrainingData) -> ModelCheckpoint:
    return ModelCheckpoint(
        dirpath=model_dir / "checkpoints",
        filename="best",
        monitor="val_loss" if data.validation else "train_loss",
        save_last=True,
        enable_version_counter=False,
    )


def _requirements() -> list[str]:
    # What model.py imports. "+cpu" and the like name a build of PyTorch that only some package indexes know.
    return [f"{name}=={version(name).split('+')[0]}" for name in ("torch", "lightning", "numpy")]
