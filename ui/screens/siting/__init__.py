"""The screen of siting: ask, search, show, change, keep, hand over."""
