"""Find the names near one that does not exist, for the message that says so."""

import difflib
from collections.abc import Iterable

NEAR_LIMIT = 4
NEAR_CUTOFF = 0.3
# No name is as long; looking for what is like it would only cost time.
LONGEST = 100


def near_names(name: str, known: Iterable[str]) -> str:
    """List the known names most like `name`, best first, as text.

    Parameters
    ----------
    name
        What was asked for.
    known
        The names that exist.

    Returns
    -------
    str
        At most four names joined by commas; empty when nothing is alike.
    """
    if len(name) > LONGEST:
        return ""
    near = difflib.get_close_matches(name, list(known), n=NEAR_LIMIT, cutoff=NEAR_CUTOFF)
    return ", ".join(near)
