"""The screens on which a list is brought in: dropped, confirmed, mended, compared, applied."""
