"""What an exported file says of itself: source, how old, what was asked, and what share is simulated."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

import pandas as pd

from geo import schema
from geo.catalog import Entry
from geo.errors import InvalidValueError
from geo.fields import CODE_NAMES

PROGRAM = "桂工图"
NOTHING_ASKED = "全部"
BETWEEN_VALUES = "、"
SHARE_DECIMALS = 6
_DATE = r"\d{4}(-\d{2}){0,2}"

# What each condition of a selection is called, and the column whose codes it holds.
CONDITIONS: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "types": ("类型", schema.FACILITY_TYPE),
        "prefectures": ("设区市", schema.PREFECTURE),
        "counties": ("县区", schema.COUNTY),
        "statuses": ("状态", schema.STATUS),
        "origins": ("数据性质", schema.ORIGIN),
        "services": ("服务", schema.SERVICES),
        "text": ("文字", None),
    }
)

Names = Mapping[str, Mapping[str, str]]


class Named(Protocol):
    """Whatever knows the data's catalogue and what types and regions are called, as a `Network`."""

    @property
    def catalog(self) -> Mapping[str, Entry]:
        """Return the catalogue's entries by name."""

    @property
    def facility_types(self) -> pd.DataFrame:
        """Return the types, indexed by code."""

    @property
    def regions(self) -> pd.DataFrame:
        """Return the regions, indexed by adcode."""


@dataclass(frozen=True)
class Source:
    """Name one data set the rows come from."""

    name: str
    title: str = ""
    source: str = ""
    as_of: str = ""
    retrieved: str = ""
    licence: str = ""
    attribution: str = ""


@dataclass(frozen=True)
class Provenance:
    """Hold what a file says of itself.

    `filters` maps what was asked to the answer, both in words; `simulated_share` is 0-1, or None where
    nothing can be simulated; `names` maps a column to what its codes are called, for the columns with
    words that an export adds.
    """

    title: str
    attribution: tuple[str, ...]
    sources: tuple[Source, ...]
    filters: Mapping[str, str]
    simulated_share: float | None
    rows: int
    generated_on: dt.date
    names: Names = field(default_factory=lambda: MappingProxyType({}))

    @property
    def notice(self) -> str:
        """Warn of simulated rows, in both languages; empty if there are none."""
        if not self.simulated_share:
            return ""
        share = percent(self.simulated_share)
        return (
            f"其中 {share} 为模拟数据，不代表任何真实设施，不得用于查找站点。 "
            f"{share} of the rows are simulated: they are no real places and must not be used to find one."
        )

    @property
    def summary(self) -> str:
        """Say what the file holds."""
        asked = [f"{label}：{value}" for label, value in self.filters.items()]
        simulated = "" if self.simulated_share is None else f"模拟 {percent(self.simulated_share)}"
        parts = (PROGRAM, self.title, *(asked or [NOTHING_ASKED]), f"{self.rows} 条", simulated)
        return " | ".join(part for part in (*parts, self.generated_on.isoformat()) if part)


def percent(share: float) -> str:
    """Write a share; one that is neither nothing nor all is never written as such."""
    if 0 < share < 1:
        share = min(max(share, 0.001), 0.999)
    return f"{share:.1%}"


def simulated_share(frame: pd.DataFrame) -> float | None:
    """Return the share of rows that are simulated.

    Returns
    -------
    float or None
        0-1; None for an empty frame and for one whose rows have no origin.
    """
    if schema.ORIGIN not in frame.columns or frame.empty:
        return None
    return float(frame[schema.ORIGIN].eq(schema.SIMULATED).to_numpy(dtype=bool).mean())


def latest(facilities: pd.DataFrame) -> str:
    """Return the latest date of those that are not simulated; empty if none has one."""
    dates = facilities.loc[facilities[schema.ORIGIN] != schema.SIMULATED, schema.AS_OF].dropna()
    dates = dates[dates.str.fullmatch(_DATE)]
    return str(dates.max()) if len(dates) else ""


