"""The reference pipeline: digits from a Tiled server through a convolutional autoencoder, in one short epoch."""

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from reference_pipeline.parameters import TrainingConfiguration, parse
from reference_pipeline.seed_tiled import digit_images
from reference_pipeline.train import train as train_pipeline


def sample() -> npt.NDArray[np.float32]:
    """Return four digits, of shape (4, 1, 32, 32) and values in [0, 1]."""
    return np.divide(digit_images()[:4, None], 255, dtype=np.float32)


def train(name: str) -> None:
    """Train on the digits of the Tiled server that ``COMPAT_TILED_URI`` names."""
    configuration = {
        "io_parameters": {
            "root_uri": os.environ["COMPAT_TILED_URI"],
            "data_uris": ["digits"],
            "uid_save": name,
            "models_dir": str(Path.cwd() / "models"),
        },
        "train_parameters": {
            "num_epochs": 1,
            "seed": 7,
            "target_width": 32,
            "target_height": 32,
            "base_channel_size": 8,
            "brightness": 0.1,
            "horz_flip_prob": 0.5,
            "augm_invariant": True,
        },
        "trainer_parameters": {"accelerator": "cpu", "devices": 1},
    }
    train_pipeline(parse(configuration, TrainingConfiguration))
