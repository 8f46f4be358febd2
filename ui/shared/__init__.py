"""What every screen uses: link, filters, language, labels, caches, map, downloads and long jobs."""
