"""Which base maps may be chosen, in which datum they are drawn, and which hosts they load from."""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geo.errors import GeoDataError, Message

LISTING = Path(__file__).resolve().parent / "basemaps.toml"
NONE = "none"
# CGCS2000 equals WGS-84 at this accuracy; BD-09 tiles also have a grid of their own and are not offered.
DATUMS = ("WGS-84", "CGCS2000", "GCJ-02")
LANGUAGES = ("zh", "en")
FIELDS = {
    "label": dict,
    "datum": str,
    "urls": list,
    "attribution": str,
    "max_zoom": int,
    "enabled": bool,
}
OPTIONAL = {"subdomains": str}
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
DEEPEST_ZOOM = 24


@dataclass(frozen=True)
class Basemap:
    """Describe one base map that may be chosen; `urls` are drawn one over the other."""

    name: str
    label: Mapping[str, str]
    datum: str
    urls: tuple[str, ...]
    attribution: str
    max_zoom: int
    subdomains: str = "abc"


def read_basemaps(
    listing: Path = LISTING, *, environment: Mapping[str, str] = os.environ
) -> tuple[Basemap, ...]:
    """Read the enabled base maps in the order of the list.

    Parameters
    ----------
    listing
        A TOML file, one table a base map.
    environment
        Where keys such as ``${TIANDITU_KEY}`` are looked up; an entry whose key is not set is left out.

    Raises
    ------
    GeoDataError
        The file is missing or not TOML, or entries lack a field, have a wrong one, an unknown datum, or no
        usable address; every faulty entry is named at once, disabled ones too.
    """
    try:
        entries = tomllib.loads(listing.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise GeoDataError("data_file_missing", name=listing.name) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise GeoDataError("basemaps_no_toml", name=listing.name, reason=fault) from None
    faults = [
        Message("fault_of_entry", name=name, fault=fault)
        for name, entry in entries.items()
        for fault in _faults(name, entry)
    ]
    if faults:
        raise GeoDataError("basemaps_unusable", name=listing.name, faults=[*faults])
    enabled = {name: entry for name, entry in entries.items() if entry["enabled"]}
    return tuple(
        _basemap(name, entry, environment)
        for name, entry in enabled.items()
        if all(environment.get(key) for url in entry["urls"] for key in VARIABLE.findall(url))
    )


def browser_choice(basemaps: Iterable[Basemap], *, language: str) -> list[dict[str, Any]]:
    """Say the base maps as `geo.drawing.map_state.map_state` takes them.

    Parameters
    ----------
    basemaps
        What `read_basemaps` gave.
    language
        `zh` or `en`.
    """
    return [
        {
            "id": basemap.name,
            "label": basemap.label[language],
            "datum": basemap.datum,
            "urls": list(basemap.urls),
            "attribution": basemap.attribution,
            "max_zoom": basemap.max_zoom,
            "subdomains": basemap.subdomains,
        }
        for basemap in basemaps
    ]


def image_hosts(basemaps: Iterable[Basemap]) -> tuple[str, ...]:
    """List the origins the base maps load tiles from, as sources of ``img-src``.

    Parameters
    ----------
    basemaps
        What `read_basemaps` gave.
    """
    urls = (
        url.replace("{s}", letter)
        for basemap in basemaps
        for url in basemap.urls
        for letter in (basemap.subdomains if "{s}" in url else "-")
    )
    hosts = (urlsplit(url) for url in urls)
    return tuple(dict.fromkeys(f"{host.scheme}://{host.netloc}" for host in hosts))


def _basemap(name: str, entry: Mapping[str, Any], environment: Mapping[str, str]) -> Basemap:
    return Basemap(
        name=name,
        label=dict(entry["label"]),
        datum=entry["datum"],
        urls=tuple(VARIABLE.sub(lambda found: environment[found[1]], url) for url in entry["urls"]),
        attribution=entry["attribution"],
        max_zoom=entry["max_zoom"],
        subdomains=entry.get("subdomains", "abc"),
    )


def _faults(name: str, entry: Any) -> list[Message]:
    if not isinstance(entry, dict):
        return [Message("basemap_no_table")]
    faults = [Message("basemap_lacks", field=field) for field in FIELDS if field not in entry]
    known = FIELDS | OPTIONAL
    faults += [Message("basemap_has", field=field) for field in entry if field not in known]
    faults += [
        Message("basemap_of_wrong_kind", field=field, kind=known[field].__name__)
        for field, value in entry.items()
        if field in known and type(value) is not known[field]
    ]
    return faults or _meaning_faults(name, entry)


def _meaning_faults(name: str, entry: Mapping[str, Any]) -> list[Message]:
    faults = []
    if entry["datum"] not in DATUMS:
        faults.append(Message("basemap_datum", datum=entry["datum"], known=[*DATUMS]))
    if set(entry["label"]) != set(LANGUAGES):
        faults.append(Message("basemap_label", languages=[*LANGUAGES]))
    if not entry["urls"] and name != NONE:
        faults.append(Message("basemap_without_urls"))
    if not 1 <= entry["max_zoom"] <= DEEPEST_ZOOM:
        faults.append(Message("basemap_zoom", zoom=entry["max_zoom"], most=DEEPEST_ZOOM))
    faults += [Message("basemap_url", url=url) for url in entry["urls"] if not _is_tile_url(url)]
    return faults


def _is_tile_url(url: object) -> bool:
    # A space or a semicolon would end the host's place in the content-security policy.
    return (
        isinstance(url, str)
        and re.fullmatch(r"https?://[^\s;,'\"<>]+", url) is not None
        and all(part in url for part in ("{z}", "{x}", "{y}"))
    )
