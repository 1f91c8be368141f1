"""Real images for a first run: scikit-learn's handwritten digits, which come with the package, into a Tiled server."""

import numpy as np
import numpy.typing as npt
from PIL import Image
from sklearn.datasets import load_digits

from reference_pipeline.errors import DataError
from reference_pipeline.sources import ask_tiled, tiled_node

SIDE = 32


def digit_images() -> npt.NDArray[np.uint8]:
    """Return the 1,797 digits, resized from 8 x 8 to 32 x 32 pixels: shape (1797, 32, 32), values 0 to 255."""
    small = (load_digits().images * (255 / 16)).round().astype(np.uint8)
    return np.stack(
        [np.asarray(Image.fromarray(image).resize((SIDE, SIDE), Image.Resampling.BICUBIC)) for image in small]
    )


def seed(uri: str, api_key: str | None = None, key: str = "digits") -> str:
    """Write the digits as one array. A second call finds them there and changes nothing.

    Args:
        uri: a Tiled server or a container on it.
        api_key: without one, Tiled's client takes ``TILED_API_KEY`` from the environment.
        key: name of the array.

    Returns:
        The array's own URI.

    Raises:
        DataError: the server does not answer, refuses the key, or holds something else under this name.
    """
    root = tiled_node(uri, api_key)
    images = digit_images()

    def write() -> str:
        if key not in root:
            root.write_array(images, key=key, metadata={"source": "sklearn.datasets.load_digits, resized"})
        elif getattr(root[key], "shape", None) != images.shape:
            raise DataError(f"{uri}: {key!r} exists and is not the digits; choose another key")
        return str(root[key].uri)

    return ask_tiled(uri, write)
