"""The screen of coverage: ask, answer, show, hand over."""
