"""Supply against demand: floating catchments, distance decay and equity."""
