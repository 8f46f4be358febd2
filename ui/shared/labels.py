"""What the codes of the frames are called on screen."""

from collections.abc import Callable

import pandas as pd

from geo import schema
from geo.geodesy.datums import BD09, GCJ02, WGS84
from geo.network.network import Network
from geo.network.summary import PER_10K_RESIDENTS, PER_10K_WORKERS
from ui.shared.language import FIRST_LANGUAGE, N_, t

STATUSES = {
    "operating": N_("Operating"),
    "under_construction": N_("Under construction"),
    "planned": N_("Planned"),
    "institution_only": N_("Institution without a venue"),
    "closed": N_("Closed"),
}
DATUM_WORDS = {
    WGS84: N_("WGS-84: GPS devices, Tianditu, CGCS2000"),
    GCJ02: N_("GCJ-02: Amap, Tencent, Ovital"),
    BD09: N_("BD-09: Baidu"),
}
ORIGINS = {
    schema.SOURCED: N_("From a published source"),
    schema.IMPORTED: N_("From an imported list"),
    schema.SIMULATED: N_("Simulated"),
}
SERVICES = {
    "water": N_("Drinking water"),
    "hot_meal": N_("Hot meals"),
    "charging": N_("Phone charging"),
    "rest": N_("Rest"),
    "first_aid": N_("First aid"),
    "reading": N_("Reading"),
    "toilet": N_("Toilet"),
    "shower": N_("Shower"),
    "laundry": N_("Laundry"),
    "wifi": N_("Wi-Fi"),
    "cooling_heating": N_("Cooling and heating"),
    "parking": N_("Parking"),
    "repair": N_("Vehicle repair"),
    "ev_charging": N_("Vehicle charging"),
    "counselling": N_("Counselling"),
    "legal_advice": N_("Legal advice"),
    "mother_baby": N_("Mother and baby room"),
    "training": N_("Training"),
    "sports": N_("Sports"),
    "culture": N_("Culture"),
}
PRECISIONS = {
    "point": N_("Exact point"),
    "road": N_("Road"),
    "town": N_("Town"),
    "county": N_("Somewhere in the county"),
    "unknown": N_("Place unknown"),
}
SHADES = {
    PER_10K_RESIDENTS: N_("Facilities per 10,000 residents"),
    PER_10K_WORKERS: N_("Facilities per 10,000 workers"),
    schema.RESIDENTS: N_("Residents (census 2020)"),
    "none": N_("No shading"),
}


def translated(words: dict[str, str]) -> dict[str, str]:
    """Say every word of a table in this session's language."""
    return {code: t(word) for code, word in words.items()}


def namer(words: dict[str, str]) -> Callable[[str], str]:
    """Return a function from code to the words of this session's language, fixed when it is made."""
    return translated(words).__getitem__


def type_names(network: Network, *, language: str) -> dict[str, str]:
    """Return the name of every facility type in a language, by code."""
    types = network.facility_types
    return _names(types[schema.NAME_ZH], types[schema.NAME_EN], language=language)


def region_names(network: Network, *, language: str) -> dict[str, str]:
    """Return the name of every region in a language, by adcode."""
    return _names(network.regions[schema.NAME], network.regions[schema.NAME_EN], language=language)


def _names(zh: pd.Series, en: pd.Series, *, language: str) -> dict[str, str]:
    named = zh if language == FIRST_LANGUAGE else en.fillna(zh)
    return dict(zip(zh.index, named, strict=True))
