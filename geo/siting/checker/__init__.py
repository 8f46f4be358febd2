"""The independent check of every plan; it shares no code with any search."""
