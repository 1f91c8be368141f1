"""Turns bytes into cells of Python and back."""
