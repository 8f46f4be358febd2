"""The whole network on one map: filtered, counted, and handed over."""

from ui import cached, downloads, figures, mapview, sidebar, tables

network = cached.network()
answer = cached.answer(sidebar.ask_filters(network))
figures.show_heading(answer, network)
figures.show_figures(answer, network)
mapview.show_map(answer, network)
tables.show_sections(answer, network)
downloads.offer_files(answer, network)
