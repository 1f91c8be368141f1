"""From named paths to written files: discovery, many files at once, and writing that leaves nothing half."""
