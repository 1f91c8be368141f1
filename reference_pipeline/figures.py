"""Pictures for people."""

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure


def reconstruction_figure(inputs: npt.NDArray[np.float32], reconstructions: npt.NDArray[np.float32]) -> Figure:
    """Draw inputs above their reconstructions, and the difference below, one column per frame.

    Args:
        inputs: (frames, channels, height, width), values in [0, 1].
        reconstructions: of the same shape.
    """
    # A Figure of its own, not pyplot's: no global state, no window system.
    figure = Figure(figsize=(1.1 * len(inputs) + 0.6, 3.8), layout="constrained")
    rows = {"input": inputs, "reconstruction": reconstructions, "difference": np.abs(inputs - reconstructions)}
    axes = figure.subplots(len(rows), len(inputs), squeeze=False)
    for row, (name, images) in zip(axes, rows.items(), strict=True):
        row[0].set_ylabel(name)
        for cell, image in zip(row, images, strict=True):
            cell.imshow(np.moveaxis(image, 0, -1), cmap="gray", vmin=0, vmax=1)
            cell.set_xticks([])
            cell.set_yticks([])
    error = float(np.mean((inputs - reconstructions) ** 2))
    figure.suptitle(f"{len(inputs)} frames, mean squared error {error:.4f}")
    return figure
