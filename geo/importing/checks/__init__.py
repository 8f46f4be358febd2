"""All checks of a list at once, its findings, its duplicates, and edits that are checked again."""
