"""A convolutional autoencoder for detector images, in Lightning and MLflow 2 style.

The modules in the order in which data moves through them: ``parameters`` (what a user may set), ``sources`` (frames
from Tiled or folders), ``data`` (frames to batches), ``model``, ``train``, ``inference``, ``serve``.

This file imports nothing: a logged model carries the package along, and whoever loads it needs ``model`` alone.
"""
