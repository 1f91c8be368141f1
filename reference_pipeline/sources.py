"""Frames as they were recorded, from a Tiled server or from image files.

A frame is one image, ``float32`` of shape (channels, height, width), in the units of its source.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

import httpx
import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError
from tiled.client import from_uri
from tiled.client.utils import ClientError

from reference_pipeline.errors import DataError
from reference_pipeline.parameters import IOParameters

Frame: TypeAlias = npt.NDArray[np.float32]
Mask: TypeAlias = npt.NDArray[np.bool_]
Answer = TypeVar("Answer")

# A request costs more time than a mebibyte of pixels (measured on a busy loopback: 30 ms and 7 ms), so frames that lie
# closer than this are read together.
JOIN_BYTES = 2**20
PARALLEL_REQUESTS = 8
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")


class FrameSource(Protocol):
    """An ordered collection of frames that can be read in any order."""

    def __len__(self) -> int: ...

    def read(self, indices: Sequence[int]) -> list[Frame]:
        """Return the frames in the order of ``indices``."""


class TiledFrames:
    """The frames of one or more arrays on a Tiled server, counted through.

    An array is one frame (height, width), a stack (frames, height, width), or a stack with one or three channels, first
    or last.

    Args:
        root_uri: a server or a container on it.
        keys: arrays below ``root_uri``; a slash leads into a container.
        api_key: without one, Tiled's client takes ``TILED_API_KEY`` from the environment.

    Raises:
        DataError: the server does not answer or refuses the key, or an array is missing or of an unusable shape.
    """

    def __init__(self, root_uri: str, keys: Sequence[str], api_key: str | None = None) -> None:
        self._root_uri, self._keys, self._api_key = root_uri, list(keys), api_key
        self._arrays: list[Any] = []
        self._opened_by: int | None = None
        counts = [_count_frames(key, array.shape) for key, array in zip(keys, self._open(), strict=True)]
        self._ends = np.cumsum(counts)

    def __len__(self) -> int:
        return int(self._ends[-1])

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_arrays": [], "_opened_by": None}

    def _open(self) -> list[Any]:
        # The reading processes of a DataLoader are copies of this one, and an HTTP connection must not be shared.
        if self._opened_by != os.getpid():
            root = tiled_node(self._root_uri, self._api_key)
            self._arrays = [_tiled_array(root, self._root_uri, key) for key in self._keys]
            self._opened_by = os.getpid()
        return self._arrays

    def read(self, indices: Sequence[int]) -> list[Frame]:
        """Return frames in the order of ``indices``, with as few requests as pays.

        Raises:
            DataError: the server went away.
        """
        arrays = self._open()
        found: dict[int, Frame] = {}
        slices: list[tuple[int, list[int]]] = []
        for index in sorted(set(indices)):
            array = int(np.searchsorted(self._ends, index, side="right"))
            pixels = arrays[array].shape[1:] if arrays[array].ndim > 2 else arrays[array].shape
            joined = JOIN_BYTES // (int(np.prod(pixels)) * arrays[array].dtype.itemsize)
            if slices and slices[-1][0] == array and index - slices[-1][1][-1] <= max(1, joined):
                slices[-1][1].append(index)
            else:
                slices.append((array, [index]))

        def fetch(part: tuple[int, list[int]]) -> None:
            array, wanted = part
            first = wanted[0] - (int(self._ends[array - 1]) if array else 0)
            stack = (
                arrays[array][:]
                if arrays[array].ndim == 2
                else arrays[array][first : first + wanted[-1] - wanted[0] + 1]
            )
            frames = _channels_first(np.asarray(stack))
            found.update({index: frames[index - wanted[0]] for index in wanted})

        with ThreadPoolExecutor(PARALLEL_REQUESTS) as pool:
            ask_tiled(self._root_uri, lambda: list(pool.map(fetch, slices)))
        return [found[index] for index in indices]


class FolderFrames:
    """The frames of image files, sorted by path; each page of a TIFF stack is a frame.

    Grayscale keeps its depth (8, 16 or 32 bits, integer or float); everything with colour becomes RGB.

    Args:
        root: folder that ``names`` are relative to.
        names: files, or folders that are searched through.

    Raises:
        DataError: nothing there, or a file that is no image.
    """

    def __init__(self, root: Path, names: Sequence[str]) -> None:
        self._pages: list[tuple[Path, int]] = []
        for name in names:
            start = root / name
            files = (
                [start]
                if start.is_file()
                else sorted(p for p in start.rglob("*") if p.suffix.lower() in IMAGE_SUFFIXES)
            )
            if not files:
                reason = "holds no images" if start.is_dir() else "does not exist"
                raise DataError(f"{start}: {reason} ({', '.join(IMAGE_SUFFIXES)})")
            for path in files:
                with _opened_image(path) as image:
                    self._pages += [(path, page) for page in range(getattr(image, "n_frames", 1))]

    def __len__(self) -> int:
        return len(self._pages)

    def read(self, indices: Sequence[int]) -> list[Frame]:
        """Return frames in the order of ``indices``.

        Raises:
            DataError: a file vanished or is damaged.
        """
        return [self._read_page(*self._pages[index]) for index in indices]

    @staticmethod
    def _read_page(path: Path, page: int) -> Frame:
        with _opened_image(path) as image:
            try:
                image.seek(page)
                gray = image.mode in ("1", "L", "LA", "F", "I") or image.mode.startswith("I;16")
                pixels = np.asarray(
                    image.convert("L") if image.mode in ("1", "LA") else image if gray else image.convert("RGB")
                )
            except (OSError, EOFError) as error:
                raise DataError(f"{path}: damaged image: {error}") from error
        frame: Frame = np.moveaxis(np.atleast_3d(pixels), -1, 0).astype(np.float32)
        return frame


def open_source(parameters: IOParameters) -> FrameSource:
    """Open what ``data_type``, ``root_uri`` and ``data_uris`` name."""
    if parameters.data_type == "tiled":
        key = parameters.data_tiled_api_key
        return TiledFrames(parameters.root_uri, parameters.data_uris, key.get_secret_value() if key else None)
    return FolderFrames(Path(parameters.root_uri), parameters.data_uris)


def load_detector_mask(parameters: IOParameters) -> Mask | None:
    """Return the detector's gaps, true where there is no sensor, of shape (height, width); none when not configured.

    Raises:
        DataError: the mask cannot be read or has not two dimensions.
    """
    uri, key = parameters.detector_uri, parameters.detector_tiled_api_key
    if uri is None:
        return None
    if parameters.detector_source == "tiled":
        node = tiled_node(uri, key.get_secret_value() if key else None)
        mask = np.asarray(ask_tiled(uri, lambda: node[:]))
    else:
        try:
            mask = np.load(uri, allow_pickle=False)
        except (OSError, ValueError) as error:
            raise DataError(f"{uri}: not a mask saved by numpy.save: {error}") from error
    if mask.ndim != 2:
        raise DataError(f"{uri}: a detector mask has the shape (height, width), not {mask.shape}")
    gaps: Mask = mask.astype(bool)
    return gaps


def tiled_node(uri: str, api_key: str | None) -> Any:
    """Connect to a Tiled server and return its client for ``uri``.

    Raises:
        DataError: no such server or node, or the key is refused.
    """
    return ask_tiled(uri, lambda: from_uri(uri, api_key=api_key))


def ask_tiled(uri: str, question: Callable[[], Answer]) -> Answer:
    """Run a request to Tiled and say in one line what went wrong.

    Raises:
        DataError: in place of every error of the network and the server.
    """
    try:
        return question()
    except ClientError as error:
        status = error.response.status_code
        if status in (401, 403):
            raise DataError(
                f"{uri}: Tiled refuses the API key ({status}): check the key in io_parameters or TILED_API_KEY"
            ) from error
        raise DataError(f"{uri}: Tiled answered {status}: {error}") from error
    except httpx.HTTPError as error:
        raise DataError(f"{uri}: no answer from a Tiled server: {error}") from error
    except RuntimeError as error:
        # Tiled's client raises a bare RuntimeError when a key is needed and none is given.
        if "requires API key" not in str(error):
            raise
        raise DataError(f"{uri}: Tiled asks for an API key: give one in io_parameters or TILED_API_KEY") from error


def _tiled_array(root: Any, root_uri: str, key: str) -> Any:
    try:
        array = ask_tiled(root_uri, lambda: root[key.strip("/")])
    except KeyError as error:
        held = ask_tiled(root_uri, lambda: list(root.keys()[:10]))
        raise DataError(f"{root_uri}: no array {key!r}; it holds {', '.join(held) or 'nothing'}") from error
    if not hasattr(array, "dtype"):
        raise DataError(f"{root_uri}: {key!r} is a {type(array).__name__.removesuffix('Client').lower()}, not an array")
    return array


def _count_frames(name: str, shape: tuple[int, ...]) -> int:
    has_channels = len(shape) == 4 and bool({shape[1], shape[-1]} & {1, 3})
    if 0 in shape or not (len(shape) in (2, 3) or has_channels):
        raise DataError(
            f"{name!r} has the shape {shape}; expected (height, width), (frames, height, width), or four dimensions "
            "with 1 or 3 channels second or last"
        )
    return 1 if len(shape) == 2 else shape[0]


def _channels_first(stack: npt.NDArray[Any]) -> Frame:
    if stack.ndim == 2:
        stack = stack[None]
    if stack.ndim == 3:
        stack = stack[:, None]
    elif stack.shape[1] not in (1, 3):
        stack = np.moveaxis(stack, -1, 1)
    frames: Frame = stack.astype(np.float32)
    return frames


def _opened_image(path: Path) -> Image.Image:
    try:
        return Image.open(path)
    except (OSError, UnidentifiedImageError) as error:
        raise DataError(f"{path}: cannot be read as an image: {error}") from error
