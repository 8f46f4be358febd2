"""Say what is wrong with the counties a list declares, and how each was understood."""

from functools import partial

import pandas as pd

from geo import schema
from geo.importing.columns.header_matching import ColumnMapping
from geo.importing.findings import findings_where
from geo.importing.location.county_names import CANDIDATES, ENDED_YEAR, FOUND_BY, MATCHED
from geo.importing.location.gazetteer import NAMESAKE, TOWN, ZONE, Gazetteer
from geo.importing.location.row_places import ADDRESS_COUNTY, ADDRESS_TEXT, COUNTY_TEXT, DECLARED_TEXT
from geo.importing.text_columns import values


def county_findings(
    declared: pd.DataFrame, of_point: pd.Series, *, mapping: ColumnMapping, gazetteer: Gazetteer
) -> list[pd.DataFrame]:
    """Say of every row what is wrong with the county it declares, or how it was understood.

    Parameters
    ----------
    declared
        As from `declared_counties`.
    of_point
        The county each row's point lies in, missing where there is none: it answers what the words leave
        open.
    mapping
        What the headers are taken for.
    gazetteer
        The names.
    """
    names = pd.Series(gazetteer.names)
    county, said = declared[schema.COUNTY], declared[DECLARED_TEXT]
    county_name = county.map(names)
    findings_of = partial(
        findings_where,
        column=mapping.fields.get(schema.COUNTY) or mapping.fields.get(schema.ADDRESS),
        name=schema.COUNTY,
    )
    open_still, by_point = county.isna() & of_point.isna(), county.isna() & of_point.notna()
    asked, abroad = declared[CANDIDATES].notna(), declared[FOUND_BY] == NAMESAKE
    # A point among the counties in question is the answer.
    answered = pd.Series(
        [
            isinstance(code, str) and code in str(choices).split(schema.LIST_SEPARATOR)
            for code, choices in zip(values(of_point), values(declared[CANDIDATES]), strict=True)
        ],
        index=declared.index,
    )
    strange = declared[COUNTY_TEXT].notna() | asked | abroad
    ended = county.notna() & declared[ENDED_YEAR].notna()
    renamed = declared[ENDED_YEAR].astype("str").str.cat(county_name.fillna(""), sep=" → ")
    choices = declared[CANDIDATES].map(lambda codes: _choices(codes, gazetteer), na_action="ignore")
    cities = declared[MATCHED].map(lambda name: gazetteer.elsewhere.get(name, name), na_action="ignore")
    other = declared[ADDRESS_COUNTY]
    conflict = county.notna() & other.notna() & (county != other)
    return [
        findings_of("county_ambiguous", open_still & asked, values=said, details=choices),
        findings_of("county_elsewhere", open_still & abroad & ~asked, values=said, details=cities),
        findings_of("county_unknown", open_still & ~asked & ~abroad & strange, values=declared[COUNTY_TEXT]),
        findings_of(
            "county_by_point", by_point & strange & ~answered, values=said, details=of_point.map(names)
        ),
        findings_of("county_ended", ended, values=declared[MATCHED], details=renamed),
        findings_of(
            "county_from_zone",
            county.notna() & (declared[FOUND_BY] == ZONE),
            values=declared[MATCHED],
            details=county_name,
        ),
        findings_of(
            "county_from_town",
            county.notna() & (declared[FOUND_BY] == TOWN),
            values=declared[MATCHED],
            details=county_name,
        ),
        findings_of("county_address_conflict", conflict, values=declared[ADDRESS_TEXT], details=county_name),
    ]


def _choices(codes: str, gazetteer: Gazetteer) -> str:
    """Name the counties in question with their cities."""
    return "、".join(
        gazetteer.names.get(gazetteer.parents.get(code, ""), "") + gazetteer.names.get(code, code)
        for code in codes.split(schema.LIST_SEPARATOR)
    )
