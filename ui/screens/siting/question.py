"""What a visitor asks of siting, kept in the link so that the link opens the same question."""

from dataclasses import dataclass

from geo.coverage.people import MAX_THRESHOLD_M, WHO_COUNTS
from geo.errors import UnknownNameError
from geo.network.network import Network
from geo.network.regions import find_prefecture
from geo.planning.actions import ACTION_KINDS, MOST_YUAN
from geo.planning.candidates import CANDIDATE_KINDS, LISTED, listed_candidates
from geo.planning.constraints import MEASURES, MOST_STEPS, PEOPLE_COVERED, Constraints
from geo.planning.forbidden import WITHIN_M, Forbidden
from geo.planning.objective import ANY_TIME, NIGHT, Objective
from geo.planning.problem import FIRST_CANDIDATES, FIRST_KINDS, PlanningProblem
from geo.proximity.grid import demand_places
from geo.schema import PARENT, URBAN_PEOPLE
from ui.screens.siting import candidate_lists
from ui.shared.filters import county
from ui.shared.link import PageLink, Parameter
from ui.shared.link_values import among, every, number, one, whole

STATION = "worker_station"
ANY, AT_NIGHT, AT_HOUR = "any", "night", "hour"
WHENS = (ANY, AT_NIGHT, AT_HOUR)
BY_SITES, BY_YUAN = "sites", "yuan"
LIMITS = (BY_SITES, BY_YUAN)
PERCENT = 100
# What the keys of the widgets begin with.
OWN = "siting_"
# More places than these make a link too long; a list of them is handed over instead.
SPOTS_MOST = 40
# Where places of a link may lie, degrees: Guangxi and some way around it.
GUANGXI_LON, GUANGXI_LAT = (103.0, 113.0), (20.0, 27.5)
_BETWEEN = ":"


@dataclass(frozen=True)
class SitingQuestion:
    """Hold one question; `most` and `least` (percent) are 0 for no limit, `costs` are the user's own prices.

    `listed` and `no_listed` name lists, of candidates and of places where no site may stand, that were handed
    over in this process; they are not in the link. The other `no_` fields are ids of candidates, counties,
    and places (longitude, latitude) at which, and `no_metres` around which, no site may stand.
    """

    kind: str = STATION
    prefectures: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    metres: float = 1000.0
    who: str = URBAN_PEOPLE
    when: str = ANY
    day: int = 0
    hour: int = 20
    limit: str = BY_SITES
    sites: int = 20
    yuan: float = 1_000_000.0
    measure: str = PEOPLE_COVERED
    most: int = 0
    least: float = 0.0
    actions: tuple[str, ...] = FIRST_KINDS
    candidates: tuple[str, ...] = FIRST_CANDIDATES
    costs: tuple[tuple[str, float], ...] = ()
    sourced_only: bool = False
    listed: str = ""
    no_candidates: tuple[str, ...] = ()
    no_counties: tuple[str, ...] = ()
    no_spots: tuple[tuple[float, float], ...] = ()
    no_metres: float = WITHIN_M
    no_listed: str = ""


def objective_of(question: SitingQuestion, network: Network) -> Objective:
    """Return what a question aims at; of the same question it is the same."""
    hours = {ANY: ANY_TIME, AT_NIGHT: NIGHT, AT_HOUR: (question.hour,)}[question.when]
    day = question.day if question.when == AT_HOUR else 0
    counties = _area(question, network)
    return Objective(
        question.kind, question.metres, counties, question.who, day, hours, (), question.sourced_only
    )


def problem_of(question: SitingQuestion, network: Network) -> PlanningProblem:
    """Return the question as the library understands it.

    Raises
    ------
    InvalidValueError
        A limit cannot be meant.
    """
    by_sites = question.limit == BY_SITES
    constraints = Constraints(
        sites=question.sites if by_sites else None,
        budget_yuan=None if by_sites else question.yuan,
        most_per_county=question.most or None,
        least_share=question.least / PERCENT or None,
        measure=question.measure,
    )
    return PlanningProblem(
        objective_of(question, network),
        constraints,
        kinds=question.actions,
        candidates=question.candidates,
        costs=dict(question.costs),
        listed=candidate_lists.find(question.listed) if LISTED in question.candidates else None,
        forbidden=forbidden_of(question, network),
    )


