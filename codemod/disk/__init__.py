"""What the disk and Git say, and how files are put there whole. Knows nothing of MLflow or of findings."""
