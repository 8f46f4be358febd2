"""Where a row lies: counties and places by name, points, and the datum they are given in."""
