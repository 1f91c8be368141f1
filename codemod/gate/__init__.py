"""Which findings count in a run."""
