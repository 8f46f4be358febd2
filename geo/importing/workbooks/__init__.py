"""Workbooks for the user's own hands: the template, and the rows that wait to be corrected."""
