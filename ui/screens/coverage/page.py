"""Who is reached, by the standard that applies; where nobody is; and how sure that is."""

from ui.screens.coverage import controls, link, sections, summary, view
from ui.shared import cache, sidebar

network = cache.network()
filters = sidebar.ask_filters(network, beside=link.LINK.names, shaded=False)
summary.show_title(filters, network)
views = view.settle(filters, controls.ask_reach(filters, network))
summary.require_places(views)
summary.show_heading(views.view)
summary.show_figures(views)
summary.show_double_test(views.view)
summary.show_map(views)
sections.show_section(views)
