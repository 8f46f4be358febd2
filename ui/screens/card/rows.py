"""Write what stands on a card as rows of words; texts from data are shown as they are, never as Markdown."""

from collections.abc import Iterator

import pandas as pd

from geo import schema
from geo.analysis.county_card import FIGURE, NEAREST_SIMULATED, PER_COUNTY, RANK, Card
from geo.coverage.double_test import SHARE_STRAIGHT, SHARE_WALK, STRAIGHT_LINE_M, WALK_MINUTES
from geo.coverage.gaps import FARTHEST_M, NEAREST_M
from geo.coverage.shares import MEAN_M, METRES_PER_KM, P90_M
from geo.network import summary
from geo.network.similar import URBAN_SHARE
from ui.shared.answers import Names
from ui.shared.language import N_, plain, t

NOTHING = "–"
RULES = {
    STRAIGHT_LINE_M: N_("{figure} of urban people within {threshold} m"),
    WALK_MINUTES: N_("{figure} within a {threshold}-minute walk"),
    PER_COUNTY: N_("{threshold} a county: has {figure}"),
}
NOT_MEASURED = N_("a rule along roads: not measured without a road network")


def percent_text(share: float) -> str:
    """Write a share with one decimal; a dash where nobody is counted."""
    return NOTHING if pd.isna(share) else f"{share:.1%}"


def distance_text(metres: float) -> str:
    """Write a distance in metres below a kilometre, else in kilometres; a dash where there is none."""
    if pd.isna(metres) or metres == float("inf"):
        return NOTHING
    if round(metres) < METRES_PER_KM:
        return t("{metres} m", metres=f"{metres:,.0f}")
    return t("{km} km", km=f"{metres / METRES_PER_KM:,.1f}")


def type_rows(card: Card, names: Names) -> pd.DataFrame:
    """Write published, located, place unknown and simulated of every type the county has or was said to."""
    types = card.types[(card.types[summary.TOTAL] > 0) | card.types[summary.PUBLISHED].notna()]
    published = [NOTHING if pd.isna(total) else f"{int(total):,}" for total in types[summary.PUBLISHED]]
    return pd.DataFrame(
        {
            t("Type"): [plain(names.types[code]) for code in types.index],
            t("Published"): published,
            t("Located"): _counts(types[summary.LOCATED]),
            t("Place unknown"): _counts(types[summary.PLACE_UNKNOWN]),
            t("Simulated"): _counts(types[schema.SIMULATED]),
        }
    )


def absent_types(card: Card, names: Names) -> str:
    """List the types of which nothing is known in the county."""
    types = card.types
    absent = types.index[(types[summary.TOTAL] == 0) & types[summary.PUBLISHED].isna()]
    return t(", ").join(plain(names.types[code]) for code in absent)


def other_totals(card: Card) -> str:
    """List what was published for the county under definitions of its own."""
    rows = card.other_totals
    return t("; ").join(
        f"{plain(definition)} {count:,} ({plain(as_of)})"
        for definition, count, as_of in zip(
            rows[schema.DEFINITION], rows[schema.COUNT], rows[schema.AS_OF], strict=True
        )
    )


def distance_rows(card: Card, names: Names) -> pd.DataFrame:
    """Write how far the residents have to each core type, and what its standards measure here."""
    found = card.distances
    return pd.DataFrame(
        {
            t("Nearest"): [plain(names.types[code]) for code in found.index],
            t("Mean distance"): found[MEAN_M].map(distance_text).to_list(),
            t("9 in 10 within"): found[P90_M].map(distance_text).to_list(),
            t("Nearest is simulated"): found[NEAREST_SIMULATED].map(percent_text).to_list(),
            t("Within the standard"): [_rules_text(card.rules, code) for code in found.index],
        }
    )


def peer_rows(card: Card, names: Names) -> pd.DataFrame:
    """Write the county among those most like it, the best covered first."""
    peers = card.peers
    titled = [f"**{plain(names.regions[code])}**" if code == card.county else plain(names.regions[code])
              for code in peers.index]  # fmt: skip
    return pd.DataFrame(
        {
            t("Rank"): [_rank_text(rank) for rank in peers[RANK]],
            t("County"): titled,
            t("Residents"): _counts(peers[schema.RESIDENTS]),
            t("Area, km²"): _counts(peers[schema.AREA_KM2]),
            t("Urban share"): peers[URBAN_SHARE].map(percent_text).to_list(),
            t("Straight line"): peers[SHARE_STRAIGHT].map(percent_text).to_list(),
            t("On foot"): peers[SHARE_WALK].map(percent_text).to_list(),
        }
    )


def own_rank(card: Card) -> str:
    """Write the county's rank among those like it."""
    return _rank_text(card.peers[RANK].loc[card.county])


def gap_rows(card: Card) -> pd.DataFrame:
    """Write the largest gaps: who lives there, near which township, how far from a station."""
    gaps = card.gaps
    return pd.DataFrame(
        {
            t("Gap"): [str(number) for number in gaps.index],
            t("Near"): [plain(name) for name in gaps[schema.NAME]],
            t("Residents"): _counts(gaps[schema.PEOPLE]),
            t("Urban people"): _counts(gaps[schema.URBAN_PEOPLE]),
            t("Area, km²"): [f"{area:,.1f}" for area in gaps[schema.AREA_KM2]],
            t("To the nearest station"): [
                t("{near} to {far}", near=distance_text(near), far=distance_text(far))
                for near, far in zip(gaps[NEAREST_M], gaps[FARTHEST_M], strict=True)
            ],
        }
    )


def _counts(values: pd.Series) -> list[str]:
    return [f"{value:,.0f}" for value in values]


def _rank_text(rank: float) -> str:
    return NOTHING if pd.isna(rank) else f"{rank:.0f}"


def _rules_text(rules: pd.DataFrame, code: str) -> str:
    shown = [
        t(
            RULES[measure],
            figure=_count_text(figure, simulated) if measure == PER_COUNTY else percent_text(figure),
            threshold=f"{threshold:,.0f}",
        )
        if measure in RULES
        else t(NOT_MEASURED)
        for measure, threshold, figure, simulated in _columns(rules[rules[schema.FACILITY_TYPE] == code])
    ]
    return t("; ").join(shown) or NOTHING


def _columns(rules: pd.DataFrame) -> Iterator[tuple[str, float, float, float]]:
    columns = (schema.MEASURE, schema.THRESHOLD, FIGURE, schema.SIMULATED)
    return zip(*(rules[column] for column in columns), strict=True)


def _count_text(count: float, simulated: float) -> str:
    if not simulated:
        return f"{count:,.0f}"
    return t("{count}, {simulated} of them simulated", count=f"{count:,.0f}", simulated=f"{simulated:,.0f}")
