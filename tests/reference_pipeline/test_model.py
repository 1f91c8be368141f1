from __future__ import annotations

from pathlib import Path
from typing import get_args

import lightning
import mlflow
import pytest
import torch

from reference_pipeline.callbacks import LossHistory
from reference_pipeline.errors import ModelError
from reference_pipeline.model import Autoencoder
from reference_pipeline.parameters import Criterion, Optimizer


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize(("height", "width"), [(32, 32), (16, 48)])
def test_shapes(channels: int, depth: int, height: int, width: int) -> None:
    model = Autoencoder(channels=channels, height=height, width=width, depth=depth, base_channel_size=4, latent_dim=5)
    batch = torch.rand(2, channels, height, width)
    latent, reconstruction = model.predict_step([batch])
    assert latent.shape == (2, 5)
    assert reconstruction.shape == batch.shape
    assert reconstruction.min() >= 0
    assert reconstruction.max() <= 1
    assert torch.equal(model(batch), reconstruction)
    assert model.encoder[2 * 2 * depth - 2].out_channels == 4 * 2 ** (depth - 1)


@pytest.mark.parametrize(
    ("height", "width", "depth", "message"),
    [
        (32, 31, 1, r"width 31 cannot be halved 1 times \(depth\): set target_width to 30 or 32, or a smaller depth"),
        (28, 32, 3, r"height 28 cannot be halved 3 times \(depth\): set target_height to 24 or 32"),
        (8, 8, 4, r"width 8 cannot be halved 4 times \(depth\): set target_width to 16, or"),
    ],
)
def test_odd_sizes_are_refused(height: int, width: int, depth: int, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        Autoencoder(channels=1, height=height, width=width, depth=depth)


def loader(frames: int = 8, pairs: bool = False) -> torch.utils.data.DataLoader[tuple[torch.Tensor, ...]]:
    generator = torch.Generator().manual_seed(0)
    tensors = [torch.rand(frames, 1, 8, 8, generator=generator) for _ in range(2 if pairs else 1)]
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*tensors), batch_size=4)


def fit(model: Autoencoder, tmp_path: Path, epochs: int = 1, pairs: bool = False) -> lightning.Trainer:
    trainer = lightning.Trainer(
        accelerator="cpu", devices=1, max_epochs=epochs, logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False, default_root_dir=tmp_path,
    )  # fmt: skip
    trainer.fit(model, loader(pairs=pairs))
    return trainer


@pytest.mark.parametrize("optimizer", get_args(Optimizer))
def test_every_optimizer_steps(optimizer: str, tmp_path: Path) -> None:
    model = small(optimizer=optimizer)
    before = [parameter.clone() for parameter in model.parameters()]
    fit(model, tmp_path)
    assert type(model.optimizers().optimizer).__name__ == optimizer  # type: ignore[union-attr]
    assert any(not torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True))


@pytest.mark.parametrize("criterion", get_args(Criterion))
def test_every_criterion_gives_a_finite_loss(criterion: str, tmp_path: Path) -> None:
    trainer = fit(small(criterion=criterion), tmp_path)
    assert type(trainer.model.criterion).__name__ == criterion  # type: ignore[union-attr]
    assert torch.isfinite(trainer.callback_metrics["train_loss"])


def small(**values: str | float) -> Autoencoder:
    torch.manual_seed(0)
    return Autoencoder(channels=1, height=8, width=8, base_channel_size=2, depth=1, latent_dim=2, **values)  # type: ignore[arg-type]


def test_the_clean_frame_is_the_target(tmp_path: Path) -> None:
    model = small()
    augmented, clean = next(iter(loader(pairs=True)))
    model.log = lambda *_, **__: None  # type: ignore[method-assign]
    loss = model.training_step([augmented, clean])
    assert loss == torch.nn.functional.mse_loss(model(augmented), clean)
    assert loss != torch.nn.functional.mse_loss(model(augmented), augmented)


def test_the_learning_rate_falls_in_steps(tmp_path: Path) -> None:
    model = small(learning_rate=0.1, step_size=2, gamma=0.5)
    fit(model, tmp_path, epochs=5)
    assert model.optimizers().param_groups[0]["lr"] == pytest.approx(0.1 * 0.5**2)  # type: ignore[union-attr]


@pytest.mark.usefixtures("mlflow_store")
def test_a_training_that_diverges_ends(tmp_path: Path) -> None:
    model = small()
    trainer = lightning.Trainer(
        accelerator="cpu", devices=1, max_epochs=20, logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False, callbacks=[LossHistory(tmp_path / "loss.csv")],
    )  # fmt: skip
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(float("nan"))
    with mlflow.start_run(), pytest.raises(ModelError, match="train_loss is nan after epoch 0: try a smaller"):
        trainer.fit(model, loader())