def provenance_of(
    rows: pd.DataFrame,
    network: Named,
    *,
    title: str,
    filters: Mapping[str, str],
    generated_on: dt.date,
    entries: Iterable[str] = (),
) -> Provenance:
    """Describe rows about to be exported.

    Parameters
    ----------
    rows
        What will be exported; the sources are the catalogue entries in its column `dataset`.
    network
        Where catalogue and names stand.
    title
        What the rows are, in a few words.
    filters
        What was asked, in words; see `filters_in_words`.
    generated_on
        The day, from the caller's clock.
    entries
        Catalogue entries of rows that do not name their own, as `regions`.

    Returns
    -------
    Provenance
        Sources in the order of the catalogue, then those it does not know.
    """
    own = rows[schema.DATASET].dropna().unique() if schema.DATASET in rows.columns else ()
    used = {*map(str, own), *entries}
    known = [_source(entry) for name, entry in network.catalog.items() if name in used]
    sources = [*known, *(Source(name=name) for name in sorted(used - set(network.catalog)))]
    return Provenance(
        title=title,
        attribution=tuple(dict.fromkeys(source.attribution for source in sources if source.attribution)),
        sources=tuple(sources),
        filters=MappingProxyType(dict(filters)),
        simulated_share=simulated_share(rows),
        rows=len(rows),
        generated_on=generated_on,
        names=names_of_codes(network),
    )


def names_of_codes(network: Named) -> Names:
    """Return what the codes of types, regions, states and origins are called, in Chinese, by column."""
    types, regions = network.facility_types[schema.NAME_ZH], network.regions[schema.NAME]
    region_names = dict(zip(regions.index, regions, strict=True))
    return MappingProxyType(
        {
            schema.FACILITY_TYPE: dict(zip(types.index, types, strict=True)),
            schema.COUNTY: region_names,
            schema.PREFECTURE: region_names,
            schema.STATUS: CODE_NAMES[schema.STATUS],
            schema.ORIGIN: CODE_NAMES[schema.ORIGIN],
        }
    )


def filters_in_words(conditions: Mapping[str, Iterable[str] | str | None], names: Names) -> dict[str, str]:
    """Say what was asked.

    Parameters
    ----------
    conditions
        What `Network.select` was given, by the names of its parameters; a value without a name is
        shown as it is, so counties may be adcodes or names.
    names
        What codes are called, by column.

    Returns
    -------
    dict
        Words by words, as `{"类型": "工会驿站", "县区": "青秀区"}`; what was not asked is left out.

    Raises
    ------
    InvalidValueError
        There is no such condition.
    """
    strange = [key for key in conditions if key not in CONDITIONS]
    if strange:
        raise InvalidValueError("conditions_unknown", names=strange, known=[*CONDITIONS])
    asked: dict[str, str] = {}
    for key, (label, column) in CONDITIONS.items():
        values = conditions.get(key)
        if values is None or values == "":
            continue
        words = {**CODE_NAMES.get(column or "", {}), **names.get(column or "", {})}
        listed = [values] if isinstance(values, str) else list(values)
        asked[label] = BETWEEN_VALUES.join(words.get(value, value) for value in listed)
    return asked


def as_json(about: Provenance) -> dict[str, Any]:
    """Return what stands in a GeoJSON file as the foreign member `provenance`."""
    share = about.simulated_share
    return {
        "title": about.title,
        "program": PROGRAM,
        "generated_on": about.generated_on.isoformat(),
        "rows": about.rows,
        "filters": dict(about.filters),
        "simulated_share": None if share is None else round(share, SHARE_DECIMALS),
        "notice": about.notice,
        "attribution": list(about.attribution),
        "sources": [vars(source) for source in about.sources],
    }


def as_rows(about: Provenance) -> list[tuple[str, str]]:
    """Return what stands in tables: pairs of a word and its text, in a fixed order."""
    simulated = "" if about.simulated_share is None else percent(about.simulated_share)
    rows = [
        ("标题 title", about.title),
        ("程序 program", PROGRAM),
        ("导出日期 generated_on", about.generated_on.isoformat()),
        ("条数 rows", str(about.rows)),
        ("模拟比例 simulated_share", simulated),
        ("提示 notice", about.notice),
        *((f"筛选 filter: {label}", value) for label, value in about.filters.items()),
        *(("署名 attribution", line) for line in about.attribution),
    ]
    for source in about.sources:
        rows += [(f"来源 source: {source.name}: {key}", text) for key, text in vars(source).items() if text]
    return [(key, text) for key, text in rows if text]


def _source(entry: Entry) -> Source:
    return Source(
        name=entry.name,
        title=entry.title,
        source=entry.source,
        as_of=entry.as_of,
        retrieved=entry.retrieved,
        licence=entry.licence,
        attribution=entry.attribution,
    )
