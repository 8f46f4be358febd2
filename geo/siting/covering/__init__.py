"""Covering models: most people with a number of sites, every person with the fewest, fairness, backup."""
