"""What happens beside the training: the loss history, to a file and to MLflow."""

import csv
import math
from pathlib import Path
from typing import Any

import lightning
import mlflow

from reference_pipeline.errors import ModelError


class LossHistory(lightning.Callback):
    """Writes the losses of each epoch to a CSV file and to the active MLflow run, as the epoch ends.

    Args:
        path: of the CSV file, with the columns ``epoch``, ``train_loss`` and, where there is validation, ``val_loss``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.epochs: list[dict[str, float]] = []

    def on_train_epoch_end(self, trainer: lightning.Trainer, *_: Any) -> None:
        """Record one epoch.

        Raises:
            ModelError: the loss is no longer a number; going on, and registering the model, would be a waste.
        """
        losses: dict[str, float] = {}
        for name in ("train_loss", "val_loss"):
            if name in trainer.callback_metrics:
                losses[name] = float(trainer.callback_metrics[name])
        self.epochs.append(losses)
        with self.path.open("a" if len(self.epochs) > 1 else "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            if len(self.epochs) == 1:
                writer.writerow(["epoch", *losses])
            writer.writerow([trainer.current_epoch, *losses.values()])
        mlflow.log_metrics(losses, step=trainer.current_epoch)
        for name, value in losses.items():
            if not math.isfinite(value):
                raise ModelError(f"{name} is {value} after epoch {trainer.current_epoch}: try a smaller learning_rate")
