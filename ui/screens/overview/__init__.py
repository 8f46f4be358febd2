"""The overview: what exists, what is only known to exist, what is simulated."""
