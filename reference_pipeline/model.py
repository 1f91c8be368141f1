"""The autoencoder: a stack of strided convolutions down to a latent vector, and its mirror image back.

A logged model is a pickle of :class:`Autoencoder`, so whoever loads it imports this module: it needs PyTorch, Lightning
and nothing else of the package but its errors.
"""

import lightning
import torch
from lightning.pytorch.utilities.types import OptimizerLRScheduler
from torch import Tensor, nn

from reference_pipeline.errors import ModelError


class Encoder(nn.Sequential):
    """Halves width and height ``depth`` times, doubling the channels each time, and ends in the latent vector.

    Maps (batch, channels, height, width) to (batch, latent_dim).
    """

    def __init__(
        self, channels: int, height: int, width: int, base_channel_size: int, depth: int, latent_dim: int
    ) -> None:
        layers: list[nn.Module] = []
        for stage in range(depth):
            wide = base_channel_size * 2**stage
            layers += [nn.Conv2d(channels, wide, kernel_size=3, stride=2, padding=1), nn.GELU()]
            layers += [nn.Conv2d(wide, wide, kernel_size=3, padding=1), nn.GELU()]
            channels = wide
        pixels = (height >> depth) * (width >> depth)
        super().__init__(*layers, nn.Flatten(), nn.Linear(channels * pixels, latent_dim))


class Decoder(nn.Sequential):
    """Mirrors :class:`Encoder`: maps (batch, latent_dim) to (batch, channels, height, width), values in [0, 1]."""

    def __init__(
        self, channels: int, height: int, width: int, base_channel_size: int, depth: int, latent_dim: int
    ) -> None:
        wide = base_channel_size * 2 ** (depth - 1)
        small = (wide, height >> depth, width >> depth)
        layers: list[nn.Module] = [nn.Linear(latent_dim, wide * small[1] * small[2]), nn.GELU(), nn.Unflatten(1, small)]
        for stage in reversed(range(depth)):
            narrow = base_channel_size * 2 ** (stage - 1) if stage else base_channel_size
            layers += [
                nn.ConvTranspose2d(wide, narrow, kernel_size=3, stride=2, padding=1, output_padding=1),
                nn.GELU(),
            ]
            wide = narrow
        super().__init__(*layers, nn.Conv2d(wide, channels, kernel_size=3, padding=1), nn.Sigmoid())


class Autoencoder(lightning.LightningModule):
    """Learns to give back what it was given, through a vector of ``latent_dim`` numbers.

    Args:
        channels: 1 for grayscale, 3 for RGB.
        height: pixels, a multiple of ``2 ** depth``.
        width: pixels, a multiple of ``2 ** depth``.
        base_channel_size: channels after the first convolution; each further stage doubles them.
        depth: how many times width and height are halved.
        latent_dim: size of the latent vector.
        optimizer: name of a class in ``torch.optim``.
        criterion: name of a loss in ``torch.nn``.
        learning_rate: of the first epochs.
        step_size: epochs between two decays of the learning rate.
        gamma: factor of one decay.

    Raises:
        ModelError: a width or height that cannot be halved ``depth`` times.
    """

    def __init__(
        self,
        *,
        channels: int,
        height: int,
        width: int,
        base_channel_size: int = 16,
        depth: int = 2,
        latent_dim: int = 16,
        optimizer: str = "Adam",
        criterion: str = "MSELoss",
        learning_rate: float = 1e-3,
        step_size: int = 30,
        gamma: float = 0.1,
    ) -> None:
        super().__init__()
        for name, size in (("width", width), ("height", height)):
            _check_halving(name, size, depth)
        self.save_hyperparameters()
        self.encoder = Encoder(channels, height, width, base_channel_size, depth, latent_dim)
        self.decoder = Decoder(channels, height, width, base_channel_size, depth, latent_dim)
        self.criterion: nn.Module = getattr(nn, criterion)()
        self.input_shape = (channels, height, width)
        self._optimizer, self._learning_rate = optimizer, learning_rate
        self._step_size, self._gamma = step_size, gamma

    def forward(self, x: Tensor) -> Tensor:
        """Return the reconstruction of a batch (batch, channels, height, width)."""
        reconstruction: Tensor = self.decoder(self.encoder(x))
        return reconstruction

    def training_step(self, batch: list[Tensor]) -> Tensor:
        """Return the loss of one batch."""
        return self._loss("train_loss", batch)

    def validation_step(self, batch: list[Tensor]) -> None:
        """Record the loss of one batch."""
        self._loss("val_loss", batch)

    def predict_step(self, batch: list[Tensor]) -> tuple[Tensor, Tensor]:
        """Return latent vectors (batch, latent_dim) and reconstructions (batch, channels, height, width)."""
        latent = self.encoder(batch[0])
        return latent, self.decoder(latent)

    def configure_optimizers(self) -> OptimizerLRScheduler:
        """Return the optimiser, and the schedule that lowers its learning rate in steps."""
        optimizer = getattr(torch.optim, self._optimizer)(self.parameters(), lr=self._learning_rate)
        return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, self._step_size, self._gamma)]

    def _loss(self, name: str, batch: list[Tensor]) -> Tensor:
        # A batch is (x,) or (augmented, clean): the last one is what is to be reconstructed.
        loss: Tensor = self.criterion(self(batch[0]), batch[-1])
        self.log(name, loss, on_step=False, on_epoch=True, prog_bar=True, sync_dist=True, batch_size=len(batch[0]))
        return loss


def _check_halving(name: str, size: int, depth: int) -> None:
    step = 2**depth
    if size % step:
        below, above = size - size % step, size - size % step + step
        possible = f"{below} or {above}" if below else f"{above}"
        raise ModelError(
            f"{name} {size} cannot be halved {depth} times (depth): set target_{name} to {possible}, or a smaller depth"
        )
