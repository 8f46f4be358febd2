"""What the browser fetches besides the screens: assets, map data, headers, the read-only API."""
