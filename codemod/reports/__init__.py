"""What a run says, one module per format, all from the same `Report`."""
