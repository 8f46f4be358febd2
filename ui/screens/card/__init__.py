"""The card of one county."""
