"""The whole network on one map: filtered, counted, and handed over."""

from ui.screens.overview import sections
from ui.shared import cache, figures, map_view, sidebar

network = cache.network()
answer = cache.answer(sidebar.ask_filters(network))
figures.show_heading(answer, network)
figures.show_figures(answer, network)
map_view.show_map(answer)
sections.show_section(answer)
