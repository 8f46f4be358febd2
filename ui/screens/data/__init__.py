"""The screens on which a list is imported: dropped, confirmed, fixed, compared, applied."""
