"""Files for others, each with its provenance."""
