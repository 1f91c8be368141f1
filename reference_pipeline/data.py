"""From frames to batches: normalise, resize, augment, load.

Augmentation is Kornia's: Apache-2.0, maintained (0.9.0 asks for PyTorch 2.5 or newer and nothing of torchvision, whose
wheels must match PyTorch's to the digit). Albumentations is archived since June 2025, and its successor AlbumentationsX
is AGPL. Kornia also works on whole batches, as they come from Tiled, and draws from PyTorch's generator, so that one
seed covers everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import kornia.augmentation as augmentations
import numpy as np
import torch
from torch import Tensor
from torch.nn import Sequential
from torch.nn.functional import interpolate
from torch.utils.data import DataLoader, Dataset, Subset

from reference_pipeline.errors import DataError
from reference_pipeline.parameters import InferenceParameters, IOParameters, TrainingParameters
from reference_pipeline.sources import Frame, FrameSource, Mask, load_detector_mask, open_source


class FrameDataset(Dataset[tuple[Tensor, ...]]):
    """Frames, ready for the model: values in [0, 1], one size, augmented if asked for.

    An item is ``(x,)``, or ``(augmented, clean)`` when ``augm_invariant`` asks the model to undo the augmentation. Each
    is ``float32`` of shape (channels, height, width).

    Args:
        source: where frames come from.
        target_size: (height, width) in pixels; none keeps the size of the frames.
        log: take log(1 + x) first, for counts that span decades.
        percentiles: what becomes 0 and 1 in each frame.
        gaps: pixels without a sensor, of shape (height, width) before resizing. They do not count and become 0.
        augmentation: a module from batch to batch.
        augm_invariant: whether the item holds the clean frame too.
    """

    def __init__(
        self,
        source: FrameSource,
        *,
        target_size: tuple[int, int] | None = None,
        log: bool = False,
        percentiles: tuple[float, float] = (0.0, 100.0),
        gaps: Mask | None = None,
        augmentation: torch.nn.Module | None = None,
        augm_invariant: bool = False,
    ) -> None:
        self._source, self._target_size = source, target_size
        self._log, self._percentiles, self._gaps = log, percentiles, gaps
        self._augmentation, self._augm_invariant = augmentation, augm_invariant

    def __len__(self) -> int:
        return len(self._source)

    def __getitem__(self, index: int) -> tuple[Tensor, ...]:
        return self.__getitems__([index])[0]

    def __getitems__(self, indices: Sequence[int]) -> list[tuple[Tensor, ...]]:
        """Read a whole batch at once; PyTorch's DataLoader prefers this to one call per item.

        Raises:
            DataError: frames that cannot be read, or that differ in size with no target size given.
        """
        clean = self._stack([self._prepare(frame) for frame in self._source.read(indices)])
        if self._augmentation is None:
            return [(x,) for x in clean]
        with torch.no_grad():
            augmented = self._augmentation(clean)
        if self._augm_invariant:
            return list(zip(augmented, clean, strict=True))
        return [(x,) for x in augmented]

    def _prepare(self, frame: Frame) -> Tensor:
        if self._gaps is not None and self._gaps.shape != frame.shape[1:]:
            raise DataError(f"the detector mask has {self._gaps.shape} pixels, a frame has {frame.shape[1:]}")
        image = torch.from_numpy(normalise(frame, self._gaps, log=self._log, percentiles=self._percentiles))
        if self._target_size is None or image.shape[1:] == self._target_size:
            return image
        return interpolate(image[None], self._target_size, mode="bilinear", antialias=True)[0]

    @staticmethod
    def _stack(images: list[Tensor]) -> Tensor:
        shapes = {tuple(image.shape) for image in images}
        if len(shapes) > 1:
            raise DataError(
                f"frames of different shapes in one batch, (channels, height, width): {sorted(shapes)}; "
                "set target_width and target_height, and keep grayscale and colour apart"
            )
        return torch.stack(images)


def normalise(frame: Frame, gaps: Mask | None = None, *, log: bool, percentiles: tuple[float, float]) -> Frame:
    """Map a frame to [0, 1] by its own percentiles.

    Pixels that are not finite, lie in a gap or, before a logarithm, are negative, do not count and become 0. So does a
    frame without contrast.

    Args:
        frame: (channels, height, width).
        gaps: (height, width), true where there is no sensor.
        log: take log(1 + x) first.
        percentiles: become 0 and 1; what lies outside is clipped.
    """
    counts = np.isfinite(frame) & (frame >= 0 if log else True)
    if gaps is not None:
        counts &= ~gaps
    result = np.zeros_like(frame)
    if not counts.any():
        return result
    values = np.log1p(frame[counts]) if log else frame[counts]
    low, high = np.percentile(values, percentiles)
    if high > low:
        result[counts] = np.clip((values - low) / (high - low), 0, 1)
    return result


def build_augmentation(parameters: TrainingParameters) -> torch.nn.Module | None:
    """Return the augmentation that the parameters ask for, or none."""
    steps: list[torch.nn.Module] = []
    if parameters.horz_flip_prob:
        steps.append(augmentations.RandomHorizontalFlip(p=parameters.horz_flip_prob))
    if parameters.vert_flip_prob:
        steps.append(augmentations.RandomVerticalFlip(p=parameters.vert_flip_prob))
    if parameters.brightness:
        steps.append(augmentations.RandomBrightness(brightness=_around_one(parameters.brightness)))
    if parameters.contrast:
        steps.append(augmentations.RandomContrast(contrast=_around_one(parameters.contrast)))
    return Sequential(*steps) if steps else None


def _around_one(spread: float) -> tuple[float, float]:
    return max(0.0, 1 - spread), 1 + spread


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Loaders of one training, and the shape (channels, height, width) of what they give."""

    train: DataLoader[tuple[Tensor, ...]]
    validation: DataLoader[tuple[Tensor, ...]] | None
    frame_shape: tuple[int, int, int]


