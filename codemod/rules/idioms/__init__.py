"""What several rules share: how programs write names, URIs, stages and commands."""
