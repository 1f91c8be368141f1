"""MLF2xx: how a model that was logged is found and loaded."""