def forbidden_of(question: SitingQuestion, network: Network) -> Forbidden:
    """Return where no site may stand.

    Raises
    ------
    InvalidValueError
        A place of the list is none.
    """
    rows = candidate_lists.find(question.no_listed)
    listed = () if rows is None else demand_places(listed_candidates(rows, network.counties))
    more = zip(*(column.tolist() for column in listed), strict=True)
    spots = tuple(dict.fromkeys((*question.no_spots, *more)))
    return Forbidden(question.no_candidates, question.no_counties, spots, question.no_metres)


def _area(question: SitingQuestion, network: Network) -> tuple[str, ...]:
    if question.counties:
        return tuple(sorted(question.counties))
    counties = network.counties
    return tuple(counties.index[counties[PARENT].isin(question.prefectures)]) if question.prefectures else ()


def _prefecture(name: str, network: Network) -> str:
    return find_prefecture(name, network.regions)


def _price(text: str, network: Network) -> tuple[str, float]:
    kind, _, yuan = text.partition(_BETWEEN)
    return among(ACTION_KINDS)(kind, network), number(0, MOST_YUAN)(yuan, network)


def _candidate(text: str, network: Network) -> str:
    kind, between, label = text.partition(_BETWEEN)
    if not between or not label:
        raise UnknownNameError("link_value_unusable", value=text, near=f"{kind}{_BETWEEN}…")
    return f"{among(CANDIDATE_KINDS)(kind, network)}{_BETWEEN}{label}"


def _spot(text: str, network: Network) -> tuple[float, float]:
    lon, _, lat = text.partition(_BETWEEN)
    east, north = number(*GUANGXI_LON)(lon, network), number(*GUANGXI_LAT)(lat, network)
    return round(east, 5), round(north, 5)


# Lists that were handed over stand in no link.
_OFFERED = [kind for kind in CANDIDATE_KINDS if kind != LISTED]
LINK = PageLink(
    SitingQuestion(),
    (
        Parameter("kind", "type", one(among(lambda network: network.facility_types.index)), f"{OWN}kind"),
        Parameter("prefectures", "prefecture", every(_prefecture), f"{OWN}prefectures"),
        Parameter("counties", "county", every(county), f"{OWN}counties"),
        Parameter("metres", "m", one(number(1, MAX_THRESHOLD_M)), f"{OWN}metres"),
        Parameter("who", "who", one(among(WHO_COUNTS)), f"{OWN}who"),
        Parameter("when", "when", one(among(WHENS)), f"{OWN}when"),
        Parameter("day", "day", one(whole(0, 6)), f"{OWN}day"),
        Parameter("hour", "hour", one(whole(0, 23)), f"{OWN}hour"),
        Parameter("limit", "limit", one(among(LIMITS)), f"{OWN}limit"),
        Parameter("sites", "new", one(whole(1, MOST_STEPS)), f"{OWN}sites"),
        Parameter("yuan", "yuan", one(number(1, MOST_YUAN)), f"{OWN}yuan"),
        Parameter("measure", "measure", one(among(MEASURES)), f"{OWN}measure"),
        Parameter("most", "most", one(whole(0, MOST_STEPS)), f"{OWN}most"),
        Parameter("least", "least", one(number(0, PERCENT)), f"{OWN}least"),
        Parameter("actions", "act", every(among(ACTION_KINDS)), f"{OWN}actions"),
        Parameter("candidates", "from", every(among(_OFFERED)), f"{OWN}candidates"),
        Parameter("costs", "cost", every(_price)),
        Parameter("sourced_only", "sourced", one(lambda text, _: text == "1"), f"{OWN}sourced_only"),
        Parameter("no_candidates", "no", every(_candidate), f"{OWN}no_candidates"),
        Parameter("no_counties", "nocounty", every(county), f"{OWN}no_counties"),
        Parameter("no_spots", "noat", every(_spot, most=SPOTS_MOST), f"{OWN}no_spots"),
        Parameter("no_metres", "nom", one(number(0, MAX_THRESHOLD_M)), f"{OWN}no_metres"),
    ),
    seen_key="siting_seen",
)
