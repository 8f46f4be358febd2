"""Where the next sites should stand, why, and what else could be done with the money."""

from ui.screens.siting import search, sections, summary
from ui.shared import cache

network = cache.network()
search.show_title()
question = search.ask_and_search(network)
plan = summary.require_plan()
summary.show_heading(plan)
summary.show_figures(plan)
summary.show_map(plan, question)
sections.show_section(plan)
