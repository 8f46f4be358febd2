"""Measures put together: county table, county card, coverage study; asked alike by page, command and API."""
