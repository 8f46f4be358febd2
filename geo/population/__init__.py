"""Other counts of people than the shipped model: a table or a GeoTIFF of the user's own."""
