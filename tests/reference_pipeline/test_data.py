from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from reference_pipeline.data import FrameDataset, build_augmentation, inference_data, normalise, training_data
from reference_pipeline.errors import DataError
from reference_pipeline.local_servers import LocalServer
from reference_pipeline.parameters import InferenceParameters, IOParameters, TrainingParameters
from reference_pipeline.sources import Frame, TiledFrames


class Frames:
    """Frames that are in memory already."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._frames = frames

    def __len__(self) -> int:
        return len(self._frames)

    def read(self, indices: Sequence[int]) -> list[Frame]:
        return [self._frames[index] for index in indices]


def parameters(tiled: LocalServer, *keys: str, **values: Any) -> IOParameters:
    return IOParameters.model_validate(
        {"root_uri": tiled.uri, "data_tiled_api_key": tiled.api_key, "data_uris": list(keys), "uid_save": "x"} | values
    )


# --- normalising -----------------------------------------------------------------------------------------------------


@given(
    frame=hnp.arrays(np.float32, (1, 4, 5), elements=st.floats(width=32)),
    gaps=hnp.arrays(np.bool_, (4, 5)),
    log=st.booleans(),
    percentiles=st.sampled_from([(0.0, 100.0), (1.0, 99.0), (10.0, 50.0)]),
)
def test_normalised_frames_stay_in_range_and_gaps_are_zero(
    frame: Frame, gaps: np.ndarray[Any, Any], log: bool, percentiles: tuple[float, float]
) -> None:
    before = frame.copy()
    result = normalise(frame, gaps, log=log, percentiles=percentiles)
    assert result.dtype == np.float32
    assert np.isfinite(result).all()
    assert result.min() >= 0
    assert result.max() <= 1
    assert not result[:, gaps].any()
    assert not result[~np.isfinite(frame)].any()
    np.testing.assert_array_equal(frame, before)


def test_percentiles_become_zero_and_one() -> None:
    frame = np.arange(101, dtype=np.float32).reshape(1, 1, 101)
    result = normalise(frame, log=False, percentiles=(10, 90))[0, 0]
    assert result[10] == 0
    assert result[90] == 1
    assert result[50] == pytest.approx(0.5)
    assert (result[:10] == 0).all()
    assert (result[91:] == 1).all()


def test_the_logarithm_brings_decades_together() -> None:
    frame = np.array([[[0, 9, 99, 999, -5]]], dtype=np.float32)
    result = normalise(frame, log=True, percentiles=(0, 100))[0, 0]
    np.testing.assert_allclose(result, [0, 1 / 3, 2 / 3, 1, 0], atol=1e-6)


def test_a_hot_pixel_in_a_gap_does_not_count() -> None:
    frame = np.array([[[0, 1, 2, 65535]]], dtype=np.float32)
    gaps = np.array([[False, False, False, True]])
    np.testing.assert_array_equal(normalise(frame, gaps, log=False, percentiles=(0, 100)), [[[0, 0.5, 1, 0]]])


def test_a_frame_without_contrast_is_black() -> None:
    assert not normalise(np.full((1, 3, 3), 7, np.float32), log=False, percentiles=(0, 100)).any()


# --- the data set ----------------------------------------------------------------------------------------------------


def test_items_are_single_or_pairs(tiled: LocalServer) -> None:
    source = TiledFrames(tiled.uri, ["digits"], tiled.api_key)
    flip = build_augmentation(TrainingParameters(horz_flip_prob=1.0))
    (clean,) = FrameDataset(source)[5]
    (flipped,) = FrameDataset(source, augmentation=flip)[5]
    pair = FrameDataset(source, augmentation=flip, augm_invariant=True)[5]
    assert clean.shape == (1, 32, 32)
    assert torch.equal(flipped, clean.flip(-1))
    assert len(pair) == 2
    assert torch.equal(pair[0], clean.flip(-1))
    assert torch.equal(pair[1], clean)


def test_a_batch_is_read_in_one_go(arrays: dict[str, Any], tiled: LocalServer) -> None:
    class Counting(TiledFrames):
        calls = 0

        def read(self, indices: Sequence[int]) -> list[Frame]:
            Counting.calls += 1
            return super().read(indices)

    dataset = FrameDataset(Counting(tiled.uri, ["digits"], tiled.api_key))
    batches = list(torch.utils.data.DataLoader(dataset, batch_size=50))
    assert [len(batch[0]) for batch in batches] == [50, 50, 28]
    assert Counting.calls == 3
    expected = np.stack([normalise(frame[None].astype(np.float32), log=False, percentiles=(0, 100))
                         for frame in arrays["digits"]])  # fmt: skip
    np.testing.assert_array_equal(torch.cat([batch[0] for batch in batches]).numpy(), expected)


@pytest.mark.parametrize("channels", [1, 3])
def test_frames_of_several_sizes_become_one(channels: int) -> None:
    frames = [np.random.default_rng(0).random((channels, side, side + 3)).astype(np.float32) for side in (9, 40)]
    batch = FrameDataset(Frames(frames), target_size=(16, 24)).__getitems__([0, 1])
    assert {tuple(x.shape) for (x,) in batch} == {(channels, 16, 24)}
    with pytest.raises(DataError, match="set target_width and target_height"):
        FrameDataset(Frames(frames)).__getitems__([0, 1])


def test_a_detector_mask_must_fit(tiled: LocalServer) -> None:
    source = TiledFrames(tiled.uri, ["stack"], tiled.api_key)
    with pytest.raises(DataError, match=r"the detector mask has \(4, 4\) pixels, a frame has \(8, 12\)"):
        FrameDataset(source, gaps=np.zeros((4, 4), dtype=bool))[0]


def test_gaps_of_the_detector_are_black_in_every_item(tiled: LocalServer) -> None:
    io_parameters = parameters(
        tiled, "digits", detector_uri=f"{tiled.uri}/api/v1/metadata/mask", detector_source="tiled",
        detector_tiled_api_key=tiled.api_key,
    )  # fmt: skip
    for (batch,) in inference_data(io_parameters, InferenceParameters()):
        assert not batch[:, 0, torch.eye(32, dtype=torch.bool)].any()
        assert batch.any()


# --- augmentation ----------------------------------------------------------------------------------------------------


def test_no_augmentation_is_none() -> None:
    assert build_augmentation(TrainingParameters()) is None


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    "values", [{"horz_flip_prob": 0.5}, {"vert_flip_prob": 0.5}, {"brightness": 0.3}, {"contrast": 0.3}]
)
def test_augmentation_varies_by_frame_keeps_the_range_and_follows_the_seed(
    channels: int, values: dict[str, float]
) -> None:
    augment = build_augmentation(TrainingParameters.model_validate(values))
    assert augment is not None
    batch = torch.rand(1, channels, 16, 16).expand(32, -1, -1, -1) * 0.8 + 0.1
    results = []
    for _ in range(2):
        torch.manual_seed(3)
        results.append(augment(batch))
    assert torch.equal(*results)
    assert results[0].shape == batch.shape
    assert results[0].min() >= 0
    assert results[0].max() <= 1
    assert len({image.numpy().tobytes() for image in results[0]}) > 1


# --- loaders ---------------------------------------------------------------------------------------------------------


def test_validation_frames_are_others_than_training_frames_and_not_augmented(tiled: LocalServer) -> None:
    values = TrainingParameters(val_pct=25, horz_flip_prob=1.0, batch_size=128)
    data = training_data(parameters(tiled, "digits"), values)
    assert data.frame_shape == (1, 32, 32)
    assert data.validation is not None
    every = inference_data(parameters(tiled, "digits"), InferenceParameters(batch_size=128))
    ((frames,),) = every
    ((held_out,),) = data.validation
    ((trained,),) = data.train
    assert (len(trained), len(held_out)) == (96, 32)
    together = {x.numpy().tobytes() for x in torch.cat([trained.flip(-1), held_out])}
    assert together == {x.numpy().tobytes() for x in frames}


def test_the_split_follows_the_seed(tiled: LocalServer) -> None:
    def held_out(seed: int) -> torch.Tensor:
        data = training_data(parameters(tiled, "digits"), TrainingParameters(seed=seed, batch_size=128))
        assert data.validation is not None
        return next(iter(data.validation))[0]

    assert torch.equal(held_out(1), held_out(1))
    assert not torch.equal(held_out(1), held_out(2))


def test_no_validation_when_none_is_asked_for(tiled: LocalServer) -> None:
    data = training_data(parameters(tiled, "stack"), TrainingParameters(val_pct=0))
    assert data.validation is None
    assert len(data.train.dataset) == 10  # type: ignore[arg-type]


def test_one_frame_cannot_be_split(tiled: LocalServer) -> None:
    with pytest.raises(DataError, match="1 frames are too few to keep 20 % for validation"):
        training_data(parameters(tiled, "single"), TrainingParameters())


def test_reading_processes_give_the_same_frames(tiled: LocalServer) -> None:
    io_parameters = parameters(tiled, "digits", "stack")
    prepared = {"target_width": 16, "target_height": 16, "batch_size": 30}
    here, elsewhere = (
        torch.cat([x for (x,) in inference_data(io_parameters, InferenceParameters(**prepared, num_workers=workers))])
        for workers in (0, 2)
    )
    assert torch.equal(here, elsewhere)
