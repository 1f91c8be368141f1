"""MLF1xx: how a model is logged."""
