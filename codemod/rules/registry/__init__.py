"""MLF3xx: the stages of the model registry."""
