"""The p-center model: the farthest person as near as can be."""
