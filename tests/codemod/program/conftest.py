"""The projects below ``cases`` are inputs, some of them with tests of their own that are not to be collected."""

collect_ignore = ["cases"]
