"""The one place of `geo` that looks at a clock."""

from datetime import UTC, date, datetime


def today() -> date:
    """Give the day it is where the command runs."""
    return datetime.now(UTC).astimezone().date()
