"""MLF5xx: stores, servers and environments."""
