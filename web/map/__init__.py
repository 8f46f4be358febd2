"""What the map in the browser fetches: points, pictures, scripts, basemaps."""
