"""The steps that lead a registry of any earlier release to the present tables."""
