"""Read coordinates as people write them, and say what had to be done to understand each pair."""

import re
import unicodedata

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.arrays import Floats, Mask
from geo.importing.text_columns import read_each
from geo.schema import LAT, LON

# The province with its sea and a margin; what lies in it once turned or scaled is taken to be meant so.
WEST, SOUTH, EAST, NORTH = 104.0, 20.0, 112.5, 26.8
MAX_DEGREES = 180.0
MINUTES, SECONDS = 60.0, 3600.0
SCALES = (1e5, 1e6, 1e7)
HOW = "how"
# What was done to a pair, and what is wrong with it.
AS_WRITTEN, BLANK, UNREADABLE, HALF, SWAPPED, SCALED, PROJECTED, IMPOSSIBLE = (
    "as_written",
    "blank",
    "unreadable",
    "half",
    "swapped",
    "scaled",
    "projected",
    "impossible",
)
# Metres of a Gauss-Krüger or UTM plane, with or without the zone in front.
_PROJECTED_MIN, _PROJECTED_MAX = 1e5, 5e7

_NUMBER = r"\d+(?:\.\d+)?"
_HEMISPHERE = (
    r"(?P<{0}>东经|北纬|西经|南纬|经度|纬度|longitude|latitude|east|north|west|south|lng|lon|lat|[ewns])"
)
_DMS = re.compile(
    rf"^(?:{_HEMISPHERE.format('before')})?[:：]?(?P<sign>[-+])?"
    rf"(?P<degrees>{_NUMBER})(?:[°º˚度d*])?"
    rf"(?:[:：]?(?P<minutes>{_NUMBER})(?:['′’‘`分m:：])?"
    rf"(?:(?P<seconds>{_NUMBER})(?:[\"″”“秒s]|''|′′|’’)?)?)?"
    rf"(?:{_HEMISPHERE.format('after')})?$",
    re.IGNORECASE,
)
_MARKED = re.compile(r"[°º˚度dD'′’分:：]")
_PAIR = re.compile(r"[,，;；、/|\s]+")
_FULL_STOPS = str.maketrans({"。": ".", "．": ".", "，": ",", "﹒": ".", "·": "."})
# What map programs and web pages leave in copied text, and nobody sees.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_NEGATIVE = ("西经", "南纬", "west", "south", "w", "s")
_NORTHERN = ("北纬", "纬度", "north", "latitude", "lat", "n", "南纬", "south", "s")


def degrees(text: str) -> tuple[float, str | None]:
    """Read one coordinate: decimal degrees, or degrees, minutes and seconds, with or without a direction.

    Returns
    -------
    tuple
        Degrees, not-a-number where the text is none; and `lon` or `lat` where it says which it is.
    """
    bare = _bare(text)
    found = _DMS.match(bare)
    if not found or (found["minutes"] and not _MARKED.search(bare)):
        return float("nan"), None
    value = float(found["degrees"])
    minutes, seconds = float(found["minutes"] or 0), float(found["seconds"] or 0)
    if minutes >= MINUTES or seconds >= MINUTES:
        return float("nan"), None
    value += minutes / MINUTES + seconds / SECONDS
    word = (found["before"] or found["after"] or "").lower()
    negative = found["sign"] == "-" or word in _NEGATIVE
    which = None if not word else LAT if word in _NORTHERN else LON
    return (-value if negative else value), which


def split_pair(text: str) -> tuple[str, str] | None:
    """Split one text that holds both coordinates; longitude first, unless the words say otherwise.

    Returns
    -------
    tuple or None
        The text of the longitude and of the latitude; None where there are not two.
    """
    bare = _folded(text).strip().strip("()[]（）【】")
    bare = re.sub(r"(?i)^point\s*\(?", "", bare).strip("() ")
    # A direction word starts a coordinate even where nothing stands between the two.
    bare = re.sub(r"(?<=.)(?=东经|北纬|经度|纬度)", ",", bare)
    parts = [part for part in _PAIR.split(bare) if part]
    if len(parts) > 2:  # noqa: PLR2004
        joined = re.match(r"^(.*?[\"″”秒′'分°度])[\s,]*([^\d]*\d.*)$", "".join(parts))
        parts = _halves(parts) or ([joined[1], joined[2]] if joined else [])
    if len(parts) != 2:  # noqa: PLR2004
        return None
    first, second = parts
    if degrees(first)[1] == LAT or degrees(second)[1] == LON:
        return second, first
    return first, second


