"""The release of this program; what the rest of it asks, so that no room needs the package as a whole."""

__version__ = "0.1.0"
