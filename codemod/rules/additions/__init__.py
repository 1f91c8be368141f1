"""MLF9xx: improvements that a user asks for by name."""
