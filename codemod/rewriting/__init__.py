"""What a changed place looks like, with its comments and line breaks kept."""