def training_data(io_parameters: IOParameters, parameters: TrainingParameters) -> TrainingData:
    """Open the data and split it, by the seed, into frames for training and for validation.

    Raises:
        DataError: data that cannot be read, or too little of it to split.
    """
    source, preparation = open_source(io_parameters), _preparation(io_parameters, parameters)
    clean = FrameDataset(source, **preparation)
    augmented = FrameDataset(
        source, **preparation, augmentation=build_augmentation(parameters), augm_invariant=parameters.augm_invariant
    )
    # A training that asks for validation gets it: at least one frame, and never all of them.
    held_out = max(1, round(len(source) * parameters.val_pct / 100)) if parameters.val_pct else 0
    if held_out >= len(source):
        raise DataError(f"{len(source)} frames are too few to keep {parameters.val_pct:g} % for validation")
    order = torch.randperm(len(source), generator=torch.Generator().manual_seed(parameters.seed)).tolist()
    return TrainingData(
        train=_loader(Subset(augmented, sorted(order[held_out:])), parameters, shuffle=parameters.shuffle),
        validation=_loader(Subset(clean, sorted(order[:held_out])), parameters) if held_out else None,
        frame_shape=_frame_shape(clean),
    )


def inference_data(io_parameters: IOParameters, parameters: InferenceParameters) -> DataLoader[tuple[Tensor, ...]]:
    """Open the data as a loader over all frames in their order.

    Raises:
        DataError: data that cannot be read.
    """
    return _loader(FrameDataset(open_source(io_parameters), **_preparation(io_parameters, parameters)), parameters)


def _preparation(io_parameters: IOParameters, parameters: TrainingParameters | InferenceParameters) -> dict[str, Any]:
    height, width = parameters.target_height, parameters.target_width
    return {
        "target_size": (height, width) if height and width else None,
        "log": parameters.log,
        "percentiles": parameters.percentiles,
        "gaps": load_detector_mask(io_parameters),
    }


def _loader(
    dataset: Dataset[tuple[Tensor, ...]], parameters: TrainingParameters | InferenceParameters, shuffle: bool = False
) -> DataLoader[tuple[Tensor, ...]]:
    return DataLoader(
        dataset,
        batch_size=parameters.batch_size,
        shuffle=shuffle,
        num_workers=parameters.num_workers,
        persistent_workers=parameters.num_workers > 0,
        pin_memory=torch.cuda.is_available(),
    )


def _frame_shape(dataset: FrameDataset) -> tuple[int, int, int]:
    channels, height, width = dataset[0][0].shape
    return channels, height, width
