"""Nearest, within and pairs: distances between two sets of places, and tables of costs."""
