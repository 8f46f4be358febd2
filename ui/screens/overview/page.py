"""The whole network on one map: filtered, counted, and handed over."""

from ui import cached, figures, mapview, sections, sidebar

network = cached.network()
answer = cached.answer(sidebar.ask_filters(network))
figures.show_heading(answer, network)
figures.show_figures(answer, network)
mapview.show_map(answer)
sections.show_section(answer)
