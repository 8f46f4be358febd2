"""The one place of `geo` that looks at a clock."""

from datetime import UTC, date, datetime


def today() -> date:
    """Return the day it is where the command runs."""
    return datetime.now(UTC).astimezone().date()


def now() -> datetime:
    """Return the moment it is, aware of its time zone."""
    return datetime.now(UTC)
