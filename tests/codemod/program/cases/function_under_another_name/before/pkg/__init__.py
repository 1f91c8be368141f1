from .io import keep
