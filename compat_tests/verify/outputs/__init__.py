"""The result of a proof in each of its forms."""
