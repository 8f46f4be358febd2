"""Parse JSON strictly (RFC 8259) and within bounds, before anything is made of it."""

import json
import math
import re
from collections import Counter
from typing import Any

import numpy as np

from geo.errors import GeoDataError

MAX_DEPTH = 64
MAX_DIGITS = 400
# Of the largest list that is read, with outlines; more would fill the memory.
MAX_THINGS, MAX_PARTS = 1_500_000, 6_000_000
PIECE = 2**20
_SURROGATE = re.compile("[\ud800-\udfff]")
Json = dict[str, Any]


class JsonFaultError(GeoDataError):
    """Carry what is wrong to where the file's name is known."""


def parse_strictly(data: bytes) -> Any:
    """Parse JSON that holds nothing the standard forbids, and no more than a list does.

    Raises
    ------
    JsonFaultError
        The text is not UTF-8, no JSON, too deep or too much; or has NaN, a number too large, a key twice, or
        a lone surrogate.
    """
    _require_shallow(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise JsonFaultError("json_no_utf8") from None
    try:
        return json.loads(
            text,
            object_pairs_hook=_members,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
    except json.JSONDecodeError as fault:
        raise JsonFaultError("json_syntax", line=fault.lineno, column=fault.colno) from None
    except RecursionError:
        raise JsonFaultError("json_too_deep") from None


def _require_shallow(data: bytes) -> None:
    """Count brackets outside strings, piece by piece, before the parser descends into them."""
    # What is escaped ends no string.
    letters = np.frombuffer(data.replace(b"\\\\", b"").replace(b'\\"', b""), dtype=np.uint8)
    depth = things = parts = quotes = 0
    for start in range(0, len(letters), PIECE):
        piece = letters[start : start + PIECE]
        quoted = quotes + np.cumsum(piece == ord('"'))
        quotes = int(quoted[-1])
        piece = piece[quoted % 2 == 0]
        if not len(piece):
            continue
        opened = (piece == ord("[")) | (piece == ord("{"))
        closed = (piece == ord("]")) | (piece == ord("}"))
        depths = depth + np.cumsum(opened.astype(np.int8) - closed.astype(np.int8), dtype=np.int64)
        if int(depths.max()) > MAX_DEPTH:
            raise JsonFaultError("json_nested", most=MAX_DEPTH)
        depth = int(depths[-1])
        things, parts = things + int(opened.sum()), parts + int((piece == ord(",")).sum())
        if things > MAX_THINGS or parts > MAX_PARTS:
            raise JsonFaultError("json_too_much", things=MAX_THINGS, parts=MAX_PARTS)


def _members(pairs: list[tuple[str, Any]]) -> Json:
    members = dict(pairs)
    if len(members) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise JsonFaultError("json_key_twice", key=short_text(twice))
    for name, value in pairs:
        for text in (name, *_texts(value)):
            if _SURROGATE.search(text):
                raise JsonFaultError("json_surrogate")
    return members


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _refuse_constant(name: str) -> Any:
    raise JsonFaultError("json_constant", name=name)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise JsonFaultError("json_number_too_large", number=short_text(text))
    return number


def _whole(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise JsonFaultError("json_number_too_large", number=short_text(text))
    return int(text)


def short_text(text: str) -> str:
    """Return the start of a text that may be shown."""
    return text[:20].encode("utf-8", "replace").decode()
