"""The whole network on one page: read every file once, then answer what is asked of it."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypedDict, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import schema
from geo.arrays import Mask
from geo.catalog import DATA_FOLDER, Entry, read_catalog
from geo.errors import Message, UnknownNameError
from geo.names import near_names
from geo.network.counts import read_counts, read_standards
from geo.network.demand import read_demand, read_townships
from geo.network.facilities import read_facilities, read_facility_types
from geo.network.own_lists import ImportedLists, Joined, join_imported, with_entry
from geo.network.regions import find_county, find_prefecture, read_display_regions, read_regions


class Conditions(TypedDict, total=False):
    """Name what may be asked of the facilities; None or absent asks nothing.

    `types`, `statuses` and `origins` are codes, `counties` and `prefectures` adcodes, full or short
    names (青秀, 青秀区, 横县); a facility meets such a condition with any one of the values. `services`
    are codes and a facility must offer all of them. `text` holds words looked for in name, aliases
    and address; all must occur, case and width make no difference, and nothing in it is a pattern.
    """

    types: Iterable[str] | None
    counties: Iterable[str] | None
    prefectures: Iterable[str] | None
    statuses: Iterable[str] | None
    origins: Iterable[str] | None
    services: Iterable[str] | None
    text: str | None


READ_LATER = ("counties", "prefectures", "display_regions", "demand", "townships")


@dataclass(frozen=True)
class Network:
    """Hold everything that is known about the union service network; nothing in it is changed."""

    folder: Path
    catalog: Mapping[str, Entry]
    regions: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    facility_types: pd.DataFrame
    counts: pd.DataFrame
    standards: pd.DataFrame
    # What the user's own lists took the place of; None where there are none.
    joined: Joined | None = None

    @cached_property
    def counties(self) -> gpd.GeoDataFrame:
        """Return the 111 counties at full detail, in the order of their adcodes."""
        return self.regions[self.regions[schema.LEVEL] == schema.COUNTY_LEVEL]

    @cached_property
    def prefectures(self) -> gpd.GeoDataFrame:
        """Return the 14 prefectures at full detail, in the order of their adcodes."""
        return self.regions[self.regions[schema.LEVEL] == schema.PREFECTURE_LEVEL]

    @cached_property
    def display_regions(self) -> gpd.GeoDataFrame:
        """Return the outlines simplified for drawing; never join on them."""
        return read_display_regions(self.folder)

    @cached_property
    def demand(self) -> gpd.GeoDataFrame:
        """Return the population grid, read on first use."""
        return read_demand(self.folder)

    @cached_property
    def townships(self) -> gpd.GeoDataFrame:
        """Return the townships whose place is known, read on first use."""
        return read_townships(self.folder)

    @cached_property
    def _search_text(self) -> pd.Series:
        name, aliases, address = (
            self.facilities[column].fillna("") for column in (schema.NAME, schema.ALIASES, schema.ADDRESS)
        )
        texts: pd.Series = name + "\n" + aliases + "\n" + address
        return pd.Series(
            [_folded(text) for text in texts.to_numpy(dtype=object)], index=texts.index, dtype="str"
        )

    def select(self, **conditions: Unpack[Conditions]) -> gpd.GeoDataFrame:
        """Return the facilities that meet every condition; a condition left out is met by all.

        Parameters
        ----------
        **conditions
            See `Conditions`.

        Returns
        -------
        GeoDataFrame
            Rows of `facilities` in their order.

        Raises
        ------
        UnknownNameError
            A type, status, origin, service, county or prefecture does not exist; every unknown
            one is named together with the names near it.
        """
        return self.facilities[self.matches(**conditions)]

    def matches(self, **conditions: Unpack[Conditions]) -> Mask:
        """Return for every facility whether `select` with the same conditions would give it.

        Returns
        -------
        ndarray
            Boolean, one value a row of `facilities`, in their order.

        Raises
        ------
        UnknownNameError
            As in `select`.
        """
        coded = {
            schema.FACILITY_TYPE: _require_codes(
                conditions.get("types"), self.facility_types.index, what=Message("facility_type")
            ),
            schema.STATUS: _require_codes(
                conditions.get("statuses"), schema.STATUSES, what=Message("status")
            ),
            schema.ORIGIN: _require_codes(conditions.get("origins"), schema.ORIGINS, what=Message("origin")),
            schema.COUNTY: self.county_codes(conditions.get("counties")),
            schema.PREFECTURE: self.prefecture_codes(conditions.get("prefectures")),
        }
        wanted_services = _require_codes(
            conditions.get("services"), schema.SERVICE_CODES, what=Message("service")
        )
        keep = np.ones(len(self.facilities), dtype=bool)
        for column, codes in coded.items():
            if codes is not None:
                keep &= self.facilities[column].isin(codes).to_numpy()
        for service in wanted_services or ():
            keep &= self._serves(service)
        for word in _folded(conditions.get("text") or "").split():
            keep &= self._search_text.str.contains(word, regex=False).to_numpy()
        return keep

    def county_codes(self, counties: Iterable[str] | None) -> list[str] | None:
        """Turn county adcodes and names into adcodes; None stays None.

        Raises
        ------
        UnknownNameError
            Names every one that is not a county.
        """
        return _find_all(counties, self.regions, find_county)

    def prefecture_codes(self, prefectures: Iterable[str] | None) -> list[str] | None:
        """Turn prefecture adcodes and names into adcodes; None stays None.

        Raises
        ------
        UnknownNameError
            Names every one that is not a prefecture.
        """
        return _find_all(prefectures, self.regions, find_prefecture)

    def _serves(self, service: str) -> Mask:
        separator = schema.LIST_SEPARATOR
        offered = separator + self.facilities[schema.SERVICES].fillna("") + separator
        serves: pd.Series = offered.str.contains(f"{separator}{service}{separator}", regex=False)
        return serves.to_numpy(dtype=bool)


def load_network(folder: Path = DATA_FOLDER, *, imported: ImportedLists | None = None) -> Network:
    """Read every file of a data folder into one network.

    Parameters
    ----------
    folder
        A data folder with its `catalog.json`.
    imported
        The user's own lists; without them the network is public.

    Raises
    ------
    CatalogError
        A file is missing, changed, or has no entry.

    Examples
    --------
    >>> import geo
    >>> network = geo.load_network()
    >>> len(network.counties)
    111
    >>> network.select(types=["drivers_home"], counties=["青秀区"])["county"].unique().tolist()
    ['450103']
    """
    network = Network(
        folder=folder,
        catalog=read_catalog(folder),
        regions=read_regions(folder),
        facilities=read_facilities(folder),
        facility_types=read_facility_types(folder),
        counts=read_counts(folder),
        standards=read_standards(folder),
    )
    return network if imported is None else with_lists(network, imported)


def with_lists(network: Network, lists: ImportedLists) -> Network:
    """Return the network with the user's own lists in it; see `geo.network.own_lists.join_imported`.

    Parameters
    ----------
    network
        As from `load_network`, without lists.
    lists
        What the registry knows; the network itself if it holds no record.
    """
    if lists.records.empty:
        return network
    joined = join_imported(network.facilities, lists)
    catalog = with_entry(network.catalog, joined.entry)
    together = replace(network, catalog=catalog, facilities=joined.facilities, joined=joined)
    # What was read on first use does not depend on the facilities.
    vars(together).update({name: vars(network)[name] for name in READ_LATER if name in vars(network)})
    return together


def _require_codes(values: Iterable[str] | None, known: Iterable[str], *, what: Message) -> list[str] | None:
    if values is None:
        return None
    wanted, allowed = list(values), list(known)
    strange = [value for value in wanted if value not in allowed]
    if strange:
        hints = [
            Message("value_near", value=value, near=near_names(value, allowed) or Message("none"))
            for value in strange
        ]
        raise UnknownNameError("code_unknown", what=what, values=hints, known=allowed)
    return wanted


def _find_all(
    values: Iterable[str] | None, regions: gpd.GeoDataFrame, find: Callable[[str, gpd.GeoDataFrame], str]
) -> list[str] | None:
    if values is None:
        return None
    codes, faults = [], []
    for value in values:
        try:
            codes.append(find(value, regions))
        except UnknownNameError as fault:
            faults.append(fault.message)
    if faults:
        raise UnknownNameError("names_unknown", faults=faults)
    return codes


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
