"""What a run says, one module per format, all from the same `Report`."""

FORMATS = ("text", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson", "markdown", "html")
"""What ``--format`` offers; a module of this name makes each."""
