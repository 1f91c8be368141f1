from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tiled.client import from_uri

from reference_pipeline.errors import DataError
from reference_pipeline.local_servers import LocalServer
from reference_pipeline.parameters import IOParameters
from reference_pipeline.seed_tiled import digit_images, seed
from reference_pipeline.sources import FolderFrames, TiledFrames, load_detector_mask, open_source


def io_parameters(**values: Any) -> IOParameters:
    return IOParameters.model_validate({"root_uri": "http://127.0.0.1:1", "data_uris": ["x"], "uid_save": "x"} | values)


# --- Tiled -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "count", "shape"),
    [
        ("stack", 10, (1, 8, 12)),
        ("nested/stack", 10, (1, 8, 12)),
        ("single", 1, (1, 8, 12)),
        ("rgb_first", 4, (3, 8, 12)),
        ("rgb_last", 4, (3, 8, 12)),
    ],
)
def test_tiled_arrays_of_every_layout(
    arrays: dict[str, Any], tiled: LocalServer, key: str, count: int, shape: tuple[int, ...]
) -> None:
    source = TiledFrames(tiled.uri, [key], tiled.api_key)
    frames = source.read(range(count))
    assert len(source) == count
    assert {(frame.shape, frame.dtype) for frame in frames} == {(shape, np.dtype(np.float32))}
    array = arrays[key.removeprefix("nested/")]
    last = array if key == "single" else array[-1]
    np.testing.assert_array_equal(frames[-1], np.moveaxis(last, -1, 0) if key == "rgb_last" else last.reshape(shape))


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(indices=st.lists(st.integers(0, 15), min_size=1, max_size=20))
def test_tiled_frames_come_in_the_order_asked_for_across_arrays(
    arrays: dict[str, Any], tiled: LocalServer, indices: list[int]
) -> None:
    source = TiledFrames(tiled.uri, ["stack", "single", "more"], tiled.api_key)
    every = np.concatenate([arrays["stack"], arrays["single"][None], arrays["more"]])[:, None]
    np.testing.assert_array_equal(source.read(indices), every[indices])


