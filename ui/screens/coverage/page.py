"""Who is reached, by the standard that applies; where nobody is; and how sure that is."""

from ui import cached, sidebar
from ui.reach import reach_ask, reach_link, reach_sections, reach_show, reach_view

network = cached.network()
filters = sidebar.ask_filters(network, beside=reach_link.own_names(), shaded=False)
reach_show.show_title(filters, network)
views = reach_view.settle(filters, reach_ask.ask_reach(filters, network))
reach_show.require_places(views)
reach_show.show_heading(views.view)
reach_show.show_figures(views)
reach_show.show_double_test(views.view)
reach_show.show_map(views)
reach_sections.show_section(views)
