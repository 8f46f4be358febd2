"""What the codes of coverage are called on screen."""

from geo import schema
from geo.coverage import double_test
from geo.drawing.compared_charts import NAMED
from geo.export.provenance import percent
from ui.screens.coverage.own_people import find_own
from ui.screens.coverage.question import ANY_TIME, GRID, TOWNSHIPS, Question, Rule
from ui.screens.coverage.view import View, Views
from ui.shared.language import N_, current_language, t

WHO = {
    schema.PEOPLE: N_("Residents"),
    schema.URBAN_PEOPLE: N_("Urban residents"),
    schema.WORKERS: N_("Workers"),
}
LAYERS = {
    "share": N_("Share by county"),
    "left_out": N_("People left out"),
    "gaps": N_("Gaps"),
    "facilities": N_("Facilities"),
    "circles": N_("Circles"),
}
DAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
STANDINGS = {
    "official": N_("official"),
    "option": N_("an option"),
    "own": N_("this program's own"),
    "reported_unverified": N_("reported, not verified"),
}
SOURCES = {GRID: N_("Grid, 30″"), TOWNSHIPS: N_("Townships")}
NOTHING = "—"


def source_name(source: str) -> str:
    """Say whose people count; a file of the user's own by its name."""
    return t(SOURCES[source]) if source in SOURCES else find_own(source).file_name


def people_note(source: str) -> str:
    """Say in a few words whose people count, and of when."""
    notes = {
        GRID: t("census 2020 on a modelled grid"),
        TOWNSHIPS: t("census 2020 at the townships, modelled"),
    }
    return notes.get(source) or t("own file {name}", name=source_name(source))


def rule_name(rule: Rule) -> str:
    """Say a threshold in a few words, and the standing of one that is a standard."""
    shown = _measure_name(rule)
    return f"{shown} · {t(STANDINGS[rule.standing])}" if rule.standing else shown


def _measure_name(rule: Rule) -> str:
    if rule.measure == double_test.WALK_MINUTES:
        return t("{minutes} minutes on foot", minutes=f"{rule.amount:g}")
    return t("{metres} m in a straight line", metres=f"{rule.amount:,.0f}")


def setting_name(view: View) -> str:
    """Say what a setting asks: threshold, who counts, whose people, and the hour."""
    return " · ".join([rule_name(view.rule), *_asked_of(view, sourced=True)])


def setting_names(views: Views) -> tuple[str, ...]:
    """Name each setting shown in short, so that two differ even where they ask the same."""
    labels = (t("This setting"), t("The other setting"))
    sourced = len({view.question.source for view in views.both}) > 1
    shown = [" · ".join([_measure_name(view.rule), *_asked_of(view, sourced=sourced)]) for view in views.both]
    return tuple(f"{label}{NAMED}{words}" for label, words in zip(labels, shown, strict=False))


def _asked_of(view: View, *, sourced: bool) -> list[str]:
    question = view.question
    parts = [t(WHO[question.who])]
    if sourced:
        parts.append(source_name(question.source))
    if question.hour != ANY_TIME:
        parts.append(f"{t(DAYS[question.day])} {question.hour:02d}:00")
    return parts


def rule_source(rule: Rule) -> str:
    """Say what a standard rests on; nothing for a threshold of one's own."""
    if not rule.standing:
        return t("This threshold is your own; no standard says it.")
    source = rule.source if current_language() == "zh" else rule.source_en
    return t("Standard ({standing}): {source}.", standing=t(STANDINGS[rule.standing]), source=source)


def walk_note(rule: Rule, question: Question) -> str:
    """Say what a walk amounts to; nothing for a straight line."""
    if rule.measure != double_test.WALK_MINUTES:
        return ""
    return t(
        "On foot: {minutes} minutes at {kmh} km/h, ways {detour} times the straight line, are {metres} m in "
        "a straight line. No road network is used.",
        minutes=f"{rule.amount:g}",
        kmh=f"{question.kmh:g}",
        detour=f"{question.detour:g}",
        metres=f"{rule.reach_m:,.0f}",
    )


def share_text(share: float) -> str:
    """Write a share; a dash where there is nobody."""
    return NOTHING if share != share else percent(share)  # noqa: PLR0124 - NaN alone differs from itself


def people_text(people: float) -> str:
    """Write a number of people."""
    return f"{people:,.0f}"


def distance_text(metres: float) -> str:
    """Write a distance; a dash where there is nobody, a word where nothing can be reached."""
    if metres != metres:  # noqa: PLR0124 - NaN alone differs from itself
        return NOTHING
    if metres == float("inf"):
        return t("nothing in reach")
    return f"{metres:,.0f} m" if metres < 10_000 else f"{metres / 1000:,.1f} km"  # noqa: PLR2004