def read_pairs(lon_texts: pd.Series, lat_texts: pd.Series) -> pd.DataFrame:
    """Read many pairs; turn round and scale down those that only then lie in Guangxi.

    Parameters
    ----------
    lon_texts, lat_texts
        Texts sharing one index, missing where blank.

    Returns
    -------
    DataFrame
        Indexed like `lon_texts`: `lon` and `lat` in degrees of whatever datum they are in, not-a-number
        unless both could be read; `how` says what was done or is wrong (`as_written`, `blank`, `half`,
        `unreadable`, `swapped`, `scaled`, `projected`, `impossible`).
    """
    lon, lon_says = _numbers(lon_texts)
    lat, lat_says = _numbers(lat_texts)
    given = lon_texts.notna().to_numpy(bool), lat_texts.notna().to_numpy(bool)
    how = np.full(len(lon), AS_WRITTEN, dtype=object)
    stated_swapped = (lon_says == LAT) | (lat_says == LON)
    lon, lat = np.where(stated_swapped, lat, lon), np.where(stated_swapped, lon, lat)
    how[stated_swapped] = SWAPPED
    inside = _in_province(lon, lat)
    swapped = ~inside & _in_province(lat, lon)
    lon, lat = np.where(swapped, lat, lon), np.where(swapped, lon, lat)
    how[swapped] = SWAPPED
    inside |= swapped
    for scale in SCALES:
        # Numbers without their point may be swapped too; one finding shows what was made of them.
        for x, y in ((lon / scale, lat / scale), (lat / scale, lon / scale)):
            small = ~inside & _in_province(x, y)
            lon, lat = np.where(small, x, lon), np.where(small, y, lat)
            how[small] = SCALED
            inside |= small
    projected = ~inside & _in_metres(lon) & _in_metres(lat)
    how[projected] = PROJECTED
    beyond = ~inside & ~projected & ((np.abs(lon) > MAX_DEGREES) | (np.abs(lat) > MAX_DEGREES / 2))
    # Zero and zero is what programs write for nothing.
    how[beyond | ((lon == 0) & (lat == 0))] = IMPOSSIBLE
    how[np.isnan(lon) | np.isnan(lat)] = UNREADABLE
    how[given[0] != given[1]] = HALF
    how[~given[0] & ~given[1]] = BLANK
    bad = np.isin(how, (BLANK, HALF, UNREADABLE, PROJECTED, IMPOSSIBLE))
    columns = {LON: np.where(bad, np.nan, lon), LAT: np.where(bad, np.nan, lat), HOW: how}
    return pd.DataFrame(columns, index=lon_texts.index).astype({HOW: "str"})


def read_joined(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Split a column that holds both coordinates; a text that is no pair stands in both halves.

    Returns
    -------
    tuple
        The texts of longitudes and latitudes, indexed like `texts`, missing where blank.
    """
    halves = [
        pair or (None, None) for pair in read_each(texts, lambda text: split_pair(text) or (text, text))
    ]
    return tuple(
        pd.Series([half[side] for half in halves], index=texts.index, dtype="str") for side in (0, 1)
    )  # type: ignore[return-value]


def _folded(text: str) -> str:
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).translate(_FULL_STOPS)


def _bare(text: str) -> str:
    folded = _folded(text)
    # Degrees, minutes and seconds apart by blanks alone must not run together.
    spaced = re.sub(r"(?<=\d)\s+(?=\d)", ":", folded.strip())
    return re.sub(r"\s+", "", spaced).strip(",;")


def _halves(parts: list[str]) -> list[str]:
    """Join pieces split at blanks inside a coordinate (108° 22′ 15″ 22° 49′ 3″)."""
    if len(parts) % 2:
        return []
    middle = len(parts) // 2
    return ["".join(parts[:middle]), "".join(parts[middle:])]


def _numbers(texts: pd.Series) -> tuple[Floats, npt.NDArray[np.object_]]:
    """Read plain numbers all at once, and each other distinct text by itself."""
    values = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan).copy()
    values[~np.isfinite(values)] = np.nan
    says = np.full(len(values), None, dtype=object)
    odd = np.isnan(values) & texts.notna().to_numpy(bool)
    if odd.any():
        strange = texts.to_numpy(dtype=object)[odd]
        read = {text: degrees(text) for text in dict.fromkeys(strange)}
        values[odd] = [read[text][0] for text in strange]
        says[odd] = [read[text][1] for text in strange]
    return values, says


def _in_province(lon: Floats, lat: Floats) -> Mask:
    return (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)


def _in_metres(values: Floats) -> Mask:
    return (np.abs(values) >= _PROJECTED_MIN) & (np.abs(values) <= _PROJECTED_MAX)
