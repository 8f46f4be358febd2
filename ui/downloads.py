"""Hand over exactly what is filtered, as a file."""

from ui.answers import Answer


def offer_files(answer: Answer) -> None:
    """Offer files."""
