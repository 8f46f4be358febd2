"""Say in the session's language why a plan cannot be: the library speaks English alone."""

import re
from collections.abc import Iterable

from ui.shared import cache
from ui.shared.errors import fault_words
from ui.shared.language import N_, t

# What the library says, and how it is said on screen; the names of the groups are those in the words.
SENTENCES = {
    r"sites is (?P<sites>\d+), but only (?P<count>\d+) candidates are .*": N_(
        "{sites} sites are asked for and there are only {count} places to choose from: ask for fewer, or "
        "allow more candidates."
    ),
    r"Within these limits nothing brings anybody new within reach \(the cheapest costs "
    r"(?P<yuan>[\d,]+) yuan; (?P<people>[\d,]+) people.*": N_(
        "Within these limits nobody new can be reached: the cheapest action costs {yuan} yuan, and "
        "{people} people are reached by no candidate. Allow more, a larger distance, or other candidates."
    ),
    r"Within these limits nothing brings anybody new within reach \(nothing new may be built; "
    r"(?P<people>[\d,]+) people.*": N_(
        "Nobody new can be reached, as nothing new may be built; {people} people are reached by no "
        "candidate. Choose other actions."
    ),
    r"Even with every(?:thing bought|\s?candidate open) (?P<count>\d+) (?:counties|groups) stay below "
    r"the least share: (?P<named>.*?)\. .*": N_(
        "Even with everything built {count} counties stay below the least share: {named}. Ask a smaller "
        "share, a larger distance, or give candidates there."
    ),
    r"No choice within the limits gives every group its least share; no more than (?P<most>[\d.]+%) .* "
    r"leaves (?P<count>\d+) below: (?P<named>.*?)\. Allow.*": N_(
        "No plan within these limits gives every county its least share: no more than {most} can be had for "
        "the county worst off, and the fairest plan found leaves {count} below: {named}. Allow more, or ask "
        "less."
    ),
    r"No choice within the limits gives every (?:county|group) its least share.*": N_(
        "No plan within these limits gives every county its least share: allow more sites or money, or "
        "ask a smaller share."
    ),
    r"Step by step no plan gives every county its least share.*": N_(
        "Step by step no plan gives every county its least share; the search for the best one looks further."
    ),
    r"No plan that keeps every limit was found in time; .*": N_(
        "No plan that keeps every limit was found in time: allow more, ask a smaller share, or try again."
    ),
    r"This program made a plan that breaks its own limits .*": N_(
        "This program made a plan that breaks its own limits. That is a fault of the program, not of your "
        "question, so no plan is shown: tell whoever runs this program what you asked."
    ),
    r"There is no candidate in this area.*": N_(
        "There is no candidate in this area: choose other candidates, a larger area, or give a list."
    ),
    r"None of the actions .* brings anybody within reach: .*": N_(
        "None of the actions chosen brings anybody within reach: new sites of these kinds are not open "
        "at the hour asked for, and no station can be mended. Choose other actions, or another hour."
    ),
    r"The actions chosen are none; .*": N_("No action is chosen: choose what may be done."),
    r"Nobody of \w+ lives in the area, though (?P<people>[\d,]+) people do; .*": N_(
        "Nobody who counts lives in this area, though {people} people do: count others, or choose "
        "another area."
    ),
    r"Nobody lives in the area; .*": N_("Nobody lives in this area: choose another."),
    r"All (?P<count>[\d,]+) candidates stand where no site may; .*": N_(
        "All {count} candidates stand where no site may: allow some, or choose other candidates."
    ),
    r"Candidates of a list are asked for and no list is given; .*": N_(
        "Candidates of a list are chosen and there is no list: hand one over, or take that choice away."
    ),
    r"Too many searches are waiting already; .*": N_(
        "Too many searches are waiting already: try again in a minute. Your plan is kept."
    ),
    r"(?P<most>\d+) searches of yours are under way; .*": N_(
        "{most} searches of yours are under way already: stop one, or wait for it. Your plan is kept."
    ),
    r"action (?P<number>\d+) puts a site at the place of (?:site (?P<other>.*?)|that of action "
    r"(?P<step>\d+))(?:;.*)?\. Remove one.*": N_(
        "No. {number} would stand where another site stands already. The plan stays as it was: choose "
        "another place, or remove one of the two."
    ),
    r"Actions (?P<numbers>[\d, ]+) put a site where none may stand\. .*": N_(
        "No. {numbers} would stand where no site may. The plan stays as it was: choose another place, or "
        "allow this one."
    ),
    r"site (?P<site>\S+) cannot have (?P<kinds>[\w ]+) at once(?:;.*)?\. Remove one.*": N_(
        "The station {site} cannot have these at once: {kinds}. The plan stays as it was: remove one of them."
    ),
    r"The network has no site (?P<names>.*?) \(near: .*": N_(
        "The network has no station {names} any more: its actions cannot be taken. Remove them from the "
        "recipe."
    ),
    r"The list of places: (?P<told>.*)\. Mend these rows\.": N_(
        "The list of places has faults (rows counted from 0): {told}. Mend these rows."
    ),
    r"The list of places has no rows; .*": N_("The list of places has no rows: list at least one."),
    r"The list lacks (?P<columns>.*?); .*": N_(
        "The list lacks {columns}: give the columns lon (经度) and lat (纬度), WGS-84, and name (名称) if "
        "known."
    ),
    r"The list is no CSV .*": N_("The list is no CSV in UTF-8 or GB 18030: save it as CSV and try again."),
    r"The list has more than (?P<most>[\d,]+ \w+); .*": N_(
        "The list has more than {most}: give fewer places."
    ),
    r"The recipe is not JSON .*|The recipe cannot be read: .*|This is no recipe: .*|The recipe lacks "
    r".*": N_("This is no recipe that can be read: give a file that this program saved."),
    r"The recipe has the version (?P<version>\S+), .*": N_(
        "The recipe is of version {version}, which this program does not read."
    ),
    r"(?:The file|The recipe.*?) has more than (?P<most>[\d,]+) bytes; .*": N_(
        "The recipe has more than {most} bytes: give a shorter list of candidates, or fewer forbidden places."
    ),
    r"(?P<one>'.*') and (?P<other>'.*') are about other areas .*": N_(
        "{one} and {other} are about other areas or other people: the map compares scenarios of one area "
        "and one kind of people."
    ),
    r"The scenario (?P<name>'.*?') is taken.*": N_(
        "There is a scenario called {name} already: open it, or save under another name."
    ),
    r"The scenario (?P<name>'.*?') was changed or deleted.*": N_(
        "The scenario {name} was changed or deleted meanwhile: open it anew, or save under another name."
    ),
    r"There is no scenario (?P<name>'.*?')\. .*": N_(
        "There is no scenario {name}: choose one from the list."
    ),
    r"\d+ scenarios are chosen .*": N_("Choose two to four scenarios of different names."),
}
# What the files a recipe rests on hold.
HOLDS = {
    "actions": N_("Actions and costs"),
    "demand": N_("People (population)"),
    "regions": N_("Boundaries"),
    "sites": N_("Stations"),
    "townships": N_("Townships and their places"),
    "osm_pois": N_("Named points"),
}
_CHANGED = re.compile(r"(?P<name>\w+) \((?P<then>\w+) then, (?P<now>\w+) now\)")
_ADCODE = re.compile(r"\b45\d{4}\b")


def said(fault: object) -> str:
    """Say a fault in the session's language; one that has no words here is given as it is.

    Parameters
    ----------
    fault
        An error of the library, or its sentence.
    """
    coded = fault_words(fault)
    if coded:
        return coded
    text = " ".join(str(fault).split())
    for pattern, words in SENTENCES.items():
        found = re.fullmatch(pattern, text)
        if found:
            values = {name: _with_names(value or "") for name, value in found.groupdict().items()}
            return t(words, **values)
    return text


def changed_said(changed: Iterable[str]) -> str:
    """Say in the session's language which data changed.

    Parameters
    ----------
    changed
        As `geo.planning.scenario.changed_data` gives it.
    """
    told = []
    for text in changed:
        found = _CHANGED.fullmatch(text)
        values = found.groupdict() if found else {}
        what = t(HOLDS.get(values.get("name", ""), HOLDS["sites"]))
        told.append(t("{what} ({name}): {then} then, {now} now", what=what, **values) if values else text)
    return t("; ").join(told)


def _with_names(text: str) -> str:
    """Put the names of counties in the place of their codes."""
    names = cache.names().regions
    return _ADCODE.sub(lambda code: names.get(code.group(), code.group()), text)
