"""Where the next sites should stand, why, and what else could be done with the money."""

from ui import cached
from ui.siting import siting_run, siting_sections, siting_show

network = cached.network()
siting_run.show_title()
wish = siting_run.ask_and_search(network)
plan = siting_show.require_plan()
siting_show.show_heading(plan)
siting_show.show_figures(plan)
siting_show.show_map(plan, wish)
siting_sections.show_section(plan)