def test_far_frames_are_read_apart(arrays: dict[str, Any], tiled: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame of "large" is a mebibyte: the frames between those asked for are not fetched."""
    source = TiledFrames(tiled.uri, ["large"], tiled.api_key)
    array, asked = source._open()[0], []
    monkeypatch.setattr(source, "_open", lambda: [Recorded(array, asked)])
    np.testing.assert_array_equal(source.read([17, 0, 1])[0][0], arrays["large"][17])
    assert sorted((part.start, part.stop) for part in asked) == [(0, 2), (17, 18)]


class Recorded:
    """A Tiled array that remembers which slices were asked of it."""

    def __init__(self, array: Any, asked: list[slice]) -> None:
        self.ndim, self.shape, self.dtype = array.ndim, array.shape, array.dtype
        self._array, self._asked = array, asked

    def __getitem__(self, part: slice) -> Any:
        self._asked.append(part)
        return self._array[part]


def test_a_copy_in_another_process_opens_its_own_connection(tiled: LocalServer) -> None:
    source = TiledFrames(tiled.uri, ["stack"], tiled.api_key)
    copy = pickle.loads(pickle.dumps(source))
    assert copy._arrays == []
    np.testing.assert_array_equal(copy.read([3]), source.read([3]))


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("absent", r"no array 'absent'; it holds .*stack"),
        ("nested", r"'nested' is a container, not an array"),
        ("table", r"'table' is a dataframe, not an array"),
        ("vector", r"'vector' has the shape \(7,\); expected \(height, width\)"),
        ("five_channels", r"'five_channels' has the shape \(4, 8, 12, 5\)"),
    ],
)
def test_an_array_that_cannot_be_used(tiled: LocalServer, key: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        TiledFrames(tiled.uri, ["stack", key], tiled.api_key)


def test_a_wrong_key_is_named(tiled: LocalServer) -> None:
    with pytest.raises(DataError, match=r"Tiled refuses the API key \(401\): check the key in io_parameters"):
        TiledFrames(tiled.uri, ["stack"], "wrong")


def test_a_missing_key_is_named(tiled: LocalServer) -> None:
    with pytest.raises(DataError, match="Tiled asks for an API key"):
        TiledFrames(tiled.uri, ["stack"])


def test_the_key_may_come_from_the_environment(tiled: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILED_API_KEY", tiled.api_key)
    assert len(open_source(io_parameters(root_uri=tiled.uri, data_uris=["stack"]))) == 10


def test_no_server() -> None:
    with pytest.raises(DataError, match=r"http://127\.0\.0\.1:1: no answer from a Tiled server"):
        TiledFrames("http://127.0.0.1:1", ["stack"], "key")


def test_a_wrong_address_on_the_server(tiled: LocalServer) -> None:
    with pytest.raises(DataError, match="Tiled answered 404"):
        TiledFrames(f"{tiled.uri}/api/v1/metadata/absent", ["stack"], tiled.api_key)


# --- files -----------------------------------------------------------------------------------------------------------


def test_folder_frames_keep_depth_and_colour(tmp_path: Path) -> None:
    gray = np.arange(48, dtype=np.uint8).reshape(6, 8)
    deep = gray.astype(np.uint16) * 1000
    colour = np.stack([gray, gray + 1, gray + 2], axis=-1)
    (tmp_path / "a" / "b").mkdir(parents=True)
    Image.fromarray(gray).save(tmp_path / "a" / "1.png")
    Image.fromarray(deep).save(tmp_path / "a" / "2.tif")
    Image.fromarray(deep.astype(np.float32) / 7).save(tmp_path / "a" / "3.tiff")
    Image.fromarray(colour).save(tmp_path / "a" / "b" / "4.png")
    Image.fromarray(colour).convert("RGBA").save(tmp_path / "c.png")
    (tmp_path / "a" / "notes.txt").write_text("not an image")
    source = FolderFrames(tmp_path, ["a", "c.png"])
    frames = source.read(range(len(source)))
    expected = [gray[None], deep[None], deep[None].astype(np.float32) / 7, *[np.moveaxis(colour, -1, 0)] * 2]
    assert len(frames) == len(expected)
    for frame, image in zip(frames, expected, strict=True):
        np.testing.assert_array_equal(frame, image.astype(np.float32))


def test_each_page_of_a_stack_is_a_frame(tmp_path: Path) -> None:
    pages = [Image.fromarray(np.full((4, 4), value, dtype=np.uint16)) for value in (100, 2000, 30000)]
    pages[0].save(tmp_path / "stack.tif", save_all=True, append_images=pages[1:])
    source = FolderFrames(tmp_path, ["stack.tif"])
    assert [frame.max() for frame in source.read([2, 0, 1])] == [30000, 100, 2000]


def test_folders_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.png").write_bytes(b"\x89PNG but no more")
    Image.fromarray(np.zeros((64, 64), np.uint8)).save(tmp_path / "cut.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "cut.png").read_bytes()[:60])
    with pytest.raises(DataError, match="empty: holds no images"):
        FolderFrames(tmp_path, ["empty"])
    with pytest.raises(DataError, match="absent: does not exist"):
        FolderFrames(tmp_path, ["absent"])
    with pytest.raises(DataError, match=r"bad.png: cannot be read as an image"):
        FolderFrames(tmp_path, ["bad.png"])
    with pytest.raises(DataError, match=r"cut.png: damaged image"):
        FolderFrames(tmp_path, ["cut.png"]).read([0])


# --- the detector's mask ---------------------------------------------------------------------------------------------


def test_detector_masks(arrays: dict[str, Any], tiled: LocalServer, tmp_path: Path) -> None:
    assert load_detector_mask(io_parameters()) is None
    np.save(tmp_path / "mask.npy", arrays["mask"])
    from_file = load_detector_mask(io_parameters(detector_uri=str(tmp_path / "mask.npy"), detector_source="file"))
    node = from_uri(tiled.uri, api_key=tiled.api_key)["mask"].uri
    from_tiled = load_detector_mask(
        io_parameters(detector_uri=node, detector_source="tiled", detector_tiled_api_key=tiled.api_key)
    )
    for mask in (from_file, from_tiled):
        assert mask is not None
        assert mask.dtype == bool
        np.testing.assert_array_equal(mask, np.eye(32, dtype=bool))


def test_a_detector_mask_that_cannot_be_used(tmp_path: Path) -> None:
    np.save(tmp_path / "cube.npy", np.zeros((2, 3, 4)))
    (tmp_path / "text.npy").write_text("no mask")
    for name, message in {"cube.npy": "has the shape", "text.npy": "not a mask", "absent.npy": "not a mask"}.items():
        with pytest.raises(DataError, match=rf"{name}: {message}|{name}: a detector mask {message}"):
            load_detector_mask(io_parameters(detector_uri=str(tmp_path / name), detector_source="file"))


# --- the digits ------------------------------------------------------------------------------------------------------


def test_the_digits_are_real_and_whole() -> None:
    images = digit_images()
    assert images.shape == (1797, 32, 32)
    assert images.dtype == np.uint8
    assert (images.min(), images.max()) == (0, 255)
    # The first digit of scikit-learn's set is a zero: an empty middle in a bright ring.
    assert images[0, 12:20, 14:18].mean() < 40 < images[0, 12:20, 8:11].mean()


def test_seeding_twice_changes_nothing(tiled: LocalServer) -> None:
    first = seed(tiled.uri, tiled.api_key, key="all digits")
    assert seed(tiled.uri, tiled.api_key, key="all digits") == first
    stored = from_uri(tiled.uri, api_key=tiled.api_key)["all digits"][:]
    np.testing.assert_array_equal(stored, digit_images())
    with pytest.raises(DataError, match="'stack' exists and is not the digits"):
        seed(tiled.uri, tiled.api_key, key="stack")
