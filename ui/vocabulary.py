"""What the codes of the frames are called on screen."""

from collections.abc import Callable

import pandas as pd

from geo import schema
from geo.network import Network
from geo.summary import PER_10K_RESIDENTS, PER_10K_WORKERS
from ui.words import N_, local_name, t

STATUSES = {
    "operating": N_("Operating"),
    "under_construction": N_("Under construction"),
    "planned": N_("Planned"),
    "institution_only": N_("Institution without a venue"),
    "closed": N_("Closed"),
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


def namer(words: dict[str, str]) -> Callable[[str], str]:
    """Give a function from code to the words of this session's language."""
    return lambda code: t(words[code]) if code in words else code


def type_names(network: Network) -> dict[str, str]:
    """Give the name of every facility type in this session's language, by code."""
    types = network.facility_types
    return _names(types["name_zh"], types["name_en"])


def region_names(network: Network) -> dict[str, str]:
    """Give the name of every region in this session's language, by adcode."""
    return _names(network.regions[schema.NAME], network.regions[schema.NAME_EN])


def _names(zh: pd.Series, en: pd.Series) -> dict[str, str]:
    return {code: local_name(zh[code], en[code]) for code in zh.index}
