"""Find the county an address or a county column names; what may mean several counties is never guessed."""

import re
import unicodedata
from collections.abc import Container, Iterator
from typing import NamedTuple

import pandas as pd

from geo import schema
from geo.importing.location.gazetteer import (
    ENDED_NAME,
    FULL,
    NAMESAKE,
    PLAIN_WORDS,
    PREFECTURE_FORM,
    ROADS,
    SHORT,
    TOWN,
    ZONE,
    Form,
    Gazetteer,
    Town,
)
from geo.importing.text_columns import values

FOUND_BY, CANDIDATES, MATCHED, TOWN_CODE, ENDED_YEAR, BESIDE = (
    "found_by",
    "candidates",
    "matched",
    "town_code",
    "ended_year",
    "beside",
)
STREET_EXCEPTION = "街道"
_BETWEEN = re.compile(r"[\s,，、;；:：|/\\()（）\[\]【】·•—–\-]+")
_PROVINCE = re.compile(r"^(?:(?:中国|中华人民共和国)?(?:广西壮族自治区|广西区|广西省|广西))+")
# The province must say 省 or 市: 北京路 and 海南路 are streets here.
_OTHER_PROVINCES = re.compile(
    r"^(北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州"
    r"|云南|陕西|甘肃|青海|台湾|内蒙古|西藏|宁夏|新疆|香港|澳门)(省|市|自治区|回族自治区|维吾尔自治区|特别行政区)"
)


class CountyMatch(NamedTuple):
    """Hold what a text says of its county.

    `county` is the adcode, None where it is unknown or may be several, which `candidates` lists;
    `found_by` says by what kind of name, `matched` by which text, `prefecture` what city the text or its
    context names, `town` the township, `ended_year` when the name ended, `beside` whether another county is
    named too.
    """

    county: str | None = None
    found_by: str | None = None
    matched: str | None = None
    candidates: tuple[str, ...] = ()
    prefecture: str | None = None
    town: Town | None = None
    ended_year: int | None = None
    beside: bool = False


class _Hit(NamedTuple):
    """Hold where a form stands in a text, and whether only region names stand before it."""

    start: int
    end: int
    form: Form
    leading: bool


def find_counties(
    texts: pd.Series, gazetteer: Gazetteer, *, prefectures: pd.Series | None = None
) -> pd.DataFrame:
    """Find the counties that many texts name.

    The longest names win; those that stand in front win over those further in; a short name (恭城) counts in
    front only, a short name that is a plain word (城中, 港口) only beside its city, and no name counts that
    goes on as a street's. Where no county is named, a zone or a township tells it, if it lies in one county
    only. A county that contradicts its city is not believed.

    Parameters
    ----------
    texts
        Addresses, or county columns; missing where blank.
    gazetteer
        The names.
    prefectures
        Adcodes of the city each row is in, sharing the index; missing where unknown.

    Returns
    -------
    DataFrame
        Indexed like `texts`: `county`, `found_by`, `matched`, `candidates` (joined by
        `schema.LIST_SEPARATOR`), `prefecture`, `town_code`, `ended_year`, `beside`; missing where nothing was
        found.
    """
    cities = pd.Series(None, index=texts.index, dtype="str") if prefectures is None else prefectures
    head = gazetteer.heads.head
    written = values(texts)
    heads = {text: head(_bare(text or "")) for text in dict.fromkeys(written)}
    keys = list(zip([heads[text] for text in written], values(cities), strict=True))
    # Many addresses share the part that tells the county; each such part is read once.
    places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    frame = _frame([find_one_county(text, gazetteer, prefecture=city) for text, city in places])
    return frame.take([places[key] for key in keys]).set_axis(texts.index)


def _frame(rows: list[CountyMatch]) -> pd.DataFrame:
    separator = schema.LIST_SEPARATOR
    columns = {
        schema.COUNTY: [row.county for row in rows],
        FOUND_BY: [row.found_by for row in rows],
        MATCHED: [row.matched for row in rows],
        CANDIDATES: [separator.join(row.candidates) or None for row in rows],
        schema.PREFECTURE: [row.prefecture for row in rows],
        TOWN_CODE: [row.town.code if row.town else None for row in rows],
    }
    frame = pd.DataFrame(columns, dtype="str")
    frame[ENDED_YEAR] = pd.array([row.ended_year for row in rows], dtype="Int64")
    frame[BESIDE] = pd.array([row.beside for row in rows], dtype="bool")
    return frame


def find_one_county(text: str, gazetteer: Gazetteer, *, prefecture: str | None = None) -> CountyMatch:
    """Find the county one text names; see `find_counties`.

    Parameters
    ----------
    text
        An address or a county's name.
    gazetteer
        The names.
    prefecture
        The adcode of the city it is in, or None.
    """
    bare = _bare(text)
    other = _OTHER_PROVINCES.match(bare)
    if other:
        return CountyMatch(found_by=NAMESAKE, matched=other[0], prefecture=prefecture)
    hits = list(_hits(bare, gazetteer))
    city = _city(hits) or prefecture
    match = _named_county(bare, hits, city, gazetteer)
    if match.county is None and not match.candidates:
        match = _namesake(bare, city, gazetteer) or _by_town(bare, city, gazetteer) or match
    if match.county is not None and match.town is None:
        match = match._replace(town=_town_in(bare, match.county, gazetteer))
    return match


def _bare(text: str) -> str:
    return _PROVINCE.sub("", _BETWEEN.sub("", unicodedata.normalize("NFKC", text)))


