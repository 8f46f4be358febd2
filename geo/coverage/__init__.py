"""Who is within reach: shares, opening hours, the double test, uncertainty, ranking, gaps and land."""
