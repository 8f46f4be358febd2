"""The words the map's script shows, in the language of this session."""

from typing import Any

from ui.shared import labels
from ui.shared.language import N_, t

WORDS = {
    "map_label": N_("Map of the union service network"),
    "zoom_in": N_("Zoom in"),
    "zoom_out": N_("Zoom out"),
    "reset_view": N_("Show all"),
    "full_screen": N_("Full screen"),
    "exit_full_screen": N_("Leave full screen"),
    "legend": N_("Legend"),
    "basemap": N_("Base map"),
    "close": N_("Close"),
    "county": N_("County"),
    "address": N_("Address"),
    "hours": N_("Hours"),
    "services": N_("Services"),
    "status": N_("Status"),
    "origin": N_("Origin"),
    "place": N_("How exact the place is"),
    "source": N_("Source"),
    "as_of": N_("As of"),
    "simulated_warning": N_("Simulated: this place is not real"),
    "solid": N_("Filled: named by a source"),
    "hollow": N_("Hollow: simulated"),
    "edged": N_("Dark edge: own lists"),
    "cluster": N_("{n} facilities; click to zoom in"),
    "points_here": N_("{n} facilities stand here"),
    "more": N_("and {n} more"),
    "show_only": N_("Show only {name}"),
    "back": N_("Back"),
    "loading": N_("Loading…"),
    "load_failed": N_("The map's data could not be loaded. Reload the page."),
}


def map_words() -> dict[str, Any]:
    """Return every word and word table the map's script asks for; `{n}` and `{name}` stay for it to fill."""
    return {key: t(word) for key, word in WORDS.items()} | {
        "statuses": labels.translated(labels.STATUSES),
        "origins": labels.translated(labels.ORIGINS),
        "place_precisions": labels.translated(labels.PRECISIONS),
        "service_names": labels.translated(labels.SERVICES),
    }
