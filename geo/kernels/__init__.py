"""Compiled loops, one module a family, and the loader that says which are at hand. A reader may skip them."""