def _hits(text: str, gazetteer: Gazetteer) -> Iterator[_Hit]:
    """Return the forms in a text from the left, the longest at each place, none within another."""
    end, leading = 0, True
    for at in gazetteer.form_finder.places(text):
        if at < end:
            continue
        words = gazetteer.form_finder.at(text, at)
        word = next((word for word in words if _stands(text, at + len(word))), None)
        if word is not None:
            # Only region names stand before a leading one.
            leading = leading and at == end
            end = at + len(word)
            yield _Hit(at, end, gazetteer.forms[word], leading)


def _stands(text: str, end: int) -> bool:
    """Return whether a name ends as a region's does, and does not go on as a street's."""
    rest = text[end:]
    return rest.startswith(STREET_EXCEPTION) or not rest.startswith(ROADS)


def _city(hits: list[_Hit]) -> str | None:
    cities = [hit for hit in hits if hit.form.kind == PREFECTURE_FORM]
    # The short name of a city further in belongs to a company or a street (南宁糖业).
    sure = [hit for hit in cities if hit.leading or hit.form.text.endswith("市")]
    return sure[0].form.codes[0] if sure else None


def _named_county(bare: str, hits: list[_Hit], city: str | None, gazetteer: Gazetteer) -> CountyMatch:
    counties = [
        hit for hit in hits if hit.form.kind != PREFECTURE_FORM and _counts(hit, bare, city, gazetteer)
    ]
    sure = [hit for hit in counties if _candidates(hit.form, city, gazetteer)]
    if not sure:
        strange = tuple(dict.fromkeys(code for hit in counties for code in hit.form.codes))
        # Named, but not in the city that is named: both cannot be true.
        return CountyMatch(
            prefecture=city, candidates=strange, matched=counties[0].form.text if counties else None
        )
    best = sure[0]
    codes = _candidates(best.form, city, gazetteer)
    if len(codes) > 1:
        town = _towns(bare, codes, gazetteer)
        codes = (town[0].county,) if len(town) == 1 else codes
    others = {code for hit in sure for code in _candidates(hit.form, city, gazetteer)} - set(codes)
    namesake = (
        best.form.text in gazetteer.elsewhere and city is None and not _confirmed(bare, best, gazetteer)
    )
    if len(codes) > 1 or namesake:
        return CountyMatch(candidates=codes, matched=best.form.text, prefecture=city, found_by=best.form.kind)
    return CountyMatch(
        county=codes[0],
        found_by=best.form.kind,
        matched=best.form.text,
        prefecture=gazetteer.parents[codes[0]],
        ended_year=best.form.ended,
        beside=bool(others),
    )


def _counts(hit: _Hit, bare: str, city: str | None, gazetteer: Gazetteer) -> bool:
    """Return whether a hit may be believed to name a county at all."""
    if hit.form.kind in {FULL, ENDED_NAME, ZONE}:
        return True
    if hit.form.kind == SHORT:
        # 平乐瑶族乡 and 马山镇 are townships, and not of 平乐 or 马山.
        town = gazetteer.town_finder.first_at(bare, hit.start)
        if town is not None and hit.start + len(town) > hit.end:
            return False
        whole = len(bare) == len(hit.form.text)
        known_city = city is not None and gazetteer.parents[hit.form.codes[0]] == city
        if hit.form.text in PLAIN_WORDS:
            return (whole and hit.form.text not in gazetteer.elsewhere) or (hit.leading and known_city)
        return hit.leading
    return len(bare) == len(hit.form.text)


def _candidates(form: Form, city: str | None, gazetteer: Gazetteer) -> tuple[str, ...]:
    return tuple(code for code in form.codes if city is None or gazetteer.parents[code] == city)


def _confirmed(bare: str, hit: _Hit, gazetteer: Gazetteer) -> bool:
    """Return whether a township of the county stands behind its name."""
    return bool(_towns(bare[hit.end :], hit.form.codes, gazetteer))


def _namesake(bare: str, city: str | None, gazetteer: Gazetteer) -> CountyMatch | None:
    """Recognise a district whose name other cities have; without a city it must be asked about."""
    for short in gazetteer.elsewhere:
        if not bare.startswith(short) or not _stands(bare, len(short)):
            continue
        form = gazetteer.forms.get(short)
        return CountyMatch(
            candidates=form.codes if form else (), found_by=NAMESAKE, matched=short, prefecture=city
        )
    return None


def _by_town(bare: str, city: str | None, gazetteer: Gazetteer) -> CountyMatch | None:
    """Find the county by a township that lies in one county only, as far as the city is known."""
    towns = _towns(bare, gazetteer.children.get(city, frozenset()), gazetteer)
    if not towns:
        return None
    codes = tuple(dict.fromkeys(town.county for town in towns))
    if len(codes) > 1:
        return CountyMatch(candidates=codes, matched=towns[0].name, prefecture=city, found_by=TOWN)
    return CountyMatch(
        county=codes[0],
        found_by=TOWN,
        matched=towns[0].name,
        prefecture=gazetteer.parents[codes[0]],
        town=towns[0],
    )


def _town_in(bare: str, county: str, gazetteer: Gazetteer) -> Town | None:
    towns = _towns(bare, (county,), gazetteer)
    return towns[0] if towns else None


def _towns(bare: str, counties: Container[str], gazetteer: Gazetteer) -> list[Town]:
    """Return the townships of these counties that the text names first, by the longest name."""
    for at in gazetteer.town_finder.places(bare):
        for word in gazetteer.town_finder.at(bare, at):
            towns = [town for town in gazetteer.towns[word] if town.county in counties]
            if towns:
                return towns
    return []
