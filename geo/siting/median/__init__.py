"""Median models: the shortest total way, with and without capacities."""
